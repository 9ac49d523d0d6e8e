"""A recognition becomes meaning with the engine's word on the list, or without it."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Sequence

import pytest

from grammars.closed_list import ClosedList
from grammars.meaning import Candidate, Hypothesis, Slot
from grammars.question import Question
from ivr.ports import Fit, RecogniserError, Recognition, Spelled, Spelling
from ivr.session.meaning import meaning_of

NAMES = ClosedList([Candidate("背景"), Candidate("北京"), Candidate("上海")])
QUESTION = Question(Slot.CHOICE, dt.date(2021, 3, 1), choices=NAMES)
HEARD = (Hypothesis("背井", 0.5),)


class Sound:
    """An engine to whose ear one of the candidates fits."""

    def __init__(self, fitting: str) -> None:
        self.fitting = fitting

    async def score(self, candidates: Sequence[str]) -> list[Fit | None]:
        return [Fit(-2.0 if said == self.fitting else -14.0, 3) for said in candidates]

    async def spell(self, spelling: Spelling) -> Spelled:
        return Spelled(((self.fitting, -6.0),))


class Broken:
    async def score(self, candidates: Sequence[str]) -> list[Fit | None]:
        raise RecogniserError("broken")

    async def spell(self, spelling: Spelling) -> Spelled:
        raise RecogniserError("broken")


class Hanging:
    async def score(self, candidates: Sequence[str]) -> list[Fit | None]:
        await asyncio.Event().wait()
        return []

    async def spell(self, spelling: Spelling) -> Spelled:
        await asyncio.Event().wait()
        return Spelled()


@pytest.mark.parametrize("said", ["背景", "北京"])
async def test_of_names_that_are_written_alike_the_sound_chooses(said: str) -> None:
    recognition = Recognition(HEARD, "test", 0.1, scorer=Sound(said))
    assert (await meaning_of(QUESTION, recognition)).choice[0].value == said


async def test_an_engine_that_breaks_over_the_list_leaves_the_written_text() -> None:
    written = await meaning_of(QUESTION, Recognition(HEARD, "test", 0.1))
    assert await meaning_of(QUESTION, Recognition(HEARD, "test", 0.1, scorer=Broken())) == written


async def test_an_engine_that_does_not_answer_is_not_waited_for() -> None:
    written = await meaning_of(QUESTION, Recognition(HEARD, "test", 0.1))
    hanging = Recognition(HEARD, "test", 0.1, scorer=Hanging())
    assert await meaning_of(QUESTION, hanging, scoring_limit=0.01) == written


async def test_silence_means_nothing_and_asks_the_engine_nothing() -> None:
    understood = await meaning_of(QUESTION, Recognition((), "test", 0.1, scorer=Broken()))
    assert understood.choice == ()


NUMBER = "11010519491231002X"  # the example of GB 11643-1999
ID_QUESTION = Question(Slot.ID_NUMBER, dt.date(2021, 3, 1))
DROPPED = (Hypothesis("号码是1101051949131002差", 0.5),)  # two digits were not written


async def test_an_id_number_that_was_not_written_whole_is_found_by_its_sound() -> None:
    recognition = Recognition(DROPPED, "test", 0.1, scorer=Sound(NUMBER))
    (found,) = (await meaning_of(ID_QUESTION, recognition)).id_number
    assert (found.value.digits, found.value.valid, found.value.mended) == (NUMBER, True, True)


@pytest.mark.parametrize("engine", [Broken(), Hanging()])
async def test_without_the_sound_the_written_digits_stay(engine: Broken | Hanging) -> None:
    written = await meaning_of(ID_QUESTION, Recognition(DROPPED, "test", 0.1))
    recognition = Recognition(DROPPED, "test", 0.1, scorer=engine)
    assert await meaning_of(ID_QUESTION, recognition, scoring_limit=0.01) == written


@pytest.mark.parametrize("engine", [Broken(), Hanging()])
async def test_a_yes_that_the_sound_was_not_asked_about_decides_nothing(
    engine: Broken | Hanging,
) -> None:
    yes = Recognition((Hypothesis("对", 0.9),), "test", 0.1, scorer=engine)
    question = Question(Slot.CONFIRM, dt.date(2021, 3, 1))
    understood = await meaning_of(question, yes, scoring_limit=0.01)
    assert all(scored.confidence < 0.6 for scored in understood.confirm)
