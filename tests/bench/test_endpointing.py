"""The measurement of turn ends finds cut-offs and delays, on made sounds and a scripted engine."""

from __future__ import annotations

import pytest

from bench.endpointing import FLUENT, Case, Listener, Said, cases, utterances
from grammars.completeness import Completeness
from grammars.meaning import Hypothesis, Slot
from ivr.ports import Hint, Recognition
from tests.listening.sounds import words


class Scripted:
    """Hears `text` in whatever is said."""

    name = "scripted"

    def __init__(self, text: str) -> None:
        self._text = text

    def open(self, hint: Hint) -> Scripted:
        return self

    def accept(self, pcm: bytes) -> None:
        return

    def partial(self) -> None:
        return None

    def speculate(self) -> None:
        return

    def resume(self) -> None:
        return

    async def finish(self) -> Recognition:
        return Recognition((Hypothesis(self._text, 0.9),), self.name, 0.0)

    def close(self) -> None:
        return

    async def aclose(self) -> None:
        return


SAID = Said(Slot.DEPARTMENT, ("骨科", "门诊"), "nobody")
SPOKEN = [words(2, seed=1), words(2, seed=2)]


async def test_a_turn_that_ends_before_the_last_word_is_a_cut_off() -> None:
    heard = await Listener(Scripted("骨科"), "tel").hear(Case(SAID, 1, 0.9, 2), SPOKEN)
    assert heard.cut_off


async def test_an_open_answer_outlasts_the_pause() -> None:
    heard = await Listener(Scripted("我想看那个"), "tel").hear(Case(SAID, 1, 1.5, 2), SPOKEN)
    assert not heard.cut_off


async def test_the_delay_counts_from_the_end_of_speech() -> None:
    heard = await Listener(Scripted("骨科"), "tel").hear(Case(SAID, 0, FLUENT, 2), SPOKEN)
    assert heard.judged is Completeness.COMPLETE
    assert heard.delay == pytest.approx(0.36, abs=0.12)


def test_nothing_is_said_in_both_splits() -> None:
    dev, test = ({said.text for said in utterances(split)} for split in ("dev", "test"))
    assert dev
    assert test
    assert not dev & test


def test_a_seed_draws_the_same_and_another_seed_draws_anew() -> None:
    first = [said.text for said in utterances("drawn", 1)]
    assert first == [said.text for said in utterances("drawn", 1)]
    assert first != [said.text for said in utterances("drawn", 2)]
    assert all(len(text) > 1 and all(text) for text in first)


def test_every_utterance_is_heard_whole_without_a_pause_and_with_each() -> None:
    of_one = list(cases(SAID))
    assert [case.pause for case in of_one if case.whole] == [0.3, 0.6, 0.9, 1.2, 1.5, FLUENT]
    assert [case.upto for case in of_one if not case.whole] == [1]
