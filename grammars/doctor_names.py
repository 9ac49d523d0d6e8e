"""A doctor named before the list that has the name is known: 鼓楼医院心内科的张医生.

What sounds like a name is kept as it was heard (`doctor_words`) and matched once the department's
doctors are there (`named_doctors`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from grammars.closed_list import ClosedList, Heard, heard
from grammars.corrections import corrected_from, refused
from grammars.data_files import patterns_data
from grammars.fillers import carried
from grammars.meaning import Candidate, DoctorWords, Hypothesis, Scored, Slot
from grammars.mentions import name_mentions
from grammars.sound import symbol
from grammars.spoken import Spoken
from grammars.statement import unlikeness

TITLE = "医生|大夫|主任|教授|专家|医师|院长|老师"
_CALLED = re.compile(f"姓(.)|(.)(?:{TITLE})")
_TITLE_AT_END = re.compile(f"(?:{TITLE})$")
_LEAST_ALIKE = 0.35  # mean cost of a syllable (grammars.sound)
_TITLED_SURE = 0.85
_SURNAME_ALONE = 0.6  # to be asked back
_LONGEST_NAME = 4
_VERBS = "找看挂约请要给帮"
_SURNAME = re.compile("姓([^的什啥])")
_ONLY_A_SURNAME = re.compile(f"姓(.)(?:的|[啊吧吗呢嘛]|{TITLE}|$)(?!科)")
_NO_NAME = re.compile(f"(?:{TITLE})(?:医师|号|门诊)|(?:副|正)$")
_TITLED = re.compile(f"(?:{TITLE})")
_BARE_NAME = (2, 3)  # syllables, where no title says that it is one


@dataclass(frozen=True, slots=True)
class _Stretch:
    start: int
    end: int
    titled: bool


def doctor_candidates(names: Iterable[str]) -> list[Candidate]:
    """Doctors with what callers say for them: 张医生, 张主任, 张建国医生."""
    return [Candidate(name, (f"{name[0]}医生", f"{name[0]}主任", f"{name}医生")) for name in names]


def doctor_words(
    found: Heard, understood: Sequence[tuple[int, int, int]], *, named: bool
) -> DoctorWords | None:
    """What may be a doctor's name, of every hypothesis; None where there is nothing like one.

    `understood` are stretches (hypothesis number, start, end) that mean something else, also where
    another hypothesis has the same words: the 心理医生 of each is the department.
    `named`: a hospital or department was named, without which only a title makes a name.
    """
    hypotheses: list[Hypothesis] = []
    titled = False
    for which, row in enumerate(found.rows):
        known = list(carried(row.text))
        for of, start, end in understood:
            words = found.rows[of].text[start:end]
            at = start if of == which else row.text.find(words)
            if words and at >= 0:
                known[at : at + len(words)] = [True] * len(words)
        stretch = _titled(row, known) or (_bare(row, known) if named else None)
        if stretch is not None:
            hypotheses.append(
                Hypothesis(row.text[stretch.start : stretch.end], found.confidences[which])
            )
            titled = titled or stretch.titled
    return DoctorWords(tuple(hypotheses), titled) if hypotheses else None


def _titled(row: Spoken, known: Sequence[bool]) -> _Stretch | None:
    """秦明月医生, 秦主任: what stands before the title as far back as nothing explains it."""
    for match in _SURNAME.finditer(row.text):
        if match[1] not in patterns_data().no_surnames and not refused(row, *match.span()):
            return _Stretch(match.start(), match.end(), True)
    for match in _TITLED.finditer(row.text):
        start = match.start()
        while (
            start > max(0, match.start() - _LONGEST_NAME)
            and not known[start - 1]
            and row.text[start - 1] not in _VERBS
            and (start == match.start() or start not in row.breaks)
        ):
            start -= 1
        name = row.text[start : match.start()]
        if (
            not name
            or name[-1] in patterns_data().no_surnames
            or _NO_NAME.match(row.text, match.start())
            or _NO_NAME.search(name)
            or start < corrected_from(row)
            or refused(row, start, match.end())
        ):
            continue
        return _Stretch(start, match.end(), True)
    return None


def _bare(row: Spoken, known: Sequence[bool]) -> _Stretch | None:
    """秦明月 alone, where it is all of the utterance that nothing explains."""
    loose = [at for at, explained in enumerate(known) if not explained]
    least, most = _BARE_NAME
    if not least <= len(loose) <= most or loose[-1] - loose[0] != len(loose) - 1:
        return None
    start, end = loose[0], loose[-1] + 1
    if start < corrected_from(row) or refused(row, start, end):
        return None
    if row.text[start] in _VERBS or _TITLED.search(row.text, start, end):
        return None
    return _Stretch(start, end, False)


def by_surname(doctors: ClosedList, found: Heard, *, bare: bool) -> tuple[Scored[str], ...]:
    """ "张医生": the doctors of that surname, the less sure the more there are; with `bare` also
    "徐" and nothing else, which is never sure."""
    row = found.best
    called = [
        match
        for match in _CALLED.finditer(row.text)
        if match.start() >= corrected_from(row)
        and not refused(row, match.start(), match.end())
        and match[match.lastindex or 0] not in patterns_data().no_surnames
    ]
    if called:
        match = called[0]
        at, sure, words = match.start(match.lastindex or 0), _TITLED_SURE, match[0]
    elif bare and (at_ := _lone_syllable(row.text)) is not None:
        at, sure, words = at_, _SURNAME_ALONE, row.text[at_]
    else:
        return ()
    symbols = {symbol(reading) for reading in row.readings[at]}
    matching = [name for first in symbols for name in doctors.by_first_syllable.get(first, ())]
    written = [name for name in matching if name.startswith(row.text[at])]
    chosen = written or matching
    sure /= max(len(chosen), 1)
    return tuple(Scored(name, round(sure, 4), words) for name in chosen[:5])


def surname_words(found: Heard) -> DoctorWords | None:
    """姓李的, 王医生 in the likeliest hypothesis: somebody is meant, whoever that is."""
    row = found.best
    for match in _CALLED.finditer(row.text):
        data = patterns_data()
        named = match[1] in data.surnames if match[1] else match[2] not in data.no_surnames
        if named and not refused(row, *match.span()):
            return DoctorWords((Hypothesis(match[0], found.confidences[0]),), titled=True)
    return None


def surnames_said(row: Spoken) -> list[tuple[int, int]]:
    """Where somebody is named by a common surname and no more: 有没有姓李的."""
    known = patterns_data().surnames
    return [m.span() for m in _ONLY_A_SURNAME.finditer(row.text) if m[1] in known]


def _lone_syllable(row: str) -> int | None:
    """Where the one syllable stands that no filler and no carrier explains: 徐 in 嗯那个徐."""
    loose = [at for at, known in enumerate(carried(row)) if not known]
    return loose[0] if len(loose) == 1 else None


def named_doctors(words: DoctorWords, names: Sequence[str]) -> tuple[Scored[str], ...]:
    """Who of `names` was meant by `words`, by sound, best first; empty where nobody was."""
    found = heard(words.hypotheses)
    doctors = ClosedList(doctor_candidates(names))
    mentions = name_mentions(found, doctors, doctors.spot(found), Slot.DOCTOR, Slot.DOCTOR)
    whole = [
        scored
        for mention in mentions
        for scored in mention.scored(found)
        if is_named_by(scored.surface, scored.value)
    ]
    return tuple(sorted(whole, key=lambda s: -s.confidence)) or by_surname(
        doctors, found, bare=False
    )


def is_named_by(surface: str, name: str) -> bool:
    """Whether `surface`, if it is a surname or name with a title, sounds like `name`: a title that
    all doctors share (女的医生) names nobody."""
    title = _TITLE_AT_END.search(surface)
    if title is None:
        return True
    head = surface[: title.start()]
    if not head:
        return False
    return (
        min(unlikeness(head[-1], name[0]), unlikeness(head[-len(name) :], name[: len(head)]))
        <= _LEAST_ALIKE
    )


def is_written(words: DoctorWords, name: str) -> bool:
    """Whether the name, or the surname with a title, was written in these very characters."""
    texts = [hypothesis.text for hypothesis in words.hypotheses]
    titled = re.compile(f"姓{re.escape(name[0])}|{re.escape(name[0])}(?:{TITLE})")
    return any(name in text or titled.fullmatch(text) for text in texts)
