"""How each step's question is put and heard: prompt, closed list, keys, patience. Built from
the state, so that any step can be asked again at any time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from dialogs import spoken
from dialogs.answers import voice_answers
from dialogs.clinics import doctors_in_question
from dialogs.commands import Fragment, KeyMode, Listen
from dialogs.readback import booking_fragments, move_fragments, read_back_fragments
from dialogs.state import Check, CheckKind, OfferKind, State, Step, likely_hospitals
from dialogs.survey import shipped_survey
from dialogs.turn import Turn
from grammars.meaning import Candidate, Slot, Task

Fragments = tuple[Fragment, ...]


class Manner(StrEnum):
    """asked: as usual, wordings taking turns; strike: another way, with choices; keypad: by key."""

    ASKED = "asked"
    STRIKE = "strike"
    KEYPAD = "keypad"


@dataclass(frozen=True, slots=True)
class Question:
    """`prompt` is a key of the wording's questions; `patience` a key of the policy's."""

    prompt: str
    expect: Slot
    holes: dict[str, Fragments] = field(default_factory=dict)
    patience: str = "open"
    choices: tuple[Candidate, ...] = ()


def ask(turn: Turn, manner: Manner = Manner.ASKED, *, barge_in: bool = True) -> None:
    """Put the current step's question and listen; `barge_in` False: only a key interrupts it."""
    question = question_of(turn.state)
    turn.say_question(question.prompt, manner.value, question.holes)
    turn.set(asked_by_key=manner is Manner.KEYPAD, to_the_end=not barge_in)
    listen(turn)


def listen(turn: Turn, *, patience: str | None = None) -> None:
    """Listen for an answer to the current step's question, without saying it."""
    if patience is not None:
        turn.set(to_the_end=False)  # something else is being said or waited for
    state = turn.state
    question = question_of(state)
    seconds = getattr(state.policy.patience, patience or question.patience).to_command()
    digits = digits_so_far(state)
    turn.do(
        Listen(
            expect=question.expect,
            patience=seconds,
            # A department that this hospital lacks must be understood to be said so.
            hospital=None if state.step is Step.DEPARTMENT else state.wish.hospital,
            department=state.wish.department,
            choices=question.choices,
            id_so_far=digits or "",
            id_wrong=state.id_wrong if _takes_an_id(state) else "",
            keys=KeyMode.MENU if digits is None else KeyMode.ID_NUMBER,
            barge_in=not state.to_the_end,
        )
    )


def _takes_an_id(state: State) -> bool:
    check = state.check
    at_check = state.step is Step.CHECK and check is not None
    reads_back = at_check and check is not None and check.kind is CheckKind.ID_NUMBER
    return state.step is Step.ID_NUMBER or reads_back


# Where digits are gathered over turns, and keys are digits.
_DIGITS_SO_FAR: Mapping[Step, Callable[[State], str]] = {
    Step.ID_NUMBER: lambda state: state.id_digits,
    Step.PROOF: lambda state: state.proof_digits,
    Step.PHONE_NUMBER: lambda state: state.phone_digits,
}


def digits_so_far(state: State) -> str | None:
    """What has been gathered where digits are asked for; None at any other question."""
    digits = _DIGITS_SO_FAR.get(state.step)
    return digits(state) if digits else None


def question_of(state: State) -> Question:
    """The question of a step that is the caller's turn. Raises KeyError for any other step."""
    return _QUESTIONS[state.step](state)


def can_be_keyed(state: State) -> bool:
    """Whether keys can answer the current question."""
    shape = state.wording.questions[question_of(state).prompt]
    return bool(shape.keypad)


def listed(options: Iterable[Fragments]) -> Fragments:
    """Options one after the other, each followed by a pause long enough to tell them apart."""
    return tuple(
        fragment
        for option in options
        for fragment in (*option[:-1], replace(option[-1], pause_after=0.3))
    )


def _task(state: State) -> Question:
    return Question("task", Slot.TASK)


def _hospital(state: State) -> Question:
    examples = [spoken.hospital(each.name) for each in likely_hospitals(state)[:3]]
    return Question("hospital", Slot.HOSPITAL, _examples(examples))


def _department(state: State) -> Question:
    if state.asks_what_is_wrong:
        return Question("what_is_wrong", Slot.DEPARTMENT)
    names = [each.name for each in state.departments or ()] or list(state.hospitals_with)
    examples = [spoken.department(name) for name in names[:3]]
    return Question("department", Slot.DEPARTMENT, _examples(examples))


