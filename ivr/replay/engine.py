"""One case through the agent's own call session, on a virtual clock and a fresh database.

What runs is what runs in a live call: endpointing, recogniser, scoring, grammars, dialogue, booking
core, the agent's rendered voice. What differs are the ports: the line is the case's caller,
the clock is virtual and real work is charged a fixed time (ivr.replay.charges).
"""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from zlib import crc32

from booking_client.demo.people import DemoRealNameRegistry
from booking_client.demo.reports import DemoReportDesk
from booking_client.interface import BookingCore
from dialogs.commands import Listen
from dialogs.outcomes import Category, Outcome, Reason
from dialogs.wording import load_wording
from grammars.question import Question
from ivr.agent.desk import HotlineDesk
from ivr.agent.speech import rendered
from ivr.audio_file import AudioFileError
from ivr.call_log import Turn
from ivr.caller.background import Talk, background
from ivr.caller.case import Act, Case
from ivr.caller.leg import CallerLeg
from ivr.caller.sound_level import Signal
from ivr.caller.speech import CallerStudio, Span
from ivr.config import Config
from ivr.ports import SAMPLE_RATE, Recogniser, Voice, VoiceError
from ivr.replay import judge
from ivr.replay.charges import ChargedFragments, ChargedRecogniser, charged_port
from ivr.replay.line import ReplayedLine, Tape
from ivr.replay.masked_tape import MaskedTape
from ivr.replay.overlap import talking, utterances
from ivr.replay.result import CaseResult, MadeBooking
from ivr.replay.trace import Trace
from ivr.replay.virtual_time import VirtualClock, VirtualTimeLoop, virtual_loop
from ivr.replay.world import bookings_of, open_hotline, open_world
from ivr.session.call_ports import CallFacts, TurnLog
from ivr.session.call_session import CallSession, SharedParts
from ivr.session.closed_lists import ClosedLists
from ivr.voices.conditioning import LEVEL
from ivr.voices.speaker import Listener

log = logging.getLogger(__name__)

DEFAULT_TODAY = dt.datetime(2026, 3, 2, 9, 10)
"""A Monday morning of a week without holidays, for cases that name no day."""
_BEHIND_SECONDS = 20  # of background, then it begins anew


@dataclass(frozen=True, slots=True)
class Engines:
    """What is loaded once a process: the recogniser and the agent's voice."""

    recogniser: Recogniser
    voice: Voice


@dataclass(frozen=True, slots=True)
class Job:
    """One case, where it lies, the seeded database it starts from and where its audio goes;
    `given` are the bookings that stand in that database. `masked`: the audio is as the recording of
    a live call, silent wherever an ID number may be."""

    case: Case
    file: Path
    template: Path
    folder: Path
    given: tuple[MadeBooking, ...] = ()
    masked: bool = False


def replay(
    job: Job, engines: Engines, config: Config, turn_log: TurnLog | None = None
) -> CaseResult:
    """Run the case to its end; the same case gives the same result. `turn_log` is given its turns.

    Raises VoiceError, AudioFileError, CoreUnavailable; what breaks the session is in the result.
    """
    with asyncio.Runner(loop_factory=VirtualTimeLoop) as runner:
        return runner.run(_Replay(job, engines, config, turn_log or _NoLog()).run())


