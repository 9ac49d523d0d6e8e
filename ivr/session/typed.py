"""A typed conversation: the same conversation, with a keyboard for an ear and text for a mouth.

For whoever writes wording or grammars, and for tests that need no audio.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable

from dialogs.commands import Listen, Say
from dialogs.outcomes import Reason
from grammars.meaning import Hypothesis
from grammars.question import Question
from grammars.understand import understand
from ivr.ports import Clock, Hint, Recognition, TurnTimings
from ivr.session.call_ports import EarHeard, EarNothing, EarReport

SILENCE = ""  # the typed line that stands for saying nothing
KEYS = ("#", "/keys ")  # at the beginning of a line: what follows is keyed, not said
_KEYS_OF_A_TELEPHONE = frozenset("0123456789*#")

ReadLine = Callable[[Listen], Awaitable[str]]


class TypedMouth:
    """Says by handing each prompt's text to `show`; everything said counts as played at once."""

    def __init__(self, show: Callable[[str], None]) -> None:
        self._show = show
        self._marks: frozenset[str] = frozenset()
        self.rate = 1.0
        self.gain_db = 0.0

    def say(self, command: Say) -> None:
        self._show(command.text)
        self._marks = frozenset(f.mark for f in command.fragments if f.mark)

    def stop(self) -> None:
        return

    async def drained(self) -> None:
        return

    def change_voice(self, rate: float, gain_db: float) -> None:
        self.rate, self.gain_db = rate, gain_db

    @property
    def marks(self) -> frozenset[str]:
        return self._marks


def keys_in(line: str) -> str | None:
    """The keys of a line that stands for them: `#320106`, `/keys 1`, `#` alone. None for words."""
    text = line.strip()
    if text == KEYS[0]:
        return text
    keyed = next((text.removeprefix(each) for each in KEYS if text.startswith(each)), None)
    if keyed is None or not keyed.strip():
        return None
    keys = keyed.replace(" ", "").upper().replace("X", "*")
    return keys if set(keys) <= _KEYS_OF_A_TELEPHONE else None


class TypedEar:
    """Listens by asking `read_line` for the next line; its end of file is the caller's hang-up.

    The keys of a line (`keys_in`) are pressed one at a time, the next as soon as the
    conversation listens again.
    """

    def __init__(
        self,
        clock: Clock,
        mouth: TypedMouth,
        read_line: ReadLine,
        report: Callable[[EarReport], None],
        hang_up: Callable[[], None],
        press: Callable[[str], None],
    ) -> None:
        self._clock = clock
        self._mouth = mouth
        self._read_line = read_line
        self._report = report
        self._hang_up = hang_up
        self._press = press
        self._keys: deque[str] = deque()
        self._turn: asyncio.Task[None] | None = None

    def listen(self, listen: Listen, question: Question, hint: Hint) -> None:
        self.close()
        self._turn = asyncio.get_running_loop().create_task(self._hear(listen, question))

    def close(self) -> None:
        if self._turn is not None and self._turn is not asyncio.current_task():
            self._turn.cancel()
        self._turn = None

    async def _hear(self, listen: Listen, question: Question) -> None:
        if not self._keys:
            try:
                text = await self._read_line(listen)
            except EOFError:
                self._turn = None
                self._hang_up()
                return
            self._keys.extend(keys_in(text) or "")
        self._turn = None
        if self._keys:
            self._press(self._keys.popleft())
            return
        if text.strip() == SILENCE:
            self._report(EarNothing(noise=False))
            return
        heard = (Hypothesis(text.strip(), 1.0),)
        self._report(
            EarHeard(
                Recognition(heard, engine="typed", seconds=0.0),
                understand(question, heard),
                self._mouth.marks,
                self._clock.monotonic(),
                TurnTimings(),
            )
        )


class TypedLine:
    """A line without telephone: remembers how it ended. `somebody`: whether a person answers."""

    def __init__(self, *, somebody: bool = True) -> None:
        self._somebody = somebody
        self.transferred: Reason | None = None
        self.hung_up = False

    async def transfer(self, reason: Reason) -> bool:
        self.transferred = reason if self._somebody else None
        return self._somebody

    async def call_crisis_line(self) -> bool:
        return self._somebody

    async def join_crisis_line(self) -> bool:
        self.transferred = Reason.CRISIS
        return True

    async def hang_up(self) -> None:
        self.hung_up = True
