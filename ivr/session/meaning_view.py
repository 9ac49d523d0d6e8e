"""An understanding as plain, masked values for the log, the feed and the screen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from grammars.meaning import DateWish, Elsewhere, IdNumber, PhoneNumber, Scored, Slot, Understanding


def meaning_view(understanding: Understanding) -> dict[str, object]:
    """Slot name -> `{"value", "confidence"}` of its best meaning; flags where set.

    An ID number shows its length and last four only.
    """
    lists: tuple[tuple[Slot, Sequence[Scored[Any]]], ...] = (
        (Slot.TASK, understanding.task),
        (Slot.HOSPITAL, understanding.hospital),
        (Slot.DEPARTMENT, understanding.department),
        (Slot.DOCTOR, understanding.doctor),
        (Slot.DATE, understanding.date),
        (Slot.ID_NUMBER, understanding.id_number),
        (Slot.PHONE, understanding.phone),
        (Slot.CONFIRM, understanding.confirm),
        (Slot.COMMAND, understanding.command),
        (Slot.CHOICE, understanding.choice),
        (Slot.TOPIC, understanding.topic),
    )
    view: dict[str, object] = {
        slot.value: {"value": _plain(best[0].value), "confidence": round(best[0].confidence, 2)}
        for slot, best in lists
        if best
    }
    for name, others in (("elsewhere", understanding.elsewhere), ("change", understanding.change)):
        if others:
            view[name] = {
                "value": _plain(others[0].value),
                "confidence": round(others[0].confidence, 2),
            }
    if understanding.proof:
        view[Slot.PROOF.value] = {
            "value": f"{len(understanding.proof[0].value)} digits",
            "confidence": round(understanding.proof[0].confidence, 2),
        }
    for flag in (
        "no_preference",
        "backchannel",
        "greeting",
        "restart",
        "finished",
        "despair",
        "danger",
        "perhaps_danger",
    ):
        if getattr(understanding, flag):
            view[flag] = True
    return view


def meaning_line(view: dict[str, object]) -> str:
    """One readable line: `hospital=南京鼓楼医院 (0.97)  date=2026-11-25 上午 (0.93)`."""
    parts = []
    for slot, value in view.items():
        if isinstance(value, dict):
            parts.append(f"{slot}={value['value']} ({value['confidence']:.2f})")
        else:
            parts.append(slot)
    return "  ".join(parts)


def _plain(value: object) -> str:
    if isinstance(value, IdNumber):
        return masked_id(value)
    if isinstance(value, PhoneNumber):
        return f"{len(value.digits)} digits"
    if isinstance(value, DateWish):
        parts = []
        if value.date is not None:
            parts.append(value.date.isoformat())
        if value.not_before is not None:
            parts.append(f"{value.not_before.isoformat()} 起")
        if value.not_after is not None:
            parts.append(f"到 {value.not_after.isoformat()}")
        if value.earliest:
            parts.append("最早")
        if value.period is not None:
            parts.append(value.period.value)
        if value.not_on:
            parts.append("除周" + "".join("一二三四五六日"[day] for day in sorted(value.not_on)))
        return " ".join(parts) or "?"
    return value.name if isinstance(value, Elsewhere) else str(value)


def masked_id(number: IdNumber) -> str:
    """`**************001X` for a whole number, `6 digits` for a part of one."""
    if not number.complete:
        return f"{len(number.digits)} digits"
    return "*" * (len(number.digits) - 4) + number.digits[-4:]
