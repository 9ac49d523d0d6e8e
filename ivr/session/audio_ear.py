"""The ear of a call with audio: frames -> utterance -> recognition -> meaning -> one report.

Frames come in from the media loop (`heard`, `played`), the conversation opens
turns (`listen`). Recognition starts on trial in the first pause; when its
meaning is already a complete answer the utterance ends sooner. Nothing here
blocks the event loop: recognition runs in the engine's threads, understanding in
the executor's.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any, Protocol

from dialogs.commands import KeyMode, Listen
from grammars.completeness import Completeness, completeness
from grammars.meaning import PRIVATE_SLOTS, Hypothesis, Slot, Understanding
from grammars.question import Question
from ivr.call_log.id_masking import holds_id_number
from ivr.listening.ear import Ear, Interrupted
from ivr.listening.endpointing import (
    NoInput,
    NoiseOnly,
    PauseStarted,
    SpeechResumed,
    SpeechStarted,
    UtteranceEnded,
)
from ivr.listening.speech_span import CallersLevel, SpeechSpan
from ivr.listening.voice_activity import LOOK_BACK_FRAMES, VoiceActivity
from ivr.ports import (
    FRAME_SECONDS,
    Clock,
    Hint,
    Recogniser,
    RecogniserStream,
    Recognition,
    TurnTimings,
)
from ivr.session.call_ports import EarFailed, EarHeard, EarNothing, EarReport
from ivr.session.meaning import meaning_of

log = logging.getLogger(__name__)

UNDERSTANDING_LIMIT = 4.0  # seconds; milliseconds are usual


class Prompt(Protocol):
    """What the ear asks of the mouth (ivr.voices.speaker.Speaker)."""

    @property
    def speaking(self) -> bool: ...

    @property
    def interruptible(self) -> bool: ...

    @property
    def marks(self) -> frozenset[str]: ...

    def stop(self) -> None: ...


class UtteranceKeeper(Protocol):
    """What the ear tells the recording (ivr.recording.stereo_recorder.StereoRecorder)."""

    @property
    def seconds(self) -> float:
        """Length of the recording so far."""
        ...

    def caller(self, frame: bytes, voiced: bool = False) -> None: ...

    def hold_from(self, look_back_frames: int) -> int: ...

    def utterance_ended(self) -> None: ...

    def utterance_understood(self, contains_id: bool, hold: int | None = None) -> None: ...

    def ask_id_number(self, asking: bool) -> None: ...


@dataclass(slots=True)
class _Turn:
    """One listening turn, from `listen` to its report."""

    listen: Listen
    question: Question
    hint: Hint
    prompt_playing: bool = True
    deaf: bool = False  # a prompt that may not be interrupted is playing
    hold: int | None = None
    began: float = 0.0  # seconds from the beginning of the recording
    ended: float = 0.0
    stream: RecogniserStream | None = None
    marks: frozenset[str] = frozenset()
    spoken_until: float = 0.0
    interrupted: bool = False  # the caller spoke our prompt down, or spoke after it
    cut_off: bool = False  # our prompt was broken off by what is being heard
    span: SpeechSpan = field(default_factory=SpeechSpan)
    trial: asyncio.Task[None] | None = None
    understood: Understanding | None = None  # of the trial, as long as it holds


class AudioEar:
    """One call's ear. `report` gets exactly one report for each turn that is not closed."""

    def __init__(
        self,
        clock: Clock,
        recogniser: Recogniser,
        activity: VoiceActivity,
        prompt: Prompt,
        keeper: UtteranceKeeper,
        report: Callable[[EarReport], None],
        ready: Callable[[], None],
        spawn: Callable[[Coroutine[Any, Any, None]], asyncio.Task[None]],
    ) -> None:
        """`ready` is called once a turn, when the prompt is over and the caller may speak;
        `spawn` makes a task that the call owns and waits for."""
        self._clock = clock
        self._recogniser = recogniser
        self._ear = Ear(activity)
        self._callers_level = CallersLevel()
        self._prompt = prompt
        self._keeper = keeper
        self._report = report
        self._ready = ready
        self._spawn = spawn
        self._turn: _Turn | None = None

    # --- the conversation's side

    def listen(self, listen: Listen, question: Question, hint: Hint) -> None:
        self.close()
        self._keeper.ask_id_number(listen.keys is KeyMode.ID_NUMBER)
        deaf = not (listen.barge_in and self._prompt.interruptible)
        turn = self._turn = _Turn(listen, question, hint, deaf=deaf)
        self._ear.open_turn(listen.patience, prompt_playing=True, barge_in=not turn.deaf)
        self._note_prompt(turn)

    def close(self) -> None:
        turn, self._turn = self._turn, None
        self._ear.close_turn()
        self._keeper.ask_id_number(False)
        if turn is not None:
            self._never_understood(turn)
            self._drop(turn)

    # --- the media loop's side

    def played(self, frame: bytes) -> None:
        """Every frame that was sent to the caller, silence included."""
        self._ear.played(frame)

    def heard(self, frame: bytes) -> None:
        """One 20 ms frame of the caller."""
        turn = self._turn
        if turn is not None:
            self._note_prompt(turn)
        events = self._ear.heard(frame)
        self._keeper.caller(frame, self._ear.callers_voice)
        if turn is None:
            return
        if turn.stream is not None:
            turn.stream.accept(frame)
        voiced = self._ear.callers_voice
        if voiced:
            turn.spoken_until = self._clock.monotonic()
        if turn.stream is not None:
            turn.span.feed(self._ear.activity.level if voiced else None)
        for event in events:
            match event:
                case Interrupted():
                    self._interrupted(turn)
                case SpeechStarted(look_back):
                    self._speech_started(turn, look_back)
                case PauseStarted():
                    self._pause_started(turn)
                case SpeechResumed():
                    self._speech_resumed(turn)
                case UtteranceEnded():
                    self._keeper.utterance_ended()
                    turn.ended = self._keeper.seconds
                    self._spawn(self._recognise(turn, self._clock.monotonic()))
                case NoInput():
                    self._finish(turn, EarNothing(noise=False))
                case NoiseOnly():
                    self._finish(turn, EarNothing(noise=True))

    # --- our prompt and the caller's voice

    def _note_prompt(self, turn: _Turn) -> None:
        """When our prompt is over, or was cut off, the caller's time begins."""
        if turn.prompt_playing and not self._prompt.speaking:
            turn.prompt_playing = turn.deaf = False
            self._ear.prompt_ended()
            self._ready()
        elif turn.deaf and turn.listen.barge_in and self._prompt.interruptible:
            turn.deaf = False
            self._ear.open_turn(turn.listen.patience, prompt_playing=True)

    def _interrupted(self, turn: _Turn) -> None:
        """Barge-in: what had been played when the caller spoke is what counts as said."""
        turn.marks = self._prompt.marks
        turn.interrupted = True
        turn.cut_off = self._prompt.speaking
        self._prompt.stop()
        self._note_prompt(turn)

    def _speech_started(self, turn: _Turn, look_back: int) -> None:
        if not turn.interrupted:
            turn.marks = self._prompt.marks
            turn.interrupted = not turn.prompt_playing
        turn.hold = self._keeper.hold_from(look_back)
        turn.span = SpeechSpan(max(0, look_back - LOOK_BACK_FRAMES))
        turn.began = self._keeper.seconds - look_back * FRAME_SECONDS
        turn.stream = self._recogniser.open(turn.hint)
        turn.stream.accept(self._ear.recent(look_back))

    # --- one utterance

    def _pause_started(self, turn: _Turn) -> None:
        if turn.stream is not None and turn.listen.expect is not Slot.STATEMENT:
            if turn.trial is not None:  # a soft last syllable came after it had begun
                self._withdraw_trial(turn)
            turn.stream.speculate()
            turn.trial = self._spawn(self._try(turn, turn.stream))

    def _speech_resumed(self, turn: _Turn) -> None:
        self._withdraw_trial(turn)

    def _withdraw_trial(self, turn: _Turn) -> None:
        turn.understood = None
        if turn.trial is not None:
            turn.trial.cancel()
            turn.trial = None
        if turn.stream is not None:
            turn.stream.resume()

    async def _try(self, turn: _Turn, stream: RecogniserStream) -> None:
        """Recognise what there is: how whole it is says how long to wait for more."""
        understood: Understanding | None = None
        partial = stream.partial()
        try:
            if partial == "":  # the engine is behind; finishing would end its stream
                whole = Completeness.UNSURE
            elif partial is not None:  # it recognises as it listens
                so_far = Recognition((Hypothesis(partial, 0.5),), self._recogniser.name, 0.0)
                meaning = await self._understand(turn.question, so_far)
                whole = await self._completeness(turn.question, meaning)
            else:
                recognition = await stream.finish()
                understood = await self._understand(turn.question, recognition)
                whole = await self._completeness(turn.question, understood)
        except Exception as error:  # whatever breaks, the caller's call goes on
            log.warning("recognition on trial failed: %s", type(error).__name__)
            whole = Completeness.UNSURE  # the final attempt will say what is wrong
        if turn is self._turn and turn.trial is asyncio.current_task():
            turn.understood = understood
            self._ear.set_completeness(whole)

    async def _recognise(self, turn: _Turn, decided: float) -> None:
        timings = TurnTimings(endpointing=decided - turn.spoken_until)
        stream = turn.stream
        if stream is None:
            self._finish(turn, EarNothing(noise=True, cut_off=turn.cut_off))
            return
        try:
            recognition = await stream.finish()
            recognised = self._clock.monotonic()
            if turn.trial is not None:  # it understands just now: not twice
                await asyncio.wait({turn.trial}, timeout=UNDERSTANDING_LIMIT)
            # The trial's meaning holds: it was withdrawn if speech had gone on.
            understanding = turn.understood or await self._understand(turn.question, recognition)
        except Exception as error:  # whatever breaks, the caller hears a spoken repair
            log.error("recognition failed: %s", type(error).__name__)
            self._never_understood(turn)
            self._finish(turn, EarFailed((turn.began, turn.ended)))
            return
        timings.recognition = recognised - decided
        timings.understanding = self._clock.monotonic() - recognised
        if turn is not self._turn:
            return  # closed meanwhile; `close` has settled the recording
        heard_nothing = not recognition.hypotheses
        self._understood(turn, recognition, understanding)
        over_prompt = turn.prompt_playing and not turn.interrupted
        if over_prompt and (heard_nothing or understanding.backchannel):
            self._go_on(turn)
        elif heard_nothing:
            self._finish(turn, EarNothing(noise=True, cut_off=turn.cut_off))
        else:
            self._prompt.stop()
            report = EarHeard(
                recognition,
                understanding,
                turn.marks,
                turn.spoken_until,
                timings,
                cut_off=turn.cut_off or over_prompt,
                far=self._callers_level.is_far(turn.span),
                seconds=turn.span.seconds,
                span=(turn.began, turn.ended),
            )
            self._finish(turn, report)

    def _understood(
        self, turn: _Turn, recognition: Recognition, understanding: Understanding
    ) -> None:
        """The recording may have this utterance, unless it holds (part of) an ID number."""
        texts = tuple(hypothesis.text for hypothesis in recognition.hypotheses)
        asked = turn.listen.expect in PRIVATE_SLOTS
        private = asked or not texts or holds_id_number(texts, understanding)
        self._keeper.utterance_understood(private, turn.hold)
        turn.hold = None

    def _go_on(self, turn: _Turn) -> None:
        """嗯, a cough, somebody in the room: our prompt goes on and so does the turn."""
        self._drop(turn)
        turn.stream = turn.trial = turn.understood = None
        turn.interrupted = turn.cut_off = False
        turn.marks = frozenset()
        self._ear.wait_again()

    async def _understand(self, question: Question, recognition: Recognition) -> Understanding:
        async with asyncio.timeout(UNDERSTANDING_LIMIT):
            return await meaning_of(question, recognition)

    async def _completeness(self, question: Question, understood: Understanding) -> Completeness:
        """In a thread: looking through the lists takes 15 ms, most of a frame of every call."""
        return await asyncio.to_thread(completeness, question, understood, understood.text)

    def _finish(self, turn: _Turn, report: EarReport) -> None:
        if turn is not self._turn:
            return
        self._turn = None
        self._ear.close_turn()
        self._drop(turn)
        self._report(report)

    def _never_understood(self, turn: _Turn) -> None:
        """Nobody can say that it held no ID number."""
        if turn.hold is not None:
            self._keeper.utterance_ended()
            self._keeper.utterance_understood(True, turn.hold)
            turn.hold = None

    def _drop(self, turn: _Turn) -> None:
        if turn.trial is not None and turn.trial is not asyncio.current_task():
            turn.trial.cancel()
        if turn.stream is not None:
            turn.stream.close()
