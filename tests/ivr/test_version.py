import subprocess
from pathlib import Path

from ivr.version import version


def test_a_checkout_is_told_by_its_commit_and_whether_files_differ(tmp_path: Path) -> None:
    def git(*words: str) -> str:
        author = ("-c", "user.name=a", "-c", "user.email=a@example.org")
        done = subprocess.run(
            ["git", *author, *words], cwd=tmp_path, check=True, capture_output=True, text=True
        )
        return done.stdout.strip()

    git("init", "--quiet")
    (tmp_path / "file").write_text("one", encoding="utf-8")
    git("add", "file")
    git("commit", "--quiet", "--message", "one")
    commit = git("rev-parse", "--short", "HEAD")
    assert version(tmp_path) == f"{version(Path('/'))} at {commit}"
    (tmp_path / "file").write_text("two", encoding="utf-8")
    assert version(tmp_path).endswith(f"{commit}+")


def test_without_a_checkout_it_is_the_number_alone() -> None:
    assert version(Path("/")).replace(".", "").isdigit()
