"""The types of meaning: what a caller's utterance can say. Plain data, no logic.

Confidence is always a number from 0 to 1. Names (hospital, department, doctor)
are canonical names as the catalogue spells them.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

Value = TypeVar("Value")


class Slot(StrEnum):
    """What a question asks for (the name that replay cases and `--expect` use)."""

    TASK = "task"
    HOSPITAL = "hospital"
    DEPARTMENT = "department"
    DOCTOR = "doctor"
    DATE = "date"
    ID_NUMBER = "id_number"
    NAME = "name"
    CONFIRM = "confirm"
    COMMAND = "command"
    CHOICE = "choice"
    PROOF = "proof"  # of who calls: a booking code or a birth date
    TOPIC = "topic"  # what the caller asks about (data/answers.yaml)
    STATEMENT = "statement"  # free speech: to be written down, or to be listened to
    PHONE = "phone"


# What is said or keyed in answer to these is in no log and no recording.
PRIVATE_SLOTS = frozenset({Slot.ID_NUMBER, Slot.PROOF, Slot.PHONE})


class Task(StrEnum):
    """Why the caller dialled."""

    BOOK = "book"
    QUERY = "query"
    CHANGE = "change"
    CANCEL = "cancel"
    CONSULT = "consult"
    COMPLAINT = "complaint"
    CRISIS = "crisis"
    SURVEY = "survey"
    FAQ = "faq"
    RESULTS = "results"
    HEALTH_CERTIFICATE = "health_certificate"
    OPERATOR = "operator"


class Command(StrEnum):
    """A word that steers the conversation instead of filling a slot."""

    OPERATOR = "operator"
    REPEAT = "repeat"
    SLOWER = "slower"
    LOUDER = "louder"
    UNHEARD = "unheard"  # could not make out what was said, for whatever reason
    WAIT = "wait"
    READY = "ready"  # after WAIT: go on
    BACK = "back"
    GOODBYE = "goodbye"


class Document(StrEnum):
    """What a caller has or says instead of an ID number."""

    PASSPORT = "passport"
    PERMIT = "permit"  # Hong Kong, Macao, Taiwan; foreigners; the army's
    OLD_NUMBER = "old_number"  # fifteen digits, before 1999
    CHILD = "child"  # without a card
    OTHER_CARD = "other_card"  # the medical insurance card shows the ID number
    NOT_AT_HAND = "not_at_hand"
    UNWILLING = "unwilling"
    NONE = "none"


class Answer(StrEnum):
    YES = "yes"
    NO = "no"


class Period(StrEnum):
    """The part of a day in which a clinic session runs (JSON key: `session`)."""

    MORNING = "上午"
    AFTERNOON = "下午"
    EVENING = "晚上"


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """One entry of a recogniser's N-best list: simplified Chinese text and confidence."""

    text: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Candidate:
    """One entry of a closed list: canonical name and what people call it."""

    name: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DoctorWords:
    """What may be a doctor's name, heard before the list that would know it: of every hypothesis
    the part that nothing else explains. `titled`: said with 医生, 主任 and the like."""

    hypotheses: tuple[Hypothesis, ...]
    titled: bool


class Clinic(StrEnum):
    """Whose session is wanted: anybody's, or that of a doctor of a certain title."""

    ORDINARY = "ordinary"
    EXPERT = "expert"
    CHIEF = "chief"
    DEPUTY = "deputy"


