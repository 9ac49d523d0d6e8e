"""The sound of the comparison: the same files for both, over a telephone line."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from bench.corpus.line import MARGIN_SECONDS, tel
from bench.drawn_pauses import dictated
from bench.paused_speech import Text, joined, load, synthesise
from bench.peer.our_server import TODAY
from datafiles import load_yaml
from grammars.meaning import Slot
from ivr.agent.speech import build_speech
from ivr.audio_file import write_speech
from ivr.config import Config
from ivr.ports import FRAME_BYTES, SAMPLE_RATE

FOLDER = Path("var/bench/peer")
VOICES = ("zm_yunyang", "zf_xiaoyi")
SPEED = 0.95
PAUSES = (0.6, 0.9, 1.2)
FLUENT = 0.06  # seconds between pieces without a stop
ID_PAUSE = 0.7
ID_NUMBERS = 8
REPLY = "好的，请稍等。"
PROMPT = "您好，这里是幺二三二零，我是机器人，通话会录音。您想挂哪家医院、哪个科？不急，您慢慢说。"
INTERRUPTION = ("我要转人工",)
_FILE = Path(__file__).parent / "data" / "utterances.yaml"


class _Said(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    complete: dict[Slot, tuple[str, ...]]
    paused: dict[Slot, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Utterance:
    """`pcm` (whole frames) holds speech from `begins` to `ends` seconds. `kind`: complete, paused,
    id_number or interruption."""

    kind: str
    slot: Slot
    text: str
    pcm: bytes
    begins: float
    ends: float


@dataclass(frozen=True, slots=True)
class Sounds:
    complete: tuple[Utterance, ...]
    paused: tuple[Utterance, ...]
    id_numbers: tuple[Utterance, ...]
    interruption: Utterance
    noise: bytes  # of the idle line, whole frames
    reply: Path
    prompt: Path


async def sounds(config: Config, folder: Path, count: int | None = None) -> Sounds:
    """The first `count` of each kind (all), made once and kept in `folder`, which must exist.

    Raises VoiceError, DataFileError.
    """
    said = load_yaml(_FILE, _Said)
    chance = random.Random("peer")
    kinds: dict[str, list[tuple[Slot, Text]]] = {
        "complete": [(slot, (line,)) for slot, some in said.complete.items() for line in some],
        "paused": [
            (slot, tuple(line.split("|"))) for slot, some in said.paused.items() for line in some
        ],
        "id_number": [(Slot.ID_NUMBER, dictated(chance, TODAY)) for _ in range(ID_NUMBERS)],
        "interruption": [(Slot.TASK, INTERRUPTION)],
    }
    wanted = {kind: some[:count] for kind, some in kinds.items()}
    for number, voice in enumerate(VOICES):
        texts = [text for some in wanted.values() for _, text in some[number :: len(VOICES)]]
        await synthesise(texts, voice, SPEED, folder)

    def heard(kind: str) -> tuple[Utterance, ...]:
        return tuple(_heard(folder, kind, n, *each) for n, each in enumerate(wanted[kind]))

    (interruption,) = heard("interruption")
    reply, prompt = await _sentences(config, folder, (REPLY, PROMPT))
    return Sounds(
        heard("complete"),
        heard("paused"),
        heard("id_number"),
        interruption,
        tel(bytes(2 * 10 * SAMPLE_RATE), 99),
        reply,
        prompt,
    )


def _heard(folder: Path, kind: str, number: int, slot: Slot, text: Text) -> Utterance:
    pieces = load(text, VOICES[number % len(VOICES)], SPEED, folder)
    pause = _pause(kind, number)
    pcm, end = joined(pieces, [pause] * (len(text) - 1), 0.0)
    line = tel(pcm, number)
    whole = line[: len(line) // FRAME_BYTES * FRAME_BYTES]
    return Utterance(kind, slot, "|".join(text), whole, MARGIN_SECONDS, MARGIN_SECONDS + end)


def _pause(kind: str, number: int) -> float:
    """Seconds between the pieces."""
    if kind == "paused":
        return PAUSES[number % len(PAUSES)]
    return ID_PAUSE if kind == "id_number" else FLUENT


async def _sentences(config: Config, folder: Path, texts: Sequence[str]) -> list[Path]:
    """In the agent's own voice, as rendered for it."""
    speech, paths = build_speech(config), []
    try:
        for number, text in enumerate(texts):
            paths.append(folder / f"agent-{number}.wav")
            write_speech(paths[-1], await speech.store.pcm(text))
    finally:
        await speech.aclose()
    return paths
