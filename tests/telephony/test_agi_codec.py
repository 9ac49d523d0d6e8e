"""FastAGI as bytes: what Asterisk sends becomes events, whatever the chunks; no value escapes."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.telephony.agi_codec import (
    MAX_COMMAND_BYTES,
    MAX_USAGE_CHARACTERS,
    AgiDecoder,
    AgiEvent,
    AgiFault,
    AgiValueRefused,
    Answer,
    Closed,
    CommandRefused,
    EnvironmentReceived,
    HangupLine,
    Progress,
    ProtocolFault,
    UnexpectedLine,
    UsageError,
    encode_command,
    quote,
)

HEADER = (
    b"agi_network: yes\n"
    b"agi_request: agi://127.0.0.1:4573/book\n"
    b"agi_channel: PJSIP/caller-00000001\n"
    b"agi_calleridname: \xe7\x8e\x8b\xe5\xa5\xb6\xe5\xa5\xb6\n"
    b"agi_accountcode: \n"
    b"\n"
)
ENV = {
    "agi_network": "yes",
    "agi_request": "agi://127.0.0.1:4573/book",
    "agi_channel": "PJSIP/caller-00000001",
    "agi_calleridname": "王奶奶",
    "agi_accountcode": "",
}


def events_of(*chunks: bytes, eof: bool = False, max_line_bytes: int = 8192) -> list[AgiEvent]:
    decoder = AgiDecoder(max_line_bytes=max_line_bytes)
    events: list[AgiEvent] = []
    for chunk in chunks:
        events += decoder.receive(chunk)
    if eof:
        events += decoder.receive_eof()
    return events


def after_header(lines: bytes) -> list[AgiEvent]:
    header, *rest = events_of(HEADER + lines)
    assert isinstance(header, EnvironmentReceived)
    return rest


def test_header_ends_with_an_empty_line() -> None:
    assert events_of(HEADER) == [EnvironmentReceived(ENV)]


def test_header_with_crlf() -> None:
    assert events_of(HEADER.replace(b"\n", b"\r\n")) == [EnvironmentReceived(ENV)]


def test_first_value_of_a_header_stands() -> None:
    """What follows a line break in a caller's name does not overwrite the channel."""
    forged = HEADER[:-1] + b"agi_channel: PJSIP/somebody-else\n\n"
    assert events_of(forged) == [EnvironmentReceived(ENV)]


@pytest.mark.parametrize(
    ("line", "event"),
    [
        (b"200 result=0", Answer("0")),
        (b"200 result=-1", Answer("-1")),
        (b"200 result=1 (yes)", Answer("1", "yes")),
        (b"200 result=1 ()", Answer("1", "")),
        (b"200 result=1 (a (b) c)", Answer("1", "a (b) c")),
        (b"200 result= (timeout)", Answer("", "timeout")),
        (b"200 result=0123", Answer("0123")),
        (b"200 result=0 endpos=3200", Answer("0", "endpos=3200")),
        (
            b"200 result=1 (digit) digit=5 endpos=800",
            Answer("1", "(digit) digit=5 endpos=800"),
        ),
        (
            b"503 result=-2 Memory allocation failure",
            CommandRefused(503, "result=-2 Memory allocation failure"),
        ),
        (b"510 Invalid or unknown command", CommandRefused(510, "Invalid or unknown command")),
        (
            b"511 Command Not Permitted on a dead channel or intercept routine",
            CommandRefused(511, "Command Not Permitted on a dead channel or intercept routine"),
        ),
        (
            b"520 Invalid command syntax.  Proper usage not available.",
            UsageError("Invalid command syntax.  Proper usage not available."),
        ),
        (b"100 result=0 Trying...", Progress("result=0 Trying...")),
        (b"HANGUP", HangupLine()),
        (b"200 result 1", CommandRefused(200, "result 1")),
        (b"200", CommandRefused(200, "")),
        (b"second line of a value)", UnexpectedLine("second line of a value)")),
    ],
)
def test_lines_after_the_header(line: bytes, event: AgiEvent) -> None:
    assert after_header(line + b"\n") == [event]
    assert after_header(line + b"\r\n") == [event]


