"""Utterances with stops, drawn from the data files by chance: nobody chose where they stop.

A stop falls between words, before a name or inside it or inside a date: whoever stops there
has not finished the phrase, even if what he has said is a name as well (鼓楼|医院).
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator, Sequence

from bench.paused_speech import Text
from grammars.knowledge import department_candidates, hospital_candidates
from grammars.meaning import Slot
from grammars.sampler import numeral, random_id_number
from ivr.voices.lexicon import load_lexicon
from ivr.voices.mandarin_reading import MandarinReading, Word

_LEADS = ("我想挂", "我要去", "帮我挂一个", "我要挂那个", "我想看", "嗯", "你好我要挂")
_MONTHS_WEEKS = ("下个礼拜", "下个星期", "这个星期")
_PERIODS = ("上午", "下午", "早上")
_DAYS = ("明天", "后天", "大后天", "下周三", "星期五", "礼拜一")
_GROUPS = ((6, 4, 4, 4), (6, 8, 4), (3, 3, 4, 4, 4))
_DIGITS = dict(zip("0123456789X", "零一二三四五六七八九叉", strict=True))


def drawn(
    rng: random.Random, today: dt.date, doctors: Sequence[str], each: int
) -> Iterator[tuple[Slot, Text]]:
    """`each` utterances a slot: hospital, department, doctor, date, ID number."""
    reading = MandarinReading(load_lexicon())
    names = {
        Slot.HOSPITAL: [n for c in hospital_candidates() for n in (c.name, *c.aliases)],
        Slot.DEPARTMENT: [n for c in department_candidates() for n in (c.name, *c.aliases)],
        Slot.DOCTOR: list(doctors),
    }
    for slot, said in names.items():
        for _ in range(each):
            yield slot, _name(rng, reading, rng.choice(said))
    for _ in range(each):
        yield Slot.DATE, _date(rng)
        yield Slot.ID_NUMBER, dictated(rng, today)


def dictated(rng: random.Random, today: dt.date) -> Text:
    """A valid invented ID number in groups of digits."""
    number, at, groups = random_id_number(rng, today), 0, []
    for size in rng.choice(_GROUPS):
        groups.append("".join(_DIGITS[digit] for digit in number[at : at + size]))
        at += size
    return tuple(groups)


def _name(rng: random.Random, reading: MandarinReading, name: str) -> Text:
    """The name by itself with a stop between two of its words, or with a lead before it."""
    sizes = [len(word.syllables) for word in reading.read(name) if isinstance(word, Word)]
    edges = [sum(sizes[:count]) for count in range(1, len(sizes))]
    if not edges or sum(sizes) != len(name) or rng.random() < 0.3:
        return rng.choice(_LEADS), name
    edge = rng.choice(edges)
    return name[:edge], name[edge:]


def _date(rng: random.Random) -> Text:
    match rng.randrange(3):
        case 0:
            return rng.choice(_DAYS), rng.choice(_PERIODS)
        case 1:
            return rng.choice(_MONTHS_WEEKS), rng.choice("一二三四五") + rng.choice(_PERIODS)
        case _:
            month, day = numeral(rng.randint(1, 12)), numeral(rng.randint(1, 28))
            return f"{month}月", f"{day}号", rng.choice(_PERIODS)
