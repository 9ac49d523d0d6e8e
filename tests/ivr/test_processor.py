from pathlib import Path

import pytest

from ivr.processor import has_vnni


@pytest.mark.parametrize(
    ("flags", "there"),
    [("fpu avx2 avx512_vnni", True), ("fpu avx_vnni", True), ("fpu avx2 avx512f", False)],
)
def test_vnni_is_among_the_processors_flags(tmp_path: Path, flags: str, there: bool) -> None:
    cpuinfo = tmp_path / "cpuinfo"
    cpuinfo.write_text(f"processor\t: 0\nflags\t\t: {flags}\n", encoding="utf-8")
    assert has_vnni(cpuinfo) is there


def test_a_machine_that_does_not_tell_has_none(tmp_path: Path) -> None:
    assert not has_vnni(tmp_path / "none")
