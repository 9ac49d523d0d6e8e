"""How long closed-list matching takes at platform size, and how much memory the lists need.

    python -m bench.matching [--rounds 60]

Platform size: 163 hospitals, 11,484 departments (each hospital's own), 60,000 doctors, with
aliases. "own list" is what a question listens for: all hospitals, the departments of one
hospital, its doctors; "everything" is all three platform lists in one utterance. The bars are
5 ms and 30 ms for a whole N-best list. Time on the CPU (of this thread) is the honest figure on
a machine that does other things as well; making the N-best list ready is part of both.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import statistics
import time
from collections.abc import Callable, Sequence

from bench.results import keep
from grammars.closed_list import ClosedList
from grammars.knowledge import department_candidates, hospital_candidates
from grammars.meaning import Candidate, Hypothesis
from grammars.sampler import misheard

HOSPITALS = 163
DEPARTMENTS = 11_484
DOCTORS = 60_000
DEPARTMENTS_OF_ONE = 70
DOCTORS_OF_ONE = 400
HYPOTHESES = 5

_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金"
    "石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
)
_GIVEN = (
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂兰英华玉萍红建文利国庆海波宁雪梅志远晓东慧鹏飞宇轩博雅琴云莲真环荣爱妹香月莺"
    "媛瑞凡佳嘉琼勤珍贞莉晨辰士以家致树炎德行时泰盛雄琛钧冠策腾榕风航弘"
)
_PLACES = (
    "城东城西城南城北河西江东桥北仙林麒麟汤山板桥铁心岱山迈皋燕子八卦新街湖滨紫金钟山"
    "石城龙江虎踞清凉莫愁雨花梅园"
)
_KINDS = (
    "人民医院",
    "中医院",
    "第一医院",
    "妇幼保健院",
    "口腔医院",
    "眼科医院",
    "社区卫生服务中心",
    "骨科医院",
)


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m bench.matching", description=__doc__.splitlines()[0]
    )
    parser.add_argument("--rounds", type=int, default=60)
    rounds, load = parser.parse_args().rounds, os.getloadavg()[0]
    rng = random.Random(12320)
    before = _resident_mb()
    hospitals, departments, doctors = _hospitals(rng), _departments(rng), _doctors(rng, DOCTORS)
    lists: dict[str, ClosedList] = {}
    for name, entries in (
        ("hospitals", hospitals),
        ("departments", departments),
        ("doctors", doctors),
    ):
        started = time.perf_counter()
        lists[name] = ClosedList(entries)
        took = time.perf_counter() - started
        print(f"built {name}: {len(lists[name]):,} names in {took:.1f} s")
    memory = _resident_mb() - before
    print(f"memory for all three: {memory:.0f} MB")
    own_departments = ClosedList(departments[:DEPARTMENTS_OF_ONE])
    own_doctors = ClosedList(doctors[:DOCTORS_OF_ONE])
    utterances = [
        _n_best(rng, rng.choice(rng.choice((hospitals, departments, doctors))).name)
        for _ in range(rounds)
    ]
    found: dict[str, object] = {"memory_mb": round(memory)}
    for label, used in (
        (f"own list, hospitals ({HOSPITALS})", [lists["hospitals"]]),
        (f"own list, departments ({DEPARTMENTS_OF_ONE})", [own_departments]),
        (f"own list, doctors ({DOCTORS_OF_ONE})", [own_doctors]),
        ("everything", list(lists.values())),
    ):
        for size in (1, HYPOTHESES):
            name = f"{label}, {size} hypotheses"
            p95 = _report(name, utterances, size, _matcher(used))
            found[name] = {"cpu_p95_ms": round(p95, 2), "n": len(utterances)}
    print("kept in", keep("matching", found, load))


def _matcher(lists: Sequence[ClosedList]) -> Callable[[Sequence[Hypothesis]], None]:
    def match(hypotheses: Sequence[Hypothesis]) -> None:
        for entries in lists:
            entries.match(hypotheses)

    return match


def _report(
    label: str,
    utterances: Sequence[Sequence[Hypothesis]],
    size: int,
    match: Callable[[Sequence[Hypothesis]], None],
) -> float:
    """Prints the times; returns p95 of the processor's, in ms."""
    match(utterances[0][:size])
    wall: list[float] = []
    cpu: list[float] = []
    for hypotheses in utterances:
        started, used = time.perf_counter(), time.thread_time()
        match(hypotheses[:size])
        wall.append((time.perf_counter() - started) * 1000)
        cpu.append((time.thread_time() - used) * 1000)
    print(f"{label}: on the CPU {_spread(cpu)}; elapsed {_spread(wall)} (n={len(wall)})")
    return _p95(cpu)


def _spread(times: list[float]) -> str:
    return f"p50 {statistics.median(times):.1f} ms, p95 {_p95(times):.1f} ms"


def _p95(times: list[float]) -> float:
    return sorted(times)[int(0.95 * (len(times) - 1))]


def _n_best(rng: random.Random, name: str) -> list[Hypothesis]:
    said = f"我想挂{name}"
    texts = [misheard(said, rng, changes) for changes in (0, 0, 1, 1, 2)]
    return [Hypothesis(text, 0.6 - 0.1 * at) for at, text in enumerate(texts)]


def _hospitals(rng: random.Random) -> list[Candidate]:
    entries = {entry.name: entry for entry in hospital_candidates()}
    while len(entries) < HOSPITALS:
        place = rng.choice([_PLACES[at : at + 2] for at in range(0, len(_PLACES), 2)])
        kind = rng.choice(_KINDS)
        entries.setdefault(
            f"南京市{place}{kind}", Candidate(f"南京市{place}{kind}", (place + kind,))
        )
    return list(entries.values())


def _departments(rng: random.Random) -> list[Candidate]:
    known = department_candidates()
    entries: list[Candidate] = []
    for at in range(DEPARTMENTS):
        round_, kind = divmod(at, len(known))
        name = known[kind].name
        entries.append(Candidate(f"{name}{round_ or ''}", (name, *known[kind].aliases[:6])))
    return entries


def _doctors(rng: random.Random, count: int) -> list[Candidate]:
    names: dict[str, None] = {}
    while len(names) < count:
        given = "".join(rng.choice(_GIVEN) for _ in range(rng.choice((1, 2, 2, 2))))
        names[rng.choice(_SURNAMES) + given] = None
    return [Candidate(name) for name in names]


def _resident_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
