"""FastAGI, the agent's side, as a state machine: bytes in, events out; commands to bytes. No I/O.

The protocol is what Asterisk's res_agi speaks: a header of `agi_name: value`
lines up to an empty line, then one answer line per command. A `HANGUP` line
may stand between any two other lines and answers nothing. A command with a
wrong syntax is answered by `520-...`, its usage text, and `520 End of proper
usage.`, which some usage texts run into without a line break.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, StrEnum, auto

# res_agi reads commands into a buffer of AGI_BUF_LEN = 2048 bytes, the NUL included.
MAX_COMMAND_BYTES = 2047
MAX_LINE_BYTES = 8192  # a dialplan variable holds at most 4096 bytes
MAX_HEADERS = 200
MAX_USAGE_CHARACTERS = 16_384

_COMMAND_NAME = re.compile(r"[A-Z]+( [A-Z]+)*")
_HEADER = re.compile(r"(agi_\w+):\s?(.*)", re.ASCII)
_ANSWER = re.compile(r"200 result=(\S*)(?: (.*))?")
_STATUS = re.compile(r"(\d{3})(?: (.*))?", re.ASCII)
_USAGE_END = "520 End of proper usage"


class AgiValueRefused(ValueError):
    """A command that cannot be sent: a line break or NUL in a value, or too long a line.

    The message names the command, never the value.
    """


class AgiFault(StrEnum):
    """Why the peer is no FastAGI client that can be talked to."""

    LINE_TOO_LONG = "line_too_long"
    TOO_MANY_HEADERS = "too_many_headers"
    NOT_AGI = "not_agi"


@dataclass(frozen=True, slots=True)
class EnvironmentReceived:
    """The header is complete: `agi_*` names with their values."""

    env: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Answer:
    """`200 result=RESULT DATA`. `data` is without its parentheses where they enclose all of it."""

    result: str
    data: str = ""


@dataclass(frozen=True, slots=True)
class CommandRefused:
    """An error answer: 503, 510 (unknown command), 511 (not on a dead channel), or a line with a
    status that no rule of the protocol explains."""

    code: int
    text: str


@dataclass(frozen=True, slots=True)
class UsageError:
    """520: the command's syntax was wrong; `text` is the usage, cut at MAX_USAGE_CHARACTERS."""

    text: str


@dataclass(frozen=True, slots=True)
class Progress:
    """A 1xx line such as `100 result=0 Trying...`: the answer is still to come."""

    text: str


@dataclass(frozen=True, slots=True)
class HangupLine:
    """The channel was hung up (or redirected away); commands that need no channel still work."""


@dataclass(frozen=True, slots=True)
class UnexpectedLine:
    """A line that is neither answer nor HANGUP, such as the rest of a value with a line break."""

    text: str


@dataclass(frozen=True, slots=True)
class ProtocolFault:
    """The last event before Closed: nothing after it is read."""

    fault: AgiFault


@dataclass(frozen=True, slots=True)
class Closed:
    """The peer closed. `probe`: it never sent a byte. `truncated`: in the middle of something."""

    probe: bool
    truncated: bool


AgiEvent = (
    EnvironmentReceived
    | Answer
    | CommandRefused
    | UsageError
    | Progress
    | HangupLine
    | UnexpectedLine
    | ProtocolFault
    | Closed
)
Reply = Answer | CommandRefused | UsageError


class _State(Enum):
    ENVIRONMENT = auto()
    ANSWERS = auto()
    USAGE = auto()
    FAULTY = auto()
    CLOSED = auto()


