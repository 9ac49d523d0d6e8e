"""What `make run` tells when its call is over."""

from __future__ import annotations

import pytest

from ivr.agent.demonstration import how_to_dial
from ivr.config import Config, WebConfig


def test_who_has_seen_the_call_is_told_where_to_dial_and_where_the_pages_are(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("IVR_SIP_SECRET", "letmein")
    told = "\n".join(how_to_dial(Config()))
    assert "password  letmein" in told
    assert "http://127.0.0.1:8330/" in told
    without = Config(web=WebConfig(enabled=False))
    assert "8330" not in "\n".join(how_to_dial(without))
