"""Text messages as files."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from ivr.hotline.text_outbox import TextMessage
from ivr.texting.file_outbox import FileOutbox
from ivr.texting.sender import TextNotSent

MESSAGE = TextMessage("23456780-booked-7", "13912345678", "【南京12320】已约")


async def test_a_message_is_one_file_that_only_its_owner_reads(tmp_path: Path) -> None:
    await FileOutbox(tmp_path / "sms").send(MESSAGE)
    (path,) = (tmp_path / "sms").iterdir()
    assert json.loads(path.read_text(encoding="utf-8")) == {
        "id": MESSAGE.message_id,
        "to": MESSAGE.phone,
        "text": MESSAGE.text,
    }
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


async def test_the_same_message_again_is_the_same_file(tmp_path: Path) -> None:
    outbox = FileOutbox(tmp_path)
    await outbox.send(MESSAGE)
    await outbox.send(MESSAGE)
    assert len(list(tmp_path.iterdir())) == 1


async def test_a_folder_that_cannot_be_written_is_tried_again_later(tmp_path: Path) -> None:
    (tmp_path / "sms").write_text("a file")
    with pytest.raises(TextNotSent) as fault:
        await FileOutbox(tmp_path / "sms").send(MESSAGE)
    assert MESSAGE.phone not in str(fault.value)


async def test_a_name_that_leaves_the_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(TextNotSent):
        await FileOutbox(tmp_path / "sms").send(TextMessage("../escaped", "13912345678", "x"))
    assert not (tmp_path / "escaped.json").exists()
