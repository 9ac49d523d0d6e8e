"""When an utterance begins and ends. A pure state machine over voice-activity decisions.

Time is frames of 20 ms; there is no clock. A listening turn:

    waiting --voiced--> SpeechStarted --silence--> PauseStarted --silence--> UtteranceEnded
                                          ^-- SpeechResumed --'

or it ends in NoInput or NoiseOnly. After any of these three ends the turn is
over and `feed` answers None, unless `wait_again` opens it once more.

How long a silence ends an utterance depends on what was said. PauseStarted is the
moment to recognise on trial; `set_completeness` brings the answer. Until it comes the
turn waits as if more were to come: a slow engine must not cut a number in two.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum, StrEnum

from dialogs.commands import Patience
from grammars.completeness import Completeness
from ivr.listening.voice_activity import LOOK_BACK_FRAMES
from ivr.ports import FRAME_SECONDS

ONSET_VOICED = 5  # voiced frames (100 ms) that make it speech: 不 has about 8, a click 1 or 2
ONSET_WINDOW = 10
RESUME_VOICED = 3  # after a pause speech is believed sooner, a lone flicker still is not
RESUME_WINDOW = 5
WEAK_VOICED = 2  # of RESUME_WINDOW frames in a pause: a syllable, too weak to end it
PAUSE_FRAMES = 4  # 80 ms: early enough for an answer within 350 ms of silence
GAP_FRAMES = 15  # a silence up to 300 ms before speech goes on was a gap between syllables ...
LATER_FRAMES = 3  # ... of a slow or soft voice: look for its pauses so much later ...
LATEST_FRAMES = 10  # ... and at the latest after this
NOISE_FRAMES = 8  # voiced frames that never became speech, to call an empty turn noisy


@dataclass(frozen=True, slots=True)
class SpeechStarted:
    """Speech is certain. The utterance began `look_back_frames` before the end of this frame
    (this frame counts); that includes 300 ms ahead of its first voiced frame."""

    look_back_frames: int


@dataclass(frozen=True, slots=True)
class PauseStarted:
    """80 ms of silence: the time to recognise on trial, see Endpointer.set_completeness.

    Later for a voice that has made gaps inside words: each trial costs a recognition. Comes
    again within a pause when a soft last syllable was heard in it that the trial has missed.
    """


@dataclass(frozen=True, slots=True)
class SpeechResumed:
    """The pause was none; a trial recognition is stale."""


class EndReason(StrEnum):
    SILENCE = "silence"
    COMPLETE = "complete"
    TOO_LONG = "too_long"


@dataclass(frozen=True, slots=True)
class UtteranceEnded:
    """`frames` from the start (look-back included) to now; the last `silent_frames` are silence."""

    reason: EndReason
    frames: int
    silent_frames: int


@dataclass(frozen=True, slots=True)
class NoInput:
    """Nobody spoke within the patience of the question."""


@dataclass(frozen=True, slots=True)
class NoiseOnly:
    """There was sound, but nothing long enough to be a word."""


EndpointEvent = SpeechStarted | PauseStarted | SpeechResumed | UtteranceEnded | NoInput | NoiseOnly


class _State(Enum):
    WAITING = "waiting"
    SPEAKING = "speaking"
    OVER = "over"


class Endpointer:
    """One listening turn. The clocks of `no_input` and `longest` start when the prompt has ended
    or, for `longest`, when the caller speaks into it."""

    def __init__(
        self,
        patience: Patience,
        *,
        prompt_playing: bool = False,
        before: Iterable[bool] = (),
        fluent: bool = False,
    ) -> None:
        """With `prompt_playing` the turn waits for `prompt_ended` before it loses patience. A
        `fluent` caller makes no stops (ivr.listening.fluency).

        `before` are the decisions of the frames right before the turn, the latest last: who
        spoke on when the last turn had ended began in them, and is heard from there.
        """
        self._ending_silence = {
            Completeness.COMPLETE: _frames(patience.complete_silence),
            Completeness.LIKELY: _frames(patience.likely_silence),
            Completeness.UNSURE: _frames(
                patience.fluent_silence if fluent else patience.end_silence
            ),
            Completeness.OPEN: _frames(patience.open_silence),
            # A car has passed: the caller is about to speak, however fluent they are.
            Completeness.WORDLESS: _frames(patience.end_silence),
        }
        self._no_input = _frames(patience.no_input)
        self._longest = _frames(patience.longest)
        self._prompt_playing = prompt_playing
        self._state = _State.WAITING
        self._completeness: Completeness | None = None  # of this pause; None: not known yet
        self._turn_frames = 0  # since the caller was free to speak, or spoke
        self._waited = 0  # since the prompt ended or the wait began again
        self._noise = 0  # voiced frames outside speech
        self._recent: deque[bool] = deque(maxlen=ONSET_WINDOW)
        self._utterance = 0
        self._silent = 0
        self._paused = False
        self._weak = False  # whether a soft syllable came since the pause began
        self._renewed = False  # once a pause: breath and clicks go on for ever
        self._pause_frames = PAUSE_FRAMES
        self._begun_before = False
        self._catch_up(before)

    @property
    def speaking(self) -> bool:
        """Inside an utterance, its pauses included."""
        return self._state is _State.SPEAKING

    @property
    def over(self) -> bool:
        return self._state is _State.OVER

    def prompt_ended(self, before: Iterable[bool] = ()) -> None:
        """Our prompt has been played out (or was cut off): from now the caller is waited for.

        `before` are the decisions of its last frames where they differ from those that were fed:
        who began to answer too softly to interrupt is heard from there.
        """
        self._prompt_playing = False
        self._waited = 0
        if self._state is _State.WAITING:
            self._catch_up(before)

    def set_completeness(self, completeness: Completeness) -> None:
        """How whole what was heard up to this pause is: how long a silence ends the utterance.

        Holds until speech resumes; outside a pause it does nothing.
        """
        if self._paused:
            self._completeness = completeness

    def wait_again(self, before: Iterable[bool] = ()) -> None:
        """The utterance was nothing (a cough, a bare 嗯): go on with the same turn.

        The wait for the first word begins anew, the limit of the turn does not. `before` are
        the decisions of the frames since the utterance ended.
        """
        self._state = _State.WAITING
        self._completeness = None
        self._paused = False
        self._recent.clear()
        self._waited = 0
        self._noise = NOISE_FRAMES
        self._catch_up(before)

    def feed(self, voiced: bool) -> EndpointEvent | None:
        """One frame's decision; at most one event."""
        if self._state is _State.OVER:
            return None
        if self._state is _State.SPEAKING or not self._prompt_playing:
            self._turn_frames += 1
        self._recent.append(voiced)
        if self._begun_before:
            self._begun_before = False
            self._utterance += 1
            self._silent = 0 if voiced else self._silent + 1
            return SpeechStarted(self._utterance)
        return self._wait(voiced) if self._state is _State.WAITING else self._follow(voiced)

    def _catch_up(self, before: Iterable[bool]) -> None:
        for voiced in before:
            self._recent.append(voiced)
            if self._state is _State.WAITING:
                self._begin_if_speech()
            else:
                self._utterance += 1
                self._silent = 0 if voiced else self._silent + 1
        self._begun_before = self.speaking

    def _begin_if_speech(self) -> None:
        if sum(self._recent) >= ONSET_VOICED:
            first = list(self._recent).index(True)
            self._state = _State.SPEAKING
            self._utterance = len(self._recent) - first + LOOK_BACK_FRAMES
            self._noise = 0
            self._silent = 0
            self._completeness = None
            self._paused = self._weak = self._renewed = False

    def _wait(self, voiced: bool) -> EndpointEvent | None:
        self._begin_if_speech()
        if self._state is _State.SPEAKING:
            return SpeechStarted(self._utterance)
        self._noise += voiced
        if self._prompt_playing:
            return None
        self._waited += 1
        beginning = sum(list(self._recent)[-RESUME_WINDOW:]) >= RESUME_VOICED - 1
        patience_gone = self._waited >= self._no_input and not beginning
        if patience_gone or self._turn_frames >= self._longest:
            self._state = _State.OVER
            return NoiseOnly() if self._noise >= NOISE_FRAMES else NoInput()
        return None

    def _follow(self, voiced: bool) -> EndpointEvent | None:
        self._utterance += 1
        lately = sum(list(self._recent)[-RESUME_WINDOW:])
        event: EndpointEvent | None = None
        if voiced and lately >= RESUME_VOICED:
            if self._paused:
                event = SpeechResumed()
                if self._silent < GAP_FRAMES + RESUME_VOICED:
                    later = self._pause_frames + LATER_FRAMES
                    self._pause_frames = min(later, LATEST_FRAMES)
            self._silent, self._paused, self._completeness = 0, False, None
            self._weak = self._renewed = False
        else:
            self._silent += 1
            self._weak |= self._paused and lately >= WEAK_VOICED
        if self._turn_frames >= self._longest:
            return self._end(EndReason.TOO_LONG)
        quiet = not any(list(self._recent)[-PAUSE_FRAMES:])
        missed = self._weak and quiet and not self._renewed
        if missed:
            self._silent, self._renewed = PAUSE_FRAMES, True
        if missed or (self._silent >= self._pause_frames and not self._paused and not voiced):
            self._paused, self._completeness, self._weak = True, None, False
            event = PauseStarted()
        # Speech that perhaps begins again is not cut off in its first syllable.
        beginning = voiced or lately >= RESUME_VOICED - 1
        if event is None and not beginning and self._silence_is_enough():
            complete = self._completeness is Completeness.COMPLETE
            return self._end(EndReason.COMPLETE if complete else EndReason.SILENCE)
        return event

    def _silence_is_enough(self) -> bool:
        return self._silent >= self._ending_silence[self._completeness or Completeness.OPEN]

    def _end(self, reason: EndReason) -> UtteranceEnded:
        self._state = _State.OVER
        return UtteranceEnded(reason, self._utterance, self._silent)


def _frames(seconds: float) -> int:
    return max(1, round(seconds / FRAME_SECONDS))
