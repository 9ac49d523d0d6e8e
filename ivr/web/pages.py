"""The pages as HTML. Pure; every value is escaped, and no page needs a script."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from ivr.web.call_view import CallView, Exchange
from ivr.web.labels import Labels

_WISH = (
    ("task", "要办的事"),
    ("hospital", "医院"),
    ("department", "科室"),
    ("doctor", "医生"),
    ("date", "时间"),
    ("held", "已占号"),
    ("ticket", "受理号"),
)


def call_page(call: CallView, labels: Labels) -> str:
    """What an operator sees when the call comes."""
    alarm = " class='alarm'" if call.urgent else ""
    facts = [
        ("转接原因", labels.reasons[call.reason] if call.reason else "通话中"),
        ("来电尾号", call.caller_last_four or "未显示"),
        ("来电时间", call.started),
        ("通话编号", call.call_id),
    ]
    if call.outcome is not None:
        facts.insert(1, ("目前结果", labels.outcomes[call.outcome]))
    wish = [(name, getattr(call.wish, field)) for field, name in _WISH]
    known = [(name, value) for name, value in wish if value]
    words = "".join(f"<blockquote>{escape(text)}</blockquote>" for text in call.words)
    rows = "".join(_rows(each) for each in call.exchanges)
    return _page(
        "来电",
        f"<section{alarm}><h2>转接</h2>{_facts(facts)}</section>"
        f"<section><h2>来电人原话</h2>{words or '<p>还没有听到诉求</p>'}</section>"
        f"<section><h2>已经问到</h2>{_facts(known) if known else '<p>还没有</p>'}</section>"
        f"<section><h2>对话</h2><table>{rows}</table></section>",
        signed_in=True,
    )


def login_page(next_path: str, message: str = "") -> str:
    told = f"<p>{escape(message)}</p>" if message else ""
    return _page(
        "登录",
        f"<section><h2>登录</h2>{told}<form class='login' method='post' action='/login'>"
        f"<input type='hidden' name='next' value='{escape(next_path)}'>"
        "<label for='secret'>座席口令</label>"
        "<input id='secret' name='secret' type='password' autocomplete='current-password'>"
        "<button>登录</button></form></section>",
        signed_in=False,
    )


def message_page(message: str) -> str:
    return _page("12320", f"<section><p>{escape(message)}</p></section>", signed_in=False)


def _rows(exchange: Exchange) -> str:
    answer = exchange.heard
    if not answer and exchange.keys:
        answer = f"（按键 {exchange.keys}）"
    if not answer and exchange.listened:
        answer = "（没有说话）"
    rows = [("机器人", exchange.asked), ("来电人", answer)]
    return "".join(f"<tr><td>{who}</td><td>{escape(text)}</td></tr>" for who, text in rows if text)


def _facts(facts: Iterable[tuple[str, str]]) -> str:
    rows = "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in facts)
    return f"<dl>{rows}</dl>"


def _page(title: str, body: str, *, signed_in: bool) -> str:
    leave = "<form method='post' action='/logout'><button>退出</button></form>" if signed_in else ""
    return (
        "<!doctype html><html lang='zh-CN'><head><meta charset='utf-8'>"
        "<meta name='viewport' content='width=device-width'>"
        f"<title>{escape(title)} · 12320</title><link rel='stylesheet' href='/style.css'></head>"
        f"<body><header><h1>12320 {escape(title)}</h1>{leave}</header><main>{body}</main>"
        "</body></html>"
    )
