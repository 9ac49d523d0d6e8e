"""The agent: takes the PBX's calls, runs a session for each, keeps what all of them share."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import logging
import socket
from collections.abc import Coroutine
from pathlib import Path
from typing import Any
from uuid import uuid4

from booking_client import connect
from booking_client.demo.people import DemoRealNameRegistry
from booking_client.demo.reports import DemoReportDesk
from booking_client.demo.schedule import ensure_schedule
from booking_client.personal_data import PersonalDataKeys
from booking_client.sql.core import SqlBookingCore
from dialogs.outcomes import Category, Outcome, Reason
from dialogs.wording import load_wording
from ivr.agent.added_aliases import AddedAliases
from ivr.agent.call_logging import CallLogging
from ivr.agent.crisis_line import CrisisLine
from ivr.agent.desk import HotlineDesk
from ivr.agent.live_feed import LiveFeed
from ivr.agent.live_line import LiveLine
from ivr.agent.preparation import DAYS_AHEAD
from ivr.agent.speech import build_speech
from ivr.agent.supervision import Supervision
from ivr.aliases.trials import Trials
from ivr.board.store import Board
from ivr.call_search.store import CallSearch
from ivr.clock import SystemClock
from ivr.config import Config, optional_secret, secret
from ivr.hotline import Hotline
from ivr.live.calls import LiveCalls, Observers
from ivr.ports import Clock, Recogniser
from ivr.recognisers.choice import build_recogniser
from ivr.recording.stereo_recorder import StereoRecorder
from ivr.reports.months import MonthReports
from ivr.retention.store import Retention
from ivr.session.call_ports import CallFacts, Conclusion
from ivr.session.call_session import CallSession, SharedParts
from ivr.session.closed_lists import ClosedLists
from ivr.telephony.agi_server import AgiError, AgiServer, AgiSession
from ivr.telephony.ami import AmiAddress, AmiClient, AmiError
from ivr.telephony.audiosocket_server import AudioSocketServer, LineNotConnected
from ivr.texting.choice import build_sender
from ivr.texting.delivery import TextDelivery
from ivr.voices.speaker import Listener
from ivr.web.accounts.store import AccountBook
from ivr.web.app import build_app
from ivr.web.deps import Deps
from ivr.web.serving import serving

log = logging.getLogger(__name__)

WEB_SECRET = "IVR_WEB_SECRET"
SCRIPT = "12320"  # agi://host:port/12320, see deploy/asterisk
BACKSTOP = 120.0  # seconds past the longest call until Asterisk itself takes the caller away
DRAIN = 3.0  # seconds that running calls get when the agent stops; then a person takes them
NEW_DAY_POLL = 600.0  # seconds between two looks at the calendar
AGENT_BROKE = Conclusion(Outcome.FAILED, Category.CONSULTATION, Reason.AGENT_FAULT)


class Agent:
    """`async with Agent(config) as agent:` - serving inside the block.

    Starting raises what is wrong in one line: RecogniserError, VoiceError,
    DataKeyError, CoreUnavailable, HotlineError, AccountsError, CallSearchError, MissingSecret,
    OSError (a port is taken).
    """

    def __init__(self, config: Config, clock: Clock | None = None) -> None:
        self._config = config
        self._clock = clock or SystemClock()
        self._stack = contextlib.AsyncExitStack()
        self._lines: dict[str, LiveLine] = {}  # by the channel's unique id
        self._audio: AudioSocketServer
        self._ami: AmiClient
        self._crisis_line: CrisisLine
        self._shared: SharedParts
        self._log: CallLogging
        self._hotline: Hotline
        self._desk: HotlineDesk
        self._live = LiveCalls(self._clock.now)
        self._supervision: Supervision
        self._engine = ""

    async def __aenter__(self) -> Agent:
        async with contextlib.AsyncExitStack() as stack:
            await self._start(stack)
            self._stack = stack.pop_all()
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self._stack.aclose()

    async def _start(self, stack: contextlib.AsyncExitStack) -> None:
        config, where = self._config, self._config.agent
        core = await connect(config.core_url)
        stack.push_async_callback(core.close)
        if isinstance(core, SqlBookingCore):  # a booking service has its own schedule
            await ensure_schedule(core.database, self._clock.now().date(), DAYS_AHEAD)
        speech = build_speech(config)
        stack.push_async_callback(speech.aclose)
        self._log = await CallLogging.open(
            config.database_url,
            f"{socket.gethostname()}:{where.agi_port}",
            dt.timedelta(seconds=where.longest_call + BACKSTOP),
            self._clock,
            config.recordings,
            speech.voice.name,
        )
        stack.push_async_callback(self._log.aclose)
        self._hotline = await Hotline.open(config.database_url, PersonalDataKeys.from_environment())
        stack.push_async_callback(self._hotline.close)
        sender = build_sender(config)
        stack.push_async_callback(sender.aclose)
        texts = TextDelivery(self._hotline.texts, sender, self._clock)
        self._desk = HotlineDesk(self._hotline, self._clock, texts.poke)
        recogniser = await asyncio.to_thread(self._recogniser)
        stack.push_async_callback(recogniser.aclose)
        self._engine = recogniser.name
        lists = ClosedLists(core)
        added = AddedAliases(config.aliases, lists, self._clock)
        await lists.load(added.read())
        feed = LiveFeed(config.feed_socket)
        await feed.start()
        stack.push_async_callback(feed.stop)
        self._shared = SharedParts(
            clock=self._clock,
            recogniser=recogniser,
            voice=speech.store,
            fallback_voice=speech.fallback,
            listener=Listener(config.voice.rate, config.voice.gain_db),
            fragment_limit=config.voice.fragment_limit,
            core=core,
            registry=DemoRealNameRegistry(),
            reports=DemoReportDesk(),
            lists=lists,
            wording=load_wording(),
            observer=Observers(feed, self._live),
            desk=self._desk,
        )
        self._ami = AmiClient(
            AmiAddress(where.ami_host, where.ami_port, where.ami_user, secret("IVR_AMI_SECRET"))
        )
        stack.push_async_callback(self._ami.aclose)
        pbx = config.pbx
        self._crisis_line = CrisisLine(
            self._ami, pbx.crisis_line, pbx.crisis_ring_seconds, pbx.hotline
        )
        self._supervision = Supervision(self._ami, pbx.supervisors, pbx.hotline)
        try:
            await self._ami.connect()
        except AmiError as error:
            # Calls work without it; it goes on trying. A silent AudioSocket then waits for the
            # dialplan's own limit.
            log.error("manager interface: %s", error)
        self._audio = AudioSocketServer(where.audiosocket_host, where.audiosocket_port)
        await self._audio.start()
        stack.push_async_callback(self._audio.stop)
        search = await CallSearch.open(config.database_url)
        stack.push_async_callback(search.close)
        retention = await Retention.open(config.database_url, config.retention, config.recordings)
        stack.push_async_callback(retention.close)
        # The real date: what the clock of a rehearsal shows deletes nothing.
        self._begin(stack, retention.run_daily(SystemClock()))
        bookings = core if isinstance(core, SqlBookingCore) else None
        await self._serve_pages(stack, search, retention, bookings)
        calls = AgiServer(self._call, where.agi_host, where.agi_port)
        await calls.start()
        stack.push_async_callback(calls.stop, DRAIN)
        beside = [texts.run(), self._watch_queue(), added.follow(), search.run(self._clock)]
        if bookings is not None:
            beside.append(self._every_day(bookings))
        for work in beside:
            self._begin(stack, work)

    @staticmethod
    def _begin(stack: contextlib.AsyncExitStack, work: Coroutine[Any, Any, None]) -> None:
        """Until the agent stops."""
        stack.push_async_callback(_end, asyncio.create_task(work))

    async def _serve_pages(
        self,
        stack: contextlib.AsyncExitStack,
        search: CallSearch,
        retention: Retention,
        bookings: SqlBookingCore | None,
    ) -> None:
        """The pages of operators, reviewers, supervisors and administrators."""
        config, web = self._config, self._config.web
        if not web.enabled:
            return
        book = await AccountBook.open(config.database_url)
        stack.push_async_callback(book.close)
        board = await Board.open(config.database_url, self._clock.now, self._clock.monotonic)
        stack.push_async_callback(board.close)
        self._begin(stack, board.count_ahead(self._clock))
        reports = MonthReports.open(config.database_url)
        stack.push_async_callback(reports.close)
        core_url, url = config.core_url, config.database_url
        trials = Trials(core_url, url, config.aliases, self._clock)
        stack.push_async_callback(trials.close)
        deps = Deps(
            book=book,
            calls=self._log,
            handovers=self._hotline.handovers,
            board=board,
            reports=reports,
            trials=trials,
            live=self._live,
            control=self._supervision,
            clock=self._clock,
            recordings=config.recordings,
            search=search,
            retention=retention,
            bookings=bookings,
            program_secret=optional_secret(WEB_SECRET),
            https=web.https,
            proxies=frozenset(web.proxies),
        )
        await stack.enter_async_context(serving(build_app(deps), web.host, web.port))

    def _recogniser(self) -> Recogniser:
        chosen = self._config.recogniser
        return build_recogniser(
            chosen.engine,
            model=chosen.model,
            server_url=chosen.server_url,
            threads=chosen.threads,
            workers=chosen.workers,
            time_limit=chosen.time_limit,
        )

    # --- one call

    async def _call(self, agi: AgiSession) -> None:
        if agi.env.get("agi_network_script") != SCRIPT:
            log.warning("AGI request for an unknown script")
            return
        call_id = uuid4()
        channel = agi.env.get("agi_uniqueid", "")
        where = self._config.agent
        address = f"{where.audiosocket_host}:{self._audio.address[1]}"
        line = LiveLine(agi, self._audio, call_id, address, self._crisis_line, where.queue_seconds)
        self._lines[channel] = line
        try:
            await self._take_over(agi, line)
            await self._session(agi, line, str(call_id))
        except (LineNotConnected, AgiError, AmiError) as error:
            log.error("call %s: no audio: %s", call_id, error)
            await self._to_safety_net(agi)
        finally:
            del self._lines[channel]
            await line.finish()

    async def _take_over(self, agi: AgiSession, line: LiveLine) -> None:
        """Open the audio and tell the dialplan that the call is in good hands.

        Until it is told, the dialplan takes the caller back after 3 s: an AudioSocket that says
        nothing is never noticed by Asterisk. AGI cannot tell it while AudioSocket runs,
        so without the manager interface it is told before.
        """
        longest = f"{self._config.agent.longest_call + BACKSTOP:.0f}"
        if not self._ami.connected:
            await agi.set_variable("TIMEOUT(absolute)", longest)
            await line.open()
            return
        await line.open()
        await self._ami.action(
            "AbsoluteTimeout", {"Channel": agi.env.get("agi_channel", ""), "Timeout": longest}
        )

    async def _session(self, agi: AgiSession, line: LiveLine, call_id: str) -> None:
        caller = _number(agi.env.get("agi_callerid", ""))
        recording = StereoRecorder(self._recording_path(call_id))
        await recording.start()
        turn_log = await self._log.call_started(call_id, caller, recording.path, self._engine)
        session = CallSession(
            self._shared,
            line,
            recording,
            turn_log,
            CallFacts(
                call_id,
                caller,
                longest=self._config.agent.longest_call,
                recording=str(recording.path.relative_to(self._config.recordings)),
            ),
        )
        conclusion = AGENT_BROKE
        try:
            with self._supervision.of(call_id, session, agi.env.get("agi_channel", "")):
                conclusion = await session.run()
        except* Exception:
            # The line ends without IVR_END: the dialplan's safety net has the caller.
            log.exception("call %s broke", call_id)
            ended = {"outcome": "failed", "category": "", "reason": AGENT_BROKE.reason.value}
            self._shared.observer.notice("call_ended", call_id, ended)
        finally:
            await recording.close()
            await turn_log.ended(conclusion)

    def _recording_path(self, call_id: str) -> Path:
        day = self._clock.now().date().isoformat()
        return self._config.recordings / day / f"{call_id}.wav"

    async def _to_safety_net(self, agi: AgiSession) -> None:
        """EXEC AudioSocket may hang in a peer that says nothing: take the channel away from it."""
        try:
            await self._ami.redirect(agi.env.get("agi_channel", ""), "safety-net", "s", 1)
        except AmiError as error:
            log.error("redirect to the safety net: %s", error)

    # --- beside the calls

    async def _watch_queue(self) -> None:
        """Tells a queued line that a person has answered."""
        async for event in self._ami.events("AgentConnect"):
            line = self._lines.get(event.get("Uniqueid"))
            if line is not None:
                line.person_answered()

    async def _every_day(self, core: SqlBookingCore) -> None:
        """The demonstration's sessions reach two weeks ahead, also after midnight."""
        known: dt.date | None = None
        while True:
            today = self._clock.now().date()
            if today != known:
                try:
                    await ensure_schedule(core.database, today, DAYS_AHEAD)
                    known = today
                except Exception:
                    log.exception("the sessions of the next days could not be written")
            await self._clock.sleep(NEW_DAY_POLL)


async def _end(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


def _number(caller_id: str) -> str:
    """The calling number; empty when it is withheld."""
    return caller_id if caller_id.isdigit() else ""
