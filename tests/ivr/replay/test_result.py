import pytest

from ivr.replay.result import run_from_json
from tests.ivr.replay.results import BOOKING, result, run_of


def test_a_case_passes_that_has_no_failure() -> None:
    run = run_of(result("a"), result("b", "nothing was booked"))
    assert [each.passed for each in run.results] == [True, False]
    assert run.passed == 1


def test_a_run_comes_back_from_what_goes_to_json() -> None:
    run = run_of(result("a", "nothing was booked"))
    assert run_from_json(run.to_json()) == run


@pytest.mark.parametrize("data", [None, [], {"via": "engine"}])
def test_anything_else_is_refused(data: object) -> None:
    with pytest.raises(ValueError, match="Run"):
        run_from_json(data)


def test_an_id_number_is_not_shown_where_a_booking_is_printed() -> None:
    assert "3201" not in repr(BOOKING)