def test_hangup_before_and_after_an_answer_answers_nothing() -> None:
    assert after_header(b"HANGUP\n200 result=0\nHANGUP\n") == [
        HangupLine(),
        Answer("0"),
        HangupLine(),
    ]


def test_hangup_inside_the_header_and_inside_a_usage_text() -> None:
    assert events_of(HEADER[:17] + b"HANGUP\n" + HEADER[17:]) == [
        HangupLine(),
        EnvironmentReceived(ENV),
    ]
    assert after_header(b"520-Wrong.\nHANGUP\n520 End of proper usage.\n") == [
        HangupLine(),
        UsageError("Wrong."),
    ]


def test_usage_text_of_several_lines() -> None:
    assert after_header(
        b"520-Invalid command syntax.  Proper usage follows:\n"
        b"Usage: database put <family> <key> <value>\n"
        b"200 result=0 is what it returns\n"
        b"520 End of proper usage.\n"
        b"200 result=0\n"
    ) == [
        UsageError(
            "Invalid command syntax.  Proper usage follows:\n"
            "Usage: database put <family> <key> <value>\n"
            "200 result=0 is what it returns"
        ),
        Answer("0"),
    ]


def test_usage_text_that_runs_into_its_end() -> None:
    """Asterisk's own texts do not all end in a line break."""
    assert after_header(b"520-Wrong.\nReturns 0 if successful.520 End of proper usage.\n") == [
        UsageError("Wrong.\nReturns 0 if successful.")
    ]


def test_usage_text_is_bounded() -> None:
    text = b"520-Wrong.\n" + b"more of the same\n" * 5000 + b"520 End of proper usage.\n"
    [usage] = after_header(text)
    assert isinstance(usage, UsageError)
    assert len(usage.text) <= MAX_USAGE_CHARACTERS


def test_invalid_utf8_does_not_end_the_session() -> None:
    assert after_header(b"200 result=1 (\xff\xfe)\n") == [Answer("1", "\ufffd\ufffd")]


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (b"GET / HTTP/1.1\r\nHost: pbx\r\n\r\n", AgiFault.NOT_AGI),
        (b"\n", AgiFault.NOT_AGI),
        (b"\x16\x03\x01\x02\x00\x01\n", AgiFault.NOT_AGI),
        (b"agi_" + b"x" * 9000, AgiFault.LINE_TOO_LONG),
        (b"agi_x: " + b"x" * 9000 + b"\n\n", AgiFault.LINE_TOO_LONG),
        (b"".join(b"agi_arg_%d: x\n" % n for n in range(300)), AgiFault.TOO_MANY_HEADERS),
    ],
)
def test_not_a_fastagi_client(data: bytes, fault: AgiFault) -> None:
    assert events_of(data) == [ProtocolFault(fault)]
    assert events_of(data, b"agi_network: yes\n\n", eof=True)[:1] == [ProtocolFault(fault)]


def test_too_long_an_answer_ends_the_session() -> None:
    assert after_header(b"200 result=1 (" + b"x" * 9000) == [ProtocolFault(AgiFault.LINE_TOO_LONG)]


def test_the_longest_line_passes_and_one_byte_more_does_not() -> None:
    longest = b"agi_x: " + b"y" * 73
    assert events_of(longest + b"\n\n", max_line_bytes=80) == [
        EnvironmentReceived({"agi_x": "y" * 73})
    ]
    fault = [ProtocolFault(AgiFault.LINE_TOO_LONG)]
    assert events_of(longest + b"y\n\n", max_line_bytes=80) == fault
    assert events_of(longest + b"y", b"\n\n", max_line_bytes=80) == fault


def test_connect_and_close_is_a_probe() -> None:
    assert events_of(eof=True) == [Closed(probe=True, truncated=False)]


@pytest.mark.parametrize(
    "data", [HEADER[:40], HEADER[:-1], HEADER + b"200 res", HEADER + b"520-Wrong.\n"]
)
def test_closed_in_the_middle(data: bytes) -> None:
    assert events_of(data, eof=True)[-1] == Closed(probe=False, truncated=True)


def test_closed_between_answers_and_only_once() -> None:
    decoder = AgiDecoder()
    decoder.receive(HEADER + b"200 result=0\n")
    assert decoder.receive_eof() == [Closed(probe=False, truncated=False)]
    assert decoder.receive_eof() == []
    assert decoder.receive(b"200 result=0\n") == []


