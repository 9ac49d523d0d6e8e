"""What is known of one conversation. Frozen: the reducer returns a changed copy."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from booking_client.types import Booking, ClinicSession, Department, Doctor, Hold, Hospital
from dialogs.commands import Fragment, Say
from dialogs.outcomes import Category, Outcome, Reason
from dialogs.policy import Policy
from dialogs.wording import Wording
from grammars.meaning import Candidate, Clinic, DateWish, DoctorWords, Task, Understanding


class Step(StrEnum):
    """Where the conversation stands: a question put to the caller, or an answer awaited from
    the shell."""

    START = "start"
    # the caller's turn
    TASK = "task"
    HOSPITAL = "hospital"
    DEPARTMENT = "department"
    DOCTOR = "doctor"
    DATE = "date"
    OFFER = "offer"
    CHECK = "check"
    ID_NUMBER = "id_number"
    NAME = "name"
    READ_BACK = "read_back"
    BOOKED = "booked"
    PROOF = "proof"
    CANCEL_BACK = "cancel_back"
    CHANGE_BACK = "change_back"
    ANYTHING_ELSE = "anything_else"
    CALLBACK = "callback"
    PHONE_NUMBER = "phone_number"
    PHONE_CHECK = "phone_check"
    CRISIS = "crisis"
    TOPIC = "topic"
    TOPIC_HOSPITAL = "topic_hospital"
    STATEMENT = "statement"
    SURVEY = "survey"
    REMARK = "remark"
    # the shell's turn
    FINDING_DEPARTMENTS = "finding_departments"
    FINDING_DOCTORS = "finding_doctors"
    FINDING_SESSIONS = "finding_sessions"
    FINDING_NEAREST = "finding_nearest"
    FINDING_ALTERNATIVES = "finding_alternatives"
    HOLDING = "holding"
    LOOKING_UP_NAME = "looking_up_name"
    CONFIRMING = "confirming"
    FINDING_BOOKINGS = "finding_bookings"
    CANCELLING = "cancelling"
    MOVING = "moving"
    FINDING_REPORTS = "finding_reports"
    RECORDING_CALLBACK = "recording_callback"
    FINDING_LAST_BOOKING = "finding_last_booking"
    MATCHING_PHONE = "matching_phone"
    OPENING_TICKET = "opening_ticket"
    # over
    TRANSFERRED = "transferred"
    ENDED = "ended"
    # never left in a returned state: the agenda says what comes next
    DECIDE = "decide"


CALLERS_TURN = frozenset(
    {
        Step.TASK,
        Step.HOSPITAL,
        Step.DEPARTMENT,
        Step.DOCTOR,
        Step.DATE,
        Step.OFFER,
        Step.CHECK,
        Step.ID_NUMBER,
        Step.NAME,
        Step.READ_BACK,
        Step.BOOKED,
        Step.PROOF,
        Step.CANCEL_BACK,
        Step.CHANGE_BACK,
        Step.ANYTHING_ELSE,
        Step.CALLBACK,
        Step.PHONE_NUMBER,
        Step.PHONE_CHECK,
        Step.CRISIS,
        Step.TOPIC,
        Step.TOPIC_HOSPITAL,
        Step.STATEMENT,
        Step.SURVEY,
        Step.REMARK,
    }
)
# Whatever is said there may be part of what is to be written down.
FREE_SPEECH = frozenset({Step.STATEMENT, Step.REMARK})
OVER = frozenset({Step.TRANSFERRED, Step.ENDED})
GIVING_A_NUMBER = frozenset({Step.PHONE_NUMBER, Step.PHONE_CHECK})
CALLING_BACK = frozenset({Step.CALLBACK, *GIVING_A_NUMBER, Step.RECORDING_CALLBACK})


@dataclass(frozen=True, slots=True)
class Filling:
    """Slot values that one utterance gave."""

    hospital: str | None = None
    department: str | None = None
    doctor: str | None = None
    any_doctor: bool = False
    date: DateWish | None = None
    clinic: Clinic | None = None

    def __bool__(self) -> bool:
        return self != Filling()


@dataclass(frozen=True, slots=True)
class Wish:
    """What the caller wants, as far as it is agreed."""

    hospital: str | None = None
    department: str | None = None
    doctor: str | None = None
    any_doctor: bool = False
    date: DateWish | None = None
    any_period: bool = False
    clinic: Clinic | None = None  # by title, where no doctor is named


class OfferKind(StrEnum):
    """What the options of a choice are."""

    HOSPITALS = "hospital"
    DEPARTMENTS = "department"
    DOCTORS = "doctor"
    PERIODS = "period"
    SESSIONS = "session"
    CHANGES = "change"
    BOOKINGS = "booking"


@dataclass(frozen=True, slots=True)
class Option:
    """One thing to choose: how it is called back, how it is said, and the slot values that
    choosing it means; a session is held at once."""

    candidate: Candidate
    fragments: tuple[Fragment, ...]
    filling: Filling = Filling()
    session: ClinicSession | None = None
    booking: Booking | None = None


@dataclass(frozen=True, slots=True)
class Offer:
    """A choice put to the caller; the first `spoken` options are said, the others only accepted."""

    kind: OfferKind
    options: tuple[Option, ...]
    spoken: int


class CheckKind(StrEnum):
    """What a yes/no question asks about."""

    VALUES = "values"
    TASK = "task"
    END = "end"
    TOPIC = "topic"
    PERSON = "person"
    ID_NUMBER = "id_number"
    DANGER = "danger"


@dataclass(frozen=True, slots=True)
class Check:
    """Something doubtful that the caller is asked to confirm; `asked_at` is where to go on a no."""

    kind: CheckKind
    asked_at: Step
    filling: Filling = Filling()
    by_complaint: bool = False  # its department is what a complaint points to
    task: Task | None = None
    said: Understanding | None = field(default=None, repr=False)  # what the question was taken from
    id_number: str = field(default="", repr=False)
    topic: str = ""


@dataclass(frozen=True, slots=True)
class Statement:
    """What the caller states, piece by piece. `asked_more`: whether there was more was asked since
    the last piece; `ending`: # was pressed, the piece being said is the last."""

    began: dt.datetime
    pieces: tuple[str, ...] = field(default=(), repr=False)
    heard: int = 0  # times; not every one was a piece
    asked_more: bool = False
    ending: bool = False


