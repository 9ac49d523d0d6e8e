"""The conversation: `reduce(state, event) -> (state, commands)`. Pure; time comes with the events.

What holds at every step is here: hanging up, a person at any time, despair,
failures, limits. What a step does with an answer is in `dialogs/flows`, found
through `dialogs.tables`; what comes next is in `dialogs.agenda`.
"""

from __future__ import annotations

from dataclasses import replace

from dialogs import pacing, slots, steering, stray_keys
from dialogs.agenda import decide
from dialogs.commands import Command
from dialogs.events import (
    CoreFailed,
    Delayed,
    Event,
    Heard,
    HoldPlaced,
    HungUp,
    KeyPressed,
    NothingHeard,
    RecogniserFailed,
    TakenOver,
    TimeLimit,
)
from dialogs.flows import (
    answers,
    as_before,
    cancel,
    change,
    changing,
    confirm,
    crisis,
    danger,
    elsewhere,
    hold,
    objecting,
    read_back,
    statement,
    tasks,
    unsure,
)
from dialogs.flows.ending import ask_whether_to_end, end_or_ask, hung_up
from dialogs.flows.transfer import to_person, to_person_in_danger
from dialogs.mere_sound import is_only_a_sound, says_nothing
from dialogs.outcomes import Outcome, Reason
from dialogs.policy import Policy, shipped_policy
from dialogs.questions import ask, digits_so_far
from dialogs.readback import READ_BACK_END
from dialogs.slots import reopen
from dialogs.state import (
    CALLERS_TURN,
    CALLING_BACK,
    CARRYING_OUT,
    FREE_SPEECH,
    OVER,
    State,
    Step,
)
from dialogs.tables import ARRIVALS, CALLERS_TURNS
from dialogs.turn import Turn
from dialogs.wording import Wording
from grammars import meaning
from grammars.meaning import Document, Task, Understanding

# What an utterance may hold that is meant for us; 嗯 and words of the room are not.
_FEW = 6  # syllables: a steering word with a please around it
# 我先查查我的报告, in the middle of a booking: asked back before the booking is let go.
_OTHER_TASKS = frozenset({Task.QUERY, Task.RESULTS})
_BOOKING = frozenset(
    {Step.HOSPITAL, Step.DEPARTMENT, Step.DOCTOR, Step.DATE, Step.OFFER, Step.ID_NUMBER}
)
_BEFORE_THE_CARD = frozenset(
    {Step.HOSPITAL, Step.DEPARTMENT, Step.DOCTOR, Step.DATE, Step.OFFER, Step.CHECK}
)
# At these a question is no aside: it is what they listen for, or they take none.
_OWN_QUESTIONS = frozenset({Step.TASK, Step.TOPIC, Step.TOPIC_HOSPITAL, Step.ANYTHING_ELSE})


def initial_state(
    wording: Wording, channel: str = "phone", *, policy: Policy | None = None
) -> State:
    """A conversation before CallStarted; `policy` None is the shipped one."""
    return State(wording=wording, policy=policy or shipped_policy(), channel=channel)


def reduce(state: State, event: Event) -> tuple[State, tuple[Command, ...]]:
    """One step of the conversation.

    Where the new state is the caller's turn, the last command is a Listen (an
    empty tuple means that the event changed nothing). An event that comes too
    late or out of turn is ignored.
    """
    turn = Turn(state, event.at)
    _dispatch(turn, event)
    decide(turn)
    turn.note_told()
    return turn.state, tuple(turn.commands)


