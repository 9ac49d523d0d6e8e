"""Rules as a clerk writes them: `data/rules.yaml`, every mistake with its file, line and field."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    create_model,
    model_validator,
)

from booking_client.rules import Dated, HospitalRules, Rules
from datafiles import DataFileError, load_yaml

DATA = Path(__file__).parent / "data"
RULES_FILE = DATA / "rules.yaml"


def load_rules(
    path: Path = RULES_FILE,
    *,
    hospitals: Collection[str] | None = None,
    channels: Collection[str] | None = None,
) -> Rules:
    """Read a rules file. `hospitals` and `channels`: the only names it may use; None = any.

    Raises DataFileError (file, line, field).
    """
    file = load_yaml(path, _file_model(hospitals, channels))
    try:
        return file.rules()
    except ValidationError as error:
        # A hospital's entry that fits the default of its own day but not a later one.
        problem = error.errors()[0]["msg"]
        raise DataFileError(
            path, 0, "hospitals", f"together with the default: {problem}"
        ) from error


def rules_text(rules: Rules) -> str:
    """The rules as the text of a rules file, which `load_rules` reads back as they are."""

    def entries(dated: Dated) -> list[dict[str, Any]]:
        return [{"valid_from": since, **as_written(fields)} for since, fields in dated]

    content = {
        "default": entries(rules.default),
        "hospitals": {name: entries(dated) for name, dated in rules.hospitals.items()},
    }
    return _HEAD + yaml.dump(
        content, Dumper=_Writer, allow_unicode=True, sort_keys=False, width=100
    )


_HEAD = "# Booking rules. What each field means: booking_client/data/rules.yaml\n\n"


class _Writer(yaml.SafeDumper):
    """Strings that are no keys are times: always in quotes, as they must be written."""

    def represent_mapping(
        self, tag: str, mapping: Any, flow_style: bool | None = None
    ) -> yaml.MappingNode:
        node = super().represent_mapping(tag, mapping, flow_style)
        for _, value in node.value:
            if isinstance(value, yaml.ScalarNode) and value.tag == "tag:yaml.org,2002:str":
                value.style = '"'
        return node


def as_written(value: Any) -> Any:
    """The fields of an entry as a clerk writes them: times without seconds; of a channel only what
    it has of its own."""
    if isinstance(value, Mapping):
        return {
            key: {code: _without_none(as_written(own)) for code, own in each.items()}
            if key == "channels"
            else as_written(each)
            for key, each in value.items()
        }
    if isinstance(value, str):
        return re.sub(r"^([0-9]{2}:[0-9]{2}):00$", r"\1", value)
    return value


def _without_none(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}


class _DatedDefault(HospitalRules):
    valid_from: dt.date


class _DatedChange(HospitalRules):
    """A hospital's entry, completed by the default of its first day; `changed` are its own."""

    valid_from: dt.date
    changed: frozenset[str] = Field(default=frozenset(), exclude=True)


class _RulesFile(BaseModel):
    model_config = ConfigDict(extra="forbid")

    default: tuple[_DatedDefault, ...] = Field(min_length=1)
    hospitals: dict[str, tuple[_DatedChange, ...]]

    @model_validator(mode="after")
    def _each_day_once(self) -> _RulesFile:
        dates = {"default": [entry.valid_from for entry in self.default]}
        for name, entries in self.hospitals.items():
            dates[name] = [entry.valid_from for entry in entries]
        for name, days in dates.items():
            if days != sorted(set(days)):
                raise ValueError(f"{name}: valid_from must rise from entry to entry")
        return self

    def rules(self) -> Rules:
        default: Dated = tuple(
            (entry.valid_from, entry.model_dump(mode="json", exclude={"valid_from"}))
            for entry in self.default
        )
        hospitals: dict[str, Dated] = {
            name: tuple(
                (entry.valid_from, entry.model_dump(mode="json", include=set(entry.changed)))
                for entry in entries
            )
            for name, entries in self.hospitals.items()
        }
        rules = Rules(default, hospitals)
        days = [entry.valid_from for entry in self.default]
        for name, entries in self.hospitals.items():
            for day in (*days, *(entry.valid_from for entry in entries)):
                rules.of(name, day)
        return rules


def _file_model(
    hospitals: Collection[str] | None, channels: Collection[str] | None
) -> type[_RulesFile]:
    """The file's model that knows which names exist."""

    def hospital(name: str) -> str:
        if hospitals is not None and name not in hospitals:
            raise ValueError("no such hospital in the catalogue")
        return name

    def known_channels(entry: HospitalRules) -> HospitalRules:
        for code in entry.channels:
            if channels is not None and code not in channels:
                raise ValueError(f"there is no channel {code}")
        return entry

    default = Annotated[_DatedDefault, AfterValidator(known_channels)]
    change = Annotated[
        _DatedChange, BeforeValidator(_on_the_default), AfterValidator(known_channels)
    ]
    name = Annotated[str, AfterValidator(hospital)]
    return create_model(
        "RulesFile",
        __base__=_RulesFile,
        default=(tuple[default, ...], Field(min_length=1)),
        hospitals=(dict[name, tuple[change, ...]], ...),
    )


def _on_the_default(change: object, info: ValidationInfo) -> object:
    """A hospital's entry names only what differs; the rest is the default's of that day."""
    default: tuple[_DatedDefault, ...] | None = info.data.get("default")
    if not isinstance(change, Mapping) or not default:
        return change
    since = change.get("valid_from")
    begun = [entry for entry in default if isinstance(since, dt.date) and entry.valid_from <= since]
    base: dict[str, Any] = (begun or default)[-1 if begun else 0].model_dump(exclude={"valid_from"})
    return {**base, **change, "changed": frozenset(change) - {"valid_from"}}
