"""A call case: what the synthetic caller does in a call, and what must come of it.

One format for `ivr call`, `ivr replay` and the tests; docs/replay.md describes it. The
caller answers by what is being asked, so a case survives a change of the
dialogue, or plays one recorded or described leg from pick-up (`timeline`).
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    field_validator,
    model_validator,
)

from datafiles import load_yaml
from dialogs import spoken
from dialogs.outcomes import Outcome, Reason
from grammars.meaning import Period, Slot
from ivr.audio_file import SUFFIXES
from ivr.caller.background import Background
from ivr.voices.stretch import FASTEST, SLOWEST

ANY = "any"
"""Stands in for every question without answers of its own."""
YES_NO, MESSAGE, SURVEY = "yes_no", "message", "survey"
ONCE_MORE, ANYTHING_ELSE = "once_more", "anything_else"
"""What a slot alone does not tell apart (ivr.caller.asked)."""
ASKED = (*(slot.value for slot in Slot), YES_NO, MESSAGE, SURVEY, ONCE_MORE, ANYTHING_ELSE, ANY)
DEFAULT_NUMBER = "02586543210"
CODE = "{code}"
"""Stands for the code of the first given booking in what is said or keyed."""


_KEYS = re.compile("([0-9*#]|[{]code[}])+")
_OTHER_FILE = re.compile(r"[^\s，。？！]+[.][A-Za-z][A-Za-z0-9]{1,4}")
"""A name by its looks: text ends in no such thing."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Act(_Part):
    """One thing the caller does: speaks (`say`, `wav`), presses keys or hangs up.

    `text` is what is said in `wav`. `hang_up`: seconds after the act began. `noise` is mixed
    into it, `snr_db` under the speech. `pause`: seconds of silence for each ， of `say`.
    """

    say: str | None = Field(None, min_length=1)
    pause: float | None = Field(None, ge=0, le=10)
    wav: str | None = Field(None, min_length=1)
    text: str | None = None
    press: str | None = None
    hang_up: float | None = Field(None, ge=0, le=60)
    noise: Background | None = None
    snr_db: float = Field(15.0, ge=-10, le=60)

    @field_validator("press")
    @classmethod
    def _keys(cls, press: str | None) -> str | None:
        if press is not None and not _KEYS.fullmatch(press):
            raise ValueError("keys are 0 to 9, * (also for X) and #, or {code}")
        return press

    @model_validator(mode="after")
    def _one_action(self) -> Act:
        acts = [act for act in (self.say, self.wav, self.press) if act is not None]
        if len(acts) > 1 or (not acts and self.hang_up is None):
            raise ValueError("an answer is one of say, wav, press, or hang_up alone")
        if self.text is not None and self.wav is None:
            raise ValueError("text says what is said in a wav")
        if self.noise is not None and self.say is None and self.wav is None:
            raise ValueError("noise is mixed into say or wav")
        if self.pause is not None and len(self.pieces) < 2:
            raise ValueError("pause needs a say with a ， in it")
        return self

    @property
    def pieces(self) -> tuple[str, ...]:
        """What of `say` is spoken in one go."""
        if self.say is None:
            return ()
        return (self.say,) if self.pause is None else tuple(filter(None, self.say.split("，")))

    @property
    def words(self) -> str | None:
        """What is said, as far as it is known."""
        return self.say if self.say is not None else self.text

    @property
    def typed(self) -> str:
        """What is said or keyed, as the case has it."""
        return f"{self.say or ''}{self.press or ''}"

    @property
    def line(self) -> str:
        """The act as a person reads it; a number that is keyed is not shown."""
        if self.press is not None:
            return f"(keys) {self.press}" if len(self.press) < 6 else f"({len(self.press)} keys)"
        spoken = self.words or (self.wav and f"(plays {self.wav})")
        parts = (spoken, None if self.hang_up is None else "(hangs up)")
        return " ".join(part for part in parts if part)


class Answer(Act):
    """An act that waits for its question. Seconds: `after` the prompt's end, then `wait` more
    (with `noise` already on the line); `talk_over` after the question began, into the prompt."""

    after: float = Field(0.4, ge=0, le=60)
    wait: float = Field(0.0, ge=0, le=60)
    talk_over: float | None = Field(None, ge=0, le=60)


AsideKind = Literal["backchannel", "television", "bystander"]


