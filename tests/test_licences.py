"""The product is Apache-2.0: every locked dependency's licence is listed, none is copyleft.

`pytest tests/test_licences.py -s` prints the list. GPL parts (the SIP test phone,
espeak-ng) are separate processes and so are not in the product's lock file.
"""

import ast
import json
import re
from importlib import metadata
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[1]
COPYLEFT = re.compile(r"\b(A?GPL|LGPL|GNU|MPL|Mozilla|EUPL|CDDL|EPL|SSPL|OSL)", re.IGNORECASE)
PERMISSIVE = re.compile(
    r"\b(MIT|BSD|Apache|ISC|PSF|Python Software Foundation|Python-2\.0|Unlicense|0BSD|Zlib|"
    r"HPND|CC0|Public Domain|CNRI)",
    re.IGNORECASE,
)
_BY_HAND = yaml.safe_load((ROOT / "tests/licences.yaml").read_text(encoding="utf-8"))
REVIEWED: dict[str, str] = _BY_HAND["reviewed"]
REVIEWED_NPM: dict[str, str] = _BY_HAND["reviewed_npm"]


def locked() -> list[str]:
    lock = (ROOT / "requirements/lock.txt").read_text(encoding="utf-8")
    return re.findall(r"^([A-Za-z0-9._-]+)==", lock, re.MULTILINE)


def licence(package: str) -> str:
    info = metadata.metadata(package)
    classifiers = [
        text.rsplit("::", 1)[-1].strip()
        for text in info.get_all("Classifier") or []
        if text.startswith("License ::") and not text.endswith("OSI Approved")
    ]
    stated = _field(info, "License-Expression") or ", ".join(classifiers)
    # A `License` field may hold a whole text: its first line names it.
    return stated or _field(info, "License").strip().split("\n")[0]


def _field(info: metadata.PackageMetadata, name: str) -> str:
    return str(info[name]) if name in info else ""


def test_every_locked_package_states_a_permissive_licence() -> None:
    refused = []
    for package in locked():
        stated = licence(package)
        print(f"{package:24} {stated}")
        if package in REVIEWED:
            continue
        if not PERMISSIVE.search(stated) or COPYLEFT.search(stated):
            refused.append(f"{package}: {stated or 'no licence stated'}")
    assert refused == []


@pytest.mark.parametrize("package", sorted(REVIEWED))
def test_a_reviewed_exception_is_still_needed(package: str) -> None:
    assert package in locked()
    assert COPYLEFT.search(licence(package)) or not PERMISSIVE.search(licence(package))


def test_every_locked_script_of_the_pages_states_a_permissive_licence() -> None:
    lock = json.loads((ROOT / "deploy/npm/package-lock.json").read_text(encoding="utf-8"))
    packages = {
        name.removeprefix("node_modules/"): each for name, each in lock["packages"].items() if name
    }
    refused = []
    for name, package in packages.items():
        stated = package.get("license", "")
        print(f"{name:24} {stated}")
        permissive = PERMISSIVE.search(stated) and not COPYLEFT.search(stated)
        if permissive and name in REVIEWED_NPM:
            refused.append(f"{name}: needs no exception")
        elif not permissive and not (name in REVIEWED_NPM and package.get("dev")):
            refused.append(f"{name}: {stated or 'no licence stated'}")
    assert refused == []
    assert set(REVIEWED_NPM) <= set(packages)


def test_no_room_imports_a_copyleft_package() -> None:
    outside_the_process = {"pyttsx3": {"ivr/voices/pyttsx3_worker.py"}, "pjsua2": set()}
    for name in REVIEWED:
        outside_the_process.setdefault(name, set())
    found = []
    rooms = ("datafiles", "grammars", "dialogs", "booking_client", "booking_service", "ivr")
    for room in (*rooms, "speech_models"):
        for path in sorted((ROOT / room).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                names = (
                    [alias.name for alias in node.names]
                    if isinstance(node, ast.Import)
                    else [node.module or ""]
                    if isinstance(node, ast.ImportFrom)
                    else []
                )
                where = path.relative_to(ROOT).as_posix()
                found += [
                    f"{where} imports {name}"
                    for name in names
                    if where not in outside_the_process.get(name.split(".")[0], {where})
                ]
    assert found == []
