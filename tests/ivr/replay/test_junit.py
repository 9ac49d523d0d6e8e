from dataclasses import replace
from xml.etree import ElementTree

from ivr.replay.junit import junit
from tests.ivr.replay.results import result, run_of


def test_every_case_is_a_testcase_and_a_failure_tells_its_turn() -> None:
    suite = ElementTree.fromstring(junit(run_of(result(), result("fails", "nothing was booked"))))
    assert (suite.get("tests"), suite.get("failures")) == ("2", "1")
    good, bad = suite.findall("testcase")
    assert (good.get("classname"), good.get("time"), len(good)) == ("books.yaml", "40.25", 0)
    failure = bad.find("failure")
    assert failure is not None
    assert failure.get("message") == "nothing was booked"
    assert "first wrong turn: 2 (hospital)" in str(failure.text)
    assert "turn-2.wav" in str(failure.text)


def test_cases_of_the_same_base_name_are_told_apart() -> None:
    run = run_of(*(replace(result("a"), file=f"{folder}/a.yaml") for folder in ("mine", "copy")))
    cases = ElementTree.fromstring(junit(run)).findall("testcase")
    assert [case.get("classname") for case in cases] == ["mine/a.yaml", "copy/a.yaml"]


def test_a_run_without_cases_is_valid() -> None:
    assert ElementTree.fromstring(junit(run_of())).get("tests") == "0"