@dataclass(frozen=True, slots=True)
class DateWish:
    """When the caller wants to come.

    `date` is what was meant even when it lies outside the booking window; None
    with `earliest` means "as soon as possible", None with a `period` means that
    only the part of the day was said. `not_on` are weekdays (Monday = 0) the
    caller excluded ("除了周三都行"). `not_before` and `not_after` are the first and the last
    day that will do ("周四以后", "月底之前").
    """

    date: dt.date | None = None
    period: Period | None = None
    earliest: bool = False
    not_on: frozenset[int] = frozenset()
    not_before: dt.date | None = None
    not_after: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A hospital that cannot be booked here: one of the city that is not on the platform, or one
    of another city, by the words it was named with."""

    name: str
    other_city: bool = False


@dataclass(frozen=True, slots=True)
class IdNumber:
    """A resident ID number (GB 11643), whole or the digits heard so far.

    `digits` has 18 characters when `complete` (the last may be X), or the 15 of a
    number of the first generation (never `valid`: a person has to take it).
    `valid` means MOD 11-2, birth date and province code hold. `mended` means that a digit was
    replaced to make it so, or that the likeliest hypothesis is shorter: it must be read back.
    """

    digits: str
    complete: bool
    valid: bool
    mended: bool = False

    def __repr__(self) -> str:  # an ID number never reaches a log line or a traceback
        return f"IdNumber(***{self.digits[-4:]}, complete={self.complete}, valid={self.valid})"


@dataclass(frozen=True, slots=True)
class PhoneNumber:
    """A phone number, or the digits of one heard so far; `complete`: it can be dialled."""

    digits: str
    complete: bool

    def __repr__(self) -> str:  # no phone number reaches a log line or a traceback
        return f"PhoneNumber(***{self.digits[-2:]}, complete={self.complete})"


@dataclass(frozen=True, slots=True)
class Scored(Generic[Value]):
    """A meaning with its confidence and the words that carried it."""

    value: Value
    confidence: float
    surface: str = ""


@dataclass(frozen=True, slots=True)
class Understanding:
    """Everything that one utterance was understood to say; every list best first.

    `elsewhere`: hospitals that cannot be booked here. `change`: slots that the
    caller wants to be asked again ("换个医院", "时间不对"). `by_complaint`: those of the
    departments that were not named but that what hurts points to; they are only to be offered.
    `doctor_words`: a doctor's name, perhaps, where no list of doctors was listened for; where one
    was, what is a name in so many words ("姓李的"), whether the list has it or not.
    `clinic`: whose session, by title ("专家号", "普通号").
    `unsure`: slots that the caller does not know how to fill ("不知道挂什么科").
    `document`: what was named instead of the ID number that was asked for. `beyond`: an order
    word past the end of the list that was offered ("第五个" of three). `no_preference`:
    "随便", "哪个都行".
    `backchannel`: only 嗯, 啊, 哦 - no answer. `greeting`: only "喂，你好", "有人吗",
    "你是机器人啊". `restart`: "不对重来" inside an ID number. `finished`: "说完了" at the
    end of a statement. `despair`: words of a person in
    crisis; they leave every script at once. `danger`: signs of danger to life; the caller is to be
    told to dial 120 and to be brought to a person, so the first task is OPERATOR. `perhaps_danger`:
    words that may be such a sign (胸闷), which one question decides; `suffering` answers it: is the
    speaker very unwell now? `by_sound`: the
    slot whose values sound and spelling do not both stand behind; they are to be asked back.
    `proof`: digits of a booking code or a birth date (YYYYMMDD), where they were asked for.
    `last_four`: exactly four characters said where an ID number was asked for.
    `as_before`: "老样子", "跟上次一样". `keep`: "不退了", "还是原来的". `noted`: "记下来了",
    "谢谢". `goes_on`: "还是挂吧", "接着约", where it was asked whether the call is to end.
    `for_whom`: whose booking it is when it is not the caller's own, as the agent says it (您老伴);
    `card_of` the same, where it is whose ID number was given ("是我妈的身份证").
    `refused`: names, days (YYYY-MM-DD) and parts of the day that are not wanted
    ("不要鼓楼医院", "明天不行"). `asks_back`: asks whether
    it is so ("就是那个姓秦的吗") and wants nothing. `several_periods`: more than one part of the
    day was named as good ("上午下午都行").
    `clear`: the sound stands behind the likeliest answer to the question, whatever the recogniser
    thinks of its own characters.
    """

    text: str
    confidence: float
    task: tuple[Scored[Task], ...] = ()
    hospital: tuple[Scored[str], ...] = ()
    department: tuple[Scored[str], ...] = ()
    doctor: tuple[Scored[str], ...] = ()
    date: tuple[Scored[DateWish], ...] = ()
    id_number: tuple[Scored[IdNumber], ...] = ()
    phone: tuple[Scored[PhoneNumber], ...] = ()
    confirm: tuple[Scored[Answer], ...] = ()
    command: tuple[Scored[Command], ...] = ()
    choice: tuple[Scored[str], ...] = ()
    topic: tuple[Scored[str], ...] = ()
    elsewhere: tuple[Scored[Elsewhere], ...] = ()
    change: tuple[Scored[Slot], ...] = ()
    by_complaint: frozenset[str] = frozenset()
    doctor_words: DoctorWords | None = None
    clinic: Clinic | None = None
    unsure: tuple[Scored[Slot], ...] = ()
    proof: tuple[Scored[str], ...] = ()
    last_four: tuple[Scored[str], ...] = ()
    for_whom: str | None = None
    card_of: str | None = None
    refused: frozenset[str] = frozenset()
    asks_back: bool = False
    several_periods: bool = False
    document: tuple[Scored[Document], ...] = ()
    beyond: bool = False
    no_preference: bool = False
    backchannel: bool = False
    greeting: bool = False
    restart: bool = False
    as_before: bool = False
    keep: bool = False
    noted: bool = False
    goes_on: bool = False
    finished: bool = False
    despair: bool = False
    danger: bool = False
    perhaps_danger: bool = False
    suffering: Answer | None = None
    by_sound: Slot | None = None
    clear: bool = False
    syllables: int = 0
