"""AudioSocket as bytes: any chunks give the same events; what is encoded decodes to itself."""

from __future__ import annotations

import itertools
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.telephony.audiosocket_codec import (
    KEYS,
    MAX_PAYLOAD,
    Audio,
    AudioSocketDecoder,
    AudioSocketEvent,
    AudioSocketFault,
    Closed,
    FrameRefused,
    HangUp,
    Identified,
    Key,
    PeerError,
    ProtocolFault,
    SkippedFrame,
    encode_audio,
    encode_error,
    encode_hang_up,
    encode_identity,
    encode_key,
)

CALL = UUID("6b0d5c1e-8f0a-4f5e-9a53-0d8c0a5a1232")
IDENTITY = encode_identity(CALL)


def events_of(*chunks: bytes, eof: bool = False, max_payload: int = 700) -> list[AudioSocketEvent]:
    decoder = AudioSocketDecoder(max_payload=max_payload)
    events: list[AudioSocketEvent] = []
    for chunk in chunks:
        events += decoder.receive(chunk)
    if eof:
        events += decoder.receive_eof()
    return events


def test_frames_on_the_wire() -> None:
    assert b"\x01\x00\x10" + CALL.bytes == IDENTITY
    assert encode_audio(b"\x01\x02") == b"\x10\x00\x02\x01\x02"
    assert encode_key("5") == b"\x03\x00\x015"
    assert encode_hang_up() == b"\x00\x00\x00"
    assert encode_error(1) == b"\xff\x00\x01\x01"


def test_a_call_from_identity_to_hang_up() -> None:
    stream = IDENTITY + encode_audio(bytes(480)) + encode_key("#") + encode_hang_up()
    assert events_of(stream, eof=True) == [
        Identified(CALL),
        Audio(bytes(480)),
        Key("#"),
        HangUp(),
        Closed(truncated=False),
    ]


@pytest.mark.parametrize(
    "first",
    [encode_audio(bytes(320)), encode_hang_up(), b"GET / HTTP/1.1\r\n\r\n", b"\xff\x00\x00"],
)
def test_the_first_frame_must_say_which_call_it_is(first: bytes) -> None:
    assert events_of(first + IDENTITY) == [ProtocolFault(AudioSocketFault.NOT_IDENTIFIED)]


@pytest.mark.parametrize(
    ("frame", "fault"),
    [
        (b"\x10\x02\xbe", AudioSocketFault.TOO_LONG),
        (b"\x77\xff\xff", AudioSocketFault.TOO_LONG),
        (b"\x10\x00\x03", AudioSocketFault.ODD_AUDIO),
        (IDENTITY, AudioSocketFault.BAD_UUID),
    ],
)
def test_a_bad_frame_is_judged_by_its_header_and_ends_the_connection(
    frame: bytes, fault: AudioSocketFault
) -> None:
    assert events_of(IDENTITY + frame, encode_key("1")) == [
        Identified(CALL),
        ProtocolFault(fault),
    ]


def test_a_uuid_has_sixteen_bytes() -> None:
    assert events_of(b"\x01\x00\x0f" + bytes(15)) == [ProtocolFault(AudioSocketFault.BAD_UUID)]


@pytest.mark.parametrize(
    ("frame", "event"),
    [
        (b"\x12\x00\x04abcd", SkippedFrame(0x12, 4)),
        (b"\x02\x00\x00", SkippedFrame(0x02, 0)),
        (b"\x03\x00\x02 5", SkippedFrame(0x03, 2)),
        (b"\x03\x00\x01x", SkippedFrame(0x03, 1)),
        (b"\x03\x00\x00", SkippedFrame(0x03, 0)),
        (b"\xff\x00\x00", PeerError(None)),
        (b"\xff\x00\x01\x04", PeerError(4)),
        (b"\x10\x00\x00", Audio(b"")),
    ],
)
def test_what_is_unknown_is_skipped(frame: bytes, event: AudioSocketEvent) -> None:
    assert events_of(IDENTITY + frame + encode_key("1"))[1:] == [event, Key("1")]


@pytest.mark.parametrize("cut", range(1, len(IDENTITY)))
def test_closed_inside_a_frame(cut: int) -> None:
    assert events_of(IDENTITY[:cut], eof=True) == [Closed(truncated=True)]


def test_connect_and_close() -> None:
    assert events_of(eof=True) == [Closed(truncated=False)]


pcm = st.binary(max_size=700).map(lambda raw: raw[: len(raw) // 2 * 2])
frames = st.one_of(
    st.builds(Audio, pcm),
    st.builds(Key, st.sampled_from(sorted(KEYS))),
    st.just(HangUp()),
    st.builds(PeerError, st.none() | st.integers(0, 255)),
)


def encoded(event: AudioSocketEvent) -> bytes:
    match event:
        case Identified(call_id):
            return encode_identity(call_id)
        case Audio(samples):
            return encode_audio(samples)
        case Key(key):
            return encode_key(key)
        case HangUp():
            return encode_hang_up()
        case PeerError(code):
            return encode_error(code)
    raise AssertionError(event)


@given(st.uuids(), st.lists(frames, max_size=10))
def test_decoding_is_the_inverse_of_encoding(call: UUID, sent: list[AudioSocketEvent]) -> None:
    events = [Identified(call), *sent]
    assert events_of(b"".join(map(encoded, events))) == events


@st.composite
def streams(draw: st.DrawFn) -> tuple[bytes, list[bytes]]:
    """Frames, good and bad, then cut into chunks anywhere."""
    parts = st.one_of(frames.map(encoded), st.binary(max_size=8))
    stream = b"".join(draw(st.lists(parts, max_size=10)))
    if draw(st.booleans()):
        stream = IDENTITY + stream
    cuts = sorted(draw(st.lists(st.integers(0, len(stream)), max_size=20)))
    bounds = [0, *cuts, len(stream)]
    return stream, [stream[a:b] for a, b in itertools.pairwise(bounds)]


@given(streams())
def test_events_do_not_depend_on_the_chunks(stream: tuple[bytes, list[bytes]]) -> None:
    whole, chunks = stream
    expected = events_of(whole, eof=True, max_payload=300)
    got = events_of(*chunks, eof=True, max_payload=300)
    single = events_of(*(bytes((b,)) for b in whole), eof=True, max_payload=300)
    assert got == expected
    assert single == expected


@pytest.mark.parametrize("samples", [bytes(MAX_PAYLOAD + 2), bytes(321)])
def test_audio_that_asterisk_would_drop_is_refused(samples: bytes) -> None:
    with pytest.raises(FrameRefused):
        encode_audio(samples)


def test_the_longest_frame_passes() -> None:
    assert len(encode_audio(bytes(MAX_PAYLOAD))) == MAX_PAYLOAD + 3


@pytest.mark.parametrize("key", ["", "12", "x", "五"])
def test_only_one_key_is_a_key(key: str) -> None:
    with pytest.raises(FrameRefused):
        encode_key(key)


@pytest.mark.parametrize("code", [-1, 256])
def test_an_error_code_is_one_byte(code: int) -> None:
    with pytest.raises(FrameRefused):
        encode_error(code)
