import pytest

from bench.soak import memory_of


def test_growth_is_counted_from_the_end_of_the_warm_up() -> None:
    warming = [(float(n), 400.0 + 20 * n) for n in range(10)]
    warm = [(float(n), 600.0 + (n - 10) / 36) for n in range(10, 50)]
    found = memory_of([*warming, *warm])
    assert found.warm == 600.0
    assert found.growth_an_hour == pytest.approx(100.0)
    assert found.end == pytest.approx(600 + 39 / 36)
