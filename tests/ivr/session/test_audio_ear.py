"""One call's ear on made sounds. The recogniser is scripted: what it would hear is the test's."""

import asyncio
import datetime as dt
from collections.abc import AsyncIterator, Coroutine
from dataclasses import dataclass, field
from typing import Any

import pytest

from dialogs.commands import KeyMode, Listen, Patience
from grammars.meaning import Answer, Hypothesis, Slot
from grammars.question import Question
from ivr.listening.voice_activity import WebRtcVoiceActivity
from ivr.ports import FRAME_SECONDS, SILENCE, Hint, RecogniserError, Recognition
from ivr.session.audio_ear import AudioEar
from ivr.session.call_ports import EarFailed, EarHeard, EarNothing, EarReport
from tests.listening.sounds import joined, on_the_line, silence, words

TODAY = dt.date(2021, 3, 3)
PATIENCE = Patience(
    end_silence=0.8, complete_silence=0.4, open_silence=1.2, no_input=2.0, longest=10.0
)


class FrameClock:
    def __init__(self) -> None:
        self.frames = 0

    def now(self) -> dt.datetime:
        return dt.datetime(2021, 3, 3, 9)

    def monotonic(self) -> float:
        return self.frames * 0.02

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(0)


class ScriptedRecogniser:
    """Hears `text` in whatever is said; the empty text is noise, None a broken engine."""

    name = "scripted"

    def __init__(self) -> None:
        self.text: str | None = ""
        self.accepted = 0
        self.speculations = 0
        self.fault: Exception = RecogniserError("broken")

    def open(self, hint: Hint) -> "ScriptedRecogniser":
        return self

    def accept(self, pcm: bytes) -> None:
        self.accepted += len(pcm)

    def partial(self) -> None:
        return None

    def speculate(self) -> None:
        self.speculations += 1

    def resume(self) -> None:
        return

    async def finish(self) -> Recognition:
        if self.text is None:
            raise self.fault
        heard = (Hypothesis(self.text, 0.9),) if self.text else ()
        return Recognition(heard, "scripted", 0.0)

    def close(self) -> None:
        return

    async def aclose(self) -> None:
        return


@dataclass
class Mouth:
    speaking: bool = False
    interruptible: bool = True
    marks: frozenset[str] = frozenset()
    stops: int = 0

    def stop(self) -> None:
        self.stops += 1
        self.speaking = False


@dataclass
class Keeper:
    """What the recording was told of each utterance: True = it may not be kept."""

    verdicts: list[bool] = field(default_factory=list)
    asking: bool = False
    seconds: float = 0.0

    def caller(self, frame: bytes, voiced: bool = False) -> None:
        self.seconds += FRAME_SECONDS

    def hold_from(self, look_back_frames: int) -> int:
        return len(self.verdicts) + 1

    def utterance_ended(self) -> None:
        return

    def utterance_understood(self, contains_id: bool, hold: int | None = None) -> None:
        self.verdicts.append(contains_id)

    def ask_id_number(self, asking: bool) -> None:
        self.asking = asking