@dataclass(frozen=True, slots=True)
class PendingText:
    """An SMS that only lacks a number; `farewell` is the statement that ends the call."""

    message_id: str
    text: str = field(repr=False)
    farewell: str = ""


@dataclass(frozen=True, slots=True)
class ReadBacks:
    """Those since the last yes: what the latest was about, how many there were, and how often in a
    row the latest has come back as it was."""

    subject: tuple[object, ...] = field(default=(), repr=False)
    count: int = 0
    unchanged: int = 0


@dataclass(frozen=True, slots=True)
class State:
    """One conversation. `departments`, `window`, `doctors` belong to the wished hospital and
    department; None means not asked for yet."""

    wording: Wording = field(repr=False)
    policy: Policy = field(repr=False)
    channel: str = "phone"
    step: Step = Step.START

    call_id: str = ""
    caller: str = field(default="", repr=False)
    hospitals: tuple[Hospital, ...] = field(default=(), repr=False)
    hospitals_with: Mapping[str, tuple[str, ...]] = field(default_factory=dict, repr=False)

    task: Task | None = None
    crisis: bool = False
    danger: bool = False
    danger_asked: bool = False
    wish: Wish = Wish()
    departments: tuple[Department, ...] | None = field(default=None, repr=False)
    window: tuple[dt.date, dt.date] | None = None
    doctors: tuple[Doctor, ...] | None = field(default=None, repr=False)
    refused_doctors: frozenset[str | None] = frozenset()  # None: the ordinary clinic
    doctor_words: DoctorWords | None = field(default=None, repr=False)  # before they are known
    doctor_named: bool = False  # said that a doctor is wanted, the name is still to come

    asks_what_is_wrong: bool = False  # the caller does not know which department
    nearest: tuple[ClinicSession, ...] = field(default=(), repr=False)  # to a wish that is full
    refused_sessions: frozenset[int] = frozenset()
    session: ClinicSession | None = None
    day_before: dt.date | None = None  # of the place given up, while another is asked for
    hold: Hold | None = None

    offer: Offer | None = None
    check: Check | None = None

    id_digits: str = field(default="", repr=False)
    id_wrong: str = field(default="", repr=False)  # a whole number that is not right
    id_pressed: str = field(default="", repr=False)  # by the keys since the caller last spoke
    id_pauses: int = 0  # silences inside the number
    id_tries: int = 0  # whole numbers that were wrong or asked back, since one was taken
    id_number: str = field(default="", repr=False)
    id_agreed: bool = False  # keyed, or read back and agreed to
    id_by_ear: bool = False  # heard, not keyed
    # Heard and agreed to, and known to nobody: said once more it is right, else it was misheard.
    id_unknown: tuple[str, ...] = field(default=(), repr=False)
    id_keyed: bool = False  # the number was just finished by keypad: a late # is habit
    name: str | None = field(default=None, repr=False)
    name_known: bool | None = None  # None: not looked up; False: the registry does not know it

    for_whom: str | None = None  # whose booking it is, as it is said; None: the caller's own
    as_before: bool = False  # the last booking is wanted again
    four_given: str = field(default="", repr=False)  # being compared by the core
    fours_given: int = 0  # in the whole call
    last_four: str = field(default="", repr=False)  # the patient is known by them and the phone
    identified: bool = False  # the caller has proven to be the patient of id_number
    proof_digits: str = field(default="", repr=False)
    proofs_wrong: int = 0  # in the whole call
    stray_key: dt.datetime | None = None  # when the last of a run of keys of no use was pressed
    stray_run: str = field(default="", repr=False)  # its keys after the first
    coming: tuple[Booking, ...] | None = field(default=None, repr=False)  # None: not asked for
    chosen: Booking | None = field(default=None, repr=False)  # to be cancelled or changed
    named: Filling = Filling()  # what was said of it with the task

    read_backs: ReadBacks = ReadBacks()
    read_back_played: frozenset[str] = frozenset()
    read_back_whole: tuple[object, ...] = field(default=(), repr=False)  # content played to its end
    agreed_start: dt.time | None = None  # an explicit yes to the whole read-back of this place
    confirm_tries: int = 0
    expired_once: bool = False
    person_after_confirm: Reason | None = None

    wanted_person: Reason | None = None  # why the caller was last handed over
    operators_out: Reason | None = None  # nobody answered, or they are closed: no second try
    callback_due: dt.datetime | None = None
    text: PendingText | None = None
    phone_digits: str = field(default="", repr=False)  # of the number that is being given
    phone: str = field(default="", repr=False)  # given, to be confirmed

    crisis_ringing: bool = False
    crisis_rounds: int = 0  # how often all of the crisis line's people were called

    strikes: Mapping[Step, int] = field(default_factory=dict)
    fault: str = ""  # of the latest strike
    refusals: int = 0  # of the core, in the whole call: a held place does not clear them
    asked_by_key: bool = False  # the question was put with keys
    to_the_end: bool = False  # and by voice it cannot be interrupted
    overwritten: int = 0  # values in a row that only took another's place, no session chosen
    misses: int = 0  # understood, but not to be had: no such department, day, doctor
    said: Mapping[str, int] = field(default_factory=dict, repr=False)
    not_meant: tuple[str, ...] = ()  # names of guesses that were denied, since one was taken
    not_wanted: Task | None = None  # the task of one
    acknowledged: frozenset[str] = frozenset()  # slots said back with the question being asked
    told: tuple[Say, ...] = field(default=(), repr=False)  # with the question being asked
    turns: int = 0
    steering: int = 0
    unheard: int = 0  # how often the caller could not hear us
    waiting_since: dt.datetime | None = None  # the caller asked us to wait
    pace: float | None = None  # the caller's own, syllables a second; None: not measured
    rate: float = 1.0
    rate_wished: bool = False  # the caller named it: it is followed no more
    gain_db: float = 0.0

    booking: Booking | None = field(default=None, repr=False)
    tellings: int = 0  # of the booking that stands
    statement: Statement | None = None
    tickets: int = 0
    ticket: str = ""  # the number of the last one
    topic: str = ""  # asked about, the hospital is still to come
    survey: tuple[str, ...] = ()  # questions left
    survey_farewell: str = ""

    # A booking made, changed or cancelled, a ticket opened: the call's outcome.
    achieved: Outcome | None = None
    hung_up: bool = False
    concluded: bool = False

    @property
    def booked(self) -> bool:
        return self.booking is not None


