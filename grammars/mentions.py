"""Names of closed lists in an utterance: which are meant, refused, corrected or out-claimed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache

from grammars.ambiguous import listed_share
from grammars.closed_list import ClosedList, Heard, Spot, overlap, posterior
from grammars.corrections import corrected_from, refused, taken_back_from
from grammars.data_files import hospitals_data
from grammars.meaning import Scored, Slot
from grammars.spoken import Spoken

REJECT = 0.5  # below this an expected name is not reported at all
UNASKED = 0.85  # a name that was not asked for, by sound alone
OPEN_QUESTION = 0.7  # the same in answer to the open question
EXPECTED_BONUS = 1.0
MISHEARD_REFUSAL = 0.6  # a refusal with nothing in its place: to be asked back
_REFUSED_VERB = re.compile("不[要想]去?(?:预约|挂|看|约|去)(?:一?[下个])?")
_OTHER_CITY = 0.95
_TITLES = ("医生", "大夫")
SURE_PARTNER = 0.9  # likeness of a name that another list's name may not reach into


@dataclass(frozen=True, slots=True)
class Mention:
    """One stretch of an utterance and the names that it may be, best first."""

    slot: Slot
    names: tuple[tuple[str, float], ...]
    heard: int
    start: int
    end: int
    claim: float  # how strongly it claims its syllables
    exact: bool = True

    def scored(self, found: Heard) -> list[Scored[str]]:
        surface = found.rows[self.heard].text[self.start : self.end]
        return [Scored(name, round(confidence, 4), surface) for name, confidence in self.names]


def without_trespassers(spots: Sequence[Spot], partners: Sequence[Spot]) -> list[Spot]:
    """`spots` of one list, those weaker that reach into a name of another list, best first.

    "鼓楼医院心内科": 鼓楼医院仙林 reaches into 心内科 and loses what 心内科 explains;
    鼓楼医院 beside it does not. A partner inside the spot is part of its name
    (肿瘤 in 肿瘤医院) and takes nothing.
    """
    sure = [p for p in partners if p.exact or p.likeness >= SURE_PARTNER]
    if not sure:
        return list(spots)
    best = max(p.gain for p in sure)
    fitted = []
    for spot in spots:
        beside = [p.gain for p in sure if not overlap(spot, p) or _inside(p, spot)]
        loss = best - max(beside, default=0.0)
        fitted.append(replace(spot, gain=spot.gain - max(0.0, loss)))
    return sorted(fitted, key=lambda spot: -spot.gain)


def spans_correction(row: Spoken, spot: Spot) -> bool:
    """ "不对，眼" is not 部队医: a name does not begin before a correction and end after it."""
    return spot.start < corrected_from(row) < spot.end


def in_another_city(row: Spoken) -> list[tuple[int, int]]:
    """Where a hospital of another city is named: 上海瑞金医院, 滁州的医院. 广州路 is a street of
    this one, and 我在滁州，鼓楼医院 says where the caller is."""
    return [
        match.span()
        for match in _elsewhere_in_the_country().finditer(row.text)
        if match["home"] is None and not any(match.start() < at < match.end() for at in row.breaks)
    ]


_TENS = "(?:[二三四五六七八九]十[一二三四五六七八九]?|[2-9][0-9])"
_OLD = f"(?:{_TENS}|十[一二三四五六七八九]|1[0-9]|一百零?[一二三四五六七八九]?)"
_AGE = re.compile(
    f"{_TENS}(?:多|出头)?了|{_OLD}(?:多|出头)?岁|(?:今年|虚岁|周岁)(?:都|也|已经|快|有|满|刚)*{_OLD}"
)


def is_an_age(row: Spoken, spot: Spot) -> bool:
    """Whether a name that only sounds alike reaches into an age: the 市二 of 七十二了."""
    ages = (match.span() for match in _AGE.finditer(row.text))
    return not spot.exact and any(spot.start < end and start < spot.end for start, end in ages)


@cache
def _elsewhere_in_the_country() -> re.Pattern[str]:
    data = hospitals_data()
    cities, home = ("|".join(map(re.escape, w)) for w in (data.other_cities, data.at_home))
    # A street, or words of coming and going, do not belong to a name.
    return re.compile(
        f"(?P<home>{home})?(?:{cities})[^路街来回到去往挂看约想要人南京]{{0,7}}?"
        "(?:医院|附院|[一二三]院)"
    )


def of_another_city(found: Heard, settled: Sequence[Mention]) -> Mention | None:
    """A hospital of another city, by the words it was named with; beside the `settled` names."""
    for which, row in enumerate(found.rows):
        for start, end in in_another_city(row):
            beside = all(end <= m.start or m.end <= start for m in settled)
            if beside and not refused(row, start, end) and start >= corrected_from(row):
                sure = _OTHER_CITY * found.confidences[which] / (max(found.confidences) or 1.0)
                name = (row.text[start:end], sure)
                return Mention(Slot.HOSPITAL, (name,), which, start, end, float(end - start))
    return None


def _inside(inner: Spot, outer: Spot) -> bool:
    return outer.start <= inner.start and inner.end <= outer.end


def _goes_beside(row: Spoken, slot: Slot) -> bool:
    """我还想挂个眼科，还是鼓楼: what follows 还是 is no department, so the one before it stands."""
    turn = corrected_from(row)
    return slot is Slot.DEPARTMENT and turn > taken_back_from(row) and "科" not in row.text[turn:]


def name_mentions(
    found: Heard, names: ClosedList, spots: Sequence[Spot], slot: Slot, expect: Slot
) -> list[Mention]:
    """Every stretch that names an entry of `names`, from its `spots` (best first); refused and
    corrected ones are left out."""
    left = list(spots)
    mentions: list[Mention] = []
    while left:
        leader = left[0]
        group = [spot for spot in left if overlap(spot, leader)]
        left = [spot for spot in left if not overlap(spot, leader)]
        row = found.rows[leader.heard]
        heard_here = row.text[leader.start : leader.end]
        if not leader.exact and len(heard_here) > 1 and len(set(heard_here)) == 1:
            continue  # a tone or a laugh: 嘀嘀嘀, 哈哈哈
        if not leader.exact and slot is Slot.DEPARTMENT and leader.phrase.endswith(_TITLES):
            continue  # 颖莉医生 is rather somebody's name than 心理医生
        if leader.start < corrected_from(row) and not _goes_beside(row, slot):
            continue
        faith = listed_share(leader.phrase)
        if refused(row, leader.start, leader.end):
            if slot is not expect or not _lone_refusal(row, leader):
                continue
            faith *= MISHEARD_REFUSAL
        scored = [(s, c * s.likeness * faith) for s, c in posterior(group, names.none_gain)]
        if not _worth_reporting(leader, _tied(scored), slot, expect):
            continue
        claim = leader.likeness * (leader.end - leader.start) - (0.0 if leader.exact else 0.5)
        claim += EXPECTED_BONUS if slot is expect else 0.0
        best = scored[0][1]
        kept = tuple((s.name, c) for s, c in scored if c >= 0.02 or c == best)
        mentions.append(
            Mention(slot, kept, leader.heard, leader.start, leader.end, claim, leader.exact)
        )
    return mentions


def _lone_refusal(row: Spoken, leader: Spot) -> bool:
    """ "不要挂针灸科" in answer to which department: rather 我要挂, which sounds much alike."""
    before, after = row.text[: leader.start], row.text[leader.end :]
    return _REFUSED_VERB.fullmatch(before) is not None and len(after) <= 2


def unrivalled(mentions: Iterable[Mention]) -> list[Mention]:
    """Of mentions that claim the same syllables the strongest; in order of strength."""
    kept: list[Mention] = []
    for mention in sorted(mentions, key=lambda m: -m.claim):
        if all(mention.end <= other.start or other.end <= mention.start for other in kept):
            kept.append(mention)
    return kept


def not_eating(mentions: Iterable[Mention], words: Sequence[tuple[int, int]]) -> list[Mention]:
    """Without those that only sound like what was plainly written as something else."""
    return [
        mention
        for mention in mentions
        if mention.exact
        or all(
            end <= mention.start or mention.end <= start or end - start < mention.claim - 1
            for start, end in words
        )
    ]


def outclaimed(
    mentions: Sequence[Mention], found: Heard, elsewhere: ClosedList, expect: Slot
) -> list[Mention]:
    """Without mentions that are really part of the name of something else."""
    strangers = [spot for spot in elsewhere.spot(found) if spot.likeness >= 0.92]
    return [
        mention
        for mention in mentions
        if not any(
            spot.start < mention.end
            and mention.start < spot.end
            and (spot.exact or not mention.exact or _swallows(spot, mention))
            and spot.likeness * len(spot.phrase) > max(_own_claim(mention, expect), 0) + 0.5
            for spot in strangers
        )
    ]


def _swallows(spot: Spot, mention: Mention) -> bool:
    """省中医院 heard as 升中医院 is not 中医院."""
    wider = spot.end - spot.start > mention.end - mention.start
    return (
        wider and spot.likeness >= 0.97 and spot.start <= mention.start <= mention.end <= spot.end
    )


def named_elsewhere(
    found: Heard, elsewhere: ClosedList, settled: Sequence[Mention], *, asked: bool
) -> Mention | None:
    """A name of `elsewhere` in words that no `settled` mention claims. By sound alone only where
    a hospital was `asked` for."""
    spots = [
        spot
        for spot in elsewhere.spot(found)
        if (spot.exact or (asked and spot.likeness >= 0.92))
        and all(spot.end <= m.start or m.end <= spot.start for m in settled)
        and not refused(found.rows[spot.heard], spot.start, spot.end)
        and spot.start >= corrected_from(found.rows[spot.heard])
    ]
    if not spots:
        return None
    leader = spots[0]
    scored = posterior([s for s in spots if overlap(s, leader)], elsewhere.none_gain)
    names = tuple((s.name, c * s.likeness) for s, c in scored if c >= REJECT / 2)
    if not names:
        return None
    claim = leader.likeness * len(leader.phrase)
    return Mention(
        Slot.HOSPITAL, names, leader.heard, leader.start, leader.end, claim, leader.exact
    )


def _own_claim(mention: Mention, expect: Slot) -> float:
    return mention.claim - (EXPECTED_BONUS if mention.slot is expect else 0.0)


def _tied(scored: Sequence[tuple[Spot, float]]) -> float:
    """The weight of the leader and of those that are as good or said by the same words: an
    ambiguous name is a name."""
    leader, best = scored[0]
    words = (leader.phrase, leader.start, leader.end)
    return sum(
        confidence
        for spot, confidence in scored
        if confidence >= 0.8 * best or (spot.phrase, spot.start, spot.end) == words
    )


def _worth_reporting(leader: Spot, sure: float, slot: Slot, expect: Slot) -> bool:
    if slot is expect:
        return sure >= REJECT
    if leader.exact:
        return sure >= 0.5
    if len(leader.phrase) < 3 or leader.likeness < 0.85:
        return False
    return sure >= (OPEN_QUESTION if expect is Slot.TASK else UNASKED)
