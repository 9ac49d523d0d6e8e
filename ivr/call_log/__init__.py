"""Every call and every turn in the database as it happens, without an ID number in it."""

from ivr.call_log.records import CallFilter, CallStart, StoredCall, StoredTurn, Turn
from ivr.call_log.store import CallLog, CallLogError

__all__ = [
    "CallFilter",
    "CallLog",
    "CallLogError",
    "CallStart",
    "StoredCall",
    "StoredTurn",
    "Turn",
]
