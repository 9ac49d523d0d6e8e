"""An exchange and an agent beside those that may be serving: own ports, files and database."""

from __future__ import annotations

import contextlib
import socket
from pathlib import Path

import yaml

from ivr.config import Config


def own_exchange(config: Config, folder: Path, rtp_ports: int = 100) -> Config:
    """The configuration of an exchange beside the one that may be serving, with its file in
    `folder`; a call takes two of `rtp_ports`."""
    var = folder / "var"
    var.mkdir()
    for shared in ("rendered", "sounds"):
        (config.var / shared).mkdir(parents=True, exist_ok=True)
        (var / shared).symlink_to((config.var / shared).resolve())
    ports = _free_ports()
    pbx = {"sip_port": ports[0], "rtp_first": ports[1], "rtp_last": ports[1] + rtp_ports}
    agent = {"agi_port": ports[2], "audiosocket_port": ports[3], "ami_port": ports[4]}
    own = config.model_copy(
        update={
            "database_url": f"sqlite:///{folder}/calls.db",
            "var_dir": str(var),
            "pbx": config.pbx.model_copy(update={**pbx, "sip_bind": "127.0.0.1"}),
            "agent": config.agent.model_copy(update=agent),
            "web": config.web.model_copy(update={"enabled": False}),
        }
    )
    text = yaml.safe_dump(own.model_dump(mode="json", exclude={"root"}), allow_unicode=True)
    exchange_file(own).write_text(text, encoding="utf-8")
    return own


def exchange_file(own: Config) -> Path:
    """Where `own_exchange` put the configuration."""
    return own.var.parent / "config.yaml"


def _free_ports() -> list[int]:
    """Five ports that nobody had a moment ago; all are open at once, so none comes twice."""
    kinds = (socket.SOCK_DGRAM, socket.SOCK_DGRAM, *(socket.SOCK_STREAM,) * 3)
    with contextlib.ExitStack() as stack:
        probes = [stack.enter_context(socket.socket(socket.AF_INET, kind)) for kind in kinds]
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [int(probe.getsockname()[1]) for probe in probes]