class Aside(Act):
    """What is not meant for the agent: a 嗯 of the caller, a television, somebody else in the room.

    Heard `talk_over` seconds after the question `during` began, if the agent is still speaking;
    `voice` is whose it is (None: the caller's), `below_db` how much softer than the caller.
    """

    kind: AsideKind
    during: str
    talk_over: float = Field(1.0, ge=0, le=60)
    voice: str | None = None
    below_db: float = Field(0.0, ge=0, le=40)

    @field_validator("during")
    @classmethod
    def _known_question(cls, during: str) -> str:
        return _known([during])[0]

    @model_validator(mode="after")
    def _spoken(self) -> Aside:
        if self.say is None or self.hang_up is not None:
            raise ValueError("an aside is something to say")
        return self


class TimedAct(Act):
    """An act at `at` seconds from pick-up."""

    at: float = Field(ge=0, le=900)


def _answer(value: Any) -> Any:
    if isinstance(value, str):
        if value.lower().endswith(SUFFIXES):
            return {"wav": value}
        if _OTHER_FILE.fullmatch(value):  # nobody wants to hear it spelt out
            kinds = ", ".join(SUFFIXES)
            raise ValueError(
                f"{value} is no sound file ({kinds}); text is written {{say: {value}}}"
            )
        return {"say": value}
    if isinstance(value, bool):
        raise ValueError("put it in quotes: yes and no (on, off, true, false) are no text here")
    if isinstance(value, int | float | dt.date):
        raise ValueError("put it in quotes: a date, a time or a number is read as one here")
    return value


def _answers(value: Any) -> Any:
    return (
        [_answer(item) for item in value] if isinstance(value, list | tuple) else [_answer(value)]
    )


def _known(names: Sequence[str]) -> Sequence[str]:
    """Raises ValueError for the name of a question that is never asked."""
    unknown = [name for name in names if name not in ASKED]
    if unknown:
        raise ValueError(f"{unknown[0]} is never asked; one of: {', '.join(ASKED)}")
    return names


def _timeline_kind(value: Any) -> str | None:
    """Told by its looks, so that a fault in an act is not told as "no file name either"."""
    if isinstance(value, str):
        return "wav"
    return "acts" if isinstance(value, list | tuple) else None


_Timeline = Annotated[
    Annotated[str, Tag("wav")] | Annotated[tuple[TimedAct, ...], Tag("acts")],
    Discriminator(
        _timeline_kind,
        custom_error_type="timeline",
        custom_error_message="the name of a sound file, or a list of acts with `at` each",
    ),
]


class GivenBooking(_Part):
    """A booking that stands when the call begins. `patient` is the ID number of one of the
    demonstration's people; `doctor` None is the ordinary clinic, `phone` None the caller's."""

    patient: str = Field(repr=False, pattern=r"^[0-9]{17}[0-9X]$")
    hospital: str = Field(min_length=1)
    department: str = Field(min_length=1)
    doctor: str | None = None
    date: dt.date
    session: Period
    phone: str | None = Field(None, pattern=r"^[0-9]{5,15}$", repr=False)


class Given(_Part):
    """What stands when the call begins."""

    bookings: tuple[GivenBooking, ...] = Field(min_length=1)


class ExpectedBooking(_Part):
    """Every field that is given must be so in the one booking of the call."""

    hospital: str | None = None
    campus: str | None = None
    department: str | None = None
    doctor: str | None = None
    date: dt.date | None = None
    session: Period | None = None
    id_number: str | None = Field(None, repr=False)


Forbidden = Literal["booked_without_confirmation", "booked"]
Fate = Literal["kept", "cancelled", "moved"]


class Expectation(_Part):
    """`understood`: words of the caller that mean to the agent what they mean."""

    outcome: Outcome | None = None
    reason: Reason | None = None
    booking: ExpectedBooking | None = None
    understood: tuple[Annotated[str, Field(min_length=1)], ...] = ()
    given: Fate | None = None  # what becomes of every given booking
    never: tuple[Forbidden, ...] = ()


_Said = Annotated[Answer, BeforeValidator(_answer)]
Part = Literal["hospital", "department", "doctor", "date", "id_number", "nothing"]
"""Of a read-back, to be changed; `nothing`: all of it was right."""


