"""The phone, on a real Asterisk: it is what every whole-call test rests on."""

from __future__ import annotations

import asyncio
import contextlib
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.pbx.sip_phone import CallEnded, PhoneError, PhoneEvent, SipPhone, read_event
from ivr.telephony.ami import AmiAddress, AmiClient
from tests.pbx.lab import first_heard, pbx_lab, who_is_heard, write_tone

ECHO = "600"


def test_an_event_is_a_json_line() -> None:
    line = b'{"event": "disconnected", "t": 12.5, "call": 2, "cause": "remote", "status": 200}\n'
    assert read_event(line) == PhoneEvent(
        "disconnected", 12.5, 2, {"cause": "remote", "status": 200}
    )


@given(
    st.binary() | st.builds(lambda x: json.dumps(x).encode(), st.dictionaries(st.text(), st.text()))
)
def test_any_other_line_is_refused(line: bytes) -> None:
    with pytest.raises(PhoneError):
        read_event(line)


async def test_a_missing_environment_names_the_command_that_makes_it(tmp_path: Path) -> None:
    phone = SipPhone.calling("sip:12320@127.0.0.1", secret="", python=tmp_path / "python")
    with pytest.raises(PhoneError, match="make setup"):
        await phone.__aenter__()


@pytest.mark.sip
@pytest.mark.parametrize("sip_bind", ["127.0.0.1", "0.0.0.0"])
async def test_what_it_plays_comes_back_from_the_echo(tmp_path: Path, sip_bind: str) -> None:
    wav = tmp_path / "tone.wav"
    write_tone(wav, "agent", 0.5)
    async with pbx_lab(tmp_path, sip_bind=sip_bind) as lab, lab.caller(extension=ECHO) as phone:
        media = await phone.wait_for("media", seconds=5)
        played = await phone.play(wav)
        live = await _first_tone(phone)
        over = await phone.hang_up()
        assert over.facts["cause"] == "local"
    recorded = first_heard(lab.recordings[0], "agent")
    assert recorded is not None
    assert media.t + recorded < played.t + 0.5  # began before it ended
    assert live


@pytest.mark.sip
async def test_keys_arrive_at_the_pbx_one_by_one_and_in_order(tmp_path: Path) -> None:
    keys = "0011223*#"
    async with pbx_lab(tmp_path) as lab, lab.caller(extension=ECHO) as phone:
        address = AmiAddress("127.0.0.1", lab.settings.ami_port, "ivr", lab.settings.ami_secret)
        async with AmiClient(address) as ami:
            with ami.events("DTMFEnd") as events:
                await phone.wait_for("media", seconds=5)
                await phone.press(keys)
                arrived = ""
                async with asyncio.timeout(5):
                    async for event in events:
                        if event.get("Direction") == "Received":
                            arrived += event.get("Digit")
                        if len(arrived) == len(keys):
                            break
    assert arrived == keys


@pytest.mark.sip
async def test_a_call_that_is_refused_says_so(tmp_path: Path) -> None:
    async with pbx_lab(tmp_path) as lab, lab.caller(extension="110") as phone:
        over = await phone.wait_for("disconnected", seconds=5)
        assert (over.facts["cause"], over.facts["status"]) == ("refused", 404)


@pytest.mark.sip
async def test_a_wrong_password_is_refused(tmp_path: Path) -> None:
    async with pbx_lab(tmp_path) as lab:
        uri = f"sip:12320@127.0.0.1:{lab.settings.sip_port}"
        async with SipPhone.calling(uri, secret="not-the-password") as phone:
            over = await phone.wait_for("disconnected", seconds=5)
            assert (over.facts["cause"], over.facts["status"]) == ("refused", 401)


@pytest.mark.sip
async def test_commands_on_a_call_that_is_over_end_at_once(tmp_path: Path) -> None:
    wav = tmp_path / "tone.wav"
    write_tone(wav, "agent", 0.5)
    async with pbx_lab(tmp_path) as lab, lab.caller(extension=ECHO) as phone:
        await phone.wait_for("media", seconds=5)
        playing = asyncio.create_task(phone.play(wav))
        await phone.hang_up()
        with pytest.raises(CallEnded):
            await playing
        with pytest.raises(PhoneError):
            await phone.press("1")


@pytest.mark.sip
async def test_a_file_that_is_no_telephone_wav_is_refused(tmp_path: Path) -> None:
    async with pbx_lab(tmp_path) as lab, lab.caller(extension=ECHO) as phone:
        await phone.wait_for("media", seconds=5)
        with pytest.raises(PhoneError, match=r"nothing\.wav"):
            await phone.play(tmp_path / "nothing.wav")
        with pytest.raises(PhoneError, match="keys"):
            await phone.press("12x")


@pytest.mark.sip
async def test_leaving_the_block_hangs_up(tmp_path: Path) -> None:
    async with pbx_lab(tmp_path) as lab:
        async with lab.caller(extension=ECHO) as phone:
            await phone.wait_for("media", seconds=5)
            assert "1 active call" in await lab.asterisk.cli("core show channels count")
        assert "0 active calls" in await lab.asterisk.cli("core show channels count")


@pytest.mark.sip
async def test_many_phones_at_once_and_the_operator_takes_one_call_after_the_other(
    tmp_path: Path,
) -> None:
    """No agent: each goes through the safety net to the operator, who takes them in turn."""
    async with pbx_lab(tmp_path, operator_stays=1.2) as lab, contextlib.AsyncExitStack() as phones:
        callers = [await phones.enter_async_context(lab.caller()) for _ in range(3)]
        for caller in callers:
            await caller.wait_for("disconnected", seconds=30)
        await lab.operator.wait_for("disconnected", seconds=5, call=3)
        for recording in lab.recordings:
            voices = [who for _, who in who_is_heard(recording) if who != "nobody"]
            assert voices == ["safety net", "ringing", "operator"]


async def _first_tone(phone: SipPhone) -> bool:
    async with asyncio.timeout(5):
        async for frame in phone.heard():
            if any(
                abs(int.from_bytes(frame[i : i + 2], "little", signed=True)) > 2000
                for i in range(0, len(frame), 2)
            ):
                return True
    return False


def test_the_lab_knows_its_tones_apart(tmp_path: Path) -> None:
    """Otherwise every test of who was heard would mean nothing."""
    for who in ("safety net", "operator", "busy", "agent", "ringing"):
        write_tone(tmp_path / "tone.wav", who, 0.4)
        assert who_is_heard(tmp_path / "tone.wav") == [(0.0, who)]