class _Replay:
    def __init__(self, job: Job, engines: Engines, config: Config, turn_log: TurnLog) -> None:
        self._job = job
        self._log = turn_log
        self._engines = engines
        self._config = config
        self._notices: list[Mapping[str, object]] = []
        self._keys: list[str] = []
        self._leg: CallerLeg | None = None
        self._broke = ""
        self._trace: Trace
        self._spans: Mapping[Act, Span] = {}

    async def run(self) -> CaseResult:
        job, loop = self._job, virtual_loop()
        case = job.case
        clock = VirtualClock(case.today or DEFAULT_TODAY)
        job.folder.mkdir(parents=True, exist_ok=True)
        database = job.folder / "booking.db"
        with loop.outside_work():
            seed = crc32(case.name.encode())
            core = await open_world(job.template, database, seed=seed)
            hotline = await open_hotline(seed)
        try:
            with loop.outside_work():
                lists = _WatchedLists(core)
                await lists.load()
            lists.charge(charged_port(core, self._config.replay.core))
            self._trace = Trace(loop.time, lambda: lists.asked)
            tape = MaskedTape() if job.masked else Tape()
            desk = charged_port(HotlineDesk(hotline, clock, lambda: None), self._config.replay.core)
            async with CallerStudio(self._config) as studio:
                acts = await self._acts(studio)
                await self._call(clock, core, lists, tape, desk, acts)
            if acts.fault is not None:  # the tester's, not the agent's
                raise acts.fault
            with loop.outside_work():
                bookings = await bookings_of(core, clock.now())
        finally:
            with loop.outside_work():
                await hotline.close()
                await core.close()
            database.unlink()
        turns = self._trace.turns()
        result = judge.judged(
            case, job.file, self._notices, self._keys, bookings, turns, loop.time(), job.given
        )
        said = utterances(self._trace.spoke(), self._spans, talking(tape.agents_leg))
        result = replace(result, utterances=said, asides=self._trace.asides())
        if self._broke:
            result = replace(result, outcome=None, failures=(self._broke, *result.failures))
        name, turn_audio = job.folder.name, ""
        tape.write(job.folder / "call.wav")
        if result.first_wrong is not None:
            turn_audio = f"{name}/turn-{result.first_wrong}.wav"
            turn = turns[result.first_wrong - 1]
            tape.write(job.folder.parent / turn_audio, turn.at, turn.until)
        return replace(result, audio=f"{name}/call.wav", turn_audio=turn_audio)

    async def _acts(self, studio: CallerStudio) -> _ActsAsTheyCome:
        """The caller takes up the telephone."""
        case = self._job.case
        acts = _ActsAsTheyCome(case, self._job.file.parent, studio, await studio.talk(case))
        self._spans = acts.spans
        self._leg = CallerLeg(case, acts.sounds, await _behind(case, studio), self._acted)
        return acts

    async def _call(
        self,
        clock: VirtualClock,
        core: BookingCore,
        lists: ClosedLists,
        tape: Tape,
        desk: HotlineDesk,
        acts: _ActsAsTheyCome,
    ) -> None:
        case, config, leg = self._job.case, self._config, self._leg
        assert leg is not None
        voice, workers = self._engines.voice, config.voice.workers
        fragments = rendered(voice, config.rendered, workers)
        personal = rendered(voice, config.replays / "speech", workers)
        shared = SharedParts(
            clock=clock,
            recogniser=ChargedRecogniser(self._engines.recogniser, config.replay),
            voice=ChargedFragments(fragments, personal, config.replay.synthesis),
            fallback_voice=None,
            listener=Listener(config.voice.rate, config.voice.gain_db),
            fragment_limit=config.voice.fragment_limit,
            core=charged_port(core, config.replay.core),
            registry=charged_port(DemoRealNameRegistry(), config.replay.core),
            reports=charged_port(DemoReportDesk(), config.replay.core),
            lists=lists,
            wording=load_wording(),
            observer=self,
            desk=desk,
        )
        answered = case.operators == "answer"
        line = ReplayedLine(clock, leg, operators_answer=answered, before=acts.make)
        facts = CallFacts("replay", case.caller, longest=config.agent.longest_call)
        try:
            await CallSession(shared, line, tape, self._log, facts).run()
        except* Exception as group:
            # A live caller is taken to a person by the dialplan; the case is told as lost.
            log.exception("%s: the session broke", self._job.file)
            self._broke = f"the session broke: {_first(group)!r}"
        finally:
            await fragments.aclose()
            await personal.aclose()

    # --- ivr.session.observer.Observer

    def notice(self, kind: str, call_id: str, fields: Mapping[str, object]) -> None:
        notice = {"kind": kind, "call_id": call_id, **fields}
        self._notices.append(notice)
        self._trace.notice(notice)
        if self._leg is not None:
            self._leg.told(notice)

    def _acted(self, act: Act) -> None:
        self._keys.extend(act.press or "")
        self._trace.acted(act)


class _ActsAsTheyCome:
    """The sound of what the caller does, made when it is about to be heard: most callers never
    come to their second answer. It takes no time of the call's."""

    def __init__(self, case: Case, folder: Path, studio: CallerStudio, talk: Talk) -> None:
        self._case = case
        self._folder = folder
        self._studio = studio
        self._talk = talk
        self._made: set[Act] = set()
        self.sounds: dict[Act, bytes] = {}
        self.spans: dict[Act, Span] = {}
        self.fault: VoiceError | AudioFileError | None = None

    async def make(self, act: Act) -> None:
        """Raises VoiceError, AudioFileError."""
        if act in self._made:
            return
        self._made.add(act)
        try:
            with virtual_loop().outside_work():
                sound = await self._studio.sound(self._case, act, self._folder, self._talk)
        except (VoiceError, AudioFileError) as fault:
            self.fault = fault
            raise
        if sound is not None:
            self.sounds[act], self.spans[act] = sound.pcm, sound.speech


class _WatchedLists(ClosedLists):
    """Remembers the question that is open, to know what the caller's words should have meant."""

    asked: Question | None = None

    def charge(self, core: BookingCore) -> None:
        """From now on ask `core`."""
        self._core = core

    async def question(self, listen: Listen, today: dt.date) -> Question:
        self.asked = await super().question(listen, today)
        return self.asked


class _NoLog:
    """ivr.session.call_ports.TurnLog: the result holds what a call log would."""

    async def turn(self, turn: Turn) -> None:
        """Not kept."""

    async def concluded(self, outcome: Outcome, category: Category, reason: Reason) -> None:
        """Not kept."""


def _first(group: BaseExceptionGroup[Exception]) -> BaseException:
    """What broke first, out of all groups around it."""
    error: BaseException = group
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error


async def _behind(case: Case, studio: CallerStudio) -> Signal | None:
    """The background of the whole call, under speech of the usual level."""
    if case.noise is None:
        return None
    count = _BEHIND_SECONDS * SAMPLE_RATE
    sound = background(case.noise, count, crc32(case.name.encode()), await studio.talk(case))
    return sound * LEVEL * 10 ** (-case.snr_db / 20)
