"""A run as JUnit XML, as CI systems read it."""

from __future__ import annotations

from xml.etree import ElementTree

from ivr.replay.result import CaseResult, Run


def junit(run: Run) -> str:
    """One `testcase` a case; its time is the call's own, in virtual seconds."""
    suite = ElementTree.Element(
        "testsuite",
        name=f"ivr replay ({run.via})",
        tests=str(len(run.results)),
        failures=str(len(run.results) - run.passed),
        errors="0",
        time=f"{sum(r.seconds for r in run.results):.2f}",
    )
    for result in run.results:
        case = ElementTree.SubElement(
            suite,
            "testcase",
            classname=result.file,
            name=result.name,
            time=f"{result.seconds:.2f}",
        )
        if result.failures:
            failure = ElementTree.SubElement(case, "failure", message=result.failures[0])
            failure.text = "\n".join((*result.failures, *_wrong_turn(result)))
    ElementTree.indent(suite)
    return ElementTree.tostring(suite, encoding="unicode", xml_declaration=True) + "\n"


def _wrong_turn(result: CaseResult) -> list[str]:
    turn = next((t for t in result.turns if t.number == result.first_wrong), None)
    if turn is None:
        return []
    return [
        f"{'first wrong' if turn.right is False else 'last'} turn: {turn.number} ({turn.expect})",
        f"asked: {' '.join(turn.asked)}",
        f"said: {' / '.join(turn.said)}",
        f"heard: {' / '.join(turn.heard)}",
        f"understood: {turn.understood}",
        f"expected: {turn.expected}",
        f"audio: {result.turn_audio}",
    ]
