from __future__ import annotations

import pytest

from grammars.clinics import clinic_wish
from grammars.closed_list import heard
from grammars.meaning import Clinic, Hypothesis


@pytest.mark.parametrize(
    ("said", "clinic"),
    [
        ("我要看专家", Clinic.EXPERT),
        ("骨科专家号", Clinic.EXPERT),
        ("挂个教授号", Clinic.EXPERT),
        ("主任医师", Clinic.CHIEF),
        ("副主任医师", Clinic.DEPUTY),
        ("普通号就行", Clinic.ORDINARY),
        ("不要专家", Clinic.ORDINARY),
        ("我不看专家", Clinic.ORDINARY),
        ("不要普通号，要专家号", Clinic.EXPERT),
        ("专家号还是普通号啊", None),
        ("换个专家", None),
        ("张专家", None),
        ("张主任的号", None),
        ("我要挂鼓楼医院", None),
    ],
)
def test_whose_session_is_wanted(said: str, clinic: Clinic | None) -> None:
    assert clinic_wish(heard([Hypothesis(said, 1.0)])) is clinic