def _dispatch(turn: Turn, event: Event) -> None:
    step = turn.state.step
    arrival = ARRIVALS.get((step, type(event)))
    if isinstance(event, HungUp):
        hung_up(turn)
    elif isinstance(event, CoreFailed):
        _core_failed(turn)
    elif step in OVER and not isinstance(event, HoldPlaced) and arrival is None:
        return
    elif turn.state.hung_up and step not in CARRYING_OUT:
        if isinstance(event, HoldPlaced):
            hold.placed_too_late(turn, event)
    elif arrival is not None:
        arrival.take(turn, event)
    elif isinstance(event, HoldPlaced):
        hold.placed_too_late(turn, event)
    elif step is Step.CRISIS:
        _in_crisis(turn, event)
    elif isinstance(event, TimeLimit):
        _person(turn, Reason.TIME_LIMIT)
    elif isinstance(event, TakenOver):
        _person(turn, Reason.TAKEN_OVER)
    elif isinstance(event, Delayed):
        if step not in CALLERS_TURN:
            turn.say("one_moment")
    elif isinstance(event, RecogniserFailed):
        if step is Step.STATEMENT:
            statement.unrecognised(turn)
        elif step in CALLERS_TURN:
            to_person(turn, Reason.RECOGNISER_FAILED)
    elif isinstance(event, Heard):
        _heard(turn, event)
    elif isinstance(event, KeyPressed):
        _key_pressed(turn, event)
    elif isinstance(event, NothingHeard):
        _nothing_heard(turn, event)


def _in_crisis(turn: Turn, event: Event) -> None:
    """No count of turns, no strikes, no keys with a meaning: see dialogs.flows.crisis."""
    if isinstance(event, Heard):
        crisis.heard(turn, event)
    elif isinstance(event, NothingHeard | RecogniserFailed):
        crisis.nothing_heard(turn)
    elif isinstance(event, KeyPressed):
        crisis.key_pressed(turn)
    elif isinstance(event, TimeLimit):
        crisis.time_is_up(turn)


def _heard(turn: Turn, event: Heard) -> None:
    said = event.understanding
    step = turn.state.step
    if step not in CALLERS_TURN or _too_many_turns(turn):
        return
    pacing.follow(turn, event)
    read_back.note_whole(turn, to_the_end=READ_BACK_END in event.marks)
    was_waiting = turn.state.waiting_since is not None
    if said.doctor_words is not None and turn.state.doctors is None:
        turn.set(doctor_words=said.doctor_words)
    least = turn.state.policy.thresholds.task.accept
    task = next((each.value for each in said.task if each.confidence >= least), None)
    command = steering.command_in(turn.state, said)
    doubted = danger.despair_is_doubted(turn.state, said)
    if said.despair or (_perhaps(turn, said, Task.CRISIS) and not doubted):
        crisis.begin(turn)
    elif said.danger:
        to_person_in_danger(turn)
    elif danger.is_to_be_asked(turn.state, said):
        if step is Step.STATEMENT:
            statement.note(turn, said)
        danger.ask_about(turn, said)
    elif step in FREE_SPEECH and not _steers_only(said):
        turn.set(waiting_since=None)
        CALLERS_TURNS[step].heard(turn, event)
    elif steering.wants_a_person(turn.state, said):
        to_person(turn, Reason.CALLER_ASKED)
    elif was_waiting and command is meaning.Command.READY:
        turn.set(waiting_since=None)
        ask(turn)
    elif was_waiting and says_nothing(said) and step is not Step.NAME:
        # Talk in the room while she looks for her card.
        steering.still_waiting(turn, silent=True)
    elif event.cut_off and step is not Step.CHECK and is_only_a_sound(turn.state, event):
        steering.put_again(turn, event.marks)
    elif read_back.changes_nothing(turn.state, said):
        turn.set(for_whom=said.card_of or turn.state.for_whom)
        steering.put_again(turn, event.marks, cut_off=event.cut_off)
    elif _is_for_another(turn, said):
        turn.set(waiting_since=None)
        turn.decide()
    else:
        said_back = turn.state.acknowledged
        turn.set(waiting_since=None, id_keyed=False)
        turn.set(acknowledged=said_back if command is not None else frozenset())
        moves = step is Step.CANCEL_BACK and cancel.wants_another_day(turn, said)
        if said.keep and not moves and turn.state.task in _KEEPS and step not in _NOTHING_TO_KEEP:
            # Before any yes: 不改了 is one where a new booking is read back.
            _KEEPS[turn.state.task](turn)
        elif command is meaning.Command.GOODBYE:
            end_or_ask(turn)
        elif command is not None:
            read_back.note_played(turn, event.marks)
            steering.obey(turn, command)
        elif step is Step.BOOKED:
            CALLERS_TURNS[step].heard(turn, event)
        elif said.greeting:
            steering.greet(turn)
        elif as_before.is_wanted(turn.state, said):
            as_before.begin(turn)
        elif elsewhere.is_wanted(turn.state, said):
            elsewhere.say_so(turn, said)
        elif step in CALLING_BACK:
            CALLERS_TURNS[step].heard(turn, event)
        elif (slot := changing.slot_in(turn.state, said)) is not None:
            changing.ask_again(turn, slot, said)
        elif (slot := unsure.slot_in(turn.state, said)) is not None:
            unsure.help_with(turn, slot, said)
        elif step not in (*_OPEN, Step.SURVEY) and task is Task.COMPLAINT:
            tasks.begin(turn, Task.COMPLAINT, said)
        elif task is Task.CANCEL and step not in (*_OPEN, Step.CHECK) and turn.state.task != task:
            _cancel_meanwhile(turn, said)
        elif task in _OTHER_TASKS and step in _BOOKING and turn.state.task in (None, Task.BOOK):
            tasks.ask_whether(turn, task, said)
        elif (document := _without_a_card(turn.state, said)) is not None:
            turn.say_document(document)
            ask(turn)
        elif (topic := _asked_beside(turn, said)) and answers.tell_beside(turn, topic, said):
            return
        elif objecting.is_meant(turn.state, said, said_back):
            objecting.begin(turn, said_back)
        else:
            CALLERS_TURNS[step].heard(turn, event)