def _doctor(state: State) -> Question:
    examples = [spoken.doctor(name) for name in doctors_in_question(state)[:1]]
    return Question(
        "doctor_name" if state.doctor_named else "doctor", Slot.DOCTOR, _examples(examples)
    )


def _examples(examples: list[Fragments]) -> dict[str, Fragments]:
    return dict(zip("abc", examples, strict=False))


def _date(state: State) -> Question:
    return Question("new_date" if state.chosen is not None else "date", Slot.DATE)


def _offer(state: State) -> Question:
    offer = state.offer
    assert offer is not None, "a choice is asked only with an offer"
    said = offer.options[: offer.spoken]
    keyed = tuple(
        fragment
        for option, press in zip(said, state.wording.press, strict=False)
        for fragment in (*option.fragments, Fragment(press, pause_after=0.3))
    )
    prompt = _OFFERS.get(offer.kind, "offer" if len(offer.options) > 1 else "offer_one")
    return Question(
        prompt,
        Slot.CHOICE if len(offer.options) > 1 else Slot.CONFIRM,
        {"options": listed(option.fragments for option in said), "keyed": keyed},
        "choice",
        tuple(each.candidate for each in offer.options),
    )


_OFFERS = {OfferKind.CHANGES: "change_what", OfferKind.BOOKINGS: "which_booking"}


def _check(state: State) -> Question:
    check = state.check
    assert check is not None, "a yes/no question is asked only with something to confirm"
    prompt, holes = _CHECKS[check.kind](state, check)
    return Question(prompt, Slot.CONFIRM, holes, "yes_no")


def _check_values(state: State, check: Check) -> tuple[str, dict[str, Fragments]]:
    filling = check.filling
    value: Fragments = ()
    if filling.hospital is not None:
        value += spoken.hospital(filling.hospital)
    if filling.department is not None:
        value += spoken.department(filling.department)
    if filling.doctor is not None:
        value += spoken.doctor(filling.doctor)
    if filling.date is not None:
        value += spoken.wish(filling.date)
    return "check_complaint" if check.by_complaint else "check", {"value": value}


def _check_task(state: State, check: Check) -> tuple[str, dict[str, Fragments]]:
    assert check.task is not None, "a task check holds a task"
    return "check_task", {"value": spoken.words(state.wording.tasks[check.task])}


def _check_end(state: State, check: Check) -> tuple[str, dict[str, Fragments]]:
    return "check_end", {}


def _check_id(state: State, check: Check) -> tuple[str, dict[str, Fragments]]:
    return "check_id", {"id": spoken.id_number(check.id_number)}


def _check_danger(state: State, check: Check) -> tuple[str, dict[str, Fragments]]:
    return "check_danger", {}


def _check_topic(state: State, check: Check) -> tuple[str, dict[str, Fragments]]:
    return "check_topic", {"value": spoken.words(voice_answers()[check.topic].named)}


def _check_person(state: State, check: Check) -> tuple[str, dict[str, Fragments]]:
    return "check_person", {}


_CHECKS: Mapping[CheckKind, Callable[[State, Check], tuple[str, dict[str, Fragments]]]] = {
    CheckKind.VALUES: _check_values,
    CheckKind.TASK: _check_task,
    CheckKind.END: _check_end,
    CheckKind.TOPIC: _check_topic,
    CheckKind.PERSON: _check_person,
    CheckKind.ID_NUMBER: _check_id,
    CheckKind.DANGER: _check_danger,
}


MOST_FOURS = 3


def may_be_last_four(state: State) -> bool:
    """Whether four digits will do: for a new booking, from a number that is not withheld, and not
    after three that did not fit."""
    new = state.task in (None, Task.BOOK, Task.HEALTH_CERTIFICATE) and not state.as_before
    return new and bool(state.caller) and state.fours_given < MOST_FOURS


def _id_number(state: State) -> Question:
    if state.id_digits:
        return Question("id_rest", Slot.ID_NUMBER, patience="id_number")
    short = may_be_last_four(state)
    if state.for_whom is None:
        prompt = "id_or_four" if short else "id_number"
        return Question(prompt, Slot.ID_NUMBER, patience="id_number")
    prompt = "id_or_four_of" if short else "id_number_of"
    whom: dict[str, Fragments] = {"whom": (Fragment(state.for_whom),)}
    return Question(prompt, Slot.ID_NUMBER, whom, "id_number")


def _callback(state: State) -> Question:
    return Question("callback", Slot.CONFIRM, patience="yes_no")


