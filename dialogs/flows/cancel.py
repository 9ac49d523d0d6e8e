"""退号: the booking is read back, and only an explicit yes to the whole of it cancels it."""

from __future__ import annotations

import re

from booking_client.errors import Refusal
from dialogs.commands import CancelBooking
from dialogs.events import BookingCancelled, Heard, KeyPressed, Refused
from dialogs.flows import anything_else, bookings, read_back, tasks, texting
from dialogs.flows.ending import ask_anything_else, decline
from dialogs.flows.transfer import to_person
from dialogs.outcomes import Outcome, Reason
from dialogs.repair import Fault, misunderstood, strike
from dialogs.slots import answer_of, read
from dialogs.state import Step
from dialogs.turn import Turn
from dialogs.wording import TextKind
from grammars.meaning import Answer, Slot, Task, Understanding
from grammars.spoken import plain

_GIVE_BACK = "退"
# What is said around 退掉. A syllable or two besides may be a 是的 misheard: 使得退掉.
_AROUND = re.compile(
    "[嗯啊哦那就对是好行的我要想请给帮把它这个号都先退掉了吧呀啦嘛]|肯定|确定|谢谢|麻烦"
)
_MISHEARD = 2
# 退钱吗, 退掉还能再约吗 and 退掉可惜 agree to nothing.
_DOUBTS = re.compile("[吗么钱费扣谁能会怎几哪再还不没]|可惜|可以|多少|什么|万一|如果")


def begin(turn: Turn) -> None:
    read_back.put(turn, Step.CANCEL_BACK)


def heard(turn: Turn, event: Heard) -> None:
    said = event.understanding
    read_back.note_played(turn, event.marks)
    limits = turn.state.policy.thresholds
    answer = answer_of(said, limits.read_back, limits.margin)
    likely = answer_of(said, limits.confirm, limits.margin)
    cancels = _says_cancel(said)
    if wants_another_day(turn, said) and answer is not Answer.YES:
        _change_instead(turn, said)
    elif answer is Answer.YES or _says_give_back(turn, said, likely):
        say_yes(turn, event.marks)
    elif cancels:
        strike(turn, None)  # 取消: a no to the question or a yes to the deed?
    elif answer is Answer.NO:
        read_back.deny(turn, say_no)
    else:
        misunderstood(turn, event)


def key(turn: Turn, event: KeyPressed) -> None:
    read_back.note_played(turn, event.marks)
    if event.key == "1":
        say_yes(turn, event.marks, by_key=True)
    elif event.key == "2":
        say_no(turn)
    else:
        strike(turn, Fault.WRONG_KEY)


def say_yes(turn: Turn, marks: frozenset[str], *, by_key: bool = False) -> None:
    if read_back.was_heard(turn, marks, by_key=by_key):
        read_back.agreed(turn)
        turn.set(confirm_tries=0)
        turn.say("cancelling_now")
        send(turn)


def say_no(turn: Turn) -> None:
    """Not this one, where there are others; else it stays."""
    if len(turn.state.coming or ()) < 2:
        keep(turn)
    else:
        bookings.choose_again(turn)


def wants_another_day(turn: Turn, said: Understanding) -> bool:
    """那天去不了，能不能改一天; 不退，改到星期一: it is wanted, only not for that day."""
    booking, least = turn.state.chosen, turn.state.policy.thresholds.task.accept
    names_it = any(each.value is Task.CHANGE and each.confidence >= least for each in said.task)
    names_it |= any(each.value is Slot.DATE and each.confidence >= least for each in said.change)
    day = read(turn.state, said).sure.date
    others = {each.session.date for each in turn.state.coming or ()}
    another = day is not None and day.date is not None and day.date not in others
    return booking is not None and (names_it or another)


def _change_instead(turn: Turn, said: Understanding) -> None:
    """The same booking is moved; who calls stays known."""
    coming, booking = turn.state.coming, turn.state.chosen
    assert booking is not None, "only a chosen booking is moved"
    tasks.begin(turn, Task.CHANGE, said)
    turn.set(coming=coming)
    bookings.take(turn, booking)


def keep(turn: Turn) -> None:
    turn.say("kept")
    decline(turn)
    ask_anything_else(turn)


def send(turn: Turn) -> None:
    """Cancelling twice is no error, so it may be sent again."""
    booking = turn.state.chosen
    assert booking is not None, "only a chosen booking is cancelled"
    turn.set(confirm_tries=turn.state.confirm_tries + 1)
    turn.go(Step.CANCELLING, CancelBooking(booking.code))


def cancelled(turn: Turn, event: BookingCancelled) -> None:
    booking = turn.state.chosen
    assert booking is not None, "only a chosen booking is cancelled"
    texting.write(turn, TextKind.CANCELLED, booking)
    turn.set(achieved=Outcome.CANCELLED, coming=None, chosen=None)
    turn.conclude(Outcome.CANCELLED, Reason.COMPLETED)
    anything_else.after(turn, "cancelled")


def refused(turn: Turn, event: Refused) -> None:
    turn.conclude(Outcome.REFUSED, Reason.BOOKING_REFUSED)
    if event.reason is Refusal.TOO_LATE:
        turn.set(chosen=None)
        anything_else.after(turn, "cancel_too_late")
    elif turn.state.hung_up:
        turn.go(Step.ENDED)
    else:
        to_person(turn, Reason.BOOKING_REFUSED)


def _says_give_back(turn: Turn, said: Understanding, answer: Answer | None) -> bool:
    """对，退掉, 退了吧: to 确定退吗 as plain as a yes, which 取消 alone is not."""
    if answer is not None:
        # A 对 is written 退 at times: either way it is a yes.
        lone = any(_GIVE_BACK in each.surface for each in said.confirm[:1])
        return answer is Answer.YES and (lone or _says_cancel(said))
    least = turn.state.policy.thresholds.read_back.accept
    besides = len(_AROUND.sub("", plain(said.text)))
    if besides > _MISHEARD or _DOUBTS.search(said.text):
        return False
    return any(
        each.value is Task.CANCEL and each.confidence >= least and _GIVE_BACK in each.surface
        for each in said.task[:1]
    )


def _says_cancel(said: Understanding) -> bool:
    return any(each.value is Task.CANCEL for each in said.task)
