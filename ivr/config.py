"""The one place that reads config.yaml and the environment.

Raises DataFileError (file, line, field) for a bad file and MissingSecret, with
the way to mend it, for a secret that the environment lacks.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from booking_client.http.addresses import checked_base, is_remote
from datafiles import DataFileError, load_yaml


class MissingSecret(RuntimeError):
    """A secret is not in the environment; the message names it and how to set it."""


class Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class PbxConfig(Section):
    managed: bool = True
    sip_bind: str = "0.0.0.0"
    sip_port: int = Field(5060, ge=1, le=65535)
    rtp_first: int = Field(20000, ge=1024, le=65535)
    rtp_last: int = Field(20999, ge=1024, le=65535)
    hotline: str = Field("12320", pattern=r"^[0-9]{3,12}$")
    operators: tuple[str, ...] = ("PJSIP/operator",)
    crisis_line: tuple[str, ...] = ("PJSIP/crisis", "PJSIP/operator")
    supervisors: tuple[str, ...] = ()
    crisis_ring_seconds: float = Field(25.0, ge=5.0, le=120.0)
    anonymous_networks: tuple[str, ...] = ()


class AgentConfig(Section):
    agi_host: str = "127.0.0.1"
    agi_port: int = Field(4573, ge=0, le=65535)
    audiosocket_host: str = "127.0.0.1"
    audiosocket_port: int = Field(9092, ge=0, le=65535)
    ami_host: str = "127.0.0.1"
    ami_port: int = Field(5038, ge=1, le=65535)
    ami_user: str = "ivr"
    heartbeat_limit: float = Field(2.5, ge=1.0, le=3.0)  # 5 s to the first word
    longest_call: float = Field(900.0, ge=30.0, le=7200.0)
    queue_seconds: int = Field(45, ge=5, le=600)


class RecogniserConfig(Section):
    engine: str = Field("auto", pattern=r"^(auto|whisper|vosk|vosk-server)$")
    model: str = ""
    server_url: str = ""
    threads: int = Field(1, ge=1, le=16)
    workers: int = Field(2, ge=1, le=64)
    time_limit: float = Field(6.0, ge=1.0, le=60.0)


class VoiceConfig(Section):
    engine: str = Field("kokoro", pattern=r"^(kokoro|pyttsx3)$")
    style: str = "zf_xiaoxiao"
    speed: float = Field(0.9, ge=0.5, le=1.5)
    rate: float = Field(1.0, ge=0.7, le=1.3)
    gain_db: float = Field(0.0, ge=-20.0, le=12.0)
    workers: int = Field(2, ge=1, le=16)
    fragment_limit: float = Field(8.0, ge=1.0, le=60.0)


class SmsConfig(Section):
    gateway: str = Field("file", pattern=r"^(file|http)$")
    url: str = ""

    @model_validator(mode="after")
    def _reachable(self) -> SmsConfig:
        parts = urlsplit(self.url)
        if self.gateway == "http" and not (
            parts.scheme == "https"
            or (parts.scheme == "http" and parts.hostname in ("127.0.0.1", "localhost", "::1"))
        ):
            raise ValueError("sms.url must be an https address (http on this machine only)")
        return self


class WebConfig(Section):
    enabled: bool = True
    host: str = "127.0.0.1"
    port: int = Field(8330, ge=0, le=65535)
    https: bool = False
    proxies: tuple[str, ...] = ("127.0.0.1", "::1")  # whose X-Forwarded-For is believed

    @model_validator(mode="after")
    def _private(self) -> WebConfig:
        if not self.https and self.host not in ("127.0.0.1", "localhost", "::1"):
            raise ValueError(
                "web.host: pages with callers' words leave this machine over https only:"
                " put a TLS proxy in front and set web.https"
            )
        return self


class RetentionConfig(Section):
    """For how many days recordings, and logs of calls and of the pages, are kept."""

    recordings_days: int = Field(90, ge=1, le=3650)
    logs_days: int = Field(730, ge=1, le=3650)

    @model_validator(mode="after")
    def _findable(self) -> RetentionConfig:
        if self.logs_days < self.recordings_days:
            raise ValueError(
                "retention.logs_days is less than recordings_days: nobody finds a recording"
                " whose call is gone"
            )
        return self


class CallerConfig(Section):
    style: str = "zm_yunjian"
    speed: float = Field(1.0, ge=0.7, le=1.3)  # what ivr.voices.stretch can do


class ReplayConfig(Section):
    """Seconds that a replayed call is charged for real work, whatever it took (docs/replay.md)."""

    recognition: float = Field(0.3, ge=0.0, le=10.0)
    scoring: float = Field(0.1, ge=0.0, le=10.0)
    synthesis: float = Field(0.6, ge=0.0, le=10.0)
    core: float = Field(0.02, ge=0.0, le=10.0)


class Config(Section):
    """config.yaml; `root` is the folder that relative paths start from. `booking_url`: the booking
    service that calls book through; empty: they book on `database_url`, as the call log."""

    database_url: str = "sqlite:///var/ivr.db"
    booking_url: str = ""
    catalogue: str = Field("demo", pattern=r"^demo$")
    var_dir: str = "var"
    pbx: PbxConfig = PbxConfig()
    agent: AgentConfig = AgentConfig()
    recogniser: RecogniserConfig = RecogniserConfig()
    voice: VoiceConfig = VoiceConfig()
    caller: CallerConfig = CallerConfig()
    replay: ReplayConfig = ReplayConfig()
    sms: SmsConfig = SmsConfig()
    web: WebConfig = WebConfig()
    retention: RetentionConfig = RetentionConfig()
    log_level: str = Field("INFO", pattern=r"^(DEBUG|INFO|WARNING|ERROR)$")
    root: Path = Path()

    @field_validator("database_url")
    @classmethod
    def _no_password(cls, url: str) -> str:
        parts = urlsplit(url)
        if parts.password is not None or "password" in parse_qs(parts.query):
            raise ValueError(
                "no password in a file: give the URL as IVR_DATABASE_URL in the environment,"
                " or the password alone as PGPASSWORD"
            )
        return url

    @field_validator("booking_url")
    @classmethod
    def _is_a_service(cls, url: str) -> str:
        _require_service(url)
        return url

    @property
    def core_url(self) -> str:
        """Where calls book, for `booking_client.connect`."""
        return self.booking_url or self.database_url

    @property
    def var(self) -> Path:
        return self.root / self.var_dir

    @property
    def recordings(self) -> Path:
        return self.var / "recordings"

    @property
    def rendered(self) -> Path:
        return self.var / "rendered"

    @property
    def replays(self) -> Path:
        """Runs of `ivr replay`: results as JSON, audio, seeded databases."""
        return self.var / "replay"

    @property
    def sounds(self) -> Path:
        return self.var / "sounds"

    @property
    def aliases(self) -> Path:
        """What was added to the aliases of the data files while the hotline runs."""
        return self.var / "aliases.yaml"

    @property
    def feed_socket(self) -> Path:
        return self.var / "run" / "feed.sock"


_OF_THE_ENVIRONMENT = {
    "IVR_DATABASE_URL": "database_url",
    "IVR_BOOKING_URL": "booking_url",
    "IVR_VAR_DIR": "var_dir",
}


def load_config(path: Path, environment: Mapping[str, str] = os.environ) -> Config:
    """Read `path`; IVR_DATABASE_URL, IVR_BOOKING_URL and IVR_VAR_DIR in the environment win over
    the file."""
    config = load_yaml(path, Config)
    changes: dict[str, object] = {"root": path.resolve().parent}
    for variable, name in _OF_THE_ENVIRONMENT.items():
        if variable in environment:
            changes[name] = environment[variable]
    try:
        _require_service(environment.get("IVR_BOOKING_URL", ""))
    except ValueError as error:
        raise DataFileError(path, 0, "booking_url", f"of IVR_BOOKING_URL: {error}") from error
    config = config.model_copy(update=changes)
    return config.model_copy(update={"database_url": _anchored(config)})


def as_environment(config: Config) -> dict[str, str]:
    """The variables with which `load_config` gives another process the same database, service and
    folder, whatever its environment says otherwise."""
    return {
        "IVR_DATABASE_URL": config.database_url,
        "IVR_BOOKING_URL": config.booking_url,
        "IVR_VAR_DIR": str(config.var.resolve()),
    }


def _anchored(config: Config) -> str:
    """A relative SQLite path means the configuration's folder, not where the command was typed."""
    prefix = "sqlite:///"
    url = config.database_url
    if url.startswith(prefix) and not url.startswith(prefix + "/") and len(url) > len(prefix):
        return prefix + str(config.root / url.removeprefix(prefix))
    return url


def _require_service(url: str) -> None:
    """Raises ValueError for a booking URL that is neither empty nor a service's."""
    if url and not is_remote(url):
        raise ValueError("not https://host[:port]: a database is named by database_url")
    if url:
        checked_base(url)


def secret(name: str, environment: Mapping[str, str] = os.environ) -> str:
    """The secret `name` from the environment. Raises MissingSecret."""
    value = environment.get(name, "")
    if not value:
        raise MissingSecret(
            f"{name} is not set. `make setup` writes it to var/secrets.env: "
            "run `set -a; . var/secrets.env; set +a`, or set your own."
        )
    return value


def optional_secret(name: str, environment: Mapping[str, str] = os.environ) -> str:
    """The secret `name` from the environment; empty: what it opens stays shut."""
    return environment.get(name, "")
