import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from grammars.meaning import Hypothesis, Slot
from ivr.config import ReplayConfig
from ivr.ports import Fit, Hint, RecogniserError, Recognition, Spelled, Spelling
from ivr.recognisers.utterance_stream import UtteranceStream
from ivr.recognisers.worker_pool import WorkerPool
from ivr.replay.charges import ChargedFragments, ChargedRecogniser, charged, charged_port
from ivr.replay.virtual_time import virtual_loop
from tests.ivr.replay.test_virtual_time import run

CHARGES = ReplayConfig(recognition=0.3, scoring=0.1, synthesis=0.6, core=0.02)
HINT = Hint(Slot.TASK)


class Scorer:
    async def score(self, candidates: Sequence[str]) -> list[Fit | None]:
        return [None for _ in candidates]

    async def spell(self, spelling: Spelling) -> Spelled:
        return Spelled()


@dataclass
class Engine:
    """A real stream and thread pool; what it recognises is how much it was given."""

    name: str = "counting"
    pool: WorkerPool = field(default_factory=lambda: WorkerPool("counting", 1, 4))

    def open(self, hint: Hint) -> UtteranceStream:
        return UtteranceStream(self.pool, self._recognise, 5.0)

    def _recognise(self, pcm: bytes) -> Recognition:
        heard = (Hypothesis(str(len(pcm)), 1.0),)
        return Recognition(heard, self.name, seconds=12.3, scorer=Scorer())

    async def aclose(self) -> None:
        await self.pool.aclose()


def text(recognition: Recognition) -> str:
    return recognition.hypotheses[0].text


def test_a_recognition_costs_the_charge_from_the_pause_in_which_it_began() -> None:
    async def turn() -> tuple[float, float, str]:
        stream = ChargedRecogniser(Engine(), CHARGES).open(HINT)
        stream.accept(bytes(640))
        stream.speculate()
        await asyncio.sleep(0.2)  # the endpointer makes sure
        recognition = await stream.finish()
        return virtual_loop().time(), recognition.seconds, text(recognition)

    ended, seconds, heard = run(turn())
    assert ended == pytest.approx(0.3)
    assert (seconds, heard) == (0.3, "640")


def test_silence_after_the_pause_is_left_out_and_speech_after_it_is_not() -> None:
    async def turn() -> list[str]:
        stream = ChargedRecogniser(Engine(), CHARGES).open(HINT)
        stream.accept(bytes(640))
        stream.speculate()
        stream.accept(bytes(320))
        first = await stream.finish()
        stream.resume()
        stream.accept(bytes(320))
        return [text(first), text(await stream.finish())]

    assert run(turn()) == ["640", "1280"]


def test_scoring_has_a_charge_of_its_own() -> None:
    async def turn() -> float:
        stream = ChargedRecogniser(Engine(), CHARGES).open(HINT)
        stream.accept(bytes(320))
        recognition = await stream.finish()
        assert recognition.scorer is not None
        before = virtual_loop().time()
        assert await recognition.scorer.score(["是", "不是"]) == [None, None]
        return virtual_loop().time() - before

    assert run(turn()) == pytest.approx(0.1)


def test_work_that_fails_costs_as_much() -> None:
    async def broken() -> None:
        raise RecogniserError("counting: broke")

    async def turn() -> float:
        with pytest.raises(RecogniserError):
            await charged(broken(), 0.5)
        return virtual_loop().time()

    assert run(turn()) == 0.5


class Store:
    def __init__(self) -> None:
        self.asked: list[str] = []

    async def pcm(self, text: str, keep: bool = True) -> bytes:
        self.asked.append(text)
        return b"\0\0"


def test_only_personal_text_is_charged_and_it_goes_to_its_own_store() -> None:
    async def speak() -> tuple[float, float]:
        fragments = ChargedFragments(shared, personal, CHARGES.synthesis)
        await fragments.pcm("您好")
        greeted = virtual_loop().time()
        await fragments.pcm("零零幺叉", keep=False)
        return greeted, virtual_loop().time()

    shared, personal = Store(), Store()
    assert run(speak()) == (0.0, 0.6)
    assert (shared.asked, personal.asked) == (["您好"], ["零零幺叉"])


class Registry:
    size = 1

    async def name_for(self, id_number: str) -> str | None:
        return "陈德安"


def test_every_answer_of_a_port_is_charged_and_its_facts_are_free() -> None:
    async def ask() -> tuple[str | None, int, float]:
        port = charged_port(Registry(), CHARGES.core)
        return await port.name_for("1"), port.size, virtual_loop().time()

    assert run(ask()) == ("陈德安", 1, 0.02)