def likely_hospitals(state: State) -> tuple[Hospital, ...]:
    """Those that have the wished department, or all where none is wished yet; best known first."""
    having = state.hospitals_with.get(state.wish.department or "", ())
    return tuple(each for each in state.hospitals if each.name in having) or state.hospitals


# What was agreed to is carried out, whatever the caller does meanwhile.
CARRYING_OUT = frozenset({Step.CONFIRMING, Step.CANCELLING, Step.MOVING, Step.OPENING_TICKET})

_CATEGORY_OF: Mapping[Task, Category] = {
    Task.BOOK: Category.BOOKING,
    Task.QUERY: Category.BOOKING,
    Task.CHANGE: Category.BOOKING,
    Task.CANCEL: Category.BOOKING,
    Task.HEALTH_CERTIFICATE: Category.BOOKING,
    Task.COMPLAINT: Category.COMPLAINT,
    Task.CRISIS: Category.CRISIS,
    Task.SURVEY: Category.SURVEY,
    Task.FAQ: Category.VOICE_ANSWERS,
}


def category(state: State) -> Category:
    """The row of the monthly table this call belongs to, by main intent."""
    if state.crisis:
        return Category.CRISIS
    if state.task is not None:
        return _CATEGORY_OF.get(state.task, Category.CONSULTATION)
    return Category.BOOKING if state.wish != Wish() else Category.CONSULTATION
