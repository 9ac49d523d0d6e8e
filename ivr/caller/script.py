"""Which of a case's answers comes next."""

from __future__ import annotations

from grammars.meaning import Slot
from ivr.caller.asked import Asked, contradicts, key_for, misreads_id, wrong_part
from ivr.caller.case import ANY, Answer, Aside, Case

_YES_KEY, _NO_KEY = Answer(press="1", after=0.8), Answer(press="2", after=0.8)


class Script:
    """One call's memory of what was answered. `any` stands in for a question without answers of its
    own; each of its lines is said once."""

    def __init__(self, case: Case) -> None:
        self._case = case
        self._times: dict[str, int] = {}
        self._asides = list(case.asides)

    def peek(self, question: Asked) -> Answer | None:
        """The answer that `answer` would give, without using it up."""
        return self._find(question)[1]

    def answer(self, question: Asked) -> Answer | None:
        """The answer to `question`, asked now; None: the caller stays silent."""
        used, answer = self._find(question)
        if used is not None:
            self._times[used] = self._times.get(used, 0) + 1
        return answer

    def aside(self, question: Asked) -> Aside | None:
        """What is heard into `question` that is no answer; each only once."""
        found = next((aside for aside in self._asides if aside.during == question.name), None)
        if found is not None:
            self._asides.remove(found)
        return found

    def _find(self, question: Asked) -> tuple[str | None, Answer | None]:
        """The name whose answers are used (None: nothing is used up) and the answer."""
        answers, wanted = self._case.answers, self._case.expect.booking
        denied = self._denied_id(question)
        if question.keypad and question.yes_or_no and self._case.presses_keys:
            return None, _NO_KEY if denied or self._objection(question) else _YES_KEY
        if denied is not None:
            return None, denied
        if question.keypad and question.name == Slot.ID_NUMBER and self._case.presses_keys:
            last = answers.get(question.name, ())[-1:]
            if last and last[0].press is not None:
                return None, last[0]  # who is asked to key the number keys it
        nobody = wanted is not None and wanted.doctor is None  # in particular
        if question.keypad and question.name == Slot.DOCTOR and self._case.presses_keys and nobody:
            return None, _YES_KEY
        if question.changing and (change := self._change(question)) is not None:
            return None, change
        if question.name == Slot.CHOICE and not question.changing:
            for text, answer in self._case.picks.items():
                if question.names(text):
                    return None, self._keyed(question, text) or answer
        if question.name in answers:
            own = answers[question.name]
            turn = self._times.get(question.name, 0)
            if turn < len(own) - 1:
                return question.name, own[turn]
            return question.name, self._objection(question) or own[-1]
        if question.instead in answers:
            return None, self._objection(question) or answers[question.instead][-1]
        rest = answers.get(ANY, ())[self._times.get(ANY, 0) :]
        return ANY, rest[0] if rest else None

    def _change(self, question: Asked) -> Answer | None:
        """Who is asked what to change names what was read back otherwise than it was wanted."""
        wanted = self._case.expect.booking
        part = None if wanted is None else wrong_part(question, wanted)
        change = self._case.changes.get(part or "nothing")
        return change and (self._keyed(question, change.say or "") or change)

    def _keyed(self, question: Asked, option: str) -> Answer | None:
        """The key of an option, for who presses keys where one is asked for."""
        asked_for = question.keypad and self._case.presses_keys
        text = question.options if question.changing else question.text
        key = key_for(text, option) if asked_for else None
        return None if key is None else Answer(press=key, after=0.8)

    def _denied_id(self, question: Asked) -> Answer | None:
        wanted = self._case.expect.booking
        wrong = wanted is not None and misreads_id(question, wanted)
        return self._case.deny_id if wrong else None

    def _objection(self, question: Asked) -> Answer | None:
        """What is said in the place of the last answer, when it is asked about something wrong."""
        case = self._case
        if case.deny is None or case.expect.booking is None:
            return None
        return case.deny if contradicts(question, case.expect.booking) else None
