"""Text messages as files: where no gateway is configured, and for tests and demonstrations."""

from __future__ import annotations

import asyncio
import json
import os
import re
from pathlib import Path

from ivr.hotline.text_outbox import TextMessage
from ivr.texting.sender import TextNotSent

_NAME = re.compile(r"[\w.-]{1,80}")


class FileOutbox:
    """One JSON file a message, `message_id`.json, readable by its owner only."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def send(self, message: TextMessage) -> None:
        """The same message again writes the same file."""
        if not _NAME.fullmatch(message.message_id):
            raise TextNotSent("the message's name is no file name")
        try:
            await asyncio.to_thread(self._write, message)
        except OSError as error:
            raise TextNotSent(f"{self._folder}: {error.strerror}") from error

    async def aclose(self) -> None:
        return

    def _write(self, message: TextMessage) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self._folder / f"{message.message_id}.json"
        half = path.with_suffix(".part")
        content = {"id": message.message_id, "to": message.phone, "text": message.text}
        with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            json.dump(content, file, ensure_ascii=False, indent=2)
            file.write("\n")
        half.replace(path)
