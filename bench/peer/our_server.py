"""Our listening as a server of the comparison: ear, recogniser, understanding; one reply.

    .venv/bin/python -m bench.peer.our_server --reply reply.wav --prompt prompt.wav

Prints the port it listens at. What runs is what runs in a call (ivr.session.audio_ear,
ivr.voices.speaker and all below them), with a fixed sentence in the place of dialogue and voice.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import datetime as dt
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

from bench.endpointing import DOCTORS, OFFERED, patience_of
from bench.peer import wire
from dialogs.commands import Fragment, KeyMode, Listen, Say
from grammars.closed_list import ClosedList
from grammars.knowledge import department_candidates, hospital_candidates
from grammars.meaning import Candidate, Slot
from grammars.question import Question
from grammars.understand import warm_up
from ivr.audio_file import read_speech
from ivr.clock import SystemClock
from ivr.config import load_config
from ivr.listening.voice_activity import WebRtcVoiceActivity
from ivr.ports import Recogniser
from ivr.recognisers.choice import build_recogniser
from ivr.session.audio_ear import AudioEar
from ivr.session.call_ports import EarHeard, EarNothing, EarReport
from ivr.session.closed_lists import hint_of
from ivr.telephony.frame_clock import FrameClock
from ivr.voices.speaker import Speaker

REPLY = Say("reply", (Fragment("reply"),))
PROMPT = Say("prompt", (Fragment("prompt"),))
TODAY = dt.date(2021, 3, 1)


class Sentences:
    """ivr.ports.FragmentStore of the two recorded sentences."""

    def __init__(self, reply: Path, prompt: Path) -> None:
        self._pcm = {"reply": read_speech(reply), "prompt": read_speech(prompt)}

    async def pcm(self, text: str, keep: bool = True) -> bytes:
        return self._pcm[text]


class NoRecording:
    """ivr.session.audio_ear.UtteranceKeeper: the peer does not record either."""

    seconds = 0.0

    def caller(self, frame: bytes, voiced: bool = False) -> None:
        """Not kept."""

    def hold_from(self, look_back_frames: int) -> int:
        return 0

    def utterance_ended(self) -> None:
        """Not kept."""

    def utterance_understood(self, contains_id: bool, hold: int | None = None) -> None:
        """Not kept."""

    def ask_id_number(self, asking: bool) -> None:
        """Not kept."""


def questions() -> dict[Slot, Question]:
    hospitals = ClosedList(hospital_candidates())
    departments = ClosedList(department_candidates())
    doctors = ClosedList(Candidate(name, (f"{name[0]}医生",)) for name in DOCTORS)
    choices = ClosedList(Candidate(name) for name in OFFERED)
    return {
        slot: Question(
            slot,
            TODAY,
            hospitals=hospitals,
            departments=departments,
            doctors=doctors if slot is Slot.DOCTOR else None,
            choices=choices if slot is Slot.CHOICE else None,
        )
        for slot in Slot
    }


class Call:
    """One connection: listens all the time, answers each turn, listens again."""

    def __init__(
        self,
        recogniser: Recogniser,
        asked: dict[Slot, Question],
        sentences: Sentences,
        writer: asyncio.StreamWriter,
    ) -> None:
        self._asked = asked
        self._writer = writer
        self._slot = Slot.TASK
        self._tasks: set[asyncio.Task[None]] = set()
        self._speaker = Speaker(sentences)
        self._ear = AudioEar(
            SystemClock(),
            recogniser,
            WebRtcVoiceActivity(),
            self._speaker,
            NoRecording(),
            self._reported,
            lambda: None,
            self._spawn,
        )

    async def run(self, reader: asyncio.StreamReader) -> None:
        self._writer.write(wire.told(ready=True))
        self._listen()
        speaking = asyncio.create_task(self._speak())
        try:
            async for item in wire.frames(reader):
                if isinstance(item, bytes):
                    self._ear.heard(item)
                elif "listen" in item:
                    self._slot = Slot(item["listen"])
                    self._listen()
                elif item.get("say") == "prompt":
                    self._speaker.say(PROMPT)
                    self._listen()
        finally:
            speaking.cancel()
            self._ear.close()
            await self._speaker.aclose()
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(speaking, *self._tasks, return_exceptions=True)

    async def _speak(self) -> None:
        async for _ in FrameClock(SystemClock()):
            frame = self._speaker.next_frame()
            self._ear.played(frame.pcm)
            self._writer.write(wire.audio(frame.pcm))

    def _listen(self) -> None:
        keys = KeyMode.ID_NUMBER if self._slot is Slot.ID_NUMBER else KeyMode.MENU
        question = self._asked[self._slot]
        listen = Listen(self._slot, patience_of(self._slot), keys=keys)
        self._ear.listen(listen, question, hint_of(question))

    def _reported(self, report: EarReport) -> None:
        """Silence and noise are no turn, as they are none for the peer."""
        if isinstance(report, EarNothing):
            self._listen()
            return
        heard = ""
        if isinstance(report, EarHeard) and report.recognition.hypotheses:
            heard = report.recognition.hypotheses[0].text
        self._writer.write(wire.told(turn=heard))
        self._speaker.say(REPLY)
        self._listen()

    def _spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task


async def serve(reply: Path, prompt: Path) -> None:
    config = load_config(Path("config.yaml")).recogniser
    recogniser = build_recogniser(
        "whisper",
        model="whisper-base",
        threads=config.threads,
        workers=config.workers,
        time_limit=config.time_limit,
    )
    asked, sentences = questions(), Sentences(reply, prompt)
    warm_up()
    for question in asked.values():
        hint_of(question)

    async def call(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await Call(recogniser, asked, sentences, writer).run(reader)
        finally:
            writer.close()

    server = await asyncio.start_server(call, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    async with server:
        with contextlib.suppress(asyncio.CancelledError):
            await server.serve_forever()
    await recogniser.aclose()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--reply", type=Path, required=True)
    parser.add_argument("--prompt", type=Path, required=True)
    chosen = parser.parse_args()
    asyncio.run(serve(chosen.reply, chosen.prompt))


if __name__ == "__main__":
    main()
