"""How each step's question is put and heard: prompt, closed list, keys, patience. Built from
the state, so that any step can be asked again at any time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from dialogs import spoken
from dialogs.commands import Fragment, KeyMode, Listen
from dialogs.readback import read_back_fragments
from dialogs.state import Check, CheckKind, Offer, OfferKind, State, Step, likely_hospitals
from dialogs.turn import Turn
from grammars.meaning import Slot

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
    options: Offer | None = None


def ask(turn: Turn, manner: Manner = Manner.ASKED) -> None:
    """Put the current step's question and listen."""
    question = question_of(turn.state)
    turn.say_question(question.prompt, manner.value, question.holes)
    listen(turn)


def listen(turn: Turn, *, patience: str | None = None) -> None:
    """Listen for an answer to the current step's question, without saying it."""
    state = turn.state
    question = question_of(state)
    seconds = getattr(state.policy.patience, patience or question.patience).to_command()
    at_id = state.step is Step.ID_NUMBER
    turn.do(
        Listen(
            expect=question.expect,
            patience=seconds,
            # A department that this hospital lacks must be understood to be said so.
            hospital=None if state.step is Step.DEPARTMENT else state.wish.hospital,
            department=state.wish.department,
            choices=tuple(each.candidate for each in question.options.options)
            if question.options
            else (),
            id_so_far=state.id_digits if at_id else "",
            id_wrong=state.id_wrong if at_id or _reads_back_an_id(state) else "",
            keys=KeyMode.ID_NUMBER if at_id else KeyMode.MENU,
        )
    )


def _reads_back_an_id(state: State) -> bool:
    check = state.check
    return state.step is Step.CHECK and check is not None and check.kind is CheckKind.ID_NUMBER


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
    examples = [spoken.department(each.name) for each in (state.departments or ())[:3]]
    return Question("department", Slot.DEPARTMENT, _examples(examples))


def _doctor(state: State) -> Question:
    examples = [spoken.doctor(each.name) for each in (state.doctors or ())[:1]]
    return Question(
        "doctor_name" if state.doctor_named else "doctor", Slot.DOCTOR, _examples(examples)
    )


def _examples(examples: list[Fragments]) -> dict[str, Fragments]:
    return dict(zip("abc", examples, strict=False))


def _date(state: State) -> Question:
    return Question("date", Slot.DATE)


def _offer(state: State) -> Question:
    offer = state.offer
    assert offer is not None, "a choice is asked only with an offer"
    said = offer.options[: offer.spoken]
    keyed = tuple(
        fragment
        for option, press in zip(said, state.wording.press, strict=False)
        for fragment in (*option.fragments, Fragment(press, pause_after=0.3))
    )
    prompt = (
        "change_what"
        if offer.kind is OfferKind.CHANGES
        else ("offer" if len(offer.options) > 1 else "offer_one")
    )
    return Question(
        prompt,
        Slot.CHOICE if len(offer.options) > 1 else Slot.CONFIRM,
        {"options": listed(option.fragments for option in said), "keyed": keyed},
        "choice",
        offer,
    )


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


_CHECKS: Mapping[CheckKind, Callable[[State, Check], tuple[str, dict[str, Fragments]]]] = {
    CheckKind.VALUES: _check_values,
    CheckKind.TASK: _check_task,
    CheckKind.END: _check_end,
    CheckKind.ID_NUMBER: _check_id,
}


def _id_number(state: State) -> Question:
    prompt = "id_rest" if state.id_digits else "id_number"
    return Question(prompt, Slot.ID_NUMBER, patience="id_number")


def _name(state: State) -> Question:
    return Question("name", Slot.NAME, patience="name")


def _read_back(state: State) -> Question:
    return Question("read_back", Slot.CONFIRM, {"slots": read_back_fragments(state)}, "yes_no")


def _booked(state: State) -> Question:
    return Question("booked", Slot.CONFIRM, patience="pen")


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
}
