from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from booking_service.rate_limit import TokenBucket


def test_so_many_at_once_and_then_one_at_a_time() -> None:
    bucket = TokenBucket(per_minute=60, burst=3, at=0.0)
    assert [bucket.take(0.0) for _ in range(3)] == [0.0, 0.0, 0.0]
    assert bucket.take(0.0) == 1.0
    assert bucket.take(0.5) == 0.5
    assert bucket.take(1.0) == 0.0


def test_a_long_rest_gives_no_more_than_the_burst() -> None:
    bucket = TokenBucket(per_minute=60, burst=2, at=0.0)
    assert [bucket.take(1e6) for _ in range(3)] == [0.0, 0.0, 1.0]


@given(
    st.integers(1, 600),
    st.integers(1, 20),
    st.lists(st.floats(0, 30, allow_nan=False), max_size=60),
)
def test_never_more_than_burst_and_rate_together(
    per_minute: int, burst: int, pauses: list[float]
) -> None:
    bucket, at, let_in = TokenBucket(per_minute, burst, 0.0), 0.0, 0
    for pause in pauses:
        at += pause
        let_in += bucket.take(at) == 0.0
    assert let_in <= burst + at * per_minute / 60 + 1e-6


@given(st.integers(1, 600), st.integers(1, 5))
def test_who_waits_as_long_as_told_is_let_in(per_minute: int, burst: int) -> None:
    bucket = TokenBucket(per_minute, burst, 0.0)
    for _ in range(burst):
        assert bucket.take(0.0) == 0.0
    assert bucket.take(bucket.take(0.0) + 1e-6) == 0.0
