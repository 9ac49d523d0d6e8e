from __future__ import annotations

import pytest

from bench.corpus.id_numbers import PAUSE, dictated_number, pieces
from bench.corpus.utterances import TODAY
from grammars.id_number import is_valid

DIGITS = dict(zip("零一幺二三四五六七八九叉X", "0112345678 9XX".replace(" ", ""), strict=True))
NUMBERS = [dictated_number("test", index) for index in range(300)]


def digits_of(said: str) -> str:
    return "".join(DIGITS[word] for word in said if word in DIGITS)


def test_what_is_said_is_the_number() -> None:
    assert all(digits_of(said) == digits for digits, said in NUMBERS)


def test_numbers_are_valid_and_no_two_are_the_same() -> None:
    assert all(is_valid(digits, TODAY) for digits, _ in NUMBERS)
    assert len({digits for digits, _ in NUMBERS}) == 300


def test_one_and_x_are_said_in_both_ways() -> None:
    everything = "".join(said for _, said in NUMBERS)
    assert all(word in everything for word in "一幺叉X")


def test_the_pieces_of_a_number_say_it_whole() -> None:
    for _, said in NUMBERS:
        assert "".join(piece for piece, _ in pieces(said)) == said.replace(PAUSE, "")


def test_groups_are_between_pauses_and_pieces_of_a_group_are_not() -> None:
    spoken = list(pieces("三二零一零六，一九五八零三一八，零零二X"))
    assert [piece for piece, _ in spoken] == ["三二零一零六", "一九五八", "零三一八", "零零二X"]
    pauses = [pause for _, pause in spoken]
    assert pauses[1] == 0
    assert all(0.2 <= pause <= 0.6 for pause in (pauses[0], *pauses[2:]))


def test_600_numbers_share_most_of_their_pieces() -> None:
    """Synthesis takes the time: little more than the last four digits is said anew."""
    said = [piece for _, text in NUMBERS for piece, _ in pieces(text)]
    assert len(set(said)) < len(said) * 0.55


@pytest.mark.parametrize("split", ["dev", "test"])
def test_dev_numbers_are_not_those_of_the_test(split: str) -> None:
    other = {"dev": "test", "test": "dev"}[split]
    mine = {dictated_number(split, index)[0] for index in range(60)}
    assert not mine & {dictated_number(other, index)[0] for index in range(300)}