class AgiDecoder:
    """What Asterisk sends. The events do not depend on how the bytes were split into chunks."""

    def __init__(
        self, *, max_line_bytes: int = MAX_LINE_BYTES, max_headers: int = MAX_HEADERS
    ) -> None:
        self._max_line = max_line_bytes
        self._max_headers = max_headers
        self._state = _State.ENVIRONMENT
        self._buffer = bytearray()
        self._searched = 0  # bytes of the buffer known to hold no line break
        self._any_byte = False
        self._env: dict[str, str] = {}
        self._usage: list[str] = []
        self._usage_size = 0

    def receive(self, data: bytes) -> list[AgiEvent]:
        """Take the next bytes; the events they complete, in order."""
        if self._state in (_State.FAULTY, _State.CLOSED):
            return []
        self._any_byte = self._any_byte or bool(data)
        self._buffer += data
        events: list[AgiEvent] = []
        while not (events and isinstance(events[-1], ProtocolFault)):
            end = self._buffer.find(b"\n", self._searched)
            if end < 0:
                self._searched = len(self._buffer)
                if self._searched > self._max_line:
                    events.append(self._fault(AgiFault.LINE_TOO_LONG))
                break
            if end > self._max_line:
                events.append(self._fault(AgiFault.LINE_TOO_LONG))
                break
            line = self._buffer[:end].decode("utf-8", "replace").removesuffix("\r")
            del self._buffer[: end + 1]
            self._searched = 0
            event = self._line(line)
            if event is not None:
                events.append(event)
        return events

    def receive_eof(self) -> list[AgiEvent]:
        """The peer closed its side."""
        if self._state is _State.CLOSED:
            return []
        truncated = (
            bool(self._buffer)
            or self._state is _State.USAGE
            or (self._state is _State.ENVIRONMENT and self._any_byte)
        )
        self._state = _State.CLOSED
        return [Closed(probe=not self._any_byte, truncated=truncated)]

    def _fault(self, fault: AgiFault) -> ProtocolFault:
        self._state = _State.FAULTY
        self._buffer.clear()
        return ProtocolFault(fault)

    def _line(self, line: str) -> AgiEvent | None:
        if line == "HANGUP":
            return HangupLine()
        if self._state is _State.ENVIRONMENT:
            return self._header_line(line)
        if self._state is _State.USAGE:
            return self._usage_line(line)
        return self._answer_line(line)

    def _header_line(self, line: str) -> AgiEvent | None:
        if not line:
            if not self._env:
                return self._fault(AgiFault.NOT_AGI)
            self._state = _State.ANSWERS
            return EnvironmentReceived(dict(self._env))
        header = _HEADER.fullmatch(line)
        if header is None:
            return self._fault(AgiFault.NOT_AGI)
        if len(self._env) >= self._max_headers:
            return self._fault(AgiFault.TOO_MANY_HEADERS)
        # The first value stands: what follows a line break inside a caller's name must not
        # overwrite a real header.
        self._env.setdefault(header[1], header[2])
        return None

    def _answer_line(self, line: str) -> AgiEvent | None:
        answer = _ANSWER.fullmatch(line)
        if answer is not None:
            data = answer[2] or ""
            if data.startswith("(") and data.endswith(")"):
                data = data[1:-1]
            return Answer(answer[1], data)
        if line.startswith("520-"):
            self._state = _State.USAGE
            self._usage, self._usage_size = [], 0
            self._keep_usage(line[4:])
            return None
        status = _STATUS.fullmatch(line)
        if status is None:
            return UnexpectedLine(line) if line else None
        code, text = int(status[1]), status[2] or ""
        if 100 <= code < 200:
            return Progress(text)
        if code == 520:
            return UsageError(text)
        return CommandRefused(code, text)

    def _usage_line(self, line: str) -> AgiEvent | None:
        before, end, _ = line.partition(_USAGE_END)
        if before or not end:
            self._keep_usage(before)
        if not end:
            return None
        self._state = _State.ANSWERS
        return UsageError("\n".join(self._usage))

    def _keep_usage(self, line: str) -> None:
        if self._usage_size + len(line) <= MAX_USAGE_CHARACTERS:
            self._usage.append(line)
            self._usage_size += len(line) + 1


def quote(value: str) -> str:
    """A value as one AGI argument: in quotes, with backslash and quote escaped."""
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def encode_command(name: str, *arguments: str) -> bytes:
    """One command line, every argument quoted: encode_command("EXEC", "Queue", "operators").

    Raises AgiValueRefused for a name that is no AGI command name, a line break
    or NUL anywhere, a lone surrogate, or a line longer than Asterisk reads.
    """
    if _COMMAND_NAME.fullmatch(name) is None:
        raise AgiValueRefused("an AGI command name is upper-case words")
    for argument in arguments:
        if any(character in argument for character in "\r\n\0"):
            raise AgiValueRefused(f"{name}: a value holds a line break or NUL")
    line = " ".join((name, *map(quote, arguments))) + "\n"
    try:
        data = line.encode()
    except UnicodeEncodeError:
        raise AgiValueRefused(f"{name}: a value is not valid Unicode") from None
    if len(data) > MAX_COMMAND_BYTES:
        raise AgiValueRefused(f"{name}: {len(data)} bytes, Asterisk reads {MAX_COMMAND_BYTES}")
    return data
