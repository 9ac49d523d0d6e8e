import numpy as np

from ivr.caller.case import Act, Answer, Aside, Case, TimedAct
from ivr.caller.leg import CallerLeg
from ivr.ports import FRAME_BYTES, SILENCE, CallerFrame, CallerKey, LineClosed, LineEvent

LOUD = b"\x10\x27" * (FRAME_BYTES // 2)  # 10,000 of 32,768
BOOK = Answer(say="我要挂号", after=0.1)
ID = Answer(press="32*", after=0.0)


def notice(kind: str, **fields: object) -> dict[str, object]:
    return {"kind": kind, "call_id": "c", **fields}


def asked(leg: CallerLeg, expect: str) -> None:
    leg.told(notice("listening", expect=expect))
    leg.told(notice("prompt_finished"))


def started(case: Case, sounds: dict[Act, bytes], acts: list[Act] | None = None) -> CallerLeg:
    heard = [] if acts is None else acts
    leg = CallerLeg(case, sounds, acted=heard.append)
    leg.told(notice("call_started", caller_last_four=case.caller[-4:]))
    return leg


def frames(leg: CallerLeg, count: int) -> list[list[LineEvent]]:
    return [leg() for _ in range(count)]


def spoken(ticks: list[list[LineEvent]]) -> list[int]:
    """The ticks in which the caller is heard."""
    return [
        at
        for at, events in enumerate(ticks)
        if any(isinstance(e, CallerFrame) and e.pcm != SILENCE for e in events)
    ]


def test_an_answer_follows_the_prompt_after_its_time() -> None:
    acts: list[Act] = []
    leg = started(Case(name="t", answers={"task": (BOOK,)}), {BOOK: LOUD * 3}, acts)
    assert spoken(frames(leg, 10)) == []
    asked(leg, "task")
    assert spoken(frames(leg, 20)) == [5, 6, 7]
    assert acts == [BOOK]


def test_every_tick_has_exactly_one_frame() -> None:
    leg = started(Case(name="t", answers={"task": (BOOK,)}), {BOOK: LOUD + b"\1\0"})
    asked(leg, "task")
    for events in frames(leg, 12):
        (frame,) = events
        assert isinstance(frame, CallerFrame)
        assert len(frame.pcm) == FRAME_BYTES


def test_keys_are_pressed_one_after_the_other() -> None:
    leg = started(Case(name="t", answers={"id_number": (ID,)}), {})
    asked(leg, "id_number")
    assert keys(frames(leg, 40)) == [(0, "3"), (16, "2"), (32, "*")]


def keys(ticks: list[list[LineEvent]]) -> list[tuple[int, str]]:
    """In which tick which key is pressed."""
    return [
        (n, e.key) for n, events in enumerate(ticks) for e in events if isinstance(e, CallerKey)
    ]


def test_a_question_that_came_while_the_caller_acted_is_answered_next() -> None:
    case = Case(name="t", answers={"task": (BOOK,), "hospital": (Answer(say="鼓楼", after=0.0),)})
    (gulou,) = case.answers["hospital"]
    leg = started(case, {BOOK: LOUD * 20, gulou: LOUD})
    asked(leg, "task")
    frames(leg, 10)
    asked(leg, "hospital")
    assert spoken(frames(leg, 40))[-1] == 15  # the first answer ends at tick 25 of the call


def test_the_caller_hangs_up_in_mid_sentence() -> None:
    gone = Answer(say="我要", after=0.0, hang_up=0.1)
    leg = started(Case(name="t", answers={"task": (gone,)}), {gone: LOUD * 50})
    asked(leg, "task")
    ticks = frames(leg, 6)
    assert spoken(ticks) == [0, 1, 2, 3, 4]
    assert ticks[5] == [LineClosed(hung_up=True)]


def test_a_timeline_goes_by_the_clock_whatever_is_asked() -> None:
    case = Case(name="t", timeline=(TimedAct(at=0.2, say="我要挂号"), TimedAct(at=0.4, press="1")))
    say, press = case.timed
    acts: list[Act] = []
    leg = started(case, {say: LOUD}, acts)
    asked(leg, "task")
    ticks = frames(leg, 30)
    assert spoken(ticks) == [10]
    assert keys(ticks) == [(20, "1")]
    assert acts == [say, press]


def test_a_recorded_leg_begins_at_pick_up_and_ends_with_a_hang_up() -> None:
    case = Case(name="t", timeline="call.wav")
    leg = started(case, {case.timed[0]: LOUD * 4})
    ticks = frames(leg, 5)
    assert spoken(ticks) == [0, 1, 2, 3]
    assert ticks[4] == [LineClosed(hung_up=True)]


def test_what_lies_on_the_line_is_heard_all_the_time() -> None:
    leg = CallerLeg(Case(name="t", timeline=(TimedAct(at=9, press="1"),)), {}, np.full(700, 0.1))
    assert spoken(frames(leg, 20)) == list(range(20))


def test_a_question_without_an_answer_is_met_with_silence() -> None:
    leg = started(Case(name="t", caller="1", answers={"date": (BOOK,)}), {BOOK: LOUD})
    asked(leg, "task")
    assert spoken(frames(leg, 30)) == []


def test_the_line_is_g711_as_soft_as_the_caller_and_loses_frames() -> None:
    case = Case(name="t", level_db=-20.0, loss=0.3, timeline=(TimedAct(at=0.0, say="我要挂号"),))
    leg = started(case, {case.timed[0]: LOUD * 200})
    heard = [e.pcm for events in frames(leg, 200) for e in events if isinstance(e, CallerFrame)]
    assert 30 < sum(pcm == SILENCE for pcm in heard) < 90
    level = np.frombuffer(next(pcm for pcm in heard if pcm != SILENCE), "<i2")
    assert abs(int(level[0]) - 1000) < 40  # a tenth of 10,000, to the nearest step of A-law


TELEVISION = Aside(kind="television", say="台风正在移动", during="task", talk_over=0.1)


def with_television(acts: list[Act]) -> CallerLeg:
    case = Case(name="t", answers={"task": (BOOK,)}, asides=(TELEVISION,))
    leg = started(case, {BOOK: LOUD * 3, TELEVISION: LOUD * 4}, acts)
    leg.told(notice("listening", expect="task"))
    return leg


def test_a_television_is_heard_into_the_prompt_and_the_answer_comes_after_it() -> None:
    acts: list[Act] = []
    leg = with_television(acts)
    assert spoken(frames(leg, 20)) == [5, 6, 7, 8]
    leg.told(notice("prompt_finished"))
    assert spoken(frames(leg, 20)) == [5, 6, 7]
    assert acts == [TELEVISION, BOOK]


def test_a_prompt_that_is_over_before_hears_no_television() -> None:
    acts: list[Act] = []
    leg = with_television(acts)
    leg.told(notice("prompt_finished"))
    frames(leg, 20)
    assert acts == [BOOK]
