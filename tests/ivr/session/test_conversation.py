"""The conversation by typed lines: the same dialogue, grammars and booking core as a call."""

import asyncio
import datetime as dt
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
import pytest_asyncio

from booking_client import connect_database
from booking_client.demo.people import DemoRealNameRegistry, load_people
from booking_client.demo.reports import DemoReportDesk
from booking_client.demo.seed import seed_database
from booking_client.errors import CoreUnavailable
from booking_client.personal_data import PersonalDataKeys
from booking_client.sql.core import SqlBookingCore
from booking_client.types import Booking, Patient
from dialogs import commands as do
from dialogs.commands import Listen
from dialogs.outcomes import Category, Outcome, Reason
from dialogs.wording import load_wording
from ivr.agent.desk import HotlineDesk
from ivr.call_log.records import Turn
from ivr.call_log.summaries import heard_json
from ivr.hotline import Hotline
from ivr.session.call_ports import CallFacts, CallPorts, Conclusion, StatedIn
from ivr.session.closed_lists import ClosedLists
from ivr.session.conversation import Conversation
from ivr.session.typed import TypedEar, TypedLine, TypedMouth

NOW = dt.datetime(2021, 3, 3, 9, 10)  # a Wednesday
module_loop = pytest.mark.asyncio(loop_scope="module")
ID_NUMBER = "32010619450101001X"
KEYS = PersonalDataKeys(bytes(32))


class PinnedClock:
    """Time stands still but for what is slept."""

    def __init__(self) -> None:
        self.elapsed = 0.0

    def now(self) -> dt.datetime:
        return NOW + dt.timedelta(seconds=self.elapsed)

    def monotonic(self) -> float:
        return self.elapsed

    async def sleep(self, seconds: float) -> None:
        self.elapsed += seconds
        await asyncio.sleep(0)


@dataclass
class Notes:
    """TurnLog and Observer of one call."""

    turns: dict[int, Turn] = field(default_factory=dict)
    kinds: list[str] = field(default_factory=list)
    fields: list[Mapping[str, object]] = field(default_factory=list)

    async def turn(self, turn: Turn) -> None:
        self.turns[turn.number] = turn

    async def concluded(self, outcome: Outcome, category: Category, reason: Reason) -> None:
        return

    def notice(self, kind: str, call_id: str, fields: Mapping[str, object]) -> None:
        self.kinds.append(kind)
        self.fields.append(fields)


@dataclass
class WrittenDown:
    """The desk's work of one call; `fails`: nothing can be written."""

    fails: bool = False
    hotline: HotlineDesk | None = None  # where tickets and answers are kept
    handovers: list[tuple[Reason, do.Handover]] = field(default_factory=list)
    callbacks: list[do.RecordCallback] = field(default_factory=list)
    texts: list[do.SendText] = field(default_factory=list)

    async def hand_over(self, call_id: str, reason: Reason, handover: do.Handover) -> None:
        self._check()
        self.handovers.append((reason, handover))

    async def call_back(self, call_id: str, callback: do.RecordCallback) -> None:
        self._check()
        self.callbacks.append(callback)

    async def send_text(self, call_id: str, text: do.SendText) -> None:
        self._check()
        self.texts.append(text)

    async def open_ticket(self, call_id: str, ticket: do.OpenTicket, stated: StatedIn) -> str:
        assert self.hotline is not None
        return await self.hotline.open_ticket(call_id, ticket, stated)

    async def keep(self, call_id: str, kept: do.Keeping) -> None:
        assert self.hotline is not None
        await self.hotline.keep(call_id, kept)

    def _check(self) -> None:
        if self.fails:
            raise CoreUnavailable("the disk is full")


@dataclass
class Talk:
    """What a typed call came to."""

    conclusion: Conclusion
    said: list[str]
    notes: Notes
    line: TypedLine
    later: WrittenDown


