import datetime as dt
from dataclasses import replace

import pytest

from ivr.caller.case import Case
from ivr.simulate.held_out import HELD_OUT, held_out_hospitals
from ivr.simulate.people import TODAY, simulated_caller
from ivr.simulate.places import Place
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


def test_who_wants_a_doctor_asks_for_one_with_a_place_that_day_and_keeps_to_it() -> None:
    there = tuple(
        replace(place, doctors={day: ("李佳", "韦成昌") for day in (1, 2, 3)}) for place in PLACES
    )
    data = callers()
    own = data.profiles["hard"]
    sure = own.manners.model_copy(update={"names_doctor": 1.0, "corrects": 1.0})
    hard = own.model_copy(update={"manners": sure})
    data = data.model_copy(update={"profiles": {"hard": hard}})
    for number in range(10):
        case = simulated_caller(1, "hard", number, data, there, IDS)
        assert case.expect.booking is not None
        assert case.expect.booking.doctor == "韦成昌"  # 李佳 is said in speech used for tuning
        assert said(case, "doctor")[-1] == "韦成昌"
        assert len(case.answers["confirm"]) == 1
        assert "named_doctor" in case.tags


def test_a_call_about_a_hospital_that_is_held_out_is_tagged() -> None:
    hospital = min(held_out_hospitals())
    case = simulated_caller(1, "clear", 1, callers(), (Place(hospital, "眼科"),), IDS)
    assert HELD_OUT in case.tags
    case = simulated_caller(1, "clear", 1, callers(), PLACES[:1], IDS)
    assert HELD_OUT not in case.tags


def test_what_is_not_meant_for_the_agent_is_heard_into_prompts_of_its_own() -> None:
    always = {"backchannels": 1.0, "television": 1.0, "bystander": 1.0}
    asides = caller(4, manners=always).asides
    assert [each.kind for each in asides] == ["backchannel", "television", "bystander"]
    assert len({each.during for each in asides}) == 3
    assert asides[0].voice is None
    assert all(each.voice and each.below_db >= 3 for each in asides[1:])
    never = dict.fromkeys(always, 0.0)
    assert caller(4, manners=never).asides == ()


def test_who_says_the_number_whole_may_stop_between_its_groups() -> None:
    speaks = {"speaks_id": 1.0, "pauses_in_id": 1.0}
    whole = [caller(n, manners=speaks).answers["id_number"] for n in range(6)]
    paused = [each for answers in whole for each in answers if each.pause]
    assert paused
    assert all(len(each.pieces) == 3 for each in paused)
