"""The manager client against recorded conversations, and against a PBX that misbehaves."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

import pytest

from ivr.telephony.ami import AmiClient, Originated
from ivr.telephony.ami_connection import AmiAddress
from ivr.telephony.ami_errors import (
    AmiLoginRefused,
    AmiNotConnected,
    AmiRefused,
    AmiTimeout,
    AmiValueRefused,
)
from tests.telephony.ami_replay import LOGIN, SILENCE, ManagerReplay
from tests.telephony.peers import BOUND


def client(address: AmiAddress, action_timeout: float = BOUND) -> AmiClient:
    return AmiClient(address, action_timeout=action_timeout, first_pause=0.01, longest_pause=0.02)


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(BOUND):
        while not condition():
            await asyncio.sleep(0)


@pytest.mark.parametrize("chunk", [65_536, 1])
async def test_redirect(chunk: int) -> None:
    async with ManagerReplay("redirect", chunk=chunk) as pbx, client(pbx.address) as ami:
        await ami.redirect("PJSIP/caller-00000005", "transfer", "human")
    assert not ami.connected
    assert pbx.actions() == ["Login", "Redirect"]


async def test_redirect_of_a_channel_that_is_gone() -> None:
    async with (
        ManagerReplay("redirect_of_a_channel_that_is_gone") as pbx,
        client(pbx.address) as ami,
    ):
        with pytest.raises(AmiRefused) as refused:
            await ami.redirect("PJSIP/caller-00000005", "transfer", "human")
        assert refused.value.reason == "Channel does not exist: PJSIP/caller-00000005"
        assert ami.connected


async def test_originate_answered() -> None:
    async with ManagerReplay("originate_answered") as pbx, client(pbx.address) as ami:
        assert await ami.originate(
            "PJSIP/reminder",
            "reminders",
            "s",
            caller_id="12320",
            variables={"BOOKING": "17"},
            ring_seconds=20,
        ) == Originated(True, 4, "PJSIP/reminder-00000003", "1795516030.11")


async def test_originate_failed_and_somebody_elses_result_is_not_ours() -> None:
    async with ManagerReplay("originate_failed") as pbx, client(pbx.address) as ami:
        result = await ami.originate("Local/nosuch@loop", "transfer", "human")
        assert (result.answered, result.reason) == (False, 0)


async def test_originate_without_a_result_is_bounded() -> None:
    async with ManagerReplay(LOGIN) as pbx, client(pbx.address, action_timeout=0.02) as ami:
        originating = asyncio.create_task(ami.originate("PJSIP/x", "c", "s", ring_seconds=0.01))
        await pbx.wait_for("Originate")
        action_id = pbx.received[-1]["ActionID"]
        pbx.say(b"Response: Success\r\nActionID: %s\r\n\r\n" % action_id.encode())
        with pytest.raises(AmiTimeout):
            await originating
        assert ami.connected


async def test_originate_that_fails_before_it_is_acknowledged() -> None:
    async with ManagerReplay(LOGIN) as pbx, client(pbx.address) as ami:
        originating = asyncio.create_task(ami.originate("PJSIP/x", "c", "s"))
        await pbx.wait_for("Originate")
        pbx.say(
            b"Event: OriginateResponse\r\nActionID: %s\r\nResponse: Failure\r\nReason: 8\r\n\r\n"
            % pbx.received[-1]["ActionID"].encode()
        )
        async with asyncio.timeout(BOUND):
            assert (await originating).reason == 8


@pytest.mark.parametrize("chunk", [65_536, 1])
async def test_events_of_a_call_in_the_queue(chunk: int) -> None:
    async with ManagerReplay("queue_events", chunk=chunk) as pbx, client(pbx.address) as ami:
        with ami.events("DTMFEnd", "QueueCaller*", "Hangup") as events:
            await ami.action("Ping", {})
            async with asyncio.timeout(BOUND):
                seen = [await anext(events) for _ in range(5)]
    assert [event.name for event in seen] == [
        "DTMFEnd",
        "QueueCallerJoin",
        "QueueCallerAbandon",
        "QueueCallerLeave",
        "Hangup",
    ]
    assert seen[0].get("Digit") == "0"
    assert seen[1].get("CallerIDName") == "王奶奶"
    assert seen[4].get("Cause-txt") == "Normal Clearing"
    assert "王奶奶" not in repr(seen)


async def test_login_refused_and_tried_again() -> None:
    async with ManagerReplay("login_refused", LOGIN) as pbx:
        ami = client(pbx.address)
        try:
            with pytest.raises(AmiLoginRefused):
                await ami.connect(timeout=BOUND)
            await until(lambda: ami.connected)
            await ami.connect()
        finally:
            await ami.aclose()


async def test_no_manager_there() -> None:
    async with ManagerReplay() as pbx:
        address = pbx.address
    ami = client(address)
    try:
        with pytest.raises(AmiNotConnected):
            await ami.connect(timeout=0.05)
        with pytest.raises(AmiNotConnected):
            await ami.redirect("PJSIP/x", "c", "s")
    finally:
        await ami.aclose()


async def test_a_manager_that_says_nothing_is_left_for_another_try() -> None:
    async with ManagerReplay(SILENCE, LOGIN) as pbx:
        ami = AmiClient(pbx.address, connect_timeout=0.5, first_pause=0.01)
        try:
            with pytest.raises(AmiNotConnected):
                await ami.connect(timeout=0.01)
            await ami.connect(timeout=BOUND)
        finally:
            await ami.aclose()
        assert pbx.connections == 2


async def test_a_waiting_action_fails_when_the_connection_breaks_and_is_never_sent_again() -> None:
    async with ManagerReplay(LOGIN, "redirect") as pbx, client(pbx.address) as ami:
        redirecting = asyncio.create_task(ami.redirect("PJSIP/gone", "transfer", "human"))
        await pbx.wait_for("Redirect")
        pbx.cut()
        with pytest.raises(AmiNotConnected):
            await redirecting
        with pytest.raises(AmiNotConnected):
            await ami.redirect("PJSIP/meanwhile", "transfer", "human")
        await until(lambda: ami.connected)
        await ami.redirect("PJSIP/caller-00000005", "transfer", "human")
    channels = [action["Channel"] for action in pbx.received if action["Action"] == "Redirect"]
    assert channels == ["PJSIP/gone", "PJSIP/caller-00000005"]
    assert pbx.connections == 2


async def test_events_go_on_after_a_reconnect() -> None:
    async with ManagerReplay(LOGIN, "queue_events") as pbx, client(pbx.address) as ami:
        with ami.events("Hangup") as events:
            pbx.cut()
            await until(lambda: not ami.connected)
            await until(lambda: ami.connected)
            await ami.action("Ping", {})
            async with asyncio.timeout(BOUND):
                assert (await anext(events)).get("Uniqueid") == "1795516031.13"


async def test_shutdown_of_asterisk_is_a_lost_connection() -> None:
    async with ManagerReplay(LOGIN, LOGIN) as pbx, client(pbx.address) as ami:
        pbx.say(b"Event: Shutdown\r\nPrivilege: system,all\r\nShutdown: Cleanly\r\n\r\n")
        await until(lambda: not ami.connected)
        await until(lambda: ami.connected)
        assert pbx.connections == 2


async def test_an_action_without_answer_is_bounded() -> None:
    async with ManagerReplay(LOGIN) as pbx, client(pbx.address, action_timeout=0.02) as ami:
        with pytest.raises(AmiTimeout):
            await ami.redirect("PJSIP/x", "c", "s")
        assert ami.connected
        # Its late answer troubles nobody.
        late = pbx.received[-1]["ActionID"].encode()
        pbx.say(b"Response: Success\r\nActionID: %s\r\n\r\n" % late)
        following = asyncio.create_task(ami.action("Ping", {}, timeout=BOUND))
        await pbx.wait_for("Ping")
        ping = pbx.received[-1]["ActionID"].encode()
        pbx.say(b"Response: Success\r\nActionID: %s\r\nPing: Pong\r\n\r\n" % ping)
        assert (await following)["ping"] == "Pong"


async def test_a_manager_that_answers_no_ping_is_left() -> None:
    async with ManagerReplay(LOGIN, LOGIN) as pbx:
        ami = AmiClient(pbx.address, ping_interval=0.01, action_timeout=0.02, first_pause=0.01)
        try:
            await ami.connect()
            await until(lambda: pbx.connections == 2 and ami.connected)
            assert pbx.actions().count("Login") == 2
        finally:
            await ami.aclose()


async def test_a_message_without_end_ends_the_connection() -> None:
    async with ManagerReplay(LOGIN, LOGIN) as pbx, client(pbx.address) as ami:
        pbx.say(b"Event: Endless\r\n" + b"Junk: x\r\n" * 40_000)
        await until(lambda: pbx.connections == 2)
        await until(lambda: ami.connected)
        assert pbx.actions() == ["Login", "Login"]


async def test_what_would_break_out_of_a_header_is_refused() -> None:
    async with ManagerReplay("redirect") as pbx, client(pbx.address) as ami:
        for bad in ("a\r\nAction: Originate", "a\nb", "a\rb", "a\0b"):
            with pytest.raises(AmiValueRefused):
                await ami.redirect(bad, "transfer", "human")
            with pytest.raises(AmiValueRefused):
                await ami.originate("PJSIP/x", "c", "s", variables={"X": bad})
            with pytest.raises(AmiValueRefused):
                await ami.action("Ping", {bad: "x"})
        with pytest.raises(AmiValueRefused):
            await ami.originate("PJSIP/x", "c", "s", variables={"X": "1,Y=2"})
        with pytest.raises(AmiValueRefused):
            await ami.action("Originate", {"Channel": "PJSIP/x"})
        await ami.redirect("PJSIP/caller-00000005", "transfer", "human")
    assert pbx.actions() == ["Login", "Redirect"]
    with pytest.raises(AmiValueRefused):
        AmiClient(AmiAddress("127.0.0.1", 5038, "agent", "secret\r\nEvents: off"))


async def test_nothing_personal_and_no_secret_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with ManagerReplay("queue_events", LOGIN) as pbx, client(pbx.address) as ami:
        await ami.action("Ping", {})
        originating = asyncio.create_task(ami.originate("PJSIP/13900001111", "c", "s"))
        await pbx.wait_for("Originate")
        pbx.cut()
        with pytest.raises(AmiNotConnected):
            await originating
    assert "AMI connection lost" in caplog.text
    for word in ("王奶奶", "13900001111", "secret"):
        assert word not in caplog.text
    assert "secret" not in repr(pbx.address)


async def test_closing_ends_event_streams_and_waits() -> None:
    async with ManagerReplay(LOGIN) as pbx:
        ami = client(pbx.address)
        await ami.connect()
        events = ami.events("Hangup")
        reading = asyncio.create_task(anext(events, None))
        redirecting = asyncio.create_task(ami.redirect("PJSIP/x", "c", "s"))
        await pbx.wait_for("Redirect")
        await ami.aclose()
        assert await reading is None
        with pytest.raises(AmiNotConnected):
            await redirecting
        await ami.aclose()
