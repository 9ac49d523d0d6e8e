"""Every conversation in `tests/dialogues/`: the caller says, the agent must do.

A case is data: see `tests/dialogues/README.md` for the format.
"""

from __future__ import annotations

import asyncio
import datetime as dt
from collections import deque
from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal

import pytest
from pydantic import BaseModel, ConfigDict

from booking_client.errors import Refusal
from booking_client.sql.core import SqlBookingCore
from booking_client.types import Booking, Patient, SessionQuery
from datafiles import load_yaml
from dialogs import commands as do
from dialogs.opening_hours import Band, OpeningHours
from dialogs.policy import Policy, shipped_policy
from dialogs.wording import Wording, load_wording
from grammars.meaning import Slot
from ivr.session.closed_lists import ClosedLists
from tests.dialogs.clinic import KNOWN_ID, NOW, SharedClinic
from tests.dialogs.conversation import CALL_ID, Conversation, Exchange

CASES = Path(__file__).parents[1] / "dialogues"


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Turn(_Model):
    """One thing that happens (say, keys, ...), and what the agent must do."""

    say: str | None = None
    meaning: dict[str, Any] | None = None
    confidence: float = 1.0
    keys: str | None = None
    played: int | None = None
    silence: bool = False
    noise: bool = False
    cut_off: bool = False
    far: bool = False
    seconds: float = 0.0
    after: float = 0.0
    event: (
        Literal[
            "hang_up",
            "time_limit",
            "recogniser_fails",
            "nobody_answers",
            "crisis_line_answers",
            "crisis_line_does_not_answer",
            "crisis_line_is_lost",
        ]
        | None
    ) = None

    said: list[str] = []
    not_said: list[str] = []
    did: list[str] = []
    not_did: list[str] = []
    expect: Slot | None = None
    step: str | None = None
    choices: list[str] | None = None
    rate: float | None = None
    gain_db: float | None = None


class Before(_Model):
    """A booking made before the call; by default the known person's, from the caller's phone."""

    hospital: str = "南京鼓楼医院"
    department: str
    doctor: str | None = None
    date: dt.date
    period: str = "上午"
    id_number: str = KNOWN_ID
    phone: str = "13800000000"


class ExpectedCallback(_Model):
    phone: str
    due: str  # YYYY-MM-DD HH:MM
    reason: str


class ExpectedText(_Model):
    phone: str
    holds: list[str] = []


class Case(_Model):
    name: str
    before: list[Before] = []
    caller: str = "13800000000"
    refuse: dict[str, list[Refusal | None]] = {}
    fail: dict[str, int] = {}
    operators: list[Band] = []
    after_call: bool = False  # the policy wants a question of the survey
    turns: list[Turn]
    ends: str = ""  # outcome category reason
    booked: dict[str, Any] | None = None
    not_booked: bool = False
    left: list[str] | None = None  # the known person's coming bookings at the end
    callback: ExpectedCallback | None = None
    no_callback: bool = False
    texts: list[ExpectedText] | None = None
    ticket: str | None = None  # category and words
    kept: list[str] | None = None


class CaseFile(_Model):
    cases: list[Case]


@cache
def _cases() -> list[Any]:
    return [
        pytest.param(case, id=f"{path.stem}: {case.name}")
        for path in sorted(CASES.glob("*.yaml"))
        for case in load_yaml(path, CaseFile).cases
    ]


@pytest.fixture(scope="module")
def wording() -> Wording:
    return load_wording()


@pytest.fixture(scope="module")
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as runner:
        yield runner


