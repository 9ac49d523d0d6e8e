"""No value of config.yaml may change the meaning of one of Asterisk's files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.pbx.config_files import read_templates, render
from ivr.pbx.settings import Installation, PbxError, PbxSettings, find_installation


def settings(**changes: Any) -> PbxSettings:
    given: dict[str, Any] = {
        "installation": Installation(
            Path("/opt/asterisk/asterisk"),
            Path("/opt/asterisk/modules"),
            Path("/opt/asterisk/share"),
            "22",
        ),
        "run_dir": Path("/run/pbx"),
        "sounds": Path("/srv/sounds"),
        "ami_secret": "manager-secret",
        "sip_secret": "phone-secret",
    }
    return PbxSettings(**(given | changes))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("run_dir", Path("relative")),
        ("run_dir", Path("/run/a;b")),
        ("sounds", Path("/srv/a&b")),
        ("sounds", Path("/srv/a,b")),
        ("sounds", Path("/srv/${EVIL}")),
        ("ami_user", "ivr]\n[root"),
        ("ami_host", "127.0.0.1 ; x"),
        ("agent_host", "host/../x"),
        ("sip_bind", "example.org"),
        ("sip_bind", "127.0.0.1\n"),
        ("sip_port", 0),
        ("ami_port", 65536),
        ("rtp_last", 20001),
        ("hotline", "_X."),
        ("hotline", "12320,1,System(x)"),
        ("operators", ()),
        ("operators", ("operator",)),
        ("operators", ("PJSIP/caller",)),
        ("operators", ("PJSIP/a\nmember => PJSIP/b",)),
        ("queue_seconds", 0),
        ("take_over_seconds", 10),
        ("anonymous_networks", ("192.168.0.1/16",)),
        ("anonymous_networks", ("everybody",)),
    ],
)
def test_a_value_that_would_break_out_of_its_line_is_refused(field: str, value: object) -> None:
    with pytest.raises(PbxError, match=field.split("_")[0]):
        settings(**{field: value})


@pytest.mark.parametrize("value", ["short", "with space in it", "line\nbreak-in-it", "semi;colon;"])
@pytest.mark.parametrize("field", ["ami_secret", "sip_secret"])
def test_a_bad_secret_is_refused_and_never_shown(field: str, value: str) -> None:
    with pytest.raises(PbxError) as fault:
        settings(**{field: value})
    assert value not in str(fault.value)
    assert field in str(fault.value)


def test_secrets_are_not_in_the_repr() -> None:
    assert "manager-secret" not in repr(settings())
    assert "phone-secret" not in repr(settings())


@given(st.text(min_size=1), st.sampled_from(["ami_user", "agent_host", "hotline", "sip_bind"]))
def test_whatever_is_accepted_adds_no_line_and_no_section(text: str, field: str) -> None:
    templates = read_templates()
    try:
        files = render(settings(**{field: text}), templates)
    except PbxError:
        return
    plain = render(settings(), templates)
    for name, rendered in files.items():
        assert rendered.count("\n") == plain[name].count("\n") or field == "sip_bind"
        assert rendered.count("[") == plain[name].count("[")


def test_who_registers_here_are_the_plain_pjsip_ones() -> None:
    chosen = settings(operators=("PJSIP/8001", "PJSIP/8002@trunk", "Local/9@desk", "PJSIP/8001"))
    assert chosen.registering_operators == ("8001", "crisis")


def test_a_missing_installation_names_the_command_that_makes_it(tmp_path: Path) -> None:
    with pytest.raises(PbxError, match=r"get_asterisk\.sh"):
        find_installation(tmp_path)


def test_an_installation_is_found_beside_its_description(tmp_path: Path) -> None:
    (tmp_path / "installation.json").write_text(
        '{"version": "22.1", "modules": "usr/lib/modules", "data": "/usr/share/asterisk"}'
    )
    found = find_installation(tmp_path)
    assert found.modules == tmp_path / "usr/lib/modules"
    assert found.data == Path("/usr/share/asterisk")
    assert found.version == "22.1"