def _phone_number(state: State) -> Question:
    if state.phone_digits:
        return Question("phone_rest", Slot.PHONE, patience="phone")
    prompt = "phone_for_callback" if state.text is None else "phone_for_text"
    return Question(prompt, Slot.PHONE, patience="phone")


def _phone_check(state: State) -> Question:
    holes = {"phone": spoken.phone_number(state.phone)}
    if state.text is not None:
        return Question("phone_check_text", Slot.CONFIRM, holes, "yes_no")
    due = state.callback_due
    assert due is not None, "a call-back is confirmed with its time"
    holes["time"] = spoken.date(due.date()) + spoken.time_of_day(due.time())
    return Question("phone_check_callback", Slot.CONFIRM, holes, "yes_no")


def _crisis(state: State) -> Question:
    return Question("crisis", Slot.STATEMENT, patience="crisis")


def _name(state: State) -> Question:
    return Question("name", Slot.NAME, patience="name")


def _read_back(state: State) -> Question:
    return Question("read_back", Slot.CONFIRM, {"slots": read_back_fragments(state)}, "yes_no")


def _booked(state: State) -> Question:
    return Question("booked", Slot.CONFIRM, patience="pen")


def _proof(state: State) -> Question:
    if state.proof_digits:
        return Question("proof_rest", Slot.PROOF, patience="id_number")
    if state.for_whom is None:
        return Question("proof", Slot.PROOF, patience="id_number")
    return Question("proof_of", Slot.PROOF, {"whom": (Fragment(state.for_whom),)}, "id_number")


def _cancel_back(state: State) -> Question:
    slots = booking_fragments(state)
    return Question("cancel_back", Slot.CONFIRM, {"booking": slots}, "yes_no")


def _change_back(state: State) -> Question:
    old, new = move_fragments(state)
    return Question("change_back", Slot.CONFIRM, {"old": old, "new": new}, "yes_no")


def offers_to_book(state: State) -> bool:
    """Who asked for a booking and has none may want one."""
    return state.coming == () and state.task is not Task.RESULTS


def _anything_else(state: State) -> Question:
    prompt = "book_instead" if offers_to_book(state) else "anything_else"
    return Question(prompt, Slot.TASK)


def _topic(state: State) -> Question:
    return Question("topic", Slot.TOPIC)


def _topic_hospital(state: State) -> Question:
    examples = [spoken.hospital(each.name) for each in state.hospitals[:3]]
    return Question("topic_hospital", Slot.HOSPITAL, _examples(examples))


def _statement(state: State) -> Question:
    statement = state.statement
    assert statement is not None, "a statement is asked for only where one is being made"
    prompt = "statement_on" if statement.pieces else "statement"
    return Question(
        "statement_more" if statement.asked_more else prompt,
        Slot.STATEMENT,
        patience="statement",
    )


def _survey(state: State) -> Question:
    survey = shipped_survey()
    asked = next(each for each in survey.questions if each.key == state.survey[0])
    holes = {"asks": spoken.words(asked.asks)}
    return Question("survey", Slot.CHOICE, holes, "choice", choices=survey.choices)


def _remark(state: State) -> Question:
    asks = shipped_survey().remark
    assert asks is not None, "a remark is asked for only where the survey has one"
    return Question("survey_remark", Slot.STATEMENT, {"asks": spoken.words(asks)}, "statement")


_QUESTIONS: Mapping[Step, Callable[[State], Question]] = {
    Step.TASK: _task,
    Step.HOSPITAL: _hospital,
    Step.DEPARTMENT: _department,
    Step.DOCTOR: _doctor,
    Step.DATE: _date,
    Step.OFFER: _offer,
    Step.CHECK: _check,
    Step.ID_NUMBER: _id_number,
    Step.NAME: _name,
    Step.READ_BACK: _read_back,
    Step.BOOKED: _booked,
    Step.PROOF: _proof,
    Step.CANCEL_BACK: _cancel_back,
    Step.CHANGE_BACK: _change_back,
    Step.ANYTHING_ELSE: _anything_else,
    Step.CALLBACK: _callback,
    Step.PHONE_NUMBER: _phone_number,
    Step.PHONE_CHECK: _phone_check,
    Step.CRISIS: _crisis,
    Step.TOPIC: _topic,
    Step.TOPIC_HOSPITAL: _topic_hospital,
    Step.STATEMENT: _statement,
    Step.SURVEY: _survey,
    Step.REMARK: _remark,
}