@pytest.fixture(scope="module")
def clinic(
    runner: asyncio.Runner, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[SharedClinic]:
    clinic = runner.run(SharedClinic.open(tmp_path_factory.mktemp("clinic")))
    yield clinic
    runner.run(clinic.core.close())


@pytest.fixture(scope="module")
def lists(runner: asyncio.Runner, clinic: SharedClinic) -> ClosedLists:
    """The closed lists of the clinic, which no conversation changes."""
    lists = ClosedLists(clinic.core)
    runner.run(lists.load())
    return lists


@pytest.mark.parametrize("case", _cases())
def test_conversation(
    case: Case, runner: asyncio.Runner, clinic: SharedClinic, lists: ClosedLists, wording: Wording
) -> None:
    runner.run(_run(case, clinic, lists, wording))


async def _run(case: Case, clinic: SharedClinic, lists: ClosedLists, wording: Wording) -> None:
    call = Conversation(clinic.core, lists, wording, case.caller, _policy(case))
    call.codes = await _booked_before(clinic, case.before)
    call.refusals = {name: deque(reasons) for name, reasons in case.refuse.items()}
    call.failures = dict(case.fail)
    await call.start()
    for number, turn in enumerate(case.turns, start=1):
        exchange = await _happen(call, turn)
        _check(call, turn, exchange, f"turn {number} ({turn.say or turn.keys})")
    await _check_end(call, case)


async def _booked_before(clinic: SharedClinic, before: list[Before]) -> list[str]:
    """The codes of these bookings, which stand in the clinic now; many cases begin with the same,
    which are made once."""
    name = f"before {sha256(repr(before).encode()).hexdigest()[:16]}" if before else "made"
    known = _BOOKED.get((clinic.made, name))
    if known is not None:
        kept, codes = known
        clinic.restore(kept)
        return list(codes)
    clinic.restore()
    codes = [(await _book(clinic.core, each)).code for each in before]
    _BOOKED[clinic.made, name] = clinic.keep(name) if before else clinic.made, codes
    return list(codes)


_BOOKED: dict[tuple[Path, str], tuple[Path, list[str]]] = {}


def _policy(case: Case) -> Policy:
    policy = shipped_policy()
    hours = OpeningHours(bands=tuple(case.operators))
    operators = policy.operators.model_copy(update={"hours": hours})
    survey = policy.survey.model_copy(update={"after_call": case.after_call})
    return policy.model_copy(update={"operators": operators, "survey": survey})


async def _happen(call: Conversation, turn: Turn) -> Exchange:
    call.now += dt.timedelta(seconds=turn.after)
    if turn.say is not None:
        return await call.say(
            _with_codes(turn.say, call.codes),
            confidence=turn.confidence,
            meaning=turn.meaning,
            played=turn.played,
            cut_off=turn.cut_off,
            far=turn.far,
            seconds=turn.seconds,
        )
    if turn.keys is not None:
        exchange = Exchange()
        for key in _with_codes(turn.keys, call.codes):
            one = await call.key(key, played=turn.played)
            exchange.sentences += one.sentences
            exchange.prompts += one.prompts
            exchange.deeds += one.deeds
        return exchange
    if turn.event is not None:
        return await call.event(turn.event)
    return await call.nothing(noise=turn.noise, cut_off=turn.cut_off)


def _with_codes(text: str, codes: list[str]) -> str:
    """`{code}` is the code of the first booking before the call, its halves are apart."""
    if not codes:
        return text
    code = codes[0]
    for name, digits in (("{code}", code), ("{first half}", code[:4]), ("{second half}", code[4:])):
        text = text.replace(name, digits)
    return text


def _check(call: Conversation, turn: Turn, exchange: Exchange, where: str) -> None:
    heard = f"{where}: the agent said {exchange.said!r} and did {exchange.done}"
    for words in turn.said:
        assert words in exchange.said, f"{heard}, not {words!r}"
    for words in turn.not_said:
        assert words not in exchange.said, f"{heard}, which has {words!r}"
    remaining = iter(exchange.done)
    for deed in turn.did:
        assert deed in remaining, f"{heard}, not {deed}"
    for deed in turn.not_did:
        assert deed not in exchange.done, heard
    if turn.step is not None:
        assert call.state.step.value == turn.step, heard
    if turn.expect is not None:
        assert exchange.done[-1] == "Listen", heard
        assert call.listening is not None
        assert call.listening.expect is turn.expect, heard
    if turn.choices is not None:
        assert call.listening is not None
        assert [each.name for each in call.listening.choices] == turn.choices, heard
    if turn.rate is not None:
        assert call.state.rate == turn.rate, heard
    if turn.gain_db is not None:
        assert call.state.gain_db == turn.gain_db, heard


async def _check_end(call: Conversation, case: Case) -> None:
    if case.ends:
        assert call.conclusion is not None
        outcome, category, reason = case.ends.split()
        ended = call.conclusion
        assert (ended.outcome, ended.category, ended.reason) == (outcome, category, reason)
    if case.not_booked:
        assert call.booked is None
    if case.no_callback:
        assert call.callback is None
    if case.callback is not None:
        made = call.callback
        assert made is not None, "no call-back was recorded"
        recorded = ExpectedCallback(
            phone=made.phone, due=f"{made.due:%Y-%m-%d %H:%M}", reason=made.reason.value
        )
        assert recorded == case.callback
    if case.texts is not None:
        assert [text.phone for text in call.texts] == [text.phone for text in case.texts]
        for text, wanted in zip(call.texts, case.texts, strict=True):
            assert all(words in text.text for words in wanted.holds), text.text
            assert KNOWN_ID[6:14] not in text.text
    if case.booked is not None:
        assert call.booked is not None, "nothing was booked"
        booking = await call.core.booking_by_code(call.booked.booking.code)
        assert booking is not None
        told = {
            "hospital": booking.session.hospital,
            "department": booking.session.department,
            "doctor": booking.session.doctor,
            "date": booking.session.date,
            "period": booking.session.period,
            "start": f"{booking.start:%H:%M}",
            "name": booking.patient_name,
            "name_unverified": booking.name_unverified,
            "id_last_four": booking.id_last_four,
        }
        assert {key: told[key] for key in case.booked} == case.booked
        assert call.booked is not None
    if case.left is not None:
        coming = await call.core.coming_bookings(KNOWN_ID, NOW)
        left = [f"{b.session.department} {b.session.date:%m-%d} {b.session.period}" for b in coming]
        assert left == case.left
    if case.ticket is not None:
        assert call.ticket is not None, "no ticket was opened"
        assert f"{call.ticket.category} {call.ticket.words}" == case.ticket
    if case.kept is not None:
        assert [_kept(each) for each in call.kept] == case.kept
    assert call.state.call_id == CALL_ID


async def _book(core: SqlBookingCore, before: Before) -> Booking:
    query = SessionQuery(
        before.hospital, before.department, before.date, before.date, period=before.period
    )
    found = await core.find_sessions(query, NOW)
    session = next(each for each in found if each.doctor == before.doctor)
    held = await core.hold(session.id, channel="phone", phone="", now=NOW)
    who = Patient(before.id_number, "陈德安", True, before.phone)
    return await core.confirm(held.id, who, f"before {held.id}", NOW)


def _kept(command: do.Keeping) -> str:
    match command:
        case do.KeepQuestion(words):
            return words
        case do.KeepScore(question, score):
            return f"{question} {score}"
        case do.KeepRemark(question, words):
            return f"{question} {words}"


def test_there_are_enough_conversations() -> None:
    """One for each rule of the conversation."""
    assert len(_cases()) >= 120
