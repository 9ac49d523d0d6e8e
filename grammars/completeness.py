"""Is what was heard so far a whole answer? Decides how long a silence ends the turn.

Nobody waits long after a whole answer, everybody is given time in the middle of one; what
answers the question though more may follow, and what was not understood, get times between the two.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from functools import cache

from grammars import id_number, proof
from grammars.closed_list import ClosedList, Spot, heard
from grammars.data_files import completeness_data, dates_data
from grammars.fillers import carried
from grammars.meaning import Answer, DateWish, Hypothesis, Scored, Slot, Task, Understanding, Value
from grammars.phone_number import is_mobile
from grammars.question import Question
from grammars.sound import symbol
from grammars.spoken import plain, readings_of
from grammars.statement import unlikeness

_SURE = 0.6
_VERY_SURE = 0.9
DOUBTFUL = 0.35  # the recogniser's own confidence in words that are rather made up
_NAMES = (Slot.HOSPITAL, Slot.DEPARTMENT, Slot.DOCTOR, Slot.CHOICE)
_SURE_COMMAND = 0.8  # any answer may sound a little like one
_ALIKE = 0.12  # mean cost of a syllable of an ending: 我想怪 ends like 我想挂
_ALIKE_NAME = 0.2  # of the last word of a name: 姨呀 ends like 医院
_CARRIER = 3  # syllables of words that carry a name; so many are no name
_NUMERAL = "[0-9零一二两三四五六七八九十廿卅]"
_HALF_DATE = re.compile(f"(?<!周)(?<!星期)(?<!礼拜){_NUMERAL}$")
_HALF_ORDINAL = re.compile(f"第{_NUMERAL}+$")


class Completeness(Enum):
    """COMPLETE: a whole, unambiguous answer. LIKELY: it surely answers the question, but words
    behind it were not understood or a longer name begins with it. OPEN: plainly unfinished.
    WORDLESS: no words at all, a noise perhaps. UNSURE: anything else."""

    COMPLETE = "complete"
    LIKELY = "likely"
    UNSURE = "unsure"
    OPEN = "open"
    WORDLESS = "wordless"


@dataclass(frozen=True, slots=True)
class _Part:
    """Something that was surely said: where its words end, and whether they are whole."""

    slot: Slot
    end: int
    whole: Completeness


def completeness(question: Question, understanding: Understanding, text: str) -> Completeness:
    """Whether the words so far answer `question` and whether more is bound to come.

    `understanding` is what they mean so far, `text` the likeliest hypothesis as the
    recogniser wrote it. A name is whole unless the list has a longer one that begins
    with it: 鼓楼医院 may become 鼓楼医院江北院区, 中大 is the first half of 中大医院.
    """
    row = plain(text)
    if not row:
        return Completeness.WORDLESS
    if understanding.despair or understanding.danger:
        return Completeness.COMPLETE
    if question.expect is Slot.STATEMENT:
        return Completeness.COMPLETE if understanding.finished else Completeness.UNSURE
    if any(command.confidence >= _SURE_COMMAND for command in understanding.command[:1]):
        return _ending(row) or Completeness.COMPLETE
    if question.expect is Slot.ID_NUMBER:
        return _id_number(understanding)
    if question.expect is Slot.PROOF:
        return _proof(understanding)
    if question.expect is Slot.PHONE:
        return _phone_number(understanding)
    if question.expect is Slot.CONFIRM and understanding.backchannel:
        return Completeness.UNSURE  # 嗯 may be all that is meant
    last = max(_parts(question, understanding, row), key=lambda part: part.end, default=None)
    ending = _end(question, understanding, row, last)
    doubtful = understanding.confidence < DOUBTFUL and not understanding.clear
    answered = _answers(question.expect, understanding)
    named = _ends_a_name(question.expect, understanding, row)
    if ending in (Completeness.COMPLETE, Completeness.LIKELY) and (doubtful or not answered):
        return Completeness.LIKELY if named else Completeness.UNSURE
    if ending is Completeness.UNSURE and named:
        return Completeness.LIKELY
    half_a_name = last is not None and last.slot in _NAMES and last.end == len(row)
    if ending is Completeness.UNSURE and not (doubtful or half_a_name or _ending(row)):
        surely = _answers(question.expect, understanding, _VERY_SURE)
        return Completeness.LIKELY if surely else Completeness.UNSURE
    return ending


def _answers(expect: Slot, understanding: Understanding, least: float = _SURE) -> bool:
    """Whether what the question asks for was said, and everything that belongs to it, each as
    surely as `least`."""

    if understanding.no_preference and expect in (Slot.DOCTOR, Slot.DATE, Slot.CHOICE):
        return True
    match expect:
        case Slot.HOSPITAL:
            return _sure(understanding.hospital, least) or _sure(understanding.elsewhere, least)
        case Slot.DEPARTMENT:
            return _sure(understanding.department, least)
        case Slot.DOCTOR:
            return _sure(understanding.doctor, least)
        case Slot.CHOICE:
            return _sure(understanding.choice, least)
        case Slot.DATE:
            return _names_day_and_period(understanding.date, least)
        case Slot.TASK:
            return _asks_for_all(understanding, least)
        case Slot.TOPIC:
            return _sure(understanding.topic, least)
        case Slot.CONFIRM:
            return _sure(understanding.confirm, least) and (
                understanding.confirm[0].value is Answer.YES or _corrects(understanding)
            )
        case _:
            return False


def _names_day_and_period(wishes: Sequence[Scored[DateWish]], least: float = _SURE) -> bool:
    """ "越快越好" needs neither."""
    if not _sure(wishes, least):
        return False
    wish = wishes[0].value
    return wish.earliest or (wish.date is not None and wish.period is not None)


def _asks_for_all(understanding: Understanding, least: float) -> bool:
    """我要挂号 is whole; who names a hospital says the department too, and the other way round."""
    if not _sure(understanding.task):
        return False
    named = [understanding.hospital, understanding.department]
    if understanding.task[0].value is Task.BOOK and any(named):
        return all(_sure(name, least) for name in named)
    return _sure(understanding.task, least)


def _corrects(understanding: Understanding) -> bool:
    """A no is often the first half of a correction: what is right was said as well."""
    named = (understanding.hospital, understanding.department, understanding.doctor)
    return any(map(_sure, named)) or _names_day_and_period(understanding.date)


def _end(
    question: Question, understanding: Understanding, row: str, last: _Part | None
) -> Completeness:
    """Whether the row ends where an utterance can end; `last` is what was said last in it."""
    if question.expect is Slot.DATE and _half_a_date(row):
        perhaps_go = _ends_in_going(row) and _answers(Slot.DATE, understanding)
        return Completeness.LIKELY if perhaps_go else Completeness.OPEN
    named = last is not None and last.slot in _NAMES
    if named and _ending(row, least=_CARRIER) is Completeness.OPEN:
        return Completeness.OPEN  # 我想过 is 我想挂 and no surname 郭
    if last is not None and last.end == len(row):
        return last.whole
    if last is not None and _closes(row[last.end :], last.slot):
        return Completeness.COMPLETE
    if (ending := _ending(row)) is not None:
        return ending
    if _begins_a_name(question, row):
        return Completeness.OPEN
    if understanding.no_preference:
        return Completeness.COMPLETE
    # Only another hypothesis spells it out: a yes is not hurried by that.
    spelled = last is None and question.expect is not Slot.CONFIRM
    answered = spelled and _answers(question.expect, understanding)
    return Completeness.COMPLETE if answered else Completeness.UNSURE


def _parts(question: Question, understanding: Understanding, row: str) -> Iterator[_Part]:
    """What was surely said, as far as its words can be found in the row. A name that does not
    sound at all like a part of it is taken to come last and hurries nobody."""
    found = heard([Hypothesis(row, 1.0)])
    for slot, names, scored in (
        (Slot.HOSPITAL, question.hospitals, understanding.hospital),
        (Slot.DEPARTMENT, question.departments, understanding.department),
        (Slot.DOCTOR, question.doctors, understanding.doctor),
        (Slot.CHOICE, question.choices, understanding.choice),
    ):
        if names is not None and _sure(scored):
            by_order = next(_written(scored, row), None) if slot is Slot.CHOICE else None
            spot = next((s for s in names.spot(found) if s.name == scored[0].value), None)
            spot = spot and _to_its_end(spot, names, row)
            if spot is not None:
                yield _Part(slot, spot.end, _whole_name(slot, spot, names, row))
            elif by_order is not None:  # 第二个
                half = _HALF_ORDINAL.search(row[:by_order])
                yield _Part(slot, by_order, Completeness.UNSURE if half else Completeness.COMPLETE)
            else:
                yield _Part(slot, len(row), Completeness.UNSURE)
    for end in _written(understanding.date, row):
        half_date = Completeness.OPEN if _HALF_DATE.search(row[:end]) else None
        yield _Part(Slot.DATE, end, half_date or _ending(row[:end]) or Completeness.COMPLETE)
    if question.expect is Slot.CONFIRM:
        for end in _written(understanding.confirm, row):
            yield _Part(Slot.CONFIRM, end, _whole_answer(understanding.confirm[0], row[:end]))
    if question.expect is Slot.TASK:
        for end in _written(understanding.task, row):
            yield _Part(Slot.TASK, end, _ending(row[:end]) or Completeness.COMPLETE)
    if question.expect is Slot.TOPIC:
        for end in _written(understanding.topic, row):
            yield _Part(Slot.TOPIC, end, _ending(row[:end]) or Completeness.COMPLETE)


def _to_its_end(spot: Spot, names: ClosedList, row: str) -> Spot:
    """心内 was written and 课 behind it: by the sound it is 心内科, to its end."""
    sounds = [set(map(symbol, readings)) for readings in readings_of(row)]
    longer = [full for name, full in names.continued(spot.phrase) if name == spot.name]
    for full in sorted(longer, key=len, reverse=True):
        end = spot.start + len(full)
        wanted = [set(map(symbol, readings)) for readings in readings_of(full)]
        if end <= len(row) and all(map(set.intersection, wanted, sounds[spot.start : end])):
            return replace(spot, phrase=full, end=end)
    return spot


def _written(scored: Sequence[Scored[Value]], row: str) -> Iterator[int]:
    """Where in the row the words of the surest meaning end."""
    if _sure(scored) and scored[0].surface in row:
        yield row.rindex(scored[0].surface) + len(scored[0].surface)


def _whole_answer(answer: Scored[Answer], row: str) -> Completeness:
    """Whether a yes or no at the end of the row stands for itself: not 不, not the 要 of 我要."""
    if row == answer.surface and len(row) == 1 and answer.value is Answer.NO:
        return Completeness.OPEN
    part_of_more = _ending(row, least=max(2, len(answer.surface))) is not None
    return Completeness.UNSURE if part_of_more else Completeness.COMPLETE


def _whole_name(slot: Slot, spot: Spot, names: ClosedList, row: str) -> Completeness:
    """Whether a longer name of the list may be on its way."""
    words, phrase = row[spot.start : spot.end], spot.phrase
    ends = completeness_data().name_ends.get(slot, ())
    rather = Completeness.LIKELY if ends and phrase.endswith(ends) else Completeness.UNSURE
    if len(words) < len(phrase):  # half of it, or a syllable was swallowed: 是第一院
        return Completeness.OPEN if names.continued(words) else rather
    longer = (*names.continued(phrase), *names.continued(words))
    if words == phrase and phrase.endswith(completeness_data().name_ends.get(slot, ("",))):
        # A whole name, said exactly: only a name that has it inside may still be on its way, not
        # a rare alias of something else (中大医院溧水分院).
        longer = tuple(each for each in longer if phrase in plain(each[0]))
    if any(name != spot.name or plain(name) == full for name, full in longer):
        return rather  # it may become another name: 鼓楼医院 rather is whole than 中大
    if ends and not phrase.endswith(ends) and any(full.endswith(ends) for _, full in longer):
        return Completeness.UNSURE
    return Completeness.COMPLETE


def _closes(rest: str, slot: Slot) -> bool:
    """Whether `rest`, after an answer of `slot`, is nothing but particles and thanks."""
    return bool(_closing_expression(slot).fullmatch(rest))


@cache
def _closing_expression(slot: Slot) -> re.Pattern[str]:
    data = completeness_data()
    words = _alternatives({*data.closings, *data.closings_after.get(slot, ())})
    return re.compile(f"(?:{words})+")


def _ending(row: str, least: int = 1) -> Completeness | None:
    """What the longest known ending of the row, of at least `least` syllables, says; longer words
    count by sound as well."""
    for length, known in _endings().items():
        if length < least:
            break
        tail = row[-length:]
        if tail in known:
            return known[tail]
        if 1 < length <= len(row):
            alike = (ending for word, ending in known.items() if unlikeness(word, tail) <= _ALIKE)
            if (ending := next(alike, None)) is not None:
                return ending
    return None


@cache
def _endings() -> dict[int, dict[str, Completeness]]:
    """The known endings by their length, the longest first."""
    data = completeness_data()
    known = dict.fromkeys(data.open_endings, Completeness.OPEN)
    known |= dict.fromkeys(data.unsure_endings, Completeness.UNSURE)
    lengths = sorted({len(word) for word in known}, reverse=True)
    return {n: {word: known[word] for word in known if len(word) == n} for n in lengths}


def _half_a_date(row: str) -> bool:
    """十二月 without a day, 下周 without a weekday."""
    return bool(_HALF_DATE.search(row)) or row.endswith(completeness_data().open_dates)


def _ends_in_going(row: str) -> bool:
    """明天上午七 may be 明天上午去 as well as the beginning of 七点."""
    return bool(_going_expression().search(row))


@cache
def _going_expression() -> re.Pattern[str]:
    heard_for_go = _alternatives(completeness_data().heard_for_go)
    periods = _alternatives(word for words in dates_data().periods.values() for word in words)
    return re.compile(f"(?:{periods})(?:{heard_for_go})$")


def _alternatives(words: Iterable[str]) -> str:
    return "|".join(map(re.escape, sorted(words, key=len, reverse=True)))


def _begins_a_name(question: Question, row: str) -> bool:
    """Whether the row is the first half of a name, by sound, after words that mean nothing."""
    loose = carried(row)
    if question.expect is Slot.NAME:
        return len(row) - sum(loose) < 2  # a surname
    names = {
        Slot.HOSPITAL: question.hospitals,
        Slot.DEPARTMENT: question.departments,
        Slot.DOCTOR: question.doctors,
        Slot.CHOICE: question.choices,
    }.get(question.expect)
    if names is None:
        return False
    first_word = next((at for at, known in enumerate(loose) if not known), len(row) - 1)
    return any(names.continued(row[start:]) for start in range(first_word + 1))


def _ends_a_name(expect: Slot, understanding: Understanding, row: str) -> bool:
    """Whether something like a name was said and the row, by sound, ends as names do: 受人民意愿,
    whichever hospital that is."""
    if not (understanding.department if expect is Slot.DEPARTMENT else understanding.hospital):
        return False
    tails = ((word, row[-len(word) :]) for word in completeness_data().last_words.get(expect, ()))
    return any(
        len(row) > len(word) and unlikeness(word, tail) <= (_ALIKE_NAME if len(word) > 1 else 0.0)
        for word, tail in tails
    )


_MENDED_WHOLE = 0.6


def _proof(understanding: Understanding) -> Completeness:
    """Open until all digits are there: a code is read out in two groups."""
    if not understanding.proof:
        return Completeness.UNSURE
    whole = len(understanding.proof[0].value) == proof.LENGTH
    return Completeness.COMPLETE if whole else Completeness.OPEN


def _id_number(understanding: Understanding) -> Completeness:
    """Open until all 18 characters are there."""
    if not understanding.id_number:
        return Completeness.UNSURE
    number = understanding.id_number[0].value
    if not number.complete:
        return Completeness.OPEN
    whole = number.valid and len(number.digits) == id_number.LENGTH
    if number.mended:  # perhaps a part of it, and the rest was made up
        sure = understanding.id_number[0].confidence >= _MENDED_WHOLE
        return Completeness.UNSURE if sure else Completeness.OPEN
    return Completeness.COMPLETE if whole else Completeness.UNSURE


def _phone_number(understanding: Understanding) -> Completeness:
    """Whole with the eleventh digit of a mobile number; a landline may be short or have an
    extension. Who says no has answered too."""
    if not understanding.phone:
        declined = _sure(understanding.confirm, _VERY_SURE)
        no = declined and understanding.confirm[0].value is Answer.NO
        return Completeness.LIKELY if no else Completeness.UNSURE
    number = understanding.phone[0].value
    if is_mobile(number.digits):
        return Completeness.COMPLETE
    return Completeness.UNSURE if number.complete else Completeness.OPEN


def _sure(scored: Sequence[Scored[Value]], least: float = _SURE) -> bool:
    return bool(scored) and scored[0].confidence >= least
