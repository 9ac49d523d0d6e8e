"""What the manager client raises."""

from __future__ import annotations


class AmiError(Exception):
    """Base of what this client raises; no message holds a number or a name of a caller."""


class AmiNotConnected(AmiError):
    """There is no connection, or it broke before the answer. The action may or may not have been
    carried out; it is never sent again."""


class AmiTimeout(AmiError):
    """No answer within the bound."""


class AmiRefused(AmiError):
    """Asterisk answered `Response: Error`; `reason` is its Message."""

    def __init__(self, action: str, reason: str) -> None:
        self.reason = reason
        super().__init__(f"{action}: {reason}")


class AmiLoginRefused(AmiError):
    """Wrong name or secret, or this address may not log in."""


class AmiValueRefused(AmiError, ValueError):
    """A value that cannot be sent: a line break or NUL, or a comma in a channel variable."""
