"""What a speaker takes back: "不是明天，是后天", "不对，是儿童医院", "不要上午", "除了周三都行"."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from grammars.data_files import patterns_data
from grammars.spoken import Spoken

_BETWEEN = (
    "(?:我|给我|帮我|把|要|想|来|打算|准备|去|挂|看|在|约|选|那个|这个|到|的|说|周|星期|礼拜|预约)*"
)

_VERBS = "看挂约选去做姓"
_WANTED = re.compile("(?:的|那天|就|也|倒|还)?(?:要|可以|行|有空)(?:的|吧|啊|了)?")
_RHETORICAL = ("不是", "不能")  # before an action, with 吗 at the end


def _alternatives(words: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


@cache
def _expressions() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    data = patterns_data()
    return (
        re.compile(f"({_alternatives(data.negators)}){_BETWEEN}$"),
        re.compile(_alternatives(data.not_negators)),
        re.compile(
            f"^(?:医院|科|的|都|也|号|我|就|那天|肯定){{0,2}}(?:{_alternatives(data.exclusions)})"
        ),
        re.compile(f"(?<!对)(?:{_alternatives(data.corrections)})"),
    )


def refused(row: Spoken, start: int, end: int) -> bool:
    """Whether the words at start..end are named only to be refused.

    "不是，后天" with a pause after 不是 does not refuse 后天, "不是后天" does.
    """
    negator, _, exclusion, _ = _expressions()
    clause = max((at for at in row.breaks if at <= start), default=0)
    before = row.text[clause:start]
    match = negator.search(before)
    if match is not None and not _covered(row, clause + match.start()):
        return not _affirmed(row, end)
    if row.text[start] in _VERBS and _directly_denied(row, start):
        return True  # 不 and a name that begins with a verb: 看牙
    return exclusion.match(row.text[end:]) is not None


def declined(row: Spoken, start: int, end: int) -> bool:
    """Whether an action is spoken of at start..end only to say that it is not wanted:
    "我不是要取消", "不要投诉", "不挂号". "这里不是挂号的吗" asks for it."""
    negator, *_ = _expressions()
    clause = max((at for at in row.breaks if at <= start), default=0)
    match = negator.search(row.text[clause:start])
    if match is not None and not _covered(row, clause + match.start()):
        return not (match[1].startswith(_RHETORICAL) and row.text.endswith("吗"))
    return _directly_denied(row, start)


def _directly_denied(row: Spoken, start: int) -> bool:
    """不 stands right before, and asks nothing: 不挂, not 挂不挂 nor 要不挂."""
    if start == 0 or row.text[start - 1] != "不" or start in row.breaks:
        return False
    asks = start > 1 and row.text[start - 2] == row.text[start]
    return not asks and not _covered(row, start - 1)


def _covered(row: Spoken, at: int) -> bool:
    """Whether a negator at `at` is part of a word that negates nothing: 是不是, 特别."""
    _, innocent, *_ = _expressions()
    return any(blot.start() <= at < blot.end() for blot in innocent.finditer(row.text))


def excepted(row: Spoken, start: int, end: int) -> bool:
    """Whether the words at start..end are ruled out for good: "除了周三都行"."""
    data = patterns_data()
    before = row.text[:start]
    opened = max((before.rfind(word) for word in data.exceptions), default=-1)
    if opened >= 0 and not re.search("都|就行|就可以|就好|以外|之外|其他|别的", before[opened:]):
        return True
    _, _, exclusion, _ = _expressions()
    if exclusion.match(row.text[end:]) is not None:
        return True
    clause = max((at for at in row.breaks if at <= start), default=0)
    ruled_out = re.search(f"(?:不要|不想|别|不能|不约|不挂|不选){_BETWEEN}$", before[clause:])
    if ruled_out is None or _covered(row, clause + ruled_out.start()):
        return False
    return not _affirmed(row, end)


def _affirmed(row: Spoken, end: int) -> bool:
    """What stands before `end` is wanted: the 不要 of 周三不要周四要 belongs to 周三."""
    match = _WANTED.match(row.text, end)
    return match is not None and (match.end() == len(row) or match.end() in row.breaks)


def exclusions(row: Spoken) -> list[tuple[int, int]]:
    """Where something is refused in plain words, whatever it is: 不行, 没空."""
    return [match.span() for match in _exclusion_words().finditer(row.text)]


@cache
def _exclusion_words() -> re.Pattern[str]:
    return re.compile(_alternatives(patterns_data().exclusions))


_LONE_NO = re.compile("不是?")


def taken_back_from(row: Spoken) -> int:
    """Position behind the last "不对，是…", or 不 between two pauses; 0 when there is none."""
    _, _, _, marker = _expressions()
    ends = [match.end() for match in marker.finditer(row.text)]
    ends += [
        match.end()
        for match in _LONE_NO.finditer(row.text)
        if match.start() in row.breaks and match.end() in row.breaks
    ]
    return max(ends, default=0)


def corrected_from(row: Spoken) -> int:
    """Position behind the last correction ("不对，是…", "…还是…吧"); 0 when there is none."""
    at = taken_back_from(row)
    if re.search("(?:吧|好了|算了)$", row.text):
        for word in patterns_data().replacements:
            found = row.text.rfind(word)
            if found > 0:
                at = max(at, found + len(word))
    for word in patterns_data().replacements:  # 后天下雨，还是大后天; but not 明天，还是后天啊
        found = row.text.rfind(word)
        if found in row.breaks and not re.search("[啊呢吗呀]$", row.text):
            at = max(at, found + len(word))
    return at
