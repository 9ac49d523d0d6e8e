"""The booking stands: code, time and place slowly, with time to write them down, and once more
for who wants it or says nothing; then the SMS, and goodbye."""

from __future__ import annotations

import re

from dialogs import spoken
from dialogs.commands import ChangeVoice
from dialogs.events import Booked, Heard, KeyPressed, NothingHeard
from dialogs.flows import answers, filling, tasks, texting
from dialogs.flows.transfer import to_person
from dialogs.outcomes import Outcome, Reason
from dialogs.questions import ask
from dialogs.slots import answer_of, read, reopen
from dialogs.state import Step
from dialogs.turn import Turn
from dialogs.wording import TextKind
from grammars.meaning import Answer, Slot, Task, Understanding


def booked(turn: Turn, event: Booked) -> None:
    """The outcome is written before anything is said: a hang-up loses nothing."""
    after = turn.state.person_after_confirm
    turn.set(booking=event.booking, achieved=Outcome.BOOKED, hold=None)
    turn.conclude(Outcome.BOOKED, Reason.COMPLETED)
    texting.write(turn, TextKind.BOOKED, event.booking)
    if turn.state.hung_up:
        turn.go(Step.ENDED)
        return
    turn.say("booked_note", barge_in=False, pause=turn.state.policy.voice.pen_seconds)
    _tell(turn)
    if after is not None:
        to_person(turn, after, "booked_then_person")
        return
    turn.go(Step.BOOKED)
    ask(turn)


def heard(turn: Turn, event: Heard) -> None:
    """A no ends the call, as 记下来了 and 谢谢 do; a yes, and what is not understood, brings it
    once more. Who finds only now that it does not suit, or has a question, is not read the code
    instead."""
    said, limits = event.understanding, turn.state.policy.thresholds
    topic = answers.asked_about(turn.state, said)
    if topic and not _steered_enough(turn) and answers.tell_beside(turn, topic, said):
        return
    task = _another_wish(turn, said)
    if task is not None:
        tasks.begin(turn, task, said)
    elif _was_mistaken(turn, said):
        to_person(turn, Reason.NOT_HANDLED)
    elif _objects(turn, said):
        if turn.state.tellings > 1:
            to_person(turn, Reason.NOT_HANDLED)
        else:
            _again(turn)  # what was misheard, or is wrong, is heard once more
    elif _books_again(turn, said) or _wants_another_place(turn, said):
        _book_another(turn, said)
    elif said.noted or answer_of(said, limits.confirm, limits.margin) is Answer.NO:
        texting.offer(turn, "booked_goodbye")
    else:
        _again(turn)


def _steered_enough(turn: Turn) -> bool:
    return turn.state.steering >= turn.state.policy.limits.steering


def _another_wish(turn: Turn, said: Understanding) -> Task | None:
    """太早了, 我要改时间, 退掉: the booking that was just made is changed or cancelled like any."""
    least = turn.state.policy.thresholds.task.accept
    if any(each.value is Slot.DATE and each.confidence >= least for each in said.change):
        return Task.CHANGE
    named = (each.value for each in said.task if each.confidence >= least)
    task = next((task for task in named if task in (Task.CHANGE, Task.CANCEL)), None)
    return Task.CHANGE if task is None and _cannot_come_then(turn, said) else task


def _cannot_come_then(turn: Turn, said: Understanding) -> bool:
    """那天我没空; 不对，我要后天的, where it is not the day after tomorrow."""
    limits = turn.state.policy.thresholds
    if answer_of(said, limits.confirm, limits.margin) is not Answer.NO:
        return False
    booking, date = turn.state.booking, read(turn.state, said).sure.date
    assert booking is not None, "only a booking that stands is told"
    held = booking.session
    another_day = date is not None and date.date not in (None, held.date)
    another_period = date is not None and date.period not in (None, held.period)
    return another_day or another_period or bool(_NO_TIME.search(said.text))


def _objects(turn: Turn, said: Understanding) -> bool:
    """不对, 错了, 不是眼科: no plain no to 要我再说一遍吗."""
    limits = turn.state.policy.thresholds
    no = answer_of(said, limits.confirm, limits.margin) is Answer.NO
    return no and bool(_WRONG.search(said.text))


def _wants_another_place(turn: Turn, said: Understanding) -> bool:
    """我还想挂个眼科: another booking of the same patient."""
    least = turn.state.policy.thresholds.department.accept
    booking = turn.state.booking
    assert booking is not None, "only a booking that stands is told"
    return not said.asks_back and any(
        each.confidence >= least
        and each.value not in (booking.session.department, *said.by_complaint)
        for each in said.department[:1]
    )


_AGAIN = "再还另"
_NO_TIME = re.compile("没空|没得空|没时间|没有时间|没有空|去不了|来不了|(?<!没)有事")
_WRONG = re.compile("不对|不是|错|搞反")


def _books_again(turn: Turn, said: Understanding) -> bool:
    """再帮我老头子挂一个."""
    least = turn.state.policy.thresholds.task.accept
    return not said.asks_back and any(
        each.value is Task.BOOK and each.confidence >= least and each.surface[:1] in _AGAIN
        for each in said.task[:1]
        if each.surface
    )


def _was_mistaken(turn: Turn, said: Understanding) -> bool:
    """挂错了，不是心内科，是眼科: another department takes the place of what is booked, which a
    second booking would leave standing."""
    booking = turn.state.booking
    assert booking is not None, "only a booking that stands is told"
    held = {booking.session.hospital, booking.session.department}
    return bool(held & said.refused) and _wants_another_place(turn, said)


def _book_another(turn: Turn, said: Understanding) -> None:
    """For the same patient, unless somebody else is named: then with that one's ID number."""
    turn.set(booking=None, tellings=0, agreed_start=None, read_back_played=frozenset())
    if said.for_whom is not None:
        reopen(turn, "id_number")
    tasks.begin(turn, Task.BOOK, said)
    filling.take(turn, said)


def key(turn: Turn, event: KeyPressed) -> None:
    if event.key == "1":
        _again(turn)
    else:
        texting.offer(turn, "booked_goodbye")


def nothing(turn: Turn, event: NothingHeard) -> None:
    """Who writes says nothing: it is read once more, then the call ends."""
    if turn.state.tellings > 1:
        texting.offer(turn, "booked_goodbye")
    else:
        _again(turn)


def _again(turn: Turn) -> None:
    if turn.state.tellings >= turn.state.policy.limits.tellings:
        texting.offer(turn, "booked_goodbye")
        return
    turn.say("booked_again", barge_in=False)
    _tell(turn)
    ask(turn)


def _tell(turn: Turn) -> None:
    booking, voice = turn.state.booking, turn.state.policy.voice
    assert booking is not None, "only a booking that stands is told"
    if turn.state.rate > voice.dictation_rate:
        turn.set(rate=voice.dictation_rate, rate_wished=True)
        turn.do(ChangeVoice(turn.state.rate, turn.state.gain_db))
    session = booking.session
    turn.set(tellings=turn.state.tellings + 1)
    turn.say(
        "booked",
        barge_in=False,
        code=spoken.code(booking.code),
        when=spoken.date(session.date)
        + spoken.period(session.period)
        + spoken.band(booking.start, booking.end),
        where=spoken.place(session, turn.state.hospitals) + spoken.department(session.department),
    )