def _is_for_another(turn: Turn, said: Understanding) -> bool:
    """Note whose booking it is; True where another ID number is wanted than the one that is known,
    and nothing else was asked for."""
    whom = said.for_whom
    if whom is None or whom == turn.state.for_whom or turn.state.step in CALLING_BACK:
        return False
    turn.set(for_whom=whom)
    if not (turn.state.id_number or turn.state.last_four) or turn.state.booked:
        return False
    reopen(turn, "id_number")
    return turn.state.step not in _OPEN


# Nothing in particular was asked: any task may be named.
_OPEN = (Step.TASK, Step.ANYTHING_ELSE)
_NOTHING_TO_KEEP = CALLING_BACK | {Step.ANYTHING_ELSE}
_KEEPS = {Task.CANCEL: cancel.keep, Task.CHANGE: change.keep}


def _cancel_meanwhile(turn: Turn, said: Understanding) -> None:
    """退号 in the middle of a booking is about this one; else it is about one that exists."""
    if turn.state.task in (Task.QUERY, Task.CHANGE, Task.RESULTS):
        tasks.begin(turn, Task.CANCEL, said)
    else:
        ask_whether_to_end(turn)


def _steers_only(said: Understanding) -> bool:
    """Nothing but a steering word (人工, 等一下): free speech may have any of them in it."""
    steering = [each.value for each in said.command[:1]]
    wanted = steering + [each.value for each in said.task[:1] if each.value is Task.OPERATOR]
    return bool(wanted) and said.syllables <= _FEW and meaning.Command.GOODBYE not in wanted


def _asked_beside(turn: Turn, said: Understanding) -> str | None:
    """A question that was put instead of an answer to ours."""
    if turn.state.step in _OWN_QUESTIONS:
        return None
    least = turn.state.policy.thresholds.confirm.accept
    sure = tuple(each for each in said.confirm if each.confidence >= least)
    said_else = replace(said, task=(), topic=(), confirm=sure, clinic=None)
    if not slots.read(turn.state, said):  # 鼓楼医院在哪里, where it is 鼓楼医院
        said_else = replace(said_else, hospital=(), department=())
    if not says_nothing(said_else):
        return None
    if turn.state.steering >= turn.state.policy.limits.steering:
        return None
    return answers.asked_about(turn.state, said)


def _without_a_card(state: State, said: Understanding) -> Document | None:
    """没带身份证 before it is asked for: said once what will do instead, and no answer to ours."""
    best = next(iter(said.document), None)
    if best is None or state.step not in _BEFORE_THE_CARD or said.topic:
        return None
    told = f"document.{best.value.value}" in state.said
    person = state.wording.documents[best.value].person
    sure = best.confidence >= state.policy.thresholds.command.accept
    return best.value if sure and not told and not person else None


