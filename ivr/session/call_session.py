"""A call with audio: the media loops around one conversation.

Live call, replayed recording and test differ only in the ports they bring.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any, Protocol

from booking_client.interface import BookingCore, RealNameRegistry, ReportDesk
from dialogs.wording import Wording
from ivr.listening.voice_activity import WebRtcVoiceActivity
from ivr.ports import (
    SILENCE,
    AudioSink,
    AudioSource,
    CallerFrame,
    CallerKey,
    Clock,
    FragmentStore,
    LineClosed,
    Recogniser,
)
from ivr.session.audio_ear import AudioEar, UtteranceKeeper
from ivr.session.call_ports import (
    CallFacts,
    CallPorts,
    Conclusion,
    Desk,
    LineControl,
    TurnLog,
)
from ivr.session.closed_lists import ClosedLists
from ivr.session.conversation import Conversation
from ivr.session.observer import Observer
from ivr.telephony.frame_clock import FrameClock
from ivr.voices.speaker import Listener, Speaker

log = logging.getLogger(__name__)


class CallLine(AudioSource, AudioSink, LineControl, Protocol):
    """A line with audio both ways that can be transferred and hung up."""


class CallRecording(UtteranceKeeper, Protocol):
    def agent(self, frame: bytes, personal: bool = False) -> None: ...


@dataclass(frozen=True, slots=True)
class SharedParts:
    """What all calls of an agent share."""

    clock: Clock
    recogniser: Recogniser
    voice: FragmentStore
    fallback_voice: FragmentStore | None
    listener: Listener
    fragment_limit: float
    core: BookingCore
    registry: RealNameRegistry
    reports: ReportDesk
    lists: ClosedLists
    wording: Wording
    observer: Observer
    desk: Desk


class CallSession:
    """One call from pick-up to its conclusion."""

    def __init__(
        self,
        shared: SharedParts,
        line: CallLine,
        recording: CallRecording,
        turn_log: TurnLog,
        facts: CallFacts,
    ) -> None:
        self._shared = shared
        self._line = line
        self._recording = recording
        self._log = turn_log
        self._facts = facts
        self._conversation: Conversation | None = None

    def take_over(self) -> bool:
        """A supervisor wants the call to be with a person; False where it does not go on."""
        if self._conversation is None:
            return False
        self._conversation.take_over()
        return True

    async def run(self) -> Conclusion:
        """Until the call is over. Raises what breaks it; the caller of this sees to the caller
        on the line."""
        shared = self._shared
        async with asyncio.TaskGroup() as group:
            speaker = Speaker(
                shared.voice,
                fallback=shared.fallback_voice,
                listener=shared.listener,
                fragment_limit=shared.fragment_limit,
                on_started=lambda: conversation.first_frame(),
            )

            def spawn(work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
                return group.create_task(work)

            ear = AudioEar(
                shared.clock,
                shared.recogniser,
                WebRtcVoiceActivity(),
                speaker,
                self._recording,
                lambda report: conversation.ear_reports(report),
                lambda: conversation.prompt_finished(),
                spawn,
            )
            ports = CallPorts(
                clock=shared.clock,
                ear=ear,
                mouth=speaker,
                line=self._line,
                core=shared.core,
                registry=shared.registry,
                reports=shared.reports,
                lists=shared.lists,
                log=self._log,
                observer=shared.observer,
                desk=shared.desk,
            )
            conversation = Conversation(ports, self._facts, shared.wording)
            self._conversation = conversation
            inbound = group.create_task(self._inbound(conversation, ear, speaker))
            outbound = group.create_task(self._outbound(speaker, ear))
            try:
                return await conversation.run()
            finally:
                self._conversation = None
                inbound.cancel()
                outbound.cancel()
                ear.close()
                await speaker.aclose()

    async def _inbound(self, conversation: Conversation, ear: AudioEar, speaker: Speaker) -> None:
        async for event in self._line.events():
            match event:
                case CallerFrame(pcm):
                    ear.heard(pcm)
                case CallerKey(key):
                    conversation.key_pressed(key)
                case LineClosed():
                    conversation.line_closed()
                    await speaker.aclose()  # whoever waits for speech to end waits no longer

    async def _outbound(self, speaker: Speaker, ear: AudioEar) -> None:
        clock, frames = FrameClock(self._shared.clock), 0
        try:
            async for tick in clock:
                for _ in range(tick.skipped):
                    self._recording.agent(SILENCE)
                frame = speaker.next_frame()
                await self._line.send(frame.pcm)
                ear.played(frame.pcm)
                self._recording.agent(frame.pcm, frame.personal)
                frames += 1
        finally:
            counts = {"frames": frames, "late": clock.late, "skipped": clock.skipped}
            self._shared.observer.notice("media", self._facts.call_id, counts)
