"""Who may do what: roles and their rights, loaded from data/roles.yaml and checked on load."""

from __future__ import annotations

from enum import StrEnum
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, model_validator

from datafiles import load_yaml

_SHIPPED = Path(__file__).parent / "data" / "roles.yaml"


class Right(StrEnum):
    """What a page or an action asks for."""

    HANDOVER = "handover"  # the page of a call that is handed over
    CALLS = "calls"  # list and page of calls, with what was said
    LISTEN = "listen"  # recordings
    PERSONAL = "personal"  # a caller's personal data in the clear
    REVIEW = "review"  # notes, tags, "wrong here"
    EXPORT = "export"  # take data out: replay cases, tables
    LIVE = "live"  # calls in progress, as they are spoken
    TAKE_OVER = "take_over"  # transfer a call in progress to a person
    LISTEN_IN = "listen_in"  # hear a call in progress
    BOARD = "board"
    REPORTS = "reports"
    ALIASES_PROPOSE = "aliases_propose"  # propose an alias and try it
    ALIASES_LIVE = "aliases_live"  # put an alias into service, take it out
    ACCOUNTS = "accounts"
    AUDIT = "audit"
    RETENTION = "retention"


class Role(StrEnum):
    """Every account has one."""

    OPERATOR = "operator"
    REVIEWER = "reviewer"
    SUPERVISOR = "supervisor"
    ADMINISTRATOR = "administrator"


class RoleRights(BaseModel):
    """`idle_minutes`: a session without a request for so long is over; `longest_hours`: however
    much it is used."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    rights: frozenset[Right]
    idle_minutes: int = Field(ge=1, le=1440)
    longest_hours: int = Field(ge=1, le=24)


class Roles(BaseModel):
    """Every role has its rights, and every right a role that has it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    roles: dict[Role, RoleRights]

    @model_validator(mode="after")
    def _complete(self) -> Roles:
        missing = [role.value for role in Role if role not in self.roles]
        if missing:
            raise ValueError(f"no rights for {', '.join(missing)}")
        given = frozenset[Right]().union(*(each.rights for each in self.roles.values()))
        if unused := [right.value for right in Right if right not in given]:
            raise ValueError(f"no role has {', '.join(unused)}")
        return self

    def of(self, role: Role) -> RoleRights:
        return self.roles[role]


@cache
def roles() -> Roles:
    """The shipped roles, read once in a process. Raises DataFileError (file, line, field)."""
    return load_yaml(_SHIPPED, Roles)
