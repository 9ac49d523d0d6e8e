"""Who says what: the utterances that recognition and understanding are tuned and measured with.

`dev` is for tuning and calibration, `test` for measuring only. Held out of `dev` are two
voices, one hospital in five, and the doctors of the test set. Every phrase that the data
knows for one value is said in the test set or, where it has more than 400, in its accented
part. About half is said bare, half in a sentence.

What is said depends on the data files, how it is said on the phrase alone (`chance`): an
alias more changes one utterance and leaves the cached speech of all others in use.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

from bench.corpus.accent import speakers_merges
from bench.corpus.chance import number, pick, share, shuffled
from bench.corpus.doctors import doctor_names
from bench.corpus.id_numbers import dictated_number
from grammars.data_files import patterns_data
from grammars.meaning import Slot
from grammars.sampler import Wording, wordings
from ivr.simulate.held_out import held_out_hospitals

Split = Literal["dev", "test"]

TODAY = dt.date(2021, 3, 1)  # a Monday; what 明天 means in every utterance

# zf_xiaoni is left out: a recogniser misses half of what it says on any line.
HELD_OUT_VOICES = ("zf_xiaoyi", "zm_yunxi")
DEV_VOICES = ("zf_xiaobei", "zf_xiaoxiao", "zm_yunjian", "zm_yunxia", "zm_yunyang")
ID_DEV_VOICES = ("zf_xiaobei", "zm_yunjian")

SHORT_SLOTS = (
    *(Slot.HOSPITAL, Slot.DEPARTMENT, Slot.DOCTOR, Slot.DATE),
    *(Slot.CONFIRM, Slot.COMMAND, Slot.TASK),
)
ACCENTED_SLOTS = (Slot.HOSPITAL, Slot.DEPARTMENT, Slot.DOCTOR, Slot.DATE)
DEV_COUNT = 150
TEST_COUNT = 400
ACCENT_COUNT = 200
DEV_ID_COUNT = 60
TEST_ID_COUNT = 600
DOCTORS = 2000

PITCHES = (0.94, 1.06)  # a larger and a smaller person

_SPEAKERS = 16
_SLOWEST, _FASTEST = 0.85, 1.1
_HELD_OUT_HOSPITAL_SHARE = 4  # one in four, by the other voices
_DEV_DOCTORS = 500

# Said in place of the data's sentences where a name is a clause of its own (看心脏的).
_CLAUSE_STARTS = tuple("看做生打扎拔装补配建开吃接给检")
_CLAUSE_SENTENCES = ("我想{}", "嗯，{}", "那个，嗯，{}吧", "我要{}", "你好，我{}", "{}，谢谢")
_MORE_SENTENCES = ("那个，嗯，{}吧", "我就是想挂那个{}", "你好，{}", "是{}", "{}，谢谢")
# A task or command is a sentence already; one that begins with a verb takes 我要.
_TASK_SENTENCES = ("你好，{}", "嗯，{}", "喂，你好，{}", "那个，{}", "{}，谢谢")
_VERBS = tuple("挂预约看查改换取退投举做办打复找转问咨拿约推挪")


@dataclass(frozen=True, slots=True)
class Utterance:
    """One thing said. `value` is what grammars.parse_result should report for it; `accent`: in
    the accent of Nanjing, with the merges of `speaker`; `speed`: 1.0 as the voice was trained.
    `pitch`: the whole voice, its formants too, is higher by this factor: of each synthesis two
    people are made, a larger and a smaller one, since synthesis is what takes the time."""

    id: str
    slot: Slot
    split: Split
    voice: str
    accent: bool
    text: str
    value: object
    speaker: str
    speed: float
    pitch: float

    @property
    def merges(self) -> tuple[str, ...]:
        return speakers_merges(self.speaker) if self.accent else ()


def utterances(
    split: Split, slot: Slot | None = None, accent: bool | None = None
) -> list[Utterance]:
    """The utterances of a split, always the same ones: standard speech (`accent=False`),
    accented (`True`, test only) or both (`None`); one slot or all eight."""
    return [
        utterance
        for each in ((slot,) if slot else (*SHORT_SLOTS, Slot.ID_NUMBER))
        for kind in ((False, True) if accent is None else (accent,))
        for utterance in _of_slot(split, each, kind)
    ]


@cache
def spoken_doctors(split: Split) -> tuple[str, ...]:
    """Whose names are said: a quarter of the 2,000 in `dev`, the others in `test`."""
    names = doctor_names(DOCTORS)
    return names[:_DEV_DOCTORS] if split == "dev" else names[_DEV_DOCTORS:]


@cache
def _of_slot(split: Split, slot: Slot, accent: bool) -> tuple[Utterance, ...]:
    if slot is Slot.ID_NUMBER:
        return () if accent else tuple(_id_numbers(split))
    if split == "dev":
        return () if accent else tuple(_said("dev", slot, False, DEV_COUNT, DEV_VOICES))
    others = TEST_COUNT // _HELD_OUT_HOSPITAL_SHARE if slot is Slot.HOSPITAL else 0
    if accent:
        if slot not in ACCENTED_SLOTS:
            return ()
        # Goes on in the phrases where the standard speech of the same voices stopped.
        return tuple(
            _said("test", slot, True, ACCENT_COUNT, HELD_OUT_VOICES, skip=TEST_COUNT - others)
        )
    return (
        *_said("test", slot, False, TEST_COUNT - others, HELD_OUT_VOICES),
        *_said("test", slot, False, others, DEV_VOICES, _is_held_out_hospital),
    )


def _id_numbers(split: Split) -> Iterator[Utterance]:
    """At 1.0; how fast a number is said is a matter of stretching, so that pieces are shared."""
    voices = HELD_OUT_VOICES if split == "test" else ID_DEV_VOICES
    count = TEST_ID_COUNT if split == "test" else DEV_ID_COUNT
    for place in range(count):
        index, person = divmod(place, len(PITCHES))
        key = (split, Slot.ID_NUMBER.value, index)
        digits, text = dictated_number(split, index)
        yield Utterance(
            id=f"{split}-id_number-plain-{index:04d}-{person}",
            slot=Slot.ID_NUMBER,
            split=split,
            voice=voices[number("voice", *key) % len(voices)],
            accent=False,
            text=text,
            value=digits,
            speaker="",
            speed=_speed(key),
            pitch=PITCHES[person],
        )


def _speed(key: tuple[object, ...]) -> float:
    return round(_SLOWEST + share("speed", *key) * (_FASTEST - _SLOWEST), 2)


def _is_held_out_hospital(wording: Wording) -> bool:
    return any(wording.value == name for name in held_out_hospitals())


def _said(
    split: Split,
    slot: Slot,
    accent: bool,
    count: int,
    voices: Sequence[str],
    wanted: Callable[[Wording], bool] = lambda wording: True,
    skip: int = 0,
) -> Iterator[Utterance]:
    """`count` utterances: the phrases in a fixed disorder from number `skip` on, as often
    through as it takes, each by the two people of a voice; a phrase that comes again is said
    by another voice in another way."""
    phrases = {said: known for said, known in _phrases(split, slot).items() if wanted(known)}
    deck = shuffled(phrases, split, slot.value, *voices)
    for number_of in range(skip, skip + count):
        place, person = divmod(number_of, len(PITCHES))
        wording, turn = phrases[deck[place % len(deck)]], place // len(deck)
        key = (split, slot.value, accent, "|".join(voices), wording.said, turn)
        text = _sentence(slot, wording, key)
        name = f"{number(*key):016x}"[:8]
        yield Utterance(
            id=f"{split}-{slot.value}-{'accent' if accent else 'plain'}-{name}-{person}",
            slot=slot,
            split=split,
            voice=voices[(number("voice", *key[:-1]) + turn) % len(voices)],
            accent=accent,
            text=text,
            value=wording.value,
            speaker=f"speaker-{number('speaker', *key) % _SPEAKERS}",
            speed=_speed(key),
            pitch=PITCHES[person],
        )


@cache
def _phrases(split: Split, slot: Slot) -> dict[str, Wording]:
    names = spoken_doctors(split) if slot is Slot.DOCTOR else ()
    found: dict[str, Wording] = {}
    for wording in wordings(slot, TODAY, names):
        if wording.said.isascii():  # no English yes: the voice spells it out
            continue
        if slot is Slot.HOSPITAL and split == "dev" and _is_held_out_hospital(wording):
            continue
        found.setdefault(wording.said, wording)
    return found


def _sentence(slot: Slot, wording: Wording, key: tuple[object, ...]) -> str:
    if wording.alone or share("bare", *key) < 0.5:
        return wording.said
    return pick(_sentences(slot, wording.said), "sentence", *key).format(wording.said)


def _sentences(slot: Slot, said: str) -> tuple[str, ...]:
    if slot is Slot.TASK:
        return (*_TASK_SENTENCES, *(("我要{}", "我想{}") if said.startswith(_VERBS) else ()))
    if slot is Slot.CONFIRM:
        return (
            ("嗯，{}", "{0}，{0}", "哦，{}", "{}，谢谢") if len(said) > 1 else ("嗯，{}", "哦，{}")
        )
    if slot is Slot.COMMAND:
        return ("嗯，{}", "喂，{}", "那个，{}", "{}，谢谢")
    if slot is Slot.DEPARTMENT and said.startswith(_CLAUSE_STARTS):
        return _CLAUSE_SENTENCES
    frames = [
        frame.replace("{period}", "").replace("{" + slot.value + "}", "{}")
        for frame in patterns_data().sentences[slot.value]
    ]
    more = _MORE_SENTENCES if slot in (Slot.HOSPITAL, Slot.DEPARTMENT) else _MORE_SENTENCES[:1]
    return tuple(
        frame
        for frame in dict.fromkeys((*frames, *more))
        if frame != "{}" and not (said.endswith("的") and "{}的" in frame)
    )
