"""A trial over a real call log, on both databases."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest

from booking_client.sql.core import SqlBookingCore
from booking_client.sql.database import Database
from booking_client.types import SessionQuery
from dialogs.commands import Command, FindSessions
from dialogs.outcomes import Outcome, Reason
from grammars.meaning import Slot
from ivr.aliases import recorded, trying
from ivr.aliases.overlay import AliasFile
from ivr.aliases.proposal import Unfit
from ivr.aliases.recorded import open_log
from ivr.aliases.trial import Verdict
from ivr.aliases.trying import AliasUnfit, try_alias
from ivr.call_log import CallLog, Turn
from ivr.reviews.reviews import Reviews
from tests.dialogs.clinic import make_clinic, open_core
from tests.ivr.board.log_of_calls import turn, write_call

GULOU = "南京鼓楼医院"
PROVINCE = "江苏省人民医院"
AT = dt.datetime(2026, 11, 24, 9)


@pytest.fixture
async def log(url: str) -> AsyncIterator[CallLog]:
    log = await CallLog.open(url)
    yield log
    await log.close()


@pytest.fixture
async def database(url: str, log: CallLog) -> AsyncIterator[Database]:
    database = await open_log(url)
    yield database
    await database.close()


@pytest.fixture
async def core(tmp_path: Path) -> AsyncIterator[SqlBookingCore]:
    """Two large hospitals and a small one."""
    await make_clinic(tmp_path / "catalogue.db")
    core = await open_core(tmp_path / "catalogue.db")
    yield core
    await core.close()


def searched(hospital: str) -> Sequence[Command]:
    day = dt.date(2026, 11, 25)
    return (FindSessions("as_wished", SessionQuery(hospital, "骨科", day, day)),)


def said(number: int, text: str, expected: Slot, commands: Sequence[Command] = ()) -> Turn:
    made = turn(number, expected, text)
    return Turn(
        number=made.number,
        started_at=made.started_at,
        ended_at=made.ended_at,
        expected=made.expected,
        heard=made.heard,
        commands=tuple(commands),
    )


async def test_every_recorded_turn_is_judged(
    log: CallLog, database: Database, core: SqlBookingCore
) -> None:
    for number, (meant, outcome) in enumerate(
        [(GULOU, Outcome.BOOKED), (PROVINCE, Outcome.BOOKED), (GULOU, Outcome.ABANDONED)]
    ):
        turns = [
            said(1, "天文台", Slot.HOSPITAL),
            said(2, "骨科", Slot.DEPARTMENT, searched(meant)),
            said(3, "****", Slot.ID_NUMBER),
        ]
        await write_call(log, number, AT, outcome, Reason.COMPLETED, turns)
    told: list[tuple[int, int]] = []
    result = await try_alias(
        core,
        database,
        AliasFile(),
        Slot.HOSPITAL,
        GULOU,
        "天文台",
        lambda done, of: told.append((done, of)),
    )
    assert result.counts == {Verdict.RIGHT: 1, Verdict.WRONG: 1, Verdict.UNKNOWN: 1}
    assert (result.turns, result.may_go_live) == (6, False)
    assert {judged.change.turn.number for judged in result.shown} == {1}
    assert [done for done, _ in told] == [6]


async def test_an_alias_that_helps_everybody_may_go_live(
    log: CallLog, database: Database, core: SqlBookingCore
) -> None:
    turns = [
        said(1, "我去天文台", Slot.HOSPITAL),
        said(2, "骨科", Slot.DEPARTMENT, searched(GULOU)),
    ]
    await write_call(log, 1, AT, Outcome.BOOKED, Reason.COMPLETED, turns)
    result = await try_alias(core, database, AliasFile(), Slot.HOSPITAL, GULOU, "天文台")
    assert result.tried.right == 1
    assert result.may_go_live


async def test_what_a_reviewer_has_heard_is_surer_than_what_was_booked(
    log: CallLog, database: Database, core: SqlBookingCore
) -> None:
    turns = [
        said(1, "我去天文台", Slot.HOSPITAL),
        said(2, "骨科", Slot.DEPARTMENT, searched(PROVINCE)),
    ]
    call = await write_call(log, 1, AT, Outcome.BOOKED, Reason.COMPLETED, turns)

    async def counts() -> Counter[Verdict]:
        tried = await try_alias(core, database, AliasFile(), Slot.HOSPITAL, GULOU, "天文台")
        return tried.counts

    assert await counts() == {Verdict.WRONG: 1}
    await Reviews(database).mark(call, 1, "我去鼓楼医院", "reviewer", AT)
    assert await counts() == {Verdict.RIGHT: 1}


async def test_a_department_has_aliases_too(
    log: CallLog, database: Database, core: SqlBookingCore
) -> None:
    turns = [said(1, "去石膏间", Slot.DEPARTMENT, searched(GULOU))]
    await write_call(log, 1, AT, Outcome.BOOKED, Reason.COMPLETED, turns)
    result = await try_alias(core, database, AliasFile(), Slot.DEPARTMENT, "骨科", "石膏间")
    assert result.tried.right == 1


async def test_a_trial_ends_where_enough_would_be_wrong(
    log: CallLog, database: Database, core: SqlBookingCore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trying, "ENOUGH_WRONG", 2)
    monkeypatch.setattr(recorded, "_CHUNK", 2)
    for number in range(5):
        turns = [said(1, "天文台", Slot.HOSPITAL, searched(PROVINCE))]
        await write_call(log, number, AT, Outcome.BOOKED, Reason.COMPLETED, turns)
    result = await try_alias(core, database, AliasFile(), Slot.HOSPITAL, GULOU, "天文台")
    assert (result.turns, result.counts) == (2, {Verdict.WRONG: 2})


async def test_unfit_words_are_not_tried(database: Database, core: SqlBookingCore) -> None:
    with pytest.raises(AliasUnfit) as refused:
        await try_alias(core, database, AliasFile(), Slot.HOSPITAL, GULOU, "鼓楼")
    assert refused.value.why is Unfit.KNOWN
    assert "said for this name already" in str(refused.value)


async def test_an_empty_log_judges_nothing(database: Database, core: SqlBookingCore) -> None:
    result = await try_alias(core, database, AliasFile(), Slot.HOSPITAL, GULOU, "天文台")
    assert (result.turns, result.may_go_live) == (0, True)
