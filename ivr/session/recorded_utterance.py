"""One recorded utterance through the same ear as a live call: voice activity, engine, meaning."""

from __future__ import annotations

from dataclasses import dataclass

from dialogs.commands import Patience
from grammars.meaning import Understanding
from grammars.question import Question
from ivr.listening.endpointing import Endpointer, SpeechStarted
from ivr.listening.voice_activity import LOOK_BACK_FRAMES, WebRtcVoiceActivity
from ivr.ports import FRAME_BYTES, SILENCE, Hint, Recogniser, Recognition
from ivr.session.meaning import meaning_of

# The whole file is one utterance, pauses and all.
_WHOLE = Patience(
    end_silence=3600,
    complete_silence=3600,
    likely_silence=3600,
    fluent_silence=3600,
    open_silence=3600,
    no_input=3600,
    longest=3600,
)
_TAIL_FRAMES = 15


@dataclass(frozen=True, slots=True)
class UtteranceMeaning:
    recognition: Recognition
    understanding: Understanding


async def recognise_utterance(
    recogniser: Recogniser, pcm: bytes, question: Question, hint: Hint
) -> UtteranceMeaning:
    """`pcm` of ivr.ports. Silence and noise give no hypotheses. Raises RecogniserError."""
    speech = spoken_part(pcm)
    if speech:
        stream = recogniser.open(hint)
        try:
            stream.accept(speech)
            recognition = await stream.finish()
        finally:
            stream.close()
    else:
        recognition = Recognition((), recogniser.name, 0.0)
    return UtteranceMeaning(recognition, await meaning_of(question, recognition))


def spoken_part(pcm: bytes) -> bytes:
    """From 300 ms before the first word to 300 ms after the last one; empty without a word."""
    activity, endpointer = WebRtcVoiceActivity(), Endpointer(_WHOLE)
    # A live line is heard for a while before anybody speaks: let the detector learn its floor.
    frames = [SILENCE] * LOOK_BACK_FRAMES
    frames += [pcm[at : at + FRAME_BYTES] for at in range(0, len(pcm), FRAME_BYTES)]
    frames[-1] = frames[-1].ljust(FRAME_BYTES, b"\0")
    first: int | None = None
    last = 0
    for number, frame in enumerate(frames):
        voiced = activity.feed(frame, speaking=endpointer.speaking).voiced
        event = endpointer.feed(voiced)
        if isinstance(event, SpeechStarted):
            first = max(0, number + 1 - event.look_back_frames)
        if voiced:
            last = number
    if first is None:
        return b""
    return b"".join(frames[first : last + 1 + _TAIL_FRAMES])
