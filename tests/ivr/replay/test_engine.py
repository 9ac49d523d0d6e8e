"""Cases through the real recogniser, voice and booking core, on the virtual clock."""

import asyncio
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from ivr.caller.case import Answer, Case, Expectation
from ivr.caller.speech import CallerStudio, render_wanted, wanted_speech
from ivr.config import Config, load_config
from ivr.recognisers.choice import build_recogniser
from ivr.replay import judge
from ivr.replay.engine import DEFAULT_TODAY, Engines, Job, replay
from ivr.replay.judge import Notice
from ivr.replay.result import CaseResult
from ivr.replay.world import DEMO, Templates
from ivr.voices.choice import build_voice

pytestmark = pytest.mark.models

REPOSITORY = Path(__file__).parents[3]
CONFIG: Config = load_config(REPOSITORY / "config.yaml", {})
PERSON = Case(
    name="asks for a person",
    answers={"task": (Answer(say="我要转人工"),)},
    expect=Expectation.model_validate({"outcome": "transferred", "reason": "caller_asked"}),
)
GONE = Case(
    name="hangs up in mid-sentence",
    answers={"task": (Answer(say="我要挂鼓楼医院心内科明天上午的号", hang_up=1.0),)},
    expect=Expectation.model_validate({"outcome": "abandoned"}),
)


@pytest.fixture(scope="module")
def engines() -> Engines:
    asyncio.run(render_wanted(wanted_speech([PERSON, GONE], CONFIG), CONFIG, print))
    return Engines(
        build_recogniser(workers=1),
        build_voice("kokoro", style=CONFIG.voice.style, speed=CONFIG.voice.speed),
    )


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    templates = Templates(tmp_path_factory.mktemp("seeded"))
    asyncio.run(templates.make(DEMO, DEFAULT_TODAY.date()))
    return templates.path(DEMO, DEFAULT_TODAY.date())


def played(case: Case, template: Path, folder: Path, engines: Engines) -> CaseResult:
    job = Job(case, Path("case.yaml"), template, folder / "01-case")
    return replay(job, engines, CONFIG)


def test_a_call_is_heard_understood_and_ended_by_the_real_session(
    template: Path, tmp_path: Path, engines: Engines
) -> None:
    result = played(PERSON, template, tmp_path, engines)
    assert result.failures == ()
    first = result.turns[0]
    assert (first.expect, first.said) == ("task", ("我要转人工",))
    assert first.understood["task"] == "operator"
    assert first.right
    assert first.waited is not None
    assert (tmp_path / result.audio).stat().st_size > 16000 * result.seconds
    assert not list(tmp_path.glob("*/booking.db"))


def test_the_same_case_gives_the_same_result_on_a_machine_that_is_busy(
    template: Path, tmp_path: Path, engines: Engines
) -> None:
    quiet = played(PERSON, template, tmp_path / "quiet", engines)
    stop = threading.Event()

    def work() -> None:
        while not stop.is_set():
            sum(range(1000))

    busy = threading.Thread(target=work)
    busy.start()
    try:
        loaded = played(PERSON, template, tmp_path / "busy", engines)
    finally:
        stop.set()
        busy.join()
    assert loaded == quiet
    calls = [(tmp_path / name / quiet.audio).read_bytes() for name in ("quiet", "busy")]
    assert calls[0] == calls[1]


def test_what_a_caller_never_comes_to_say_is_not_rendered(
    template: Path, tmp_path: Path, engines: Engines
) -> None:
    never = "这句话从来不会说出来"
    case = PERSON.model_copy(update={"answers": {**PERSON.answers, "date": (Answer(say=never),)}})
    assert played(case, template, tmp_path, engines).failures == ()
    assert not asyncio.run(_is_kept(never))


async def _is_kept(text: str) -> bool:
    async with CallerStudio(CONFIG) as studio:
        return await studio.store().is_kept(text)


def test_a_caller_who_hangs_up_leaves_nothing_booked(
    template: Path, tmp_path: Path, engines: Engines
) -> None:
    result = played(GONE, template, tmp_path, engines)
    assert (result.outcome, result.reason, result.bookings) == ("abandoned", "hung_up", ())
    assert result.failures == ()


def test_what_does_not_come_out_is_a_failure_with_its_sound(
    template: Path, tmp_path: Path, engines: Engines
) -> None:
    wishful = PERSON.model_copy(
        update={"expect": Expectation.model_validate({"outcome": "booked", "booking": {}})}
    )
    result = played(wishful, template, tmp_path, engines)
    assert result.failures == (
        "outcome: transferred (caller_asked) instead of booked",
        "nothing was booked",
    )
    assert not result.wrong_booking
    assert result.first_wrong is not None
    assert (tmp_path / result.turn_audio).exists()


def test_a_session_that_breaks_is_a_lost_call_and_not_the_end_of_the_run(
    template: Path, tmp_path: Path, engines: Engines, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*given: object) -> None:
        raise KeyError("a step without a question")

    monkeypatch.setattr("ivr.session.conversation.reduce", broken)
    result = played(PERSON, template, tmp_path, engines)
    assert result.outcome is None
    assert result.failures[0] == "the session broke: KeyError('a step without a question')"


def test_every_frame_of_a_call_is_counted_and_none_is_late_on_the_virtual_clock(
    template: Path, tmp_path: Path, engines: Engines, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[Mapping[str, object]] = []
    real = judge.judged

    def listening(case: Case, file: Path, notices: Sequence[Notice], *rest: Any) -> CaseResult:
        told.extend(notices)
        return real(case, file, notices, *rest)

    monkeypatch.setattr(judge, "judged", listening)
    result = played(GONE, template, tmp_path, engines)
    (media,) = (notice for notice in told if notice["kind"] == "media")
    assert (media["late"], media["skipped"]) == (0, 0)
    assert media["frames"] == pytest.approx(result.seconds * 50, abs=3)