class Desk:
    """A demonstration core in memory and typed callers who answer by what is asked."""

    def __init__(self, core: SqlBookingCore, lists: ClosedLists, hotline: Hotline) -> None:
        self.core = core
        self.lists = lists
        self.hotline = hotline

    async def talk(
        self,
        answers: Mapping[str, list[str]],
        core: Any = None,  # a BookingCore, or one that stands around it
        longest: float = 900.0,
        somebody: bool = True,
        line: TypedLine | None = None,
        later: WrittenDown | None = None,
        call_id: str = "call-1",
    ) -> Talk:
        """`answers`: question -> what is typed each time; a question without one hangs up."""
        left = {asked: list(lines) for asked, lines in answers.items()}
        said: list[str] = []
        notes, clock = Notes(), PinnedClock()
        line = line or TypedLine(somebody=somebody)
        later = later or WrittenDown()
        later.hotline = HotlineDesk(self.hotline, clock, lambda: None)
        mouth = TypedMouth(said.append)

        async def read_line(listen: Listen) -> str:
            lines = left.get(listen.expect.value)
            if not lines:
                raise EOFError
            return lines.pop(0)

        ear = TypedEar(
            clock,
            mouth,
            read_line,
            lambda report: conversation.ear_reports(report),
            lambda: conversation.line_closed(),
            lambda key: conversation.key_pressed(key),
        )
        ports = CallPorts(
            clock=clock,
            ear=ear,
            mouth=mouth,
            line=line,
            core=core or self.core,
            registry=DemoRealNameRegistry(),
            reports=DemoReportDesk(),
            lists=self.lists,
            log=notes,
            observer=notes,
            desk=later,
        )
        facts = CallFacts(call_id, "02583600001", longest=longest)
        conversation = Conversation(ports, facts, load_wording())
        async with asyncio.timeout(30):
            conclusion = await conversation.run()
        return Talk(conclusion, said, notes, line, later)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def desk() -> AsyncIterator[Desk]:
    async with demonstration_desk() as desk:
        yield desk


@asynccontextmanager
async def demonstration_desk() -> AsyncIterator[Desk]:
    core = await connect_database("sqlite://", keys=PersonalDataKeys(bytes(32)))
    await seed_database(core.database, NOW.date(), days=3)
    lists = ClosedLists(core)
    await lists.load()
    hotline = await Hotline.open("sqlite://", KEYS)
    yield Desk(core, lists, hotline)
    await hotline.close()
    await core.close()


def books(department: str = "心内科") -> dict[str, list[str]]:
    """A caller who wants 鼓楼医院; a person may book a department once a day."""
    return {
        "task": [f"我要挂鼓楼医院{department}"],
        "doctor": ["随便"],
        "date": ["后天上午"],
        "id_number": [ID_NUMBER],
        "choice": ["第一个"],
        "confirm": ["对的", "不用了"],
        "phone": ["不用了"],
    }


@module_loop
async def test_a_typed_caller_books(desk: Desk) -> None:
    talk = await desk.talk(books("心内科"))
    assert talk.conclusion == Conclusion(Outcome.BOOKED, Category.BOOKING, Reason.COMPLETED)
    booked = talk.notes.fields[talk.notes.kinds.index("booked")]
    booking = await desk.core.booking_by_code(str(booked["code"]))
    assert booking is not None
    assert (booking.session.hospital, booking.session.department) == (
        "南京鼓楼医院",
        "心血管内科",
    )
    assert booking.session.date == dt.date(2021, 3, 5)
    assert talk.line.hung_up


@module_loop
async def test_no_notice_and_no_prompt_holds_the_id_number(desk: Desk) -> None:
    talk = await desk.talk(books("骨科"))
    assert talk.conclusion.outcome is Outcome.BOOKED
    assert ID_NUMBER[4:14] not in repr(talk.notes.fields)


@module_loop
async def test_whoever_hangs_up_before_the_yes_has_booked_nothing(desk: Desk) -> None:
    talk = await desk.talk({**books("眼科"), "confirm": []})
    assert talk.conclusion.outcome is Outcome.ABANDONED
    assert "booked" not in talk.notes.kinds


@module_loop
async def test_a_person_is_one_word_away(desk: Desk) -> None:
    talk = await desk.talk({"task": ["转人工"]})
    assert talk.line.transferred is Reason.CALLER_ASKED
    assert talk.conclusion.outcome is Outcome.TRANSFERRED


