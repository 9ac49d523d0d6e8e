"""The synthetic caller: dials over real SIP, listens to the live feed for what is asked, answers.

It speaks with a voice that is not the agent's. What it knows of the conversation
comes from the agent's feed (which question is open, when the prompt is over);
what it says goes only over the telephone line.
"""

from __future__ import annotations

import asyncio
import contextlib
import tempfile
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ivr.agent.live_feed import watch
from ivr.audio_file import AudioFileError, write_speech
from ivr.caller.case import Act, Answer, Aside, Case
from ivr.caller.lossy_line import over_lossy_line
from ivr.caller.script import Script
from ivr.caller.speech import CallerStudio
from ivr.caller.turn_taker import Action, CallOver, Mutter, Speak, TurnTaker
from ivr.pbx.sip_phone import CallEnded, PhoneError, SipPhone

ANSWER_LIMIT = 15.0  # seconds from dialling to the answer (GB/T 33358: within 15 s)
LONGEST_CALL = 600.0
LAST_WORDS = 3.0  # seconds after the line closed for the agent to say how the call ended


class CallFault(Exception):
    """The call could not be placed or followed; one line."""


@dataclass(frozen=True, slots=True)
class Dialled:
    """Where to dial and as whom."""

    uri: str
    secret: str
    user: str = "caller"


@dataclass(frozen=True, slots=True)
class CallReport:
    """`outcome` and `reason` as the agent's feed told them; None when the call ended without
    (agent killed, line broken). `notices` are all of this call's notices. `heard_since`: when
    what the caller hears began (CLOCK_MONOTONIC; None: it never did)."""

    outcome: str | None
    reason: str | None
    notices: tuple[Mapping[str, object], ...]
    heard_since: float | None = None

    @property
    def code(self) -> str | None:
        booked = next((n for n in self.notices if n["kind"] == "booked"), None)
        return str(booked["code"]) if booked else None


