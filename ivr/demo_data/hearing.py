"""The ear of an invented call: what the caller says is heard as a recogniser hears it, with
mistakes, doubts and time. Nothing is synthesised or recognised.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable

from dialogs.commands import Listen, Say
from grammars.meaning import Hypothesis
from grammars.question import Question
from grammars.understand import understand
from ivr.caller.asked import asked
from ivr.caller.case import Answer
from ivr.caller.script import Script
from ivr.ports import Clock, Hint, Recognition, TurnTimings
from ivr.session.call_ports import EarHeard, EarNothing, EarReport

SECONDS_A_CHARACTER = 0.21  # of the rendered voice and of callers
_KEY_SECONDS = 0.45
_PATIENCE = (14, 26)  # answers until a caller whom nobody helps gives up
_SURE, _UNSURE = (0.82, 0.99), (0.18, 0.62)  # confidence of what was heard right and wrong
# What a recogniser makes of a syllable that it does not know: it sounds alike.
_ALIKE = {
    "鼓": "古", "楼": "流", "科": "课", "挂": "刮", "号": "好", "南": "蓝", "京": "金", "医": "一",
    "院": "远", "内": "那", "皮": "批", "肤": "夫", "明": "名", "后": "厚", "上": "商", "午": "舞",
    "心": "新", "眼": "演", "口": "扣", "腔": "强", "中": "钟", "大": "打", "省": "声", "人": "仁",
    "民": "明", "儿": "而", "童": "同", "妇": "富", "产": "铲", "骨": "古", "对": "队", "的": "得",
}  # fmt: skip


class InventedMouth:
    """Speaks in time only. `said` is what the open question was put with."""

    def __init__(self, clock: Clock, first_frame: Callable[[], None]) -> None:
        self._clock = clock
        self._first_frame = first_frame
        self._until = 0.0
        self._started: asyncio.Task[None] | None = None
        self.said: list[Say] = []
        self._marks: frozenset[str] = frozenset()

    def say(self, command: Say) -> None:
        now = self._clock.monotonic()
        if self._until <= now:
            self._marks = frozenset()
            self._started = asyncio.get_running_loop().create_task(self._begin())
        pauses = sum(fragment.pause_after for fragment in command.fragments)
        length = SECONDS_A_CHARACTER * len(command.text) + pauses
        self._until = max(now, self._until) + length
        self._marks |= frozenset(f.mark for f in command.fragments if f.mark)
        self.said.append(command)

    async def _begin(self) -> None:
        await self._clock.sleep(0.03)
        self._first_frame()

    @property
    def seconds_left(self) -> float:
        return max(0.0, self._until - self._clock.monotonic())

    def stop(self) -> None:
        self._until = self._clock.monotonic()

    async def drained(self) -> None:
        await self._clock.sleep(self.seconds_left)

    def change_voice(self, rate: float, gain_db: float) -> None:
        del rate, gain_db

    @property
    def marks(self) -> frozenset[str]:
        return self._marks


class InventedEar:
    """Answers each question from `script`; `mistakes` is the share of utterances misheard."""

    def __init__(
        self,
        clock: Clock,
        mouth: InventedMouth,
        script: Script,
        chance: random.Random,
        mistakes: float,
        report: Callable[[EarReport], None],
        press: Callable[[str], None],
        hang_up: Callable[[], None],
    ) -> None:
        self._clock = clock
        self._mouth = mouth
        self._script = script
        self._chance = chance
        self._mistakes = mistakes
        self._report = report
        self._press = press
        self._hang_up = hang_up
        self._keys: list[str] = []
        self._patience = chance.randint(*_PATIENCE)
        self._turn: asyncio.Task[None] | None = None

    def listen(self, listen: Listen, question: Question, hint: Hint) -> None:
        del hint
        self.close()
        self._turn = asyncio.get_running_loop().create_task(self._hear(listen, question))

    def close(self) -> None:
        if self._turn is not None and self._turn is not asyncio.current_task():
            self._turn.cancel()
        self._turn = None

    async def _hear(self, listen: Listen, question: Question) -> None:
        if self._keys:
            await self._key()
            return
        await self._mouth.drained()
        self._patience -= 1
        if self._patience < 0:
            self._turn = None
            self._hang_up()
            return
        said, self._mouth.said = self._mouth.said, []
        prompt = said[-1].prompt if said else ""
        text = "".join(say.masked_text for say in said)
        answer = self._script.answer(asked(listen.expect.value, prompt, text))
        if answer is None or answer.after > listen.patience.no_input:
            await self._clock.sleep(listen.patience.no_input)
            self._turn = None
            self._report(EarNothing(noise=False))
            return
        await self._clock.sleep(answer.after)
        if answer.press is not None:
            self._keys = list(answer.press)
            await self._key()
        elif answer.words is not None:
            await self._words(answer, question, listen)
        if answer.hang_up is not None:
            self._turn = None
            self._hang_up()

    async def _key(self) -> None:
        await self._clock.sleep(_KEY_SECONDS)
        self._turn = None
        self._press(self._keys.pop(0))

    async def _words(self, answer: Answer, question: Question, listen: Listen) -> None:
        words = answer.words or ""
        seconds = SECONDS_A_CHARACTER * len(words) * self._chance.uniform(0.9, 1.4)
        await self._clock.sleep(seconds)
        spoken_until = self._clock.monotonic()
        heard = self._n_best(words)
        timings = TurnTimings(
            endpointing=listen.patience.complete_silence + self._chance.uniform(0.0, 0.5),
            recognition=self._chance.lognormvariate(-1.1, 0.4),
            understanding=self._chance.uniform(0.01, 0.12),
        )
        await self._clock.sleep(timings.endpointing + timings.recognition + timings.understanding)
        self._turn = None
        self._report(
            EarHeard(
                Recognition(heard, "invented", timings.recognition),
                understand(question, heard),
                self._mouth.marks,
                spoken_until,
                timings,
                seconds=seconds,
            )
        )

    def _n_best(self, words: str) -> tuple[Hypothesis, ...]:
        chance = self._chance
        wrong = chance.random() < self._mistakes
        low, high = _UNSURE if wrong else _SURE
        sure = chance.uniform(low, high)
        texts = [_misheard(words, chance) for _ in range(2)]
        if not wrong:
            texts.insert(0, words)
        elif chance.random() < 0.5:
            texts.append(words)
        unlike = list(dict.fromkeys(texts))
        return tuple(
            Hypothesis(text, round(sure * 0.55**place, 4)) for place, text in enumerate(unlike)
        )


def _misheard(words: str, chance: random.Random) -> str:
    places = [place for place, letter in enumerate(words) if letter in _ALIKE]
    if not places:
        return words
    changed = set(chance.sample(places, min(len(places), chance.randint(1, 2))))
    return "".join(_ALIKE[c] if place in changed else c for place, c in enumerate(words))
