"""Asterisk's configuration: templates and settings in, file texts out.

Placeholders are written @@NAME@@, because ${NAME} is Asterisk's own. The
hotline's dialplan is not a template: deploy/asterisk/include/extensions_12320.conf
is copied as it stands, so that what an existing PBX includes is what is tested here.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from pathlib import Path

from ivr.pbx.settings import REPOSITORY, PbxError, PbxSettings

TEMPLATES = REPOSITORY / "deploy" / "asterisk" / "templates"
INCLUDES = REPOSITORY / "deploy" / "asterisk" / "include"

_PLACEHOLDER = re.compile(r"@@([A-Z_]+)@@")
# Pieces of pjsip.conf, repeated or left out; never files of their own.
_PHONE, _ANONYMOUS = "pjsip_phone.conf", "pjsip_anonymous.conf"
_DIALPLAN = "extensions_12320.conf"


def read_templates(templates: Path = TEMPLATES, includes: Path = INCLUDES) -> dict[str, str]:
    """File name -> text. Raises PbxError where the folder is not that of a whole checkout."""
    try:
        texts = {path.name: path.read_text("utf-8") for path in sorted(templates.glob("*.conf"))}
        texts[_DIALPLAN] = (includes / _DIALPLAN).read_text("utf-8")
    except OSError as error:
        raise PbxError(f"Asterisk's templates cannot be read: {error}") from error
    if "asterisk.conf" not in texts:
        raise PbxError(f"no Asterisk templates in {templates}")
    return texts


def render(settings: PbxSettings, templates: Mapping[str, str]) -> dict[str, str]:
    """File name -> text, for the instance's etc folder.

    Raises PbxError for a placeholder that nothing fills.
    """
    values = _values(settings)
    phones = [
        _fill(_PHONE, templates[_PHONE], values | {"NAME": name, "CONTEXT": context})
        for name, context in [
            ("caller", "from-callers"),
            *((name, "from-operators") for name in settings.registering_operators),
        ]
    ]
    if settings.anonymous_networks:
        phones.append(_fill(_ANONYMOUS, templates[_ANONYMOUS], values))
    values["PHONES"] = "\n".join(phones)
    return {
        name: text if name == _DIALPLAN else _fill(name, text, values)
        for name, text in templates.items()
        if name not in (_PHONE, _ANONYMOUS)
    }


def _values(settings: PbxSettings) -> dict[str, str]:
    return {
        "RUN_DIR": str(settings.run_dir),
        "MODULES": str(settings.installation.modules),
        "DATA": str(settings.installation.data),
        "SOUNDS": str(settings.sounds),
        "AMI_HOST": settings.ami_host,
        "AMI_PORT": str(settings.ami_port),
        "AMI_USER": settings.ami_user,
        "AMI_SECRET": settings.ami_secret,
        "SIP_BIND": settings.sip_bind,
        "SIP_PORT": str(settings.sip_port),
        "SIP_SECRET": settings.sip_secret,
        "RTP_FIRST": str(settings.rtp_first),
        "RTP_LAST": str(settings.rtp_last),
        "MEDIA": _media(settings.sip_bind),
        "AGENT_HOST": settings.agent_host,
        "AGENT_PORT": str(settings.agent_port),
        "HOTLINE": settings.hotline,
        "QUEUE_SECONDS": str(settings.queue_seconds),
        "TAKE_OVER_SECONDS": f"{settings.take_over_seconds:g}",
        "MEMBERS": "\n".join(f"member => {member}" for member in settings.operators),
        "PERMITS": "\n".join(
            f"permit = {ipaddress.IPv4Network(network).with_netmask}"
            for network in settings.anonymous_networks
        ),
    }


def _media(bind: str) -> str:
    """Bound to one address, the audio uses it too; otherwise Asterisk chooses for each phone."""
    if bind == "0.0.0.0":
        return "; audio: the address that this machine reaches the phone from"
    return f"media_address = {bind}\nbind_rtp_to_media_address = yes"


def _fill(name: str, text: str, values: Mapping[str, str]) -> str:
    def value(match: re.Match[str]) -> str:
        try:
            return values[match[1]]
        except KeyError:
            raise PbxError(f"{name}: nothing is known for @@{match[1]}@@") from None

    return _PLACEHOLDER.sub(value, text)
