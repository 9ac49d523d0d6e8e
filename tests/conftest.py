"""`--complete`: everything that the tests need is there, so one that is skipped is a failure."""

from __future__ import annotations

import pytest
from hypothesis import settings

# How long an example takes is for bench/ to judge: on a busy machine a deadline fails by chance.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--complete", action="store_true", help=__doc__)


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, exitstatus: int, config: pytest.Config
) -> None:
    if config.getoption("complete"):
        for report in terminalreporter.getreports("skipped"):
            terminalreporter.write_line(f"skipped although everything is there: {report.nodeid}")


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if session.config.getoption("complete") and reporter and reporter.getreports("skipped"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
