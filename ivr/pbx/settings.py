"""What the managed Asterisk is told, checked so that no value can change the meaning of a file."""

from __future__ import annotations

import ipaddress
import json
import re
from dataclasses import dataclass, field
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
DEFAULT_PREFIX = REPOSITORY / ".tools" / "asterisk"

# The longest path of a Unix socket is 107 bytes, and Asterisk puts run/asterisk.ctl in its folder.
LONGEST_RUN_DIR = 107 - len("/run/asterisk.ctl")

_WORD = re.compile(r"[A-Za-z0-9_-]+")
_HOST = re.compile(r"[A-Za-z0-9.-]+")
_SECRET = re.compile(r"[A-Za-z0-9_.+/=-]{8,}")
_PATH = re.compile(r"/[\w ./+@=-]*")
_DIGITS = re.compile(r"[0-9]{3,12}")
_MEMBER = re.compile(r"[A-Za-z0-9]+/[\w.@/-]+")


class PbxError(RuntimeError):
    """The PBX cannot be set up, started or reached; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Installation:
    """Where Asterisk is, as deploy/asterisk/get_asterisk.sh left it."""

    program: Path
    modules: Path
    data: Path
    version: str


def find_installation(prefix: Path = DEFAULT_PREFIX) -> Installation:
    """Read `prefix`/installation.json. Raises PbxError when set-up has not been run."""
    description = prefix / "installation.json"
    try:
        found = json.loads(description.read_text(encoding="utf-8"))
        return Installation(
            program=prefix / "asterisk",
            modules=prefix / found["modules"],
            data=prefix / found["data"],
            version=found["version"],
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise PbxError(
            f"no Asterisk in {prefix}: run `bash deploy/asterisk/get_asterisk.sh {prefix}`"
        ) from error


@dataclass(frozen=True, slots=True)
class PbxSettings:
    """One instance of Asterisk. Two instances differ in run_dir, sip_port and ami_port.

    `agent_host`/`agent_port` are the agent's FastAGI; `sounds` holds the two
    sentences of the safety net; `queue_seconds` is how long a caller rings at the
    operators; `take_over_seconds` how long the agent has to take a call over.
    `operators` are queue members, `crisis_line` are called for whoever despairs, `supervisors`
    may listen in: each `PJSIP/name` gets an endpoint that registers with `sip_secret`; anything
    else (`PJSIP/8001@trunk`, `Local/...`) is taken as it is.
    `anonymous_networks` may call without a password; empty: nobody.

    Raises PbxError, naming the field, for a value that could break out of its line.
    """

    installation: Installation
    run_dir: Path
    sounds: Path
    ami_secret: str = field(repr=False)
    sip_secret: str = field(repr=False)
    sip_bind: str = "127.0.0.1"
    sip_port: int = 5060
    rtp_first: int = 20000
    rtp_last: int = 20999
    ami_host: str = "127.0.0.1"
    ami_port: int = 5038
    ami_user: str = "ivr"
    agent_host: str = "127.0.0.1"
    agent_port: int = 4573
    hotline: str = "12320"
    operators: tuple[str, ...] = ("PJSIP/operator",)
    crisis_line: tuple[str, ...] = ("PJSIP/crisis",)
    supervisors: tuple[str, ...] = ()
    queue_seconds: int = 60
    take_over_seconds: float = 3.0
    anonymous_networks: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name in ("run_dir", "sounds"):
            _check(name, str(getattr(self, name)), _PATH, "an absolute path of plain characters")
        for name in ("modules", "data"):
            value = str(getattr(self.installation, name))
            _check(f"installation.{name}", value, _PATH, "an absolute path of plain characters")
        _check("ami_user", self.ami_user, _WORD, "letters, digits, - and _")
        for name in ("ami_secret", "sip_secret"):
            # the value itself stays out of the message
            if not _SECRET.fullmatch(getattr(self, name)):
                raise PbxError(f"{name}: at least 8 characters of A-Z a-z 0-9 _ . + / = -")
        for name in ("ami_host", "agent_host"):
            _check(name, getattr(self, name), _HOST, "a host name or IPv4 address")
        for name in ("sip_port", "ami_port", "agent_port", "rtp_first", "rtp_last"):
            if not 0 < getattr(self, name) < 65536:
                raise PbxError(f"{name}: {getattr(self, name)} is no port")
        if self.rtp_first + 3 >= self.rtp_last:
            raise PbxError("rtp_last: must leave room for two ports a call above rtp_first")
        _check("hotline", self.hotline, _DIGITS, "3 to 12 digits")
        if not self.operators:
            raise PbxError("operators: at least one queue member, for example PJSIP/operator")
        for name, members in (
            ("operators", self.operators),
            ("crisis_line", self.crisis_line),
            ("supervisors", self.supervisors),
        ):
            for member in members:
                _check(name, member, _MEMBER, "technology/name, for example PJSIP/8001")
                if member == "PJSIP/caller":
                    raise PbxError(f"{name}: `caller` is the callers' own endpoint")
        if not 5 <= self.queue_seconds <= 3600:
            raise PbxError("queue_seconds: 5 to 3600")
        if not 1 <= self.take_over_seconds <= 4:
            raise PbxError("take_over_seconds: 1 to 4; the caller must hear a word within 5 s")
        try:
            ipaddress.IPv4Address(self.sip_bind)
            for network in self.anonymous_networks:
                ipaddress.IPv4Network(network)
        except ValueError as error:
            raise PbxError(f"sip_bind or anonymous_networks: {error}") from error

    @property
    def registering_operators(self) -> tuple[str, ...]:
        """The endpoint names of those operators, people of the crisis line and supervisors that
        register here."""
        members = (*self.operators, *self.crisis_line, *self.supervisors)
        names = (m.removeprefix("PJSIP/") for m in members if m.startswith("PJSIP/"))
        return tuple(dict.fromkeys(name for name in names if _WORD.fullmatch(name)))


def _check(name: str, value: str, pattern: re.Pattern[str], wanted: str) -> None:
    if not pattern.fullmatch(value):
        raise PbxError(f"{name}: {value!r} is not {wanted}")
