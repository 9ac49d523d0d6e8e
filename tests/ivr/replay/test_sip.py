"""A case as a real call: an Asterisk, an agent's process and a SIP phone of its own."""

import os
import secrets
from pathlib import Path

import pytest

from booking_client.personal_data import PersonalDataKeys
from ivr.config import load_config
from ivr.replay.batch import find_cases, prepared
from ivr.replay.sip import place_all

pytestmark = [pytest.mark.sip, pytest.mark.models]

REPOSITORY = Path(__file__).parents[3]


def test_cases_are_placed_on_their_own_day_through_an_asterisk_of_their_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IVR_AMI_SECRET", secrets.token_urlsafe(16))
    monkeypatch.setenv("IVR_SIP_SECRET", secrets.token_urlsafe(12))
    monkeypatch.setenv("IVR_DATA_KEY", os.environ.get("IVR_DATA_KEY", PersonalDataKeys.generate()))
    var = tmp_path / "var"
    var.mkdir()
    for made_by_setup in ("rendered", "sounds"):
        (var / made_by_setup).symlink_to(REPOSITORY / "var" / made_by_setup)
    config = load_config(REPOSITORY / "config.yaml", {"IVR_VAR_DIR": str(var)})
    calls = REPOSITORY / "tests" / "calls"
    cases = find_cases([calls / "asks_for_a_person.yaml", calls / "key_zero.yaml"])
    with prepared(cases, config, config.replays, print) as queue:
        run = place_all(queue, config, 2, lambda result: None)
    assert [result.reason for result in run.results] == ["caller_asked", "key_zero"]
    result = run.results[-1]
    assert result.failures == ()
    assert result.turns[0].said == ("(keys) 0",)
    assert (config.replays / result.audio).stat().st_size > 16000
