"""Results for the tests of reports."""

from __future__ import annotations

from ivr.replay.result import CaseResult, MadeBooking, Run, TurnResult

BOOKING = MadeBooking(
    "南京鼓楼医院", "本部", "皮肤科", "", "2026-03-04", "上午", "32010619450101001X"
)


def turn(number: int, right: bool | None = True) -> TurnResult:
    return TurnResult(
        number=number,
        at=10.0 * number,
        until=10.0 * number + 9,
        asked=("您想去哪家医院？",),
        expect="hospital",
        said=("<鼓楼医院>",),
        heard=("古楼医院 (0.42)",),
        understood={"hospital": "南京鼓楼医院"},
        expected={"hospital": "南京鼓楼医院"},
        right=right,
        waited=0.6,
    )


def result(
    name: str = "books", *failures: str, turns: int = 2, outcome: str | None = "booked"
) -> CaseResult:
    return CaseResult(
        name=name,
        file=f"{name}.yaml",
        failures=failures,
        outcome=outcome,
        reason="completed",
        bookings=(BOOKING,),
        wrong_booking=False,
        turns=tuple(turn(n, right=n < turns or not failures) for n in range(1, turns + 1)),
        first_wrong=turns if failures else None,
        seconds=40.25,
        audio=f"01-{name}/call.wav",
        turn_audio=f"01-{name}/turn-{turns}.wav" if failures else "",
    )


def run_of(*results: CaseResult) -> Run:
    return Run("engine", "whisper-base", results)
