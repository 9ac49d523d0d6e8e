from ivr.caller.lossy_line import over_lossy_line
from ivr.ports import FRAME_BYTES, SILENCE

LOUD = b"\x10\x27" * (FRAME_BYTES // 2)  # 10,000 of 32,768


def test_a_clear_line_changes_nothing() -> None:
    assert over_lossy_line(LOUD * 3 + b"\1\0", 0.0, 0.0, "a") == LOUD * 3 + b"\1\0"


def test_a_share_of_the_frames_is_lost_and_the_length_stays() -> None:
    heard = over_lossy_line(LOUD * 1000, 0.0, 0.05, "a")
    frames = [heard[at : at + FRAME_BYTES] for at in range(0, len(heard), FRAME_BYTES)]
    assert len(heard) == 1000 * FRAME_BYTES
    assert 25 < frames.count(SILENCE) < 80
    assert set(frames) == {LOUD, SILENCE}
    assert heard == over_lossy_line(LOUD * 1000, 0.0, 0.05, "a")
    assert heard != over_lossy_line(LOUD * 1000, 0.0, 0.05, "b")


def test_a_soft_caller_is_a_tenth_as_loud_at_20_db() -> None:
    assert over_lossy_line(LOUD, -20.0, 0.0, "a")[:2] == (1000).to_bytes(2, "little")
