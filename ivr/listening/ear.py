"""The caller's line as the call session sees it: frames in, speech events out.

Puts voice activity, echo, barge-in and endpointing together. One Ear a call; it
is fed every frame of both legs, whether somebody listens or not, so that it
knows the line's noise and echo when it matters. Pure: no clock, no I/O.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from dialogs.commands import Patience
from grammars.completeness import Completeness
from ivr.listening.barge_in import BargeIn, Interruption
from ivr.listening.echo import EchoDetector
from ivr.listening.endpointing import Endpointer, EndpointEvent, SpeechResumed, UtteranceEnded
from ivr.listening.fluency import Fluency
from ivr.listening.foreground import Foreground
from ivr.listening.level import SILENCE_DBFS
from ivr.listening.voice_activity import FrameActivity, VoiceActivity

KEPT_FRAMES = 50  # 1 s, more than any look-back
BETWEEN_TURNS_FRAMES = 30  # 600 ms: what is said while we think is heard in the next turn


@dataclass(frozen=True, slots=True)
class Interrupted:
    """The caller speaks into the prompt: stop it now. Comes once a prompt."""

    how: Interruption


EarEvent = EndpointEvent | Interrupted


class Ear:
    """Hears one call."""

    def __init__(self, voice_activity: VoiceActivity) -> None:
        self._voice_activity = voice_activity
        self._echo = EchoDetector()
        self._kept: deque[bytes] = deque(maxlen=KEPT_FRAMES)
        self._between: deque[bool] = deque(maxlen=BETWEEN_TURNS_FRAMES)
        # Of the prompt that plays, while nobody has begun to speak: too soft ones are in it.
        self._into_prompt: deque[bool] = deque(maxlen=BETWEEN_TURNS_FRAMES)
        self._fluency = Fluency()
        self._foreground = Foreground()
        self._turn: Endpointer | None = None
        self._barge_in: BargeIn | None = None
        self._deaf = False
        self.activity = FrameActivity(
            voiced=False, level=SILENCE_DBFS, floor=SILENCE_DBFS, around=SILENCE_DBFS
        )
        self.echo = False
        self._in_front = True
        self._trial: Completeness | None = None  # what the last trial of the utterance said

    @property
    def callers_voice(self) -> bool:
        """Whether the frame heard last is the caller's voice (and neither our echo nor, within an
        utterance, somebody far behind the speaker)."""
        return self.activity.voiced and self._in_front and not self.echo

    @property
    def speaking(self) -> bool:
        """Inside an utterance of the open turn."""
        return self._turn is not None and self._turn.speaking

    def open_turn(
        self, patience: Patience, *, prompt_playing: bool = False, barge_in: bool = True
    ) -> None:
        """Begin a listening turn; an open one is dropped.

        What the caller said right before it, when nobody listened, belongs to it (at most
        BETWEEN_TURNS_FRAMES). With `prompt_playing`, `barge_in` lets the caller interrupt;
        without it nothing is heard until `prompt_ended` but what had begun before it.
        """
        before = tuple(self._between)
        self._turn = Endpointer(
            patience, prompt_playing=prompt_playing, before=before, fluent=self._fluency.fluent
        )
        if self._turn.speaking:
            self._fluency.spoke_on()
        self._between.clear()
        self._into_prompt.clear()
        self._trial = None
        self._barge_in = BargeIn() if prompt_playing and barge_in else None
        self._deaf = prompt_playing and not barge_in and not self._turn.speaking

    def close_turn(self) -> None:
        """Nobody listens any more; frames are still taken."""
        self._turn = self._barge_in = None
        self._deaf = False

    def prompt_ended(self) -> None:
        """The prompt has been played out or was cut off. Also after Interrupted, without harm.

        Who is too soft to interrupt, as somebody in the room is, but speaks on to the end of the
        prompt, answers it.
        """
        before = tuple(self._into_prompt)
        self._into_prompt.clear()
        self._barge_in = None
        self._deaf = False
        if self._turn is not None:
            self._turn.prompt_ended(before)

    def set_completeness(self, completeness: Completeness) -> None:
        """See Endpointer.set_completeness; nothing happens when no turn is open."""
        if self._turn is not None:
            self._turn.set_completeness(completeness)
            self._trial = completeness

    def wait_again(self) -> None:
        """See Endpointer.wait_again: the utterance was nothing, the turn goes on."""
        if self._turn is not None:
            self._turn.wait_again(self._between)
            self._between.clear()

    def key_pressed(self) -> tuple[EarEvent, ...]:
        """A key interrupts the prompt at once, even one without barge-in by voice."""
        if self._barge_in is None and not self._deaf:
            return ()
        self.prompt_ended()
        return (Interrupted(Interruption.KEY),)

    def played(self, frame: bytes) -> None:
        """A frame was sent to the caller; call it for every frame, silence included."""
        self._echo.played(frame)

    def heard(self, frame: bytes) -> tuple[EarEvent, ...]:
        """A frame came from the caller. Interrupted comes before an endpointing event."""
        self._kept.append(frame)
        self._echo.heard(frame)
        # Our own echo is no surroundings either; a line that has one learns slowly.
        speaking = self.speaking or self._echo.delay_samples is not None
        self.activity = self._voice_activity.feed(frame, speaking=speaking)
        self.echo = self.activity.voiced and self._echo.is_echo()
        own = self.activity.voiced and not self.echo
        self._in_front = self._foreground.feed(
            self.activity.level,
            voiced=own,
            speaking=self.speaking,
            around=self.activity.around,
        )
        events: list[EarEvent] = []
        voice = self.callers_voice
        if self._barge_in is not None:
            usual = self._foreground.is_usual(self.activity.level, self.activity.around)
            # The room begins no utterance while we speak, and goes on with none: the caller, who
            # waits for our question's end, would never be heard.
            voice = voice and usual
            other = self.echo or not usual
            how = self._barge_in.feed(frame, self.activity, echo=other)
            if how is not None:
                self._into_prompt.clear()
                self.prompt_ended()
                events.append(Interrupted(how))
            elif self.speaking:
                self._into_prompt.clear()
            else:
                self._into_prompt.append(self.callers_voice)
        if self._turn is None or self._turn.over:
            self._between.append(self.callers_voice)
        elif not self._deaf:
            event = self._turn.feed(voice)
            if self._turn.speaking:
                self._fluency.feed(self.callers_voice)
            if isinstance(event, UtteranceEnded):
                self._fluency.utterance_ended(words=self._trial is not Completeness.WORDLESS)
                if self._trial in (Completeness.COMPLETE, Completeness.LIKELY):
                    self._foreground.answered()
            if isinstance(event, UtteranceEnded | SpeechResumed):
                self._trial = None
            if event is not None:
                events.append(event)
        return tuple(events)

    def recent(self, frames: int) -> bytes:
        """The last `frames` frames heard, oldest first, as one PCM string (at most KEPT_FRAMES)."""
        return b"".join(list(self._kept)[-frames:]) if frames > 0 else b""
