import datetime as dt
from pathlib import Path

import pytest

from ivr.caller.case import Given
from ivr.replay.given import NotGiven, make_given
from ivr.replay.result import MadeBooking
from ivr.replay.world import DEMO, ENGINE_KEYS, Templates, bookings_of, open_world

TODAY = dt.date(2026, 3, 2)
NOW = dt.datetime(2026, 3, 2, 9, 10)
WANTED = {
    "patient": "32010619450101001X",
    "hospital": "南京鼓楼医院",
    "department": "皮肤科",
    "date": "2026-03-05",
    "session": "上午",
}


@pytest.fixture(scope="module")
def templates(tmp_path_factory: pytest.TempPathFactory) -> Templates:
    return Templates(tmp_path_factory.mktemp("given"))


async def given(
    templates: Templates, path: Path, *wanted: dict[str, str], seed: int = 1
) -> tuple[MadeBooking, ...]:
    await templates.make(DEMO, TODAY)
    return await make_given(
        templates.path(DEMO, TODAY),
        path,
        Given.model_validate({"bookings": wanted}),
        caller="02583600001",
        now=NOW,
        keys=ENGINE_KEYS,
        seed=seed,
    )


async def test_the_booking_stands_when_the_call_begins(
    templates: Templates, tmp_path: Path
) -> None:
    other = {**WANTED, "department": "眼科", "date": "2026-03-06", "phone": "13900000000"}
    made = await given(templates, tmp_path / "given.db", WANTED, other)
    assert [(each.department, each.date) for each in made] == [
        ("皮肤科", "2026-03-05"),
        ("眼科", "2026-03-06"),
    ]
    core = await open_world(tmp_path / "given.db", tmp_path / "call.db", 7)
    try:
        assert await bookings_of(core, NOW) == made
        coming = await core.coming_bookings(WANTED["patient"], NOW)
        assert [each.code for each in coming] == [each.code for each in made]
        match = await core.phone_match("02583600001", "001X")
        assert match.name == "ONE"
    finally:
        await core.close()


async def test_codes_follow_the_seed(templates: Templates, tmp_path: Path) -> None:
    codes = [
        (await given(templates, tmp_path / f"{at}.db", WANTED, seed=seed))[0].code
        for at, seed in enumerate((1, 1, 2))
    ]
    assert codes[0] == codes[1] != codes[2]


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"patient": "110101199003070038"}, r"\*\*\*0038 is none of the demonstration's people"),
        ({"department": "没有的科"}, "no department 没有的科 at 南京鼓楼医院; the full names"),
        ({"hospital": "鼓楼"}, "no hospital 鼓楼.*; the full names"),
        ({"date": "2026-05-04"}, "no free session"),
    ],
)
async def test_what_cannot_be_booked_is_said_in_one_line(
    templates: Templates, tmp_path: Path, changed: dict[str, str], problem: str
) -> None:
    with pytest.raises(NotGiven, match=problem):
        await given(templates, tmp_path / "given.db", {**WANTED, **changed})


async def test_a_patient_is_booked_once_a_day_and_department(
    templates: Templates, tmp_path: Path
) -> None:
    with pytest.raises(NotGiven, match="already_booked"):
        await given(templates, tmp_path / "given.db", WANTED, WANTED)
