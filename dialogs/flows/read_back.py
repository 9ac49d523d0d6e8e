"""The read-back and its yes. Nothing is booked without an explicit yes that came after the last
slot had been played; a change of mind reopens only the slot it names."""

from __future__ import annotations

from collections.abc import Callable

from dialogs.events import Heard, KeyPressed
from dialogs.flows import confirm, filling
from dialogs.flows.transfer import to_person
from dialogs.offers import change_offer
from dialogs.outcomes import Reason
from dialogs.questions import Manner, ask, listen
from dialogs.readback import READ_BACK_END, content, subject
from dialogs.repair import Fault, missed_too_often, misunderstood, strike
from dialogs.slots import answer_of, read
from dialogs.state import ReadBacks, State, Step
from dialogs.turn import Turn
from grammars.meaning import Answer, Task, Understanding


def begin(turn: Turn) -> None:
    put(turn, Step.READ_BACK)


def put(turn: Turn, step: Step) -> None:
    """Read back from the beginning. What was not agreed to and comes back as it was, is a failure
    of this question, as the denial was: it is put with keys, then a person comes."""
    turn.set(read_back_played=frozenset())
    turn.go(step)
    before, now = turn.state.read_backs, subject(turn.state)
    unchanged = before.unchanged + 1 if now == before.subject else 0
    turn.set(read_backs=ReadBacks(now, before.count + 1, unchanged))
    if step is Step.READ_BACK and turn.state.read_back_whole != content(turn.state):
        turn.set(read_back_whole=())  # another place: to be heard to its end again
    if before.count >= turn.state.policy.limits.read_backs:
        to_person(turn, Reason.NOTHING_SUITS)
    elif unchanged:
        turn.set(strikes={**turn.state.strikes, step: unchanged})
        strike(turn, None)
    else:
        ask(turn)


def heard(turn: Turn, event: Heard) -> None:
    said = event.understanding
    note_played(turn, event.marks)
    limits = turn.state.policy.thresholds
    answer = answer_of(said, limits.read_back, limits.margin)
    reading = read(turn.state, said)
    wants_change = any(
        each.value is Task.CHANGE and each.confidence >= limits.task.accept for each in said.task
    )
    if reading.sure or (answer is not Answer.YES and reading):
        filling.take_reading(turn, reading)
    elif said.refused and _names_what_is_held(turn, said):
        strike(turn, None)  # 心内科，不是呼吸科: it is so, and no yes yet
    elif answer is Answer.YES:
        say_yes(turn, event.marks)
    elif wants_change:
        say_no(turn)
    elif answer is Answer.NO:
        deny(turn, say_no)
    elif said.date or said.hospital or said.department or said.doctor:
        strike(turn, None)  # 是明天吗: understood, and no yes; it is put again
    else:
        misunderstood(turn, event)


def _names_what_is_held(turn: Turn, said: Understanding) -> bool:
    hold = turn.state.hold
    assert hold is not None, "only a held place is read back"
    held = {hold.session.hospital, hold.session.department, hold.session.doctor}
    named = (*said.hospital[:1], *said.department[:1], *said.doctor[:1])
    days = {each.value.date for each in said.date[:1]}
    return bool(held & {each.value for each in named}) or hold.session.date in days


def key(turn: Turn, event: KeyPressed) -> None:
    note_played(turn, event.marks)
    note_whole(turn, to_the_end=READ_BACK_END in event.marks)
    if event.key == "1" and turn.state.read_back_whole == content(turn.state):
        book(turn)  # heard to its end before, and a key is never somebody else's yes in the room
    elif event.key == "1":
        say_yes(turn, event.marks, by_key=True)
    elif event.key == "2":
        say_no(turn)
    else:
        strike(turn, Fault.WRONG_KEY)


# At these what was chosen has been said.
_AT = frozenset({Step.ID_NUMBER, Step.NAME, Step.READ_BACK, Step.CHANGE_BACK})


def changes_nothing(state: State, said: Understanding) -> bool:
    """就是那个姓秦的吗, 是我妈的身份证: about what is held, and neither a yes nor a new wish."""
    if state.step not in _AT or state.session is None:
        return False
    named = said.hospital or said.department or said.doctor or said.date
    return bool(said.asks_back and named) or bool(said.card_of and state.id_number)


def say_yes(turn: Turn, marks: frozenset[str], *, by_key: bool = False) -> None:
    if was_heard(turn, marks, by_key=by_key):
        book(turn)


def book(turn: Turn) -> None:
    """Book what is held: all of it was heard, and agreed to."""
    hold = turn.state.hold
    assert hold is not None, "only a held place is read back"
    agreed(turn)
    turn.set(agreed_start=hold.start)
    turn.say("booking_now")
    confirm.start(turn)


def was_heard(turn: Turn, marks: frozenset[str], *, by_key: bool) -> bool:
    """Whether the yes came after the last part; if not, the rest is said without barge-in: neither
    another yes nor a television breaks it off, only a key. Keys stay offered. To who pressed one a
    fault is left: it was understood, so those before it are not in a row with what follows."""
    if READ_BACK_END in marks:
        return True
    if turn.state.to_the_end and not by_key:
        turn.set(to_the_end=False)  # only once, should nothing be playing any more
        listen(turn)  # begun before it: it plays on, and asks at its end
    elif not missed_too_often(turn, Reason.TWO_STRIKES):
        keyed = by_key or turn.state.asked_by_key
        if keyed or READ_BACK_END not in turn.state.read_back_played:
            turn.say("hear_me_out")
        if by_key:
            turn.set(strikes={**turn.state.strikes, turn.state.step: 1})
        ask(turn, Manner.KEYPAD if keyed else Manner.ASKED, barge_in=False)
    return False


def say_no(turn: Turn) -> None:
    """Something is wrong: which slot?"""
    change_offer(turn)
    ask(turn)


def deny(turn: Turn, say_no: Callable[[Turn], None]) -> None:
    """A spoken no may be a yes misheard: where the one before it changed nothing, it is a failure
    of this question. Key 2 is certain."""
    if turn.state.read_backs.unchanged:
        strike(turn, None)
    else:
        say_no(turn)


def agreed(turn: Turn) -> None:
    """An explicit yes to the whole of it."""
    turn.set(read_backs=ReadBacks(), read_back_whole=(), strikes={}, steering=0)


def note_played(turn: Turn, marks: frozenset[str]) -> None:
    """What of the read-back has been heard: it need not be said again."""
    played = {mark for mark in marks if mark.startswith("readback_")}
    turn.set(read_back_played=turn.state.read_back_played | played)


def note_whole(turn: Turn, *, to_the_end: bool) -> None:
    """Remember what was read back to its end, whatever came in answer: key 1 may agree to it while
    it is read again."""
    if to_the_end and turn.state.step is Step.READ_BACK:
        turn.set(read_back_whole=content(turn.state))
