"""What is named only to be refused: 我不要鼓楼医院, 明天不行, 心内科，不是呼吸科."""

from __future__ import annotations

import datetime as dt
import re

from grammars import date_parser
from grammars.closed_list import Heard
from grammars.corrections import excepted, refused
from grammars.meaning import Period
from grammars.question import Question

_PERIOD = "|".join(period.value for period in Period)
_PERIODS = re.compile(f"(?:{_PERIOD})(?:(?:和|跟|还有)?(?:{_PERIOD}))*")  # 上午下午都不行
_NEGATIONS = frozenset("不别没除远太")
_ASKING = ("吗", "么")


def refused_values(question: Question, found: Heard) -> frozenset[str]:
    """Names of the question's lists, days (YYYY-MM-DD) and parts of the day that are not wanted,
    as the likeliest hypothesis has them. A question ("不是鼓楼医院吗") refuses nothing."""
    row = found.best
    if not _NEGATIONS & set(row.text) or row.text.endswith(_ASKING):
        return frozenset()
    lists = (question.hospitals, question.departments, question.doctors)
    one = Heard(found.rows[:1], found.confidences[:1])
    names = {
        spot.name
        for names in lists
        if names is not None
        for spot in names.spot(one)
        if spot.exact and refused(row, spot.start, spot.end)
    }
    return frozenset(names | _refused_times(found, question.today))


def _refused_times(found: Heard, today: dt.date) -> set[str]:
    row = found.best
    times = {
        span.day.isoformat()
        for span in date_parser.days(row.text, today)
        if span.limit is None and excepted(row, span.start, span.end)
    }
    for named in _PERIODS.finditer(row.text):
        if excepted(row, named.start(), named.end()):
            times.update(period.value for period in Period if period.value in named[0])
    return times