class Case(_Part):
    """`voice` and `speed` are those of the caller's engine (None: the configured ones); `noise`
    lies on the line for the whole call, `level_db` makes the caller louder or softer, and of
    the frames a share of `loss` is lost. `operators`: whether a person answers a transfer.
    `deny` is said to a read-back that is not what `expect.booking` wants, `deny_id` to an ID number
    that is read back and ends otherwise than the booking's, an answer of `picks` to a
    choice that names its key, one of `changes` to the question what is to be changed: for the first
    part (hospital, department, doctor, date, id_number) that was read back wrongly, or nothing.
    `presses_keys`: a yes or no that asks for key 1 or 2 gets one.
    `tags` go into the result: figures are given apart for them."""

    name: str = Field(min_length=1)
    today: dt.datetime | None = None
    caller: str = Field(DEFAULT_NUMBER, pattern=r"^[0-9]{0,15}$")
    catalogue: str = "demo"
    given: Given | None = None
    voice: str | None = None
    speed: float | None = Field(None, ge=SLOWEST, le=FASTEST)
    noise: Background | None = None
    snr_db: float = Field(15.0, ge=-10, le=60)
    level_db: float = Field(0.0, ge=-40, le=10)
    loss: float = Field(0.0, ge=0, le=0.5)
    operators: Literal["answer", "nobody"] = "answer"
    answers: dict[str, Annotated[tuple[Answer, ...], BeforeValidator(_answers)]] = {}
    deny: _Said | None = None
    deny_id: _Said | None = None
    picks: dict[str, _Said] = {}
    changes: dict[Part, _Said] = {}
    presses_keys: bool = False
    asides: tuple[Aside, ...] = ()
    timeline: _Timeline | None = None
    expect: Expectation = Expectation()
    tags: tuple[Annotated[str, Field(min_length=1)], ...] = ()

    @field_validator("answers")
    @classmethod
    def _known_questions(
        cls, answers: dict[str, tuple[Answer, ...]]
    ) -> dict[str, tuple[Answer, ...]]:
        _known(sorted(answers))
        return answers

    @field_validator("today")
    @classmethod
    def _local_time(cls, today: dt.datetime | None) -> dt.datetime | None:
        if today is not None and today.tzinfo is not None:
            raise ValueError("a local time of Shanghai, without a time zone")
        return today

    @model_validator(mode="after")
    def _one_script(self) -> Case:
        if len(self.model_fields_set & {"answers", "timeline"}) != 1:
            raise ValueError("a case has either answers or a timeline")
        if self.deny is not None and self.expect.booking is None:
            raise ValueError("deny needs expect.booking, to know what to object to")
        if self.given is None and self.expect.given is not None:
            raise ValueError("expect.given needs a given booking")
        if self.given is None and any(CODE in act.typed for act in self.acts):
            raise ValueError(f"{CODE} is the code of a given booking, and there is none")
        return self

    def on_any_day(self) -> Case:
        """The same caller on another day than `today`, where 后天 is no day that could be expected
        and may have no session in that part of the day."""
        booking = self.expect.booking
        if booking is None:
            return self
        unbound = booking.model_copy(update={"date": None, "session": None})
        expect = self.expect.model_copy(update={"booking": unbound})
        return self.model_copy(update={"expect": expect})

    @property
    def acts(self) -> tuple[Act, ...]:
        """Everything the caller may do, each once."""
        asked = (answer for answers in self.answers.values() for answer in answers)
        denied = (each for each in (self.deny, self.deny_id) if each is not None)
        picked = (*self.picks.values(), *self.changes.values())
        return tuple(dict.fromkeys((*asked, *denied, *picked, *self.asides, *self.timed)))

    @property
    def timed(self) -> tuple[TimedAct, ...]:
        """What is done by the clock; a recorded leg is one act from pick-up."""
        if isinstance(self.timeline, str):
            return (TimedAct(at=0.0, wav=self.timeline),)
        return self.timeline or ()

    def with_code(self, code: str) -> Case:
        """The case with the code of its first given booking where {code} stands: keyed as it is,
        spoken digit by digit in two groups."""
        spoken_code = "，".join(
            "".join(spoken.digit(each) for each in group) for group in (code[:4], code[4:])
        )

        def filled(act: Act) -> dict[str, str]:
            return {
                name: value.replace(CODE, with_)
                for name, with_ in (("say", spoken_code), ("press", code))
                if (value := getattr(act, name)) is not None
            }

        answers = {
            name: tuple(each.model_copy(update=filled(each)) for each in own)
            for name, own in self.answers.items()
        }
        timed = tuple(each.model_copy(update=filled(each)) for each in self.timed)
        timeline = timed if isinstance(self.timeline, tuple) else self.timeline
        return self.model_copy(update={"answers": answers, "timeline": timeline})

    @property
    def hangs_up_at_end(self) -> bool:
        """A recorded leg ends when its caller hung up."""
        return isinstance(self.timeline, str)


def load_case(path: Path) -> Case:
    """Raises DataFileError naming file, line and field."""
    return load_yaml(path, Case)


def case_of_lines(lines: list[str], caller: str) -> Case:
    """Lines spoken one after the other, whatever is asked."""
    return Case(name="lines", caller=caller, answers={ANY: tuple(Answer(say=x) for x in lines)})
