"""A minimal pipecat-ai pipeline that answers every turn with one recorded sentence.

    .venv-peer/bin/python bench/peer/peer_server.py --how shipped|tuned --model DIR \
        --reply reply.wav --prompt prompt.wav

Prints the port it listens at. One pipeline a connection: Silero voice activity, Whisper by
faster-whisper (its own STT service), a turn strategy, and the reply in the place of a language
model and a voice: what is compared is listening.

`shipped`: every default of pipecat-ai 1.14 (smart-turn-v3 decides when a turn is over; beam 5,
temperature fallback, a model for each call, all cores). `tuned`: the best that we found with its
own parts (speech timeout 0.6 s, beam 1, temperature 0, one model for all calls with two workers of
one thread, the recogniser's waiting limit within the speech timeout).
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import wave
from pathlib import Path
from typing import Any

import numpy as np
from faster_whisper import WhisperModel
from loguru import logger
from pipecat.audio.utils import create_stream_resampler
from pipecat.audio.vad.silero import SileroVADAnalyzer
from pipecat.audio.vad.vad_analyzer import VADParams
from pipecat.frames.frames import (
    Frame,
    InputAudioRawFrame,
    OutputAudioRawFrame,
    StartFrame,
    TranscriptionFrame,
    TTSAudioRawFrame,
)
from pipecat.pipeline.pipeline import Pipeline
from pipecat.pipeline.worker import PipelineParams, PipelineWorker
from pipecat.processors.audio.vad_processor import VADProcessor
from pipecat.processors.frame_processor import FrameDirection, FrameProcessor
from pipecat.services.whisper.stt import WhisperSTTService
from pipecat.transcriptions.language import Language
from pipecat.transports.base_input import BaseInputTransport
from pipecat.transports.base_output import BaseOutputTransport
from pipecat.transports.base_transport import TransportParams
from pipecat.turns.user_stop import SpeechTimeoutUserTurnStopStrategy
from pipecat.turns.user_turn_processor import UserTurnProcessor
from pipecat.turns.user_turn_strategies import UserTurnStrategies
from pipecat.workers.runner import WorkerRunner

sys.path.insert(0, str(Path(__file__).parents[2]))  # the checkout; nothing of ours but `wire`
from bench.peer import wire

LINE_RATE = 8000
MODEL_RATE = 16000
SPEECH_TIMEOUT = 0.6


class Input(BaseInputTransport):
    """The caller's frames, at the rate that Whisper needs."""

    def __init__(self, params: TransportParams) -> None:
        super().__init__(params)
        self._to_model_rate = create_stream_resampler()

    async def start(self, frame: StartFrame) -> None:
        await super().start(frame)
        await self.set_transport_ready(frame)

    async def heard(self, pcm: bytes) -> None:
        audio = await self._to_model_rate.resample(pcm, LINE_RATE, MODEL_RATE)
        if audio:
            await self.push_audio_frame(InputAudioRawFrame(audio, MODEL_RATE, 1))


class Output(BaseOutputTransport):
    """Frames to the caller at the pace at which they are heard."""

    def __init__(self, params: TransportParams, writer: asyncio.StreamWriter) -> None:
        super().__init__(params)
        self._to_caller = writer
        self._line_free_at = 0.0

    async def start(self, frame: StartFrame) -> None:
        await super().start(frame)
        await self.set_transport_ready(frame)

    async def write_audio_frame(self, frame: OutputAudioRawFrame) -> bool:
        clock = asyncio.get_running_loop()
        self._to_caller.write(wire.audio(frame.audio))
        self._line_free_at = max(self._line_free_at, clock.time()) + len(frame.audio) / (
            2 * LINE_RATE
        )
        await asyncio.sleep(max(0.0, self._line_free_at - clock.time()))
        return True


class Responder(FrameProcessor):
    """The sentence that answers a turn; the caller is told the turn's end with its transcript."""

    def __init__(self, reply: bytes, prompt: bytes, writer: asyncio.StreamWriter) -> None:
        super().__init__()
        self._reply_pcm = reply
        self._prompt_pcm = prompt
        self._to_caller = writer
        self._transcript = ""

    async def process_frame(self, frame: Frame, direction: FrameDirection) -> None:
        await super().process_frame(frame, direction)
        if isinstance(frame, TranscriptionFrame):
            self._transcript += frame.text
        await self.push_frame(frame, direction)

    async def turn_is_over(self) -> None:
        heard, self._transcript = self._transcript, ""
        self._to_caller.write(wire.told(turn=heard))
        await self._say(self._reply_pcm)

    async def speak_prompt(self) -> None:
        await self._say(self._prompt_pcm)

    async def _say(self, pcm: bytes) -> None:
        await self.push_frame(TTSAudioRawFrame(pcm, LINE_RATE, 1))