def _perhaps(turn: Turn, said: Understanding, task: Task) -> bool:
    """The likeliest task is `task`, if only just: a person in crisis is not to be kept."""
    least = turn.state.policy.thresholds.task.confirm
    best = next(iter(said.task), None)
    return best is not None and best.value is task and best.confidence >= least


def _nothing_heard(turn: Turn, event: NothingHeard) -> None:
    if turn.state.step not in CALLERS_TURN or _too_many_turns(turn):
        return
    # What is not broken off has been played: silence is counted from its end.
    waiting = turn.state.waiting_since is not None
    read_back.note_whole(turn, to_the_end=not (event.cut_off or waiting))
    if waiting:
        steering.still_waiting(turn, silent=event.noise)
    elif event.cut_off and event.noise:
        steering.put_again(turn, frozenset())
    else:
        CALLERS_TURNS[turn.state.step].nothing(turn, event)


def _key_pressed(turn: Turn, event: KeyPressed) -> None:
    """0 a person, * back, # end; while an ID number is being keyed, digits are digits."""
    state = turn.state
    if stray_keys.goes_on(turn, event):
        return
    if state.step not in CALLERS_TURN:
        if event.key == "0":
            _person(turn, Reason.KEY_ZERO)
        return
    turn.set(waiting_since=None)
    digits = digits_so_far(state)
    a_digit = event.key not in "0*#" or _begins_a_number(state, event.key)
    if digits is not None and (digits or a_digit):
        CALLERS_TURNS[state.step].key(turn, event)
        return
    if _too_many_turns(turn):
        return
    turn.set(id_keyed=False)
    if state.step is Step.STATEMENT and event.key == "#":
        statement.hash_pressed(turn)
        return
    if event.key == "0":
        _person(turn, Reason.KEY_ZERO)
    elif event.key == "*":
        steering.back(turn)
    elif event.key != "#":
        CALLERS_TURNS[state.step].key(turn, event)
        stray_keys.note(turn, event, state)
    elif state.id_keyed:
        # The habit of ending a number with #; it had already ended by itself.
        ask(turn)
    elif state.booked:
        end_or_ask(turn)
    else:
        ask_whether_to_end(turn)


def _begins_a_number(state: State, key: str) -> bool:
    """0 begins the area code of a landline, which can be called back but takes no SMS; * takes
    the last digit of a wrong ID number back."""
    if state.step is Step.ID_NUMBER and key == "*":
        return bool(state.id_wrong)
    return state.step is Step.PHONE_NUMBER and state.text is None and key == "0"


def _person(turn: Turn, reason: Reason) -> None:
    """To a person now, or, while what was agreed to is being done, after it."""
    if turn.state.step in CARRYING_OUT:
        turn.set(person_after_confirm=turn.state.person_after_confirm or reason)
    elif turn.state.step is not Step.RECORDING_CALLBACK:  # which is as good as done
        to_person(turn, reason)


_TRIES = 2
_SEND_AGAIN = {
    Step.CONFIRMING: confirm.send,
    Step.CANCELLING: cancel.send,
    Step.MOVING: change.send,
}


def _core_failed(turn: Turn) -> None:
    step = turn.state.step
    if step in CARRYING_OUT and turn.state.confirm_tries < _TRIES:
        _SEND_AGAIN[step](turn)
        return
    if turn.state.hung_up:
        if step in CARRYING_OUT:
            turn.conclude(Outcome.FAILED, Reason.CORE_UNAVAILABLE)
            turn.go(Step.ENDED)
    elif step not in OVER and step is not Step.CRISIS:
        to_person(turn, Reason.CORE_UNAVAILABLE)


def _too_many_turns(turn: Turn) -> bool:
    """Whatever happened: a conversation this long goes to a person."""
    turn.set(turns=turn.state.turns + 1)
    if turn.state.turns <= turn.state.policy.limits.turns:
        return False
    to_person(turn, Reason.TIME_LIMIT)
    return True
