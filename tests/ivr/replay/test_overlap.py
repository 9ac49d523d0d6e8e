import pytest

from ivr.caller.case import Act
from ivr.ports import FRAME_BYTES, SILENCE
from ivr.replay.overlap import talking, utterances

LOUD = b"\x10\x27" * (FRAME_BYTES // 2)
SAYS = Act(say="鼓楼医院")
WITHIN = {SAYS: (0.5, 2.0)}  # its sound begins with half a second of thought


def test_a_short_pause_is_within_what_is_said() -> None:
    pcm = SILENCE * 10 + LOUD * 20 + SILENCE * 20 + LOUD * 5 + SILENCE * 40 + LOUD
    first, second = talking(pcm, 1.0)
    assert first == pytest.approx((1.2, 2.1))
    assert second == pytest.approx((2.9, 2.92))
    assert talking(b"") == []


@pytest.mark.parametrize(
    ("agent", "interrupted"),
    [
        ([(0.0, 9.0), (12.6, 15.0)], False),
        ([(0.0, 9.0), (11.0, 15.0)], True),  # the caller speaks from 10.5 to 12
        ([(0.0, 9.0), (10.2, 10.4)], False),  # while the caller still thinks
        ([(0.0, 11.0), (11.8, 15.0)], None),  # the caller spoke into a prompt
        (None, None),
    ],
)
def test_the_agent_interrupts_who_began_in_its_silence(
    agent: list[tuple[float, float]] | None, interrupted: bool | None
) -> None:
    (said,) = utterances([(10.0, SAYS)], WITHIN, agent)
    assert (said.at, said.until, said.interrupted) == (10.5, 12.0, interrupted)


def test_what_the_caller_breaks_off_or_keys_is_no_utterance() -> None:
    gone = Act(say="我要", hang_up=0.3)
    assert utterances([(1.0, gone), (2.0, Act(press="1"))], {gone: (0.0, 2.0)}, []) == ()
