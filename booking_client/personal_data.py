"""Personal data at rest: sealed with AES-GCM, found by a keyed hash.

Every column has its own key, derived from one master key with HKDF-SHA256. A
sealed value is `key id (4 bytes) | nonce (12) | ciphertext and tag`, and its
associated data is `table.column.row`: a value copied to another row or column
does not open. Look-up uses HMAC-SHA256 under a key of its own, because an ID or
phone number has too few possibilities for a plain hash to hide it.

Rotation: IVR_DATA_KEY becomes the new key, the old one moves to
IVR_DATA_KEY_PREVIOUS. From then on everything is sealed with the new key, while
values of both are opened and found. `booking_client.sql.rotation` seals the rest
anew, and so does the rotation of any other room that seals; after that the old key
can go. Every process must have both keys before one seals with the new one.
"""

from __future__ import annotations

import base64
import binascii
import functools
import hashlib
import hmac
import os
import secrets
from collections.abc import Iterable, Mapping

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

ENVIRONMENT_NAME = "IVR_DATA_KEY"
PREVIOUS_NAME = "IVR_DATA_KEY_PREVIOUS"  # any number of keys, separated by spaces
MASTER_BYTES = 32
_ID_BYTES = 4
_NONCE_BYTES = 12
_HOW_TO_MAKE_ONE = (
    "a database needs its own; set-up keeps it in var/secrets.env"
    " (`set -a; . var/secrets.env; set +a`); for a new database"
    f" `export {ENVIRONMENT_NAME}=$(openssl rand -base64 {MASTER_BYTES})`"
    " and keep it safe: without it the stored ID and phone numbers cannot be read"
)


class DataKeyError(Exception):
    """The key for personal data is missing, malformed or not the one the data was sealed with."""


class _Key:
    """One master key and what is derived from it."""

    def __init__(self, master: bytes) -> None:
        if len(master) != MASTER_BYTES:
            raise DataKeyError(f"the data key has {len(master)} bytes instead of {MASTER_BYTES}")
        self.derive = functools.cache(functools.partial(_hkdf, master))
        self.id = self.derive("key id")[:_ID_BYTES]


class PersonalDataKeys:
    """All that is needed to seal, open and find personal data. Its repr shows no key."""

    def __init__(self, master: bytes, previous: Iterable[bytes] = ()) -> None:
        """`master`: 32 random bytes; `previous`: keys that older data was sealed with.

        Raises DataKeyError for any other length.
        """
        self._current = _Key(master)
        self._ring = {key.id: key for key in (self._current, *map(_Key, previous))}

    def __repr__(self) -> str:
        return f"PersonalDataKeys({self.key_id.hex()})"

    @property
    def key_id(self) -> bytes:
        """Names the key that is sealed with (and gives nothing of it away)."""
        return self._current.id

    @property
    def key_ids(self) -> frozenset[bytes]:
        """Of every key that can be opened with."""
        return frozenset(self._ring)

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> PersonalDataKeys:
        """The key in IVR_DATA_KEY (base64 of 32 bytes), older ones in IVR_DATA_KEY_PREVIOUS.

        Raises DataKeyError that says how to make one.
        """
        text = environment.get(ENVIRONMENT_NAME, "").strip()
        if not text:
            raise DataKeyError(f"{ENVIRONMENT_NAME} is not set; {_HOW_TO_MAKE_ONE}")
        previous = environment.get(PREVIOUS_NAME, "").split()
        return cls(
            _decoded(ENVIRONMENT_NAME, text), [_decoded(PREVIOUS_NAME, old) for old in previous]
        )

    @staticmethod
    def generate() -> str:
        """A new key in the form that IVR_DATA_KEY takes."""
        return base64.b64encode(secrets.token_bytes(MASTER_BYTES)).decode("ascii")

    def seal(self, column: str, row: str, text: str) -> bytes:
        """Encrypt `text` for `column` ("table.column") of the row with id `row`."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        cipher = AESGCM(self._current.derive(f"seal {column}"))
        return self.key_id + nonce + cipher.encrypt(nonce, text.encode(), _place(column, row))

    def open(self, column: str, row: str, sealed: bytes) -> str:
        """Decrypt. Raises DataKeyError for an unknown key, another place or a changed value."""
        key = self._ring.get(sealed[:_ID_BYTES])
        if key is None:
            raise DataKeyError(f"{column} was sealed with another data key")
        nonce = sealed[_ID_BYTES : _ID_BYTES + _NONCE_BYTES]
        cipher = AESGCM(key.derive(f"seal {column}"))
        try:
            text = cipher.decrypt(nonce, sealed[_ID_BYTES + _NONCE_BYTES :], _place(column, row))
        except (InvalidTag, ValueError):
            raise DataKeyError(f"{column} does not open: it was changed or moved") from None
        return text.decode()

    def is_current(self, sealed: bytes) -> bool:
        """Whether the value was sealed with the newest key."""
        return sealed[:_ID_BYTES] == self.key_id

    def digest(self, column: str, text: str) -> bytes:
        """Keyed hash of `text` for look-up in `column`: 32 bytes, the same for the same text."""
        return _digest(self._current, column, text)

    def digests(self, column: str, text: str) -> list[bytes]:
        """The hashes that a value may be found by, the newest key's first."""
        return [_digest(key, column, text) for key in self._ring.values()]


def _digest(key: _Key, column: str, text: str) -> bytes:
    return hmac.digest(key.derive(f"find {column}"), text.encode(), hashlib.sha256)


def _decoded(name: str, text: str) -> bytes:
    try:
        key = base64.b64decode(text, validate=True)
    except binascii.Error:
        key = b""
    if len(key) != MASTER_BYTES:
        raise DataKeyError(f"{name} is not base64 of {MASTER_BYTES} bytes; {_HOW_TO_MAKE_ONE}")
    return key


def _hkdf(master: bytes, purpose: str) -> bytes:
    return HKDF(SHA256(), length=32, salt=None, info=f"12320 {purpose}".encode()).derive(master)


def _place(column: str, row: str) -> bytes:
    return f"{column}.{row}".encode()
