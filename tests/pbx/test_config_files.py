"""Settings in, Asterisk's files out."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ivr.pbx.config_files import INCLUDES, read_templates, render
from ivr.pbx.settings import PbxError
from tests.pbx.test_settings import settings


def section(text: str, name: str) -> str:
    """The lines of the sections [name], without comments."""
    parts = re.split(r"^\[([^\]]+)\]", text, flags=re.MULTILINE)
    bodies = [body for title, body in zip(parts[1::2], parts[2::2], strict=True) if title == name]
    lines = "".join(bodies).splitlines()
    return "\n".join(line.split(" ;")[0].rstrip() for line in lines if not line.startswith(";"))


def test_every_placeholder_is_filled() -> None:
    files = render(settings(), read_templates())
    assert not [name for name, text in files.items() if "@@" in text]


def test_an_unknown_placeholder_names_file_and_placeholder() -> None:
    with pytest.raises(PbxError, match=r"rtp\.conf.*@@NONSENSE@@"):
        render(settings(), read_templates() | {"rtp.conf": "x = @@NONSENSE@@"})


def test_ports_and_folders_stand_where_asterisk_reads_them() -> None:
    chosen = settings(
        sip_port=5160, ami_port=5138, agent_port=4673, rtp_first=30000, rtp_last=30100
    )
    files = render(chosen, read_templates())
    assert "bind = 127.0.0.1:5160" in section(files["pjsip.conf"], "udp")
    assert "port = 5138" in section(files["manager.conf"], "general")
    assert "IVR_AGENT=127.0.0.1:4673" in section(files["extensions.conf"], "globals")
    assert "IVR_SOUNDS=/srv/sounds" in section(files["extensions.conf"], "globals")
    assert "rtpstart = 30000\nrtpend = 30100" in files["rtp.conf"]
    assert "astrundir => /run/pbx/run" in files["asterisk.conf"]


def test_the_dialplan_is_the_very_file_that_an_existing_pbx_includes() -> None:
    files = render(settings(), read_templates())
    name = "extensions_12320.conf"
    assert files[name] == (INCLUDES / name).read_text("utf-8")
    assert f'#include "{name}"' in files["extensions.conf"]


def test_callers_can_dial_the_hotline_and_their_echo_and_nothing_else() -> None:
    files = render(settings(hotline="96120"), read_templates())
    dialled = re.findall(
        r"^exten => ([^,]+),", section(files["extensions.conf"], "from-callers"), re.M
    )
    assert dialled == ["96120", "600"]
    assert "[caller](phone)\ncontext = from-callers" in files["pjsip.conf"]


def test_operators_are_named_in_one_place() -> None:
    files = render(settings(operators=("PJSIP/8001", "PJSIP/8002@trunk")), read_templates())
    members = section(files["queues.conf"], "operators")
    assert "member => PJSIP/8001\nmember => PJSIP/8002@trunk" in members
    assert "[8001](phone)\ncontext = from-operators" in files["pjsip.conf"]
    assert "8002" not in files["pjsip.conf"]


def test_nobody_calls_without_a_password_unless_configured() -> None:
    assert "[anonymous]" not in render(settings(), read_templates())["pjsip.conf"]
    open_house = settings(anonymous_networks=("192.168.0.0/16", "10.1.2.3/32"))
    anonymous = section(render(open_house, read_templates())["pjsip.conf"], "anonymous")
    assert "deny = 0.0.0.0/0.0.0.0" in anonymous
    assert "permit = 192.168.0.0/255.255.0.0" in anonymous
    assert "permit = 10.1.2.3/255.255.255.255" in anonymous


def test_bound_to_every_address_asterisk_chooses_the_audio_address() -> None:
    here = render(settings(sip_bind="127.0.0.1"), read_templates())["pjsip.conf"]
    everywhere = render(settings(sip_bind="0.0.0.0"), read_templates())["pjsip.conf"]
    assert "media_address = 127.0.0.1" in here
    assert "media_address" not in everywhere


def test_keys_are_not_logged() -> None:
    """They may be an ID number."""
    levels = section(render(settings(), read_templates())["logger.conf"], "logfiles")
    assert "dtmf" not in levels
    assert "debug" not in levels


def test_a_checkout_without_templates_is_told_so(tmp_path: Path) -> None:
    with pytest.raises(PbxError, match="cannot be read"):
        read_templates(tmp_path, tmp_path)
