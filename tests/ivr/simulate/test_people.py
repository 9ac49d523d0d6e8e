import datetime as dt
from dataclasses import replace

import pytest

from ivr.caller.case import Case
from ivr.simulate.people import TODAY, Place, simulated_caller
from ivr.simulate.profiles import PROFILES, Manners, callers

PLACES = (
    Place("南京鼓楼医院", "心血管内科", ("鼓楼",), ("心内科",)),
    Place("南京市第一医院", "眼科", ("市一院",), ()),
)
IDS = ("32010619450101001X", "320100193605071543")


def caller(
    number: int = 1,
    profile: str = "elderly",
    seed: int = 1,
    manners: dict[str, float] | None = None,
) -> Case:
    data = callers()
    own = data.profiles[profile]
    changed = own.manners.model_copy(update=manners or {})
    profiles = {**data.profiles, profile: own.model_copy(update={"manners": changed})}
    changed_data = data.model_copy(update={"profiles": profiles})
    return simulated_caller(seed, profile, number, changed_data, PLACES, IDS)


def said(case: Case, name: str) -> list[str | None]:
    return [answer.say for answer in case.answers[name]]


def test_the_same_seed_and_number_are_the_same_caller() -> None:
    assert caller(7) == caller(7)
    assert len({caller(n).model_dump_json(exclude={"name"}) for n in range(20)}) == 20
    assert caller(7, seed=2).answers != caller(7).answers


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("number", range(5))
def test_a_caller_wants_what_can_be_booked_and_says_so(profile: str, number: int) -> None:
    case = caller(number, profile)
    wanted = case.expect.booking
    assert wanted is not None
    assert wanted.hospital in {place.hospital for place in PLACES}
    assert wanted.date is not None
    assert TODAY.date() < wanted.date <= TODAY.date() + dt.timedelta(days=4)
    assert wanted.date.weekday() < 5
    assert said(case, "hospital")[-1] == wanted.hospital
    last = case.answers["id_number"][-1]
    assert last.say or last.press == str(wanted.id_number).replace("X", "*")
    assert case.deny is not None


def test_manners_decide_how_it_is_said() -> None:
    plain = {name: 0.0 for name in Manners.model_fields}
    blunt = caller(3, manners=plain)
    assert len(blunt.answers["task"]) == 2
    assert blunt.answers["id_number"][0].press is not None
    nobodys = {"beside": 1.0, "asks_back": 1.0, "speaks_id": 1.0, "corrects": 1.0}
    difficult = caller(3, manners={**plain, **nobodys})
    assert len(difficult.answers["task"]) == 4
    assert difficult.answers["id_number"][0].press is None
    assert len(difficult.answers["confirm"]) == 2
    assert str(difficult.answers["confirm"][0].say).startswith(("不对", "时间错了"))
    over = caller(3, manners={**plain, "over_answers": 1.0, "colloquial": 1.0})
    assert any(name in str(said(over, "task")[0]) for name in ("鼓楼", "市一院"))


def test_an_unknown_profile_is_a_fault() -> None:
    with pytest.raises(KeyError):
        simulated_caller(1, "nobody", 1, callers(), PLACES, IDS)


def test_a_place_without_nicknames_is_called_by_its_name() -> None:
    bare = tuple(replace(place, hospital_names=(), department_names=()) for place in PLACES)
    case = simulated_caller(1, "hard", 1, callers(), bare, IDS)
    assert case.expect.booking is not None
    hospital = str(case.expect.booking.hospital)
    assert all(hospital in str(answer.say) for answer in case.answers["hospital"][-2:])