lines = st.one_of(
    st.sampled_from(
        [
            b"200 result=0",
            b"HANGUP",
            "200 result=1 (鼓楼医院)".encode(),
            b"520-Wrong.",
            b"520 End of proper usage.",
            b"100 Trying",
            b"510 Invalid or unknown command",
            b"",
        ]
    ),
    st.binary(max_size=120).map(lambda raw: raw.replace(b"\n", b"")),
)


@st.composite
def streams(draw: st.DrawFn) -> tuple[bytes, list[bytes]]:
    """What a peer may send, and the same cut into chunks anywhere."""
    ends = st.sampled_from([b"\n", b"\r\n"])
    body = b"".join(line + draw(ends) for line in draw(st.lists(lines, max_size=12)))
    stream = draw(st.sampled_from([HEADER, HEADER.replace(b"\n", b"\r\n"), b""])) + body
    stream = stream[: len(stream) - draw(st.integers(0, 8))]
    cuts = sorted(draw(st.lists(st.integers(0, len(stream)), max_size=20)))
    bounds = [0, *cuts, len(stream)]
    return stream, [stream[a:b] for a, b in itertools.pairwise(bounds)]


@given(streams())
def test_events_do_not_depend_on_the_chunks(stream: tuple[bytes, list[bytes]]) -> None:
    whole, chunks = stream
    expected = events_of(whole, eof=True, max_line_bytes=80)
    assert events_of(*chunks, eof=True, max_line_bytes=80) == expected
    assert events_of(*(bytes((b,)) for b in whole), eof=True, max_line_bytes=80) == expected


def arguments_as_asterisk_reads_them(line: bytes) -> list[str]:
    """parse_args() of res_agi.c: blanks part words, quotes hold them, backslash escapes."""
    words: list[str] = []
    fresh, quoted, escaped = True, False, False
    for character in line.decode().removesuffix("\n"):
        if escaped:
            if fresh:
                words.append("")
            words[-1] += character
            fresh = escaped = False
        elif character == '"':
            quoted = not quoted
            if quoted and fresh:
                words.append("")
                fresh = False
        elif character in " \t" and not quoted:
            fresh = True
        elif character == "\\":
            escaped = True
        else:
            if fresh:
                words.append("")
                fresh = False
            words[-1] += character
    return words


values = st.text(st.characters(exclude_characters="\r\n\0", exclude_categories=["Cs"]), max_size=80)


@given(st.lists(values, max_size=4))
def test_asterisk_reads_back_exactly_the_arguments(arguments: list[str]) -> None:
    line = encode_command("EXEC", *arguments)
    assert line.endswith(b"\n")
    assert line.count(b"\n") == 1
    assert arguments_as_asterisk_reads_them(line) == ["EXEC", *arguments]


def test_command_on_the_wire() -> None:
    assert encode_command("EXEC", "Queue", "operators,,,,20") == b'EXEC "Queue" "operators,,,,20"\n'
    assert encode_command("ANSWER") == b"ANSWER\n"
    assert quote('a "b" \\c') == '"a \\"b\\" \\\\c"'


@pytest.mark.parametrize("value", ["a\nHANGUP", "a\rb", "a\0b", "\ud800"])
def test_values_that_would_end_the_line_are_refused(value: str) -> None:
    with pytest.raises(AgiValueRefused) as refused:
        encode_command("SET VARIABLE", "NAME", value)
    assert "SET VARIABLE" in str(refused.value)
    assert value not in str(refused.value)


@pytest.mark.parametrize("name", ["", "exec", "EXEC\n", "EXEC x", "GET  VARIABLE"])
def test_only_command_names_are_commands(name: str) -> None:
    with pytest.raises(AgiValueRefused):
        encode_command(name)


def test_a_command_is_no_longer_than_asterisk_reads() -> None:
    room = MAX_COMMAND_BYTES - len(b'SET VARIABLE "X" ""\n')
    assert len(encode_command("SET VARIABLE", "X", "y" * room)) == MAX_COMMAND_BYTES
    with pytest.raises(AgiValueRefused):
        encode_command("SET VARIABLE", "X", "y" * (room + 1))