class TunedWhisper(WhisperSTTService):
    """The service with one model for all calls, greedy and without fallback."""

    shared: WhisperModel | None = None

    def _load(self) -> None:
        self._model = _Greedy(self.shared)


class _Greedy:
    """A model whose `transcribe` decodes as fast as faster-whisper can."""

    def __init__(self, model: Any) -> None:
        self._model = model
        self.supported_languages = model.supported_languages

    def transcribe(self, audio: np.ndarray, **options: Any) -> Any:
        return self._model.transcribe(
            audio,
            beam_size=1,
            temperature=0.0,
            without_timestamps=True,
            condition_on_previous_text=False,
            **options,
        )


class Server:
    def __init__(self, how: str, model: Path, reply: bytes, prompt: bytes) -> None:
        self._tuned = how == "tuned"
        self._model = str(model)
        self._reply = reply
        self._prompt = prompt
        if self._tuned:
            TunedWhisper.shared = WhisperModel(
                self._model, device="cpu", compute_type="int8", cpu_threads=1, num_workers=2
            )

    async def serve(self) -> None:
        server = await asyncio.start_server(self._call, "127.0.0.1", 0)
        print(server.sockets[0].getsockname()[1], flush=True)
        async with server:
            await server.serve_forever()

    async def _call(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self._talk(reader, writer)
        finally:
            writer.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        params = TransportParams(
            audio_in_enabled=True,
            audio_out_enabled=True,
            audio_out_10ms_chunks=2 if self._tuned else 4,
            audio_out_auto_silence=False,
        )
        ear, mouth = Input(params), Output(params, writer)
        responder = Responder(self._reply, self._prompt, writer)
        strategies = UserTurnStrategies()
        if self._tuned:
            stop = SpeechTimeoutUserTurnStopStrategy(user_speech_timeout=SPEECH_TIMEOUT)
            strategies = UserTurnStrategies(stop=[stop])
        turns = UserTurnProcessor(user_turn_strategies=strategies)

        @turns.event_handler("on_user_turn_stopped")
        async def stopped(processor: Any, strategy: Any) -> None:
            await responder.turn_is_over()

        pipeline = Pipeline([ear, self._vad(), self._stt(), turns, responder, mouth])
        worker = PipelineWorker(
            pipeline,
            cancel_on_idle_timeout=False,
            enable_rtvi=False,
            params=PipelineParams(audio_in_sample_rate=MODEL_RATE, audio_out_sample_rate=LINE_RATE),
        )
        started = asyncio.Event()

        @worker.event_handler("on_pipeline_started")
        async def on_started(worker: Any, frame: Any) -> None:
            started.set()

        runner = WorkerRunner(handle_sigint=False)
        await runner.add_workers(worker)
        running = asyncio.create_task(runner.run())
        try:
            await asyncio.wait_for(started.wait(), 60)
            writer.write(wire.told(ready=True))
            async for item in wire.frames(reader):
                if isinstance(item, bytes):
                    await ear.heard(item)
                elif item.get("say") == "prompt":
                    await responder.speak_prompt()
        finally:
            await worker.cancel()
            await running

    def _vad(self) -> VADProcessor:
        return VADProcessor(vad_analyzer=SileroVADAnalyzer(params=VADParams()))

    def _stt(self) -> WhisperSTTService:
        settings = WhisperSTTService.Settings(model=self._model, language=Language.ZH)
        if not self._tuned:
            return WhisperSTTService(device="cpu", compute_type="int8", settings=settings)
        return TunedWhisper(
            device="cpu", compute_type="int8", settings=settings, ttfs_p99_latency=SPEECH_TIMEOUT
        )


def pcm(path: Path) -> bytes:
    with wave.open(str(path)) as sound:
        frames: bytes = sound.readframes(sound.getnframes())
    return frames


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--how", choices=("shipped", "tuned"), required=True)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--reply", type=Path, required=True)
    parser.add_argument("--prompt", type=Path, required=True)
    chosen = parser.parse_args()
    logger.remove()
    logger.add(sys.stderr, level="WARNING")
    server = Server(chosen.how, chosen.model, pcm(chosen.reply), pcm(chosen.prompt))
    asyncio.run(server.serve())


if __name__ == "__main__":
    main()
