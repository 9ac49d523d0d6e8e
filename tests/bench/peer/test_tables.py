import math

import pytest

from bench.peer.audio import Utterance
from bench.peer.call import Heard
from bench.peer.tables import OURS, Figures, lines, ratios
from grammars.meaning import Slot


def said(kind: str, **came: float) -> Heard:
    cut_off = bool(came.pop("cut_off", False))
    turns = int(came.pop("turns", 1))
    utterance = Utterance(kind, Slot.DATE, "明天", b"", 0.4, 1.0)
    return Heard(utterance, cut_off=cut_off, turns=turns, **came)


def figures(latency: float, cpu: float) -> Figures:
    heard = [
        said("complete", latency=latency),
        said("complete"),
        said("complete", cut_off=True),
        said("paused", latency=1.0),
        said("paused", cut_off=True),
        said("id_number", turns=1, latency=1.0),
        said("id_number", turns=4),
        said("interruption", stopped=0.3),
        said("interruption"),
    ]
    return Figures.of(heard, cpu, 2.0, 300.0, 0)


def test_each_figure_counts_its_own_kind() -> None:
    found = figures(0.6, 10.0)
    assert (found.p50.value, found.p50.n) == (0.6, 1)
    assert (found.unanswered.hits, found.early.hits, found.early.n) == (1, 1, 3)
    assert (found.cut_off.hits, found.cut_off.n) == (1, 2)
    assert (found.split.hits, found.split.n) == (1, 2)
    assert (found.barge_in.value, found.not_stopped.hits) == (0.3, 1)
    assert found.cpu == 5.0


def test_ratios_are_ours_by_the_peers() -> None:
    ours, peer = figures(0.5, 4.0), figures(1.0, 16.0)
    ours.calls, peer.calls = 20, 2
    found = ratios({OURS: ours, "peer": peer})
    assert found["peer"]["response p50"] == 0.5
    assert found["peer"]["CPU"] == 0.25
    assert found["peer"]["calls"] == 10
    assert ratios({"peer": peer}) == {}
    assert any("ours : peer" in line for line in lines({OURS: ours, "peer": peer}))


def test_a_peer_that_holds_no_call_is_no_division_by_zero() -> None:
    ours, peer = figures(0.5, 4.0), figures(1.0, 16.0)
    ours.calls, peer.calls = 20, 0
    assert math.isnan(ratios({OURS: ours, "peer": peer})["peer"]["calls"])
    assert pytest.approx(8.0) == peer.cpu
