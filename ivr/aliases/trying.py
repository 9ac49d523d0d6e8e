"""A trial from beginning to end: lists from the booking core, turns from the call log, a result."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from booking_client.interface import BookingCore
from booking_client.sql.database import Database
from grammars.closed_list import ClosedList
from grammars.meaning import Slot
from ivr.aliases.overlay import AliasFile, NamedSlot, Tried
from ivr.aliases.proposal import LONGEST, SHORTEST, Unfit, unfit
from ivr.aliases.recorded import count_turns, names_meant, recorded_turns, words_of_reviewers
from ivr.aliases.trial import Change, Lists, Trial, Verdict, verdict, with_alias
from ivr.session.closed_lists import CatalogueNames, catalogue_names

MOST_TURNS = 2_000_000  # the newest; two years of calls
MOST_SHOWN = 50  # of each verdict
ENOUGH_WRONG = 50  # turns that would be wrong: no more are looked for


_WHY = {
    Unfit.LENGTH: f"it has not {SHORTEST} to {LONGEST} characters",
    Unfit.NO_WORDS: "it has other characters than Chinese and Latin ones",
    Unfit.NO_SUCH_NAME: "no such name is in the catalogue",
    Unfit.KNOWN: "it is said for this name already",
    Unfit.OF_ANOTHER: "it is said for another name, or is one",
    Unfit.MEANS_OTHERWISE: "it means something else: a yes, a no, a day, a wish for a person",
}


class AliasUnfit(Exception):
    """The words cannot be an alias of the name."""

    def __init__(self, why: Unfit) -> None:
        super().__init__(f"cannot be an alias: {_WHY[why]}")
        self.why = why


@dataclass(frozen=True, slots=True)
class Judged:
    """A turn that would be understood otherwise; `meant`: what the caller agreed to later."""

    change: Change
    meant: str | None
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Result:
    """`shown`: the newest of each verdict."""

    turns: int
    counts: Counter[Verdict]
    shown: tuple[Judged, ...]

    @property
    def tried(self) -> Tried:
        return Tried(
            turns=self.turns,
            right=self.counts[Verdict.RIGHT],
            wrong=self.counts[Verdict.WRONG],
            unknown=self.counts[Verdict.UNKNOWN],
        )

    @property
    def may_go_live(self) -> bool:
        """Nothing that is understood today would be lost."""
        return self.counts[Verdict.WRONG] == 0


async def try_alias(
    core: BookingCore,
    database: Database,
    known: AliasFile,
    slot: NamedSlot,
    name: str,
    alias: str,
    progress: Callable[[int, int], None] = lambda done, of: None,
) -> Result:
    """Judge every recorded turn with and without `alias`; `known` are the aliases added so far.

    The newest turns come first, and it ends where ENOUGH_WRONG were found. `progress` is told of
    turns done and about how many there are. Raises AliasUnfit, CoreUnavailable.
    """
    names = await catalogue_names(core, await core.hospitals(), known.overlay)
    candidates = names.hospitals if slot is Slot.HOSPITAL else names.everywhere
    if (why := unfit(alias, name, candidates)) is not None:
        raise AliasUnfit(why)
    trial = await asyncio.to_thread(_trial, names, slot, name, alias)
    done, of = 0, min(MOST_TURNS, await count_turns(database))
    known_names = {candidate.name for candidate in candidates}
    counts: Counter[Verdict] = Counter()
    shown: list[Judged] = []
    async for turns in recorded_turns(database, MOST_TURNS):
        changes = [change for turn in turns if (change := trial.change(turn)) is not None]
        for judged in await _judged(database, trial, slot, changes, known_names):
            counts[judged.verdict] += 1
            if counts[judged.verdict] <= MOST_SHOWN:
                shown.append(judged)
        done += len(turns)
        progress(done, max(of, done))
        if counts[Verdict.WRONG] >= ENOUGH_WRONG:
            break
    return Result(done, counts, tuple(shown))


async def _judged(
    database: Database,
    trial: Trial,
    slot: Slot,
    changes: Sequence[Change],
    names: Collection[str],
) -> list[Judged]:
    """What a reviewer has heard is surer than what was booked in the end."""
    calls = {change.turn.call_id for change in changes}
    booked = await names_meant(database, slot, calls, names)
    reviewed = await words_of_reviewers(database, calls)
    found = []
    for change in changes:
        turn = change.turn
        words = reviewed.get((turn.call_id, turn.number))
        meant = trial.meant_by(turn, words) if words is not None else None
        meant = meant or booked.get(turn.call_id)
        found.append(Judged(change, meant, verdict(change, meant)))
    return found


def _trial(names: CatalogueNames, slot: Slot, name: str, alias: str) -> Trial:
    hospitals, departments = ClosedList(names.hospitals), ClosedList(names.everywhere)
    if slot is Slot.HOSPITAL:
        after = Lists(ClosedList(with_alias(names.hospitals, name, alias)), departments)
    else:
        after = Lists(hospitals, ClosedList(with_alias(names.everywhere, name, alias)))
    return Trial(slot, alias, Lists(hospitals, departments), after)
