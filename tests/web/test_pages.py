"""The pages escape whatever was heard and need no script."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from dialogs.commands import Handover
from dialogs.outcomes import Reason
from ivr.web.call_view import CallView, Exchange
from ivr.web.labels import labels
from ivr.web.pages import call_page, login_page

CALL = CallView(
    call_id="3f2c9d1e-0000-4000-8000-000000000001",
    caller_last_four="0001",
    started="2026-11-24 09:00:00",
    reason=Reason.NOT_HANDLED,
    outcome=None,
    wish=Handover(hospital="南京鼓楼医院", held="南京鼓楼医院 骨科 2026-11-26 08:00-08:30"),
    words=("我要挂鼓楼医院骨科",),
    exchanges=(Exchange("您想挂哪家医院？", "我要挂鼓楼医院骨科", ""), Exchange("您好", "", "0")),
)


def test_wish_words_and_reason_are_on_the_page() -> None:
    page = call_page(CALL, labels())
    for words in ("我要挂鼓楼医院骨科", "南京鼓楼医院", "08:00-08:30", "机器人不办这件事", "0001"):
        assert words in page
    assert "按键 0" in page
    assert "科室" not in page, "what is not known is not listed"


def test_silence_is_shown_only_where_the_caller_had_a_turn() -> None:
    asked = Exchange("您想哪天来看？", "", "")
    goodbye = Exchange("好的，马上给您转人工。", "", "", listened=False)
    assert "没有说话" in call_page(replace(CALL, exchanges=(asked,)), labels())
    assert "没有说话" not in call_page(replace(CALL, exchanges=(goodbye,)), labels())


_EVIL = "<script>alert('x')</script>"


@pytest.mark.parametrize(
    "call",
    [
        replace(CALL, words=(_EVIL,)),
        replace(CALL, exchanges=(Exchange(_EVIL, _EVIL, ""),)),
        replace(CALL, wish=Handover(task=_EVIL)),
    ],
)
def test_what_was_heard_cannot_become_markup(call: CallView) -> None:
    page = call_page(call, labels())
    assert "<script" not in page
    assert "&lt;script&gt;" in page


def test_no_page_has_a_script_or_a_style_of_its_own() -> None:
    for page in (call_page(CALL, labels()), login_page("/calls/x'><b>", "口令不对。")):
        assert not re.search(r"<script|<style|\son\w+=|\sstyle=|javascript:", page)
        assert "<b>" not in page


def test_an_emergency_stands_out() -> None:
    assert "alarm" in call_page(replace(CALL, reason=Reason.CRISIS), labels())
    assert "alarm" not in call_page(CALL, labels())
