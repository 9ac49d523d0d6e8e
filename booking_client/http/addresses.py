"""Which URLs name a remote core: https anywhere, http on this machine only."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit


def is_remote(url: str) -> bool:
    """Whether `url` is for HTTP at all; any other is a database's."""
    return url.partition("://")[0].lower() in ("https", "http")


def checked_base(url: str) -> str:
    """The URL without a slash at its end, ready for paths.

    Raises ValueError for http to another machine (patients' data would be on the
    wire in the clear), and for a URL with a password, query or fragment.
    """
    try:
        parts = urlsplit(url)
        _ = parts.port  # checked when it is read
    except ValueError:
        raise ValueError("the URL of the booking core is malformed") from None
    host = parts.hostname or ""
    if not host or parts.query or parts.fragment or "@" in parts.netloc:
        raise ValueError(
            "the URL of the booking core must be https://host[:port][/path], without anything else"
        )
    if parts.scheme.lower() == "http" and not _is_loopback(host):
        raise ValueError(f"the booking core at {host} must be reached by https, not http")
    return url.rstrip("/")


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"
