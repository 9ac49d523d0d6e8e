"""Which role may do what."""

from __future__ import annotations

from pathlib import Path

import pytest

from datafiles import DataFileError, load_yaml
from ivr.web.accounts.rights import Right, Role, Roles, roles

_ALL = frozenset(Right)


def test_an_operator_sees_handed_over_calls_and_nothing_else() -> None:
    assert roles().of(Role.OPERATOR).rights == {Right.HANDOVER}


def test_who_manages_accounts_hears_nobody_and_the_other_way_round() -> None:
    of_callers = {Right.HANDOVER, Right.CALLS, Right.LISTEN, Right.PERSONAL, Right.LISTEN_IN}
    assert not roles().of(Role.ADMINISTRATOR).rights & of_callers
    for role in (Role.OPERATOR, Role.REVIEWER, Role.SUPERVISOR):
        assert not roles().of(role).rights & {Right.ACCOUNTS, Right.AUDIT}


def test_a_reviewer_may_not_put_aliases_into_service_or_see_personal_data() -> None:
    rights = roles().of(Role.REVIEWER).rights
    assert {Right.LISTEN, Right.REVIEW, Right.EXPORT} <= rights
    assert not rights & {Right.ALIASES_LIVE, Right.PERSONAL, Right.TAKE_OVER, Right.LISTEN_IN}


def _file(tmp_path: Path, given: dict[str, list[str]]) -> Path:
    path = tmp_path / "roles.yaml"
    lines = [
        f"  {role}: {{rights: [{', '.join(rights)}], idle_minutes: 30, longest_hours: 10}}"
        for role, rights in given.items()
    ]
    path.write_text("roles:\n" + "\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_a_role_without_rights_is_told(tmp_path: Path) -> None:
    path = _file(tmp_path, {"operator": ["handover"]})
    with pytest.raises(DataFileError, match="no rights for reviewer, supervisor, administrator"):
        load_yaml(path, Roles)


def test_a_right_that_nobody_has_is_told(tmp_path: Path) -> None:
    most = sorted(right.value for right in _ALL - {Right.AUDIT})
    path = _file(tmp_path, {role: most for role in Role})
    with pytest.raises(DataFileError, match="no role has audit"):
        load_yaml(path, Roles)


def test_a_misspelt_right_is_told_with_its_line(tmp_path: Path) -> None:
    path = _file(tmp_path, {"operator": ["handovr"]})
    with pytest.raises(DataFileError, match=r"roles\.yaml:2: roles\.operator\.rights"):
        load_yaml(path, Roles)
