"""What the conversation asks of the shell. The shell carries a list out in order.

Say queues speech and returns at once; Listen opens the ear while it plays;
HangUp and Transfer wait until what was said has been played out.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from enum import StrEnum

from booking_client.types import Patient, PatientByPhone, SessionQuery
from dialogs.outcomes import Category, Outcome, Reason
from grammars.meaning import Candidate, Slot


@dataclass(frozen=True, slots=True)
class Fragment:
    """A piece of speech that is rendered and cached as a whole (shorter pieces repeat more often).

    `mark`: reported as played once its last frame has left. `personal`: holds
    an ID number; the recording gets silence, the log a mask. `pause_after` in
    seconds.
    """

    text: str
    mark: str = ""
    personal: bool = False
    pause_after: float = 0.0


@dataclass(frozen=True, slots=True)
class Say:
    """`prompt` is the wording's key, for the log. `barge_in` False plays to the end."""

    prompt: str
    fragments: tuple[Fragment, ...]
    barge_in: bool = True

    @property
    def text(self) -> str:
        """What is heard, as a person would write it: a pause is a comma. Personal parts too."""
        return "".join(f.text + _comma(f) for f in self.fragments)

    @property
    def masked_text(self) -> str:
        """The same for screens: ＊ for each personal fragment."""
        return "".join(("＊" if f.personal else f.text) + _comma(f) for f in self.fragments)


def _comma(fragment: Fragment) -> str:
    wanted = fragment.pause_after > 0 and not fragment.text.endswith(("，", "。", "？", "！"))
    return "，" if wanted else ""


class KeyMode(StrEnum):
    """How the shell treats keys while listening."""

    MENU = "menu"  # every key is an event at once
    # the same, and the recording is silent while keys arrive (an ID or phone number)
    ID_NUMBER = "id_number"


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds. Silence that ends an utterance: `complete_silence` one that answers the question
    whole, `likely_silence` one that answers it though more may follow, `open_silence` one that is
    plainly unfinished, `end_silence` any other (see grammars.completeness), or `fluent_silence`
    where the caller has made no stops so far. `no_input` is how long to wait for the first word
    after the prompt, `longest` is the wall-clock limit of the turn."""

    end_silence: float = 1.0
    complete_silence: float = 0.35
    likely_silence: float = 0.7
    fluent_silence: float = 1.0
    open_silence: float = 2.5
    no_input: float = 6.0
    longest: float = 25.0


@dataclass(frozen=True, slots=True)
class Listen:
    """Open one listening turn. `hospital`/`department` choose the closed lists;
    `choices` is the list for Slot.CHOICE; `id_so_far` are digits of an ID or phone number
    that are already known, `id_wrong` a whole ID number that was not right. `barge_in` False:
    until what is being said has been played only a key is heard, and silences it."""

    expect: Slot
    patience: Patience = Patience()
    hospital: str | None = None
    department: str | None = None
    choices: tuple[Candidate, ...] = ()
    id_so_far: str = ""
    id_wrong: str = ""
    keys: KeyMode = KeyMode.MENU
    barge_in: bool = True


@dataclass(frozen=True, slots=True)
class FindDepartments:
    """-> DepartmentsFound"""

    hospital: str


@dataclass(frozen=True, slots=True)
class FindDoctors:
    """-> DoctorsFound"""

    hospital: str
    department: str


@dataclass(frozen=True, slots=True)
class FindSessions:
    """-> SessionsFound with the same purpose"""

    purpose: str
    query: SessionQuery


@dataclass(frozen=True, slots=True)
class FindAlternatives:
    """What can be booked instead of the first session of `query`, which is full.
    -> AlternativesFound"""

    query: SessionQuery


@dataclass(frozen=True, slots=True)
class PlaceHold:
    """-> HoldPlaced or Refused"""

    session_id: int


@dataclass(frozen=True, slots=True)
class ReleaseHold:
    """No event comes back."""

    hold_id: str


@dataclass(frozen=True, slots=True)
class LookUpName:
    """-> NameFound"""

    id_number: str

    def __repr__(self) -> str:
        return f"LookUpName(***{self.id_number[-4:]})"


@dataclass(frozen=True, slots=True)
class ConfirmBooking:
    """-> Booked or Refused. Carried out to the end even when the caller hangs up meanwhile."""

    hold_id: str
    patient: Patient | PatientByPhone
    key: str


@dataclass(frozen=True, slots=True)
class FindBookings:
    """-> BookingsFound"""

    id_number: str

    def __repr__(self) -> str:
        return f"FindBookings(***{self.id_number[-4:]})"


@dataclass(frozen=True, slots=True)
class CancelBooking:
    """-> BookingCancelled or Refused. Carried out to the end, as ConfirmBooking."""

    code: str


@dataclass(frozen=True, slots=True)
class MoveBooking:
    """-> BookingMoved or Refused. Carried out to the end, as ConfirmBooking."""

    code: str
    session_id: int
    slot_id: int


@dataclass(frozen=True, slots=True)
class FindLastBooking:
    """-> LastBookingFound"""

    id_number: str

    def __repr__(self) -> str:
        return f"FindLastBooking(***{self.id_number[-4:]})"


@dataclass(frozen=True, slots=True)
class MatchPhone:
    """Whether the caller's number and these last four fit one patient. -> PhoneMatched"""

    last_four: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class FindReports:
    """-> ReportsFound"""

    id_number: str

    def __repr__(self) -> str:
        return f"FindReports(***{self.id_number[-4:]})"