class LosesAnswers:
    """A core whose answer to confirm gets lost on the way, as often as `failures` says."""

    def __init__(self, core: SqlBookingCore) -> None:
        self._core = core
        self.confirmed: Booking | None = None
        self.failures = 0

    def __getattr__(self, name: str) -> object:
        return getattr(self._core, name)

    async def confirm(self, hold_id: str, patient: Patient, key: str, now: dt.datetime) -> Booking:
        self.confirmed = await self._core.confirm(hold_id, patient, key, now)
        if self.failures:
            self.failures -= 1
            raise CoreUnavailable("the answer was lost")
        return self.confirmed


@module_loop
async def test_an_answer_of_the_core_that_was_lost_is_asked_for_again_and_books_once(
    desk: Desk,
) -> None:
    core = LosesAnswers(desk.core)
    core.failures = 1
    talk = await desk.talk(books("皮肤科"), core=core)
    assert talk.conclusion.outcome is Outcome.BOOKED
    assert talk.notes.kinds.count("booked") == 1


class Slow:
    """A core that takes its time over the departments of a hospital."""

    def __init__(self, core: SqlBookingCore) -> None:
        self._core = core

    def __getattr__(self, name: str) -> object:
        return getattr(self._core, name)

    async def departments(self, hospital: str) -> object:
        for _ in range(20):
            await asyncio.sleep(0)
        return await self._core.departments(hospital)


@module_loop
async def test_who_waits_for_the_core_hears_a_word_once(desk: Desk) -> None:
    talk = await desk.talk({"task": ["我要挂鼓楼医院"]}, core=Slow(desk.core))
    words = [f["prompt"] for f in talk.notes.fields if f.get("prompt") == "statement.one_moment"]
    assert len(words) == 1


@module_loop
async def test_silence_ends_with_a_person_and_never_with_dead_air(desk: Desk) -> None:
    talk = await desk.talk({"task": [""] * 20, "hospital": [""] * 20, "confirm": [""] * 20})
    assert talk.line.transferred is not None or talk.line.hung_up
    assert len(set(talk.said)) > 2  # never the same sentence again and again


@module_loop
async def test_every_turn_is_logged_with_what_was_asked_and_heard(desk: Desk) -> None:
    talk = await desk.talk(books("消化内科"))
    first = talk.notes.turns[1]
    assert [say.prompt for say in first.asked]
    assert first.heard[0].text == "我要挂鼓楼医院消化内科"
    assert sorted(talk.notes.turns) == list(range(1, len(talk.notes.turns) + 1))


@module_loop
async def test_the_wish_goes_over_with_the_call(desk: Desk) -> None:
    talk = await desk.talk({"task": ["我要挂鼓楼医院骨科"], "doctor": ["转人工"]})
    ((reason, handover),) = talk.later.handovers
    assert reason is Reason.CALLER_ASKED
    assert (handover.hospital, handover.department) == ("南京鼓楼医院", "骨科")


@module_loop
async def test_nobody_answers_and_a_call_back_is_written_down(desk: Desk) -> None:
    talk = await desk.talk({"task": ["转人工"], "confirm": ["好的", "对的"]}, somebody=False)
    assert talk.conclusion.outcome is Outcome.CALLBACK
    (callback,) = talk.later.callbacks
    assert callback.phone == "02583600001"
    assert callback.due == dt.datetime(2021, 3, 3, 11, 15)
    assert "02583600001" not in repr((talk.notes.fields, callback))


@module_loop
async def test_a_call_back_that_cannot_be_written_down_is_not_promised(desk: Desk) -> None:
    later = WrittenDown(fails=True)
    answers = {"task": ["转人工"], "confirm": ["好的", "对的"]}
    talk = await desk.talk(answers, somebody=False, later=later)
    assert talk.conclusion.outcome is Outcome.FAILED
    assert not any("记下了" in said for said in talk.said)


@module_loop
async def test_the_confirmation_goes_to_the_mobile_that_was_named(desk: Desk) -> None:
    another = next(each for each in load_people() if each.id_number != ID_NUMBER).id_number
    answers = books("呼吸内科") | {
        "id_number": [another],
        "phone": ["幺三九幺二三四五六七八"],
        "confirm": ["对的", "不用了", "对的"],
    }
    talk = await desk.talk(answers)
    assert talk.conclusion.outcome is Outcome.BOOKED
    (text,) = talk.later.texts
    assert text.phone == "13912345678"
    assert another[4:14] not in text.text
    assert "13912345678" not in repr((talk.notes.fields, talk.notes.turns))


