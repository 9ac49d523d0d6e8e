"""What the model is told before it listens."""

from __future__ import annotations

from pathlib import Path

import pytest
from tokenizers import Tokenizer

from datafiles import DataFileError
from grammars.meaning import Slot
from ivr.ports import Hint
from ivr.recognisers.whisper_prompt import (
    MOST_PROMPT_TOKENS,
    PREVIOUS,
    TASK,
    load_prompts,
    prompt_tokens,
)
from tests.recognisers.conftest import installed

pytestmark = pytest.mark.models


@pytest.fixture(name="tokenizer", scope="module")
def _tokenizer() -> Tokenizer:
    return Tokenizer.from_file(str(installed("whisper-base") / "tokenizer.json"))


def told(tokenizer: Tokenizer, hint: Hint, seconds: float = 1.0) -> str:
    tokens = prompt_tokens(hint, seconds, tokenizer)
    assert tokens[-len(TASK) :] == list(TASK)
    return str(tokenizer.decode(tokens[: -len(TASK)], skip_special_tokens=True)).strip()


def test_a_slot_without_a_prompt_is_only_told_the_task(tokenizer: Tokenizer) -> None:
    assert prompt_tokens(Hint(Slot.HOSPITAL), 1.0, tokenizer) == list(TASK)


def test_a_prompt_comes_before_the_task(tokenizer: Tokenizer) -> None:
    assert prompt_tokens(Hint(Slot.DATE), 1.0, tokenizer)[0] == PREVIOUS
    assert "下周三" in told(tokenizer, Hint(Slot.DATE))


def test_the_names_that_were_offered_are_told(tokenizer: Tokenizer) -> None:
    assert told(tokenizer, Hint(Slot.CHOICE, ("徐国庆", "王丽华"))) == "徐国庆、王丽华"
    assert prompt_tokens(Hint(Slot.CHOICE), 1.0, tokenizer) == list(TASK)


def test_no_more_is_told_than_the_model_can_take(tokenizer: Tokenizer) -> None:
    names = tuple(f"徐国庆{i}" for i in range(100))
    told_tokens = len(prompt_tokens(Hint(Slot.CHOICE, names), 1.0, tokenizer))
    assert told_tokens == MOST_PROMPT_TOKENS + 1 + len(TASK)


def test_a_group_of_an_id_number_is_told_as_syllables_and_a_whole_one_as_digits(
    tokenizer: Tokenizer,
) -> None:
    assert "三二零" in told(tokenizer, Hint(Slot.ID_NUMBER), seconds=1.5)
    assert "3201" in told(tokenizer, Hint(Slot.ID_NUMBER), seconds=6.0)


def test_a_slot_that_does_not_exist_is_refused_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "prompts.yaml"
    file.write_text("prompts:\n  dates:\n    text: 明天\n", encoding="utf-8")
    with pytest.raises(DataFileError) as caught:
        load_prompts(file)
    assert caught.value.line == 2