@dataclass(frozen=True, slots=True)
class OpenTicket:
    """-> TicketOpened. `key` makes it safe to ask twice; `words` are what the caller stated.
    Carried out to the end even when the caller hangs up meanwhile."""

    key: str
    category: Category
    words: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class KeepStatement:
    """A statement that the caller leaves in the midst of it. No event comes back: its number is
    for whoever takes over."""

    ticket: OpenTicket


@dataclass(frozen=True, slots=True)
class KeepQuestion:
    """A question that the file of answers does not know. No event comes back."""

    words: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class KeepScore:
    """An answer to the survey, 1 (worst) to 5. No event comes back."""

    question: str
    score: int


@dataclass(frozen=True, slots=True)
class KeepRemark:
    """What the caller said to the survey in their own words. No event comes back."""

    question: str
    words: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class ChangeVoice:
    """For the rest of the call: `rate` 1.0 = as synthesised, below is slower; `gain_db` on top."""

    rate: float
    gain_db: float


@dataclass(frozen=True, slots=True)
class Handover:
    """What the person who takes the call is shown: the wish so far, as plain words without any
    personal data. Empty: not known."""

    task: str = ""
    hospital: str = ""
    department: str = ""
    doctor: str = ""
    date: str = ""
    held: str = ""  # the place that is held for this call
    ticket: str = ""  # the number under which a statement is kept


@dataclass(frozen=True, slots=True)
class Transfer:
    """To the operators' queue. -> TransferEnded only if nobody answers."""

    reason: Reason
    handover: Handover = Handover()


@dataclass(frozen=True, slots=True)
class RecordCallback:
    """Somebody is to call `phone` back by `due`; `reason`: why a person was wanted.
    -> CallbackRecorded or CoreFailed"""

    phone: str = field(repr=False)
    due: dt.datetime
    reason: Reason


@dataclass(frozen=True, slots=True)
class SendText:
    """An SMS to `phone`. Written down before anything else and sent until it has been; the same
    `message_id` is sent once. No event comes back."""

    phone: str = field(repr=False)
    text: str = field(repr=False)
    message_id: str


@dataclass(frozen=True, slots=True)
class CallCrisisLine:
    """Call the crisis line's people while the conversation goes on.
    -> CrisisLineAnswered or CrisisLineUnanswered, at any time"""


@dataclass(frozen=True, slots=True)
class JoinCrisisLine:
    """Join caller and the person of the crisis line. -> CrisisLineLost only if that fails"""

    handover: Handover = Handover()


@dataclass(frozen=True, slots=True)
class HangUp:
    """End the call once everything said has been played."""


@dataclass(frozen=True, slots=True)
class Conclude:
    """Write outcome, category and reason to the call log; the last one given counts."""

    outcome: Outcome
    category: Category
    reason: Reason


# What the booking core is asked: an event comes back, Refused or CoreFailed where it cannot be had.
CoreQuestion = (
    FindDepartments
    | FindDoctors
    | FindSessions
    | FindAlternatives
    | PlaceHold
    | LookUpName
    | ConfirmBooking
    | FindBookings
    | CancelBooking
    | MoveBooking
    | FindReports
    | FindLastBooking
    | MatchPhone
)

# What is kept for others to read: nobody waits for it.
Keeping = KeepQuestion | KeepScore | KeepRemark

Command = (
    Say
    | Listen
    | CoreQuestion
    | ReleaseHold
    | OpenTicket
    | KeepStatement
    | Keeping
    | ChangeVoice
    | Transfer
    | RecordCallback
    | SendText
    | CallCrisisLine
    | JoinCrisisLine
    | HangUp
    | Conclude
)