@module_loop
async def test_whoever_despairs_is_joined_with_a_person(desk: Desk) -> None:
    talk = await desk.talk({"task": ["我不想活了"], "statement": ["没人管我"] * 3})
    assert talk.conclusion == Conclusion(Outcome.TRANSFERRED, Category.CRISIS, Reason.CRISIS)
    assert talk.line.transferred is Reason.CRISIS
    assert "crisis_line_called" in talk.notes.kinds


@module_loop
async def test_without_anybody_the_numbers_are_said_and_the_caller_is_listened_to(
    desk: Desk,
) -> None:
    lines = ["没人管我", "我很难受", "睡不着"]
    talk = await desk.talk({"task": ["我不想活了"], "statement": lines}, somebody=False)
    assert any("幺二三五六" in said for said in talk.said)
    assert talk.conclusion == Conclusion(Outcome.ABANDONED, Category.CRISIS, Reason.CRISIS)


COMPLAINT = {
    "task": ["我要投诉", "没有了"],
    "statement": ["昨天等了三个小时", "说完了"],
    "confirm": ["不要"],
}


@module_loop
async def test_a_complaint_is_kept_under_the_number_that_is_said(desk: Desk) -> None:
    talk = await desk.talk(COMPLAINT, call_id="complaint")
    assert talk.conclusion == Conclusion(Outcome.TICKET, Category.COMPLAINT, Reason.COMPLETED)
    ticket = next(t for t in await desk.hotline.tickets.list() if t.call_id == "complaint")
    read = await desk.hotline.tickets.read(ticket.number, "test", NOW)
    assert read is not None
    assert (read.statement, read.caller) == ("昨天等了三个小时", "02583600001")
    spoken = "".join("零幺二三四五六七八九"[int(digit)] for digit in ticket.number)
    said = next(text for text in talk.said if "受理号是" in text).replace("，", "")
    assert said.count(spoken) == 2


@module_loop
async def test_what_was_stated_before_a_hang_up_is_kept(desk: Desk) -> None:
    answers = {"task": ["我要投诉"], "statement": ["昨天等了三个小时"]}
    talk = await desk.talk(answers, call_id="hung up")
    assert talk.conclusion == Conclusion(Outcome.TICKET, Category.COMPLAINT, Reason.HUNG_UP)
    assert "hung up" in [ticket.call_id for ticket in await desk.hotline.tickets.list()]


@module_loop
async def test_a_statement_is_in_its_ticket_only(desk: Desk) -> None:
    talk = await desk.talk(COMPLAINT, call_id="private")
    assert "三个小时" not in repr(talk.notes.fields)
    for turn in talk.notes.turns.values():
        assert "三个小时" not in str(heard_json(turn.heard, turn.expected))


@module_loop
async def test_survey_answers_are_kept_one_by_one(desk: Desk) -> None:
    answers = {"task": ["我来做满意度评价"], "choice": ["很满意", "一般"]}
    talk = await desk.talk(answers, call_id="survey")
    assert talk.conclusion == Conclusion(Outcome.ANSWERED, Category.SURVEY, Reason.COMPLETED)
    means = await desk.hotline.surveys.mean_scores(NOW, NOW + dt.timedelta(hours=1))
    assert means == {"booking": 5.0, "care": 3.0}


@module_loop
async def test_a_question_without_an_answer_is_kept_for_whoever_writes_them(desk: Desk) -> None:
    answers = {"task": ["常见问题"], "topic": ["食堂的红烧肉好不好吃"] * 2}
    talk = await desk.talk(answers, call_id="asks")
    assert talk.line.transferred is Reason.NOT_HANDLED
    kept = [each.words for each in await desk.hotline.questions.list()]
    assert kept[:1] == ["食堂的红烧肉好不好吃"]


class BrokenLine(TypedLine):
    async def call_crisis_line(self) -> bool:
        raise RuntimeError("the manager's answer was no answer")


@module_loop
async def test_a_crisis_line_that_cannot_be_called_leaves_nobody_waiting_for_it(
    desk: Desk,
) -> None:
    answers = {"task": ["我不想活了"], "statement": ["没人管我", "我很难受"]}
    talk = await desk.talk(answers, line=BrokenLine())
    assert any("幺二三五六" in said for said in talk.said)
    assert talk.conclusion.category is Category.CRISIS
