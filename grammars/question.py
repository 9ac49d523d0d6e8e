"""What is being asked: the slot, the day, and the closed lists the answer comes from."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from grammars.closed_list import ClosedList
from grammars.meaning import Slot


@dataclass(frozen=True, slots=True)
class Question:
    """One listening turn. A list that is None is not listened for.

    `today` decides what 明天 means. `id_so_far`: digits of an ID number (of a code, for
    Slot.PROOF, of a phone number, for Slot.PHONE) that were already given, which the answer
    goes on from. `id_wrong`: a whole ID number that was not right, of which the answer may
    correct a part.
    """

    expect: Slot
    today: dt.date
    hospitals: ClosedList | None = None
    departments: ClosedList | None = None
    doctors: ClosedList | None = None
    choices: ClosedList | None = None
    id_so_far: str = field(default="", repr=False)
    id_wrong: str = field(default="", repr=False)
