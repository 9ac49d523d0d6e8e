"""The sender that config.yaml asks for."""

from __future__ import annotations

from ivr.config import Config, secret
from ivr.texting.file_outbox import FileOutbox
from ivr.texting.http_gateway import HttpGateway
from ivr.texting.sender import TextSender

SECRET_NAME = "IVR_SMS_SECRET"


def build_sender(config: Config) -> TextSender:
    """Raises MissingSecret."""
    if config.sms.gateway == "http":
        return HttpGateway(config.sms.url, secret(SECRET_NAME))
    return FileOutbox(config.var / "sms")