class Line:
    """An ear with everything around it."""

    def __init__(self, group: asyncio.TaskGroup) -> None:
        self.clock = FrameClock()
        self.recogniser = ScriptedRecogniser()
        self.mouth = Mouth()
        self.keeper = Keeper()
        self.reports: list[EarReport] = []
        self.ready = 0
        self._tasks: set[asyncio.Task[None]] = set()

        def spawn(work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
            task = group.create_task(work)
            self._tasks.add(task)
            return task

        self.ear = AudioEar(
            self.clock,
            self.recogniser,
            WebRtcVoiceActivity(),
            self.mouth,
            self.keeper,
            self.reports.append,
            self._may_speak,
            spawn,
        )

    def _may_speak(self) -> None:
        self.ready += 1

    def listen(
        self,
        expect: Slot = Slot.CONFIRM,
        keys: KeyMode = KeyMode.MENU,
        *,
        barge_in: bool = True,
    ) -> None:
        question = Question(expect, TODAY)
        listen = Listen(expect, PATIENCE, keys=keys, barge_in=barge_in)
        self.ear.listen(listen, question, Hint(expect))

    async def hears(self, frames: list[bytes]) -> None:
        """Frames at their pace: whatever the ear began is finished before the next one."""
        for frame in frames:
            self.clock.frames += 1
            self.ear.played(SILENCE)
            self.ear.heard(frame)
            pending = [task for task in self._tasks if not task.done()]
            if pending:
                await asyncio.wait(pending, timeout=10)


QUIET = on_the_line(silence(3.0))
SPEECH = on_the_line(joined([silence(0.5), words(4), silence(1.5)]))
MURMUR = on_the_line(joined([silence(0.4), words(1), silence(1.2)]))


@pytest.fixture
async def line() -> AsyncIterator[Line]:
    async with asyncio.TaskGroup() as group:
        made = Line(group)
        await made.hears(QUIET[:50])
        yield made
        made.ear.close()


async def test_an_answer_is_heard_understood_and_reported_once(line: Line) -> None:
    line.recogniser.text = "对的"
    line.listen()
    await line.hears(SPEECH + QUIET)
    (report,) = line.reports
    assert isinstance(report, EarHeard)
    assert report.understanding.confirm[0].value is Answer.YES
    assert line.keeper.verdicts == [False]
    assert line.ready == 1


async def test_a_complete_answer_ends_the_utterance_sooner(line: Line) -> None:
    line.recogniser.text = "对的"
    line.listen()
    await line.hears(SPEECH)
    (report,) = line.reports
    assert isinstance(report, EarHeard)
    assert report.timings.endpointing < PATIENCE.end_silence - 0.2


async def test_nobody_speaks(line: Line) -> None:
    line.listen()
    await line.hears(QUIET)
    assert line.reports == [EarNothing(noise=False)]


async def test_sound_without_words_is_noise(line: Line) -> None:
    line.listen()
    await line.hears(SPEECH)
    assert line.reports == [EarNothing(noise=True)]
    assert line.keeper.verdicts == [True]  # nobody knows what was in it


@pytest.mark.parametrize("fault", [RecogniserError("broken"), KeyError("a mistake of ours")])
async def test_a_broken_recogniser_is_reported_and_nothing_is_kept(
    line: Line, fault: Exception
) -> None:
    line.recogniser.text, line.recogniser.fault = None, fault
    line.listen()
    await line.hears(SPEECH)
    (report,) = line.reports
    assert isinstance(report, EarFailed)
    assert line.keeper.verdicts == [True]


async def test_it_is_told_where_in_the_recording_the_words_are(line: Line) -> None:
    line.recogniser.text = "昨天等了三个小时"
    line.listen(Slot.STATEMENT)
    before = line.keeper.seconds
    await line.hears(SPEECH + QUIET)
    (report,) = line.reports
    assert isinstance(report, EarHeard)
    assert report.span is not None
    begin, end = report.span
    assert before <= begin <= before + 0.5, "the words begin half a second after the question"
    assert begin < end < line.keeper.seconds


async def test_a_statement_is_recognised_once_and_not_at_every_pause(line: Line) -> None:
    line.recogniser.text = "昨天等了三个小时"
    line.listen(Slot.STATEMENT)
    await line.hears(SPEECH + QUIET)
    assert line.recogniser.speculations == 0


async def test_the_caller_speaks_our_prompt_down(line: Line) -> None:
    line.recogniser.text = "不对"
    line.mouth.speaking, line.mouth.marks = True, frozenset({"readback_hospital"})
    line.listen()
    await line.hears(SPEECH)
    (report,) = line.reports
    assert isinstance(report, EarHeard)
    assert line.mouth.stops >= 1
    assert report.marks == {"readback_hospital"}


async def test_a_murmur_into_the_prompt_stops_nothing(line: Line) -> None:
    line.recogniser.text = "嗯"
    line.mouth.speaking = True
    line.listen()
    await line.hears(MURMUR)
    assert line.mouth.speaking
    assert line.reports == []


async def test_a_prompt_that_may_not_be_interrupted_plays_on(line: Line) -> None:
    line.recogniser.text = "人工"
    line.mouth.speaking, line.mouth.interruptible = True, False
    line.listen()
    await line.hears(SPEECH)
    assert line.mouth.stops == 0
    assert line.reports == []


async def test_a_voice_does_not_break_off_what_is_to_be_heard_to_its_end(line: Line) -> None:
    line.recogniser.text = "可以"
    line.mouth.speaking = True
    line.listen(barge_in=False)
    await line.hears(SPEECH)
    assert line.mouth.stops == 0
    assert line.reports == []
    line.mouth.speaking = False
    await line.hears(SPEECH)
    assert [type(report) for report in line.reports] == [EarHeard]


@pytest.mark.parametrize(
    "text", ["三二零一零六一九四五", "身份证三二零一零六幺九四五零一零一零零一叉"]
)
async def test_what_holds_digits_of_an_id_number_is_not_recorded(line: Line, text: str) -> None:
    line.recogniser.text = text
    line.listen(Slot.HOSPITAL)
    await line.hears(SPEECH)
    assert line.keeper.verdicts == [True]


async def test_while_the_id_number_is_asked_the_recording_is_silent(line: Line) -> None:
    line.listen(Slot.ID_NUMBER, KeyMode.ID_NUMBER)
    assert line.keeper.asking
    line.ear.close()
    assert not line.keeper.asking


async def test_what_broke_the_prompt_off_is_told(line: Line) -> None:
    line.recogniser.text = "不对"
    line.mouth.speaking = True
    line.listen()
    await line.hears(SPEECH)
    (report,) = line.reports
    assert isinstance(report, EarHeard)
    assert report.cut_off


async def test_sound_that_broke_the_prompt_off_is_told_as_such(line: Line) -> None:
    line.mouth.speaking = True
    line.listen()
    await line.hears(SPEECH)
    assert line.reports == [EarNothing(noise=True, cut_off=True)]


async def test_an_answer_after_the_prompt_breaks_nothing_off(line: Line) -> None:
    line.recogniser.text = "对的"
    line.listen()
    await line.hears(SPEECH)
    (report,) = line.reports
    assert isinstance(report, EarHeard)
    assert not report.cut_off
    assert report.seconds == pytest.approx(1.0, abs=0.2)  # words(4)


async def test_a_voice_from_across_the_room_is_far(line: Line) -> None:
    line.recogniser.text = "对的"
    soft = on_the_line(joined([silence(0.5), words(4, level=-38.0), silence(1.5)]))
    for frames in (SPEECH, SPEECH, soft):
        line.listen()
        await line.hears(frames)
    near, also_near, far = line.reports
    assert isinstance(near, EarHeard)
    assert isinstance(also_near, EarHeard)
    assert isinstance(far, EarHeard)
    assert (near.far, also_near.far, far.far) == (False, False, True)


async def test_who_spoke_on_before_a_prompt_that_may_not_be_interrupted_is_heard(
    line: Line,
) -> None:
    line.recogniser.text = "人工"
    spoken = on_the_line(joined([words(4), silence(1.5)]))
    await line.hears(spoken[:15])  # nobody listens yet
    line.mouth.speaking, line.mouth.interruptible = True, False
    line.listen()
    await line.hears(spoken[15:])
    (report,) = line.reports
    assert isinstance(report, EarHeard)
    assert report.recognition.hypotheses[0].text == "人工"
