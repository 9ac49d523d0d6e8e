import datetime as dt

from ivr.clock import SystemClock


def test_it_shows_the_real_time_of_shanghai() -> None:
    utc = dt.datetime.now(dt.UTC).replace(tzinfo=None)
    ahead = SystemClock().now() - utc - dt.timedelta(hours=8)
    assert abs(ahead) < dt.timedelta(minutes=1)


def test_a_rehearsal_begins_at_the_time_that_it_is_given() -> None:
    start = dt.datetime(2021, 3, 5, 9, 10)
    passed = SystemClock(start).now() - start
    assert dt.timedelta(0) <= passed < dt.timedelta(minutes=1)
