"""Imports point one way (contracts in pyproject.toml), and the pure rooms stay pure."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FORBIDDEN_IN_PURE_ROOMS = {
    "asyncio", "socket", "time", "subprocess", "threading", "sqlite3", "sqlalchemy",
    "aiohttp", "requests", "os", "logging", "secrets", "uuid",
}  # fmt: skip


def test_every_import_contract_is_kept() -> None:
    lint = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([lint], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("room", ["grammars", "dialogs"])
def test_pure_rooms_import_no_input_output_and_no_clock(room: str) -> None:
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno} imports {name}"
        for path in sorted((ROOT / room).rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
        )
        if name.split(".")[0] in FORBIDDEN_IN_PURE_ROOMS
    ]
    assert found == []


@pytest.mark.parametrize("room", ["grammars", "dialogs"])
def test_pure_rooms_ask_no_clock(room: str) -> None:
    clocks = (".today()", ".now()", ".utcnow()")
    found = [
        str(path.relative_to(ROOT))
        for path in sorted((ROOT / room).rglob("*.py"))
        if any(clock in path.read_text(encoding="utf-8") for clock in clocks)
    ]
    assert found == []


@pytest.mark.parametrize("room", ["grammars", "dialogs"])
def test_pure_rooms_use_only_random_numbers_of_a_given_seed(room: str) -> None:
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno} uses random.{node.attr}"
        for path in sorted((ROOT / room).rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == "random"
        and node.attr != "Random"
    ]
    assert found == []
