"""A call as a person reads it at a terminal: notices in, lines out. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from ivr.session.meaning_view import meaning_line

_AGENT = "12320 "
_CALLER = "caller"


def spoken_line(text: str) -> str:
    """What the synthetic caller says (it knows, because it says it)."""
    return f"  {_CALLER} ▶ {text}"


def notice_lines(notice: Mapping[str, object]) -> list[str]:
    """The lines for one notice of the live feed; none for what would only be noise."""
    match notice["kind"]:
        case "call_started":
            return [f"  call {notice['call_id']}"]
        case "said":
            return [f"  {_AGENT} ▶ {notice['text']}"]
        case "heard":
            return [_heard(notice)]
        case "understood":
            meaning = notice.get("meaning")
            line = meaning_line(meaning) if isinstance(meaning, dict) else ""
            return [f"           meant  {line or 'nothing that fits'}"]
        case "nothing_heard":
            what = "noise, no words" if notice.get("noise") else "silence"
            return [f"           heard  ({what})"]
        case "latency":
            return _latency(notice.get("seconds"))
        case "booked":
            return _booked(notice)
        case "transfer":
            return [f"  {_AGENT} ▶ (to a person: {notice['reason']})"]
        case "call_ended":
            ended = f"{notice['outcome']} ({notice['reason']}), category {notice['category']}"
            return [f"  call ended: {ended}"]
    return []


def _heard(notice: Mapping[str, object]) -> str:
    if notice.get("masked"):
        return "           heard  (personal data; not shown)"
    hypotheses = notice.get("hypotheses")
    if not isinstance(hypotheses, list) or not hypotheses:
        return "           heard  (nothing)"
    shown = "  |  ".join(f"{text} ({confidence:.2f})" for text, confidence in hypotheses[:3])
    return f"           heard  {shown}"


def _latency(seconds: object) -> list[str]:
    if not isinstance(seconds, dict) or "first_frame" not in seconds:
        return []
    hops = ", ".join(f"{hop} {took:.2f}" for hop, took in seconds.items() if hop != "first_frame")
    inside = f"  ({hops})" if hops else ""
    return [f"           waited {seconds['first_frame']:.2f} s{inside}"]


def _booked(notice: Mapping[str, object]) -> list[str]:
    booking = notice.get("booking")
    if not isinstance(booking, dict):
        return []
    doctor = booking["doctor"] or "普通门诊"
    lines = [
        "",
        "  BOOKED",
        f"    code        {notice['code']}",
        f"    hospital    {booking['hospital']}（{booking['campus']}）",
        f"    department  {booking['department']}，{doctor}",
        f"    date        {booking['date']} {booking['session']} {booking['time']}",
        f"    ID number   **************{booking['id_last_four']}",
    ]
    if booking["name_unverified"]:
        lines.append("    name        not verified: the desk asks for it")
    return [*lines, ""]
