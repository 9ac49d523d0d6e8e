"""What other rules would change, told before it is done."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from booking_client.rules import Dated, Rules
from booking_client.rules_file import as_written

DEFAULT = "default"


def rule_changes(old: Rules, new: Rules) -> list[str]:
    """One line an entry that is added (+), changed (~) or gone (-), the default's first."""
    names = dict.fromkeys((*old.hospitals, *new.hospitals))
    return [
        *_changes(DEFAULT, old.default, new.default),
        *(
            line
            for name in names
            for line in _changes(name, old.hospitals.get(name, ()), new.hospitals.get(name, ()))
        ),
    ]


def _changes(name: str, old: Dated, new: Dated) -> Iterator[str]:
    before = {since: as_written(fields) for since, fields in old}
    after = {since: as_written(fields) for since, fields in new}
    for since in sorted(before.keys() | after.keys()):
        entry = f"{name} from {since}"
        if since not in before:
            yield f"+ {entry}: {_fields(after[since])}"
        elif since not in after:
            yield f"- {entry}: {_fields(before[since])}"
        elif before[since] != after[since]:
            yield f"~ {entry}: {', '.join(_differences(before[since], after[since]))}"


def _differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    for field in dict.fromkeys((*before, *after)):
        if field not in after:
            yield f"{field} {_shown(before[field])} -> as the default"
        elif field not in before:
            yield f"{field} as the default -> {_shown(after[field])}"
        elif before[field] != after[field]:
            yield f"{field} {_shown(before[field])} -> {_shown(after[field])}"


def _fields(fields: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} {_shown(value)}" for name, value in fields.items())


def _shown(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{name}: {_shown(each)}" for name, each in value.items()) + "}"
    return json.dumps(value, ensure_ascii=False).strip('"')