class SyntheticCaller:
    """Places calls one at a time. `told` hears every notice of the call, `acted` every act
    of the caller as it begins."""

    def __init__(
        self,
        studio: CallerStudio,
        dialled: Dialled,
        feed: Path,
        *,
        told: Callable[[Mapping[str, object]], None] = lambda notice: None,
        acted: Callable[[Act], None] = lambda act: None,
    ) -> None:
        self._studio = studio
        self._dialled = dialled
        self._feed = feed
        self._told = told
        self._acted = acted

    async def place(
        self, case: Case, folder: Path, record: Path | None = None, *, pinned: bool = False
    ) -> CallReport:
        """One call from dialling to its end. WAV files of the case lie in `folder`. `pinned`: the
        agent's clock shows the day of the case; else the caller objects to no day.

        Raises CallFault.
        """
        taker = TurnTaker(Script(case if pinned else case.on_any_day()), case.caller)
        with tempfile.TemporaryDirectory() as workshop:
            sounds = await self._sounds(case, folder, Path(workshop))
            phone = SipPhone.calling(
                self._dialled.uri,
                secret=self._dialled.secret,
                user=self._dialled.user,
                number=case.caller,
                record=record,
            )
            try:
                async with asyncio.timeout(LONGEST_CALL), watching(self._feed) as notices, phone:
                    await phone.wait_for("answered", seconds=ANSWER_LIMIT)
                    over = await self._follow(phone, taker, notices, sounds, case)
            except (PhoneError, OSError, TimeoutError) as error:
                raise CallFault(str(error) or "the call took too long") from error
        media = phone.happened("media")
        return CallReport(
            over.outcome if over else None,
            over.reason if over else None,
            tuple(taker.notices),
            None if media is None else media.t,
        )

    async def _follow(
        self,
        phone: SipPhone,
        taker: TurnTaker,
        notices: asyncio.Queue[Mapping[str, object] | None],
        sounds: Mapping[Act, Path],
        case: Case,
    ) -> CallOver | None:
        """Until the agent says that the call is over, or the line is closed."""
        timeline = asyncio.create_task(self._play_timeline(phone, case, sounds))
        closed = asyncio.create_task(phone.wait_for("disconnected", seconds=LONGEST_CALL))
        news = asyncio.create_task(notices.get())
        acting: asyncio.Task[None] | None = None
        asides: list[asyncio.Task[None]] = []
        try:
            while True:
                over = closed.done()
                waits: set[asyncio.Task[Any]] = {news}
                if acting is not None:
                    waits.add(acting)
                elif not over:
                    waits.add(closed)
                seconds = LAST_WORDS if over else None
                done, _ = await asyncio.wait(
                    waits, timeout=seconds, return_when=asyncio.FIRST_COMPLETED
                )
                action: Action | None = None
                if acting in done:
                    acting.result()
                    acting, action = None, taker.done()
                elif news in done:
                    notice = news.result()
                    if notice is None:
                        return None  # the agent is gone
                    news = asyncio.create_task(notices.get())
                    known = len(taker.notices)
                    action = taker.take(notice)
                    if len(taker.notices) > known:
                        self._told(notice)
                elif not done:
                    return None  # the line is closed, and the agent has no last words
                if isinstance(action, CallOver):
                    return action
                if isinstance(action, Speak) and not closed.done():
                    acting = asyncio.create_task(self._answer(phone, action.answer, sounds))
                elif isinstance(action, Mutter) and not closed.done():
                    muttered = self._mutter(phone, action.aside, sounds, taker)
                    asides.append(asyncio.create_task(muttered))
        finally:
            for task in (acting, news, closed, timeline, *asides):
                if task is not None:
                    task.cancel()
                    await asyncio.gather(task, return_exceptions=True)

    async def _play_timeline(self, phone: SipPhone, case: Case, sounds: Mapping[Act, Path]) -> None:
        """What the caller does by the clock, from pick-up."""
        loop = asyncio.get_running_loop()
        picked_up = loop.time()
        for act in sorted(case.timed, key=lambda act: act.at):
            await asyncio.sleep(max(0.0, picked_up + act.at - loop.time()))
            await self._act(phone, act, sounds)
        if case.hangs_up_at_end:
            with contextlib.suppress(CallEnded):
                await phone.hang_up()

    async def _answer(self, phone: SipPhone, answer: Answer, sounds: Mapping[Act, Path]) -> None:
        await asyncio.sleep(answer.after if answer.talk_over is None else answer.talk_over)
        await self._act(phone, answer, sounds)

    async def _mutter(
        self, phone: SipPhone, aside: Aside, sounds: Mapping[Act, Path], taker: TurnTaker
    ) -> None:
        """One that comes too late, or while the caller acts, is not heard at all."""
        await asyncio.sleep(aside.talk_over)
        if taker.agent_speaks and not taker.acting:
            await self._act(phone, aside, sounds)

    async def _act(self, phone: SipPhone, act: Act, sounds: Mapping[Act, Path]) -> None:
        self._acted(act)
        if act.press is not None:
            with contextlib.suppress(CallEnded):
                await phone.press(act.press)
        playing = asyncio.create_task(phone.play(sounds[act])) if act in sounds else None
        try:
            if act.hang_up is not None:
                await asyncio.sleep(act.hang_up)
                await phone.hang_up()
            if playing is not None:
                with contextlib.suppress(CallEnded):
                    await playing
        finally:
            if playing is not None:
                playing.cancel()
                await asyncio.gather(playing, return_exceptions=True)

    async def _sounds(self, case: Case, folder: Path, workshop: Path) -> dict[Act, Path]:
        """Every spoken act as a WAV, made before the call: a caller does not wait to speak."""
        try:
            spoken = await self._studio.sounds(case, folder, behind=case.noise)
        except AudioFileError as error:
            raise CallFault(str(error)) from error
        sounds: dict[Act, Path] = {}
        for act, pcm in spoken.items():
            sounds[act] = workshop / f"{len(sounds)}.wav"
            seed = f"{case.name}/{act.line}"
            write_speech(sounds[act], over_lossy_line(pcm, case.level_db, case.loss, seed))
        return sounds


@contextlib.asynccontextmanager
async def watching(feed: Path) -> AsyncIterator[asyncio.Queue[Mapping[str, object] | None]]:
    """The feed's notices as a queue, from before the call on; None when the agent is gone.

    Raises CallFault when no agent is serving.
    """
    notices: asyncio.Queue[Mapping[str, object] | None] = asyncio.Queue()
    connected = asyncio.Event()

    async def read() -> None:
        try:
            async for notice in watch(feed, connected):
                notices.put_nowait(notice)
        finally:
            notices.put_nowait(None)

    reading = asyncio.create_task(read())
    waiting = asyncio.create_task(connected.wait())
    try:
        await asyncio.wait({reading, waiting}, return_when=asyncio.FIRST_COMPLETED)
        if not connected.is_set():
            raise CallFault(f"no agent is serving here ({feed} is not there): `make run` first")
        yield notices
    finally:
        waiting.cancel()
        reading.cancel()
        await asyncio.gather(reading, waiting, return_exceptions=True)
