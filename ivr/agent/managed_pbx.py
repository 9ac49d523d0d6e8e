"""The Asterisk and the synthetic operator that `ivr run` and the tests bring up."""

from __future__ import annotations

import contextlib
import hashlib
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

from ivr.audio_file import write_speech
from ivr.config import Config, secret
from ivr.pbx.asterisk_process import AsteriskProcess
from ivr.pbx.settings import LONGEST_RUN_DIR, PbxSettings, find_installation
from ivr.pbx.sip_phone import SipPhone
from ivr.ports import FragmentStore

OPERATOR_SAYS = "您好，这里是人工座席，请讲。"
CRISIS_LINE_SAYS = "您好，我是心理援助热线的，我在听，您慢慢说。"


def pbx_settings(config: Config) -> PbxSettings:
    """What config.yaml and the environment's secrets say of the managed PBX.

    Raises PbxError, MissingSecret.
    """
    pbx, agent = config.pbx, config.agent
    return PbxSettings(
        installation=find_installation(config.root / ".tools" / "asterisk"),
        run_dir=_run_dir(config),
        sounds=config.sounds.resolve(),
        ami_secret=secret("IVR_AMI_SECRET"),
        sip_secret=secret("IVR_SIP_SECRET"),
        sip_bind=pbx.sip_bind,
        sip_port=pbx.sip_port,
        rtp_first=pbx.rtp_first,
        rtp_last=pbx.rtp_last,
        ami_host=agent.ami_host,
        ami_port=agent.ami_port,
        ami_user=agent.ami_user,
        agent_host=agent.agi_host,
        agent_port=agent.agi_port,
        hotline=pbx.hotline,
        operators=pbx.operators,
        crisis_line=pbx.crisis_line,
        supervisors=pbx.supervisors,
        anonymous_networks=pbx.anonymous_networks,
    )


def _run_dir(config: Config) -> Path:
    """Asterisk's control socket allows no long path; a deep checkout gets a folder in /tmp."""
    wished = (config.var / "pbx").resolve()
    if len(str(wished).encode()) <= LONGEST_RUN_DIR:
        return wished
    name = hashlib.sha256(str(wished).encode()).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"ivr-pbx-{name}"


@contextlib.asynccontextmanager
async def managed_pbx(
    config: Config, operator_voice: FragmentStore
) -> AsyncIterator[AsteriskProcess]:
    """Asterisk up, and the synthetic operator and counsellor registered where the configuration
    has them.

    Raises PbxError, PhoneError, VoiceError.
    """
    async with contextlib.AsyncExitStack() as stack:
        pbx = await stack.enter_async_context(AsteriskProcess(pbx_settings(config)))
        for user, (members, words) in {
            "operator": (config.pbx.operators, OPERATOR_SAYS),
            "crisis": (config.pbx.crisis_line, CRISIS_LINE_SAYS),
        }.items():
            if f"PJSIP/{user}" in members:
                says = config.sounds / f"{user}.wav"
                if not says.exists():
                    write_speech(says, await operator_voice.pcm(words))
                phone = SipPhone.answering(
                    f"sip:127.0.0.1:{config.pbx.sip_port}",
                    secret=secret("IVR_SIP_SECRET"),
                    user=user,
                    say=(says,),
                    hang_up_after=15.0,
                )
                await stack.enter_async_context(phone)
                await phone.wait_for("registered", seconds=10.0)
        yield pbx
