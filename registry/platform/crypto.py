"""Keys: one master key, from which a key of its own is derived for each purpose.

What the database keeps sealed (signing keys, later one-time-password seeds and webhook secrets) is
AES-256-GCM under the key for :attr:`Purpose.AT_REST`, bound to where it belongs: one row's value cannot be
put into another.
"""

import base64
import binascii
import secrets
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from registry.platform.settings import Settings

KEY_BYTES: Final = 32
MIN_DIFFERENT_BYTES: Final = 16
_NONCE_BYTES: Final = 12
_VERSION: Final = b"\x01"


class Purpose(StrEnum):
    """What a derived key is for; the value enters the derivation, so it may never change."""

    AT_REST = "keys-at-rest"
    CURSORS = "page-cursors"
    FORMS = "form-tokens"


class MasterKeyMissing(RuntimeError):
    """``REGISTRY_MASTER_KEY`` is absent, is not 32 bytes in base64, or is none that was drawn: no process starts."""


class SealBroken(RuntimeError):
    """A sealed value was altered, moved, or sealed under another master key."""


class Keyring:
    """The keys derived from one master key (HKDF-SHA256, RFC 5869).

    Args:
        master: Seals and opens.
        previous: The master key before it, which still opens what it sealed until that is sealed anew.
    """

    def __init__(self, master: bytes, previous: bytes | None = None) -> None:
        for key in (master, *([previous] if previous is not None else [])):
            if len(key) != KEY_BYTES:
                raise MasterKeyMissing(f"the master key must be {KEY_BYTES} bytes, not {len(key)}")
        self._master = master
        self._at_rest = AESGCM(self.derive(Purpose.AT_REST))
        self._before = Keyring(previous) if previous is not None else None

    def derive(self, purpose: Purpose) -> bytes:
        """Return the 32 bytes for ``purpose``: the same for the same master key, in every process."""
        return HKDF(SHA256(), KEY_BYTES, salt=None, info=f"registry:{purpose}".encode()).derive(self._master)

    def encrypt(self, plain: bytes, *, place: str) -> bytes:
        """Seal ``plain`` for ``place``, ``signing_keys:<kid>`` for instance."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return _VERSION + nonce + self._at_rest.encrypt(nonce, plain, place.encode())

    def decrypt(self, sealed: bytes, *, place: str) -> bytes:
        """Return what :meth:`encrypt` sealed for the same ``place``.

        Raises:
            SealBroken: It was altered, belongs elsewhere, or is under another master key.
        """
        if sealed[:1] != _VERSION:
            raise SealBroken(f"unknown seal at {place}")
        nonce, box = sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :]
        try:
            return self._at_rest.decrypt(nonce, box, place.encode())
        except (InvalidTag, ValueError):
            if self._before is not None:
                return self._before.decrypt(sealed, place=place)
            raise SealBroken(f"{place} cannot be opened with this REGISTRY_MASTER_KEY") from None


def generate_master_key() -> str:
    """Return a new master key in the form that ``REGISTRY_MASTER_KEY`` takes."""
    return base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()


def keyring(settings: Settings) -> Keyring:
    """Return the keys of this process.

    Raises:
        MasterKeyMissing: The setting is absent or malformed.
    """
    if settings.master_key is None:
        raise MasterKeyMissing("REGISTRY_MASTER_KEY is not set; the set-up writes one into .local/env")
    previous = settings.previous_master_key
    if settings.in_earnest:
        _require_random(settings.master_key.get_secret_value())
    return _keyring(settings.master_key.get_secret_value(), previous.get_secret_value() if previous else None)


def _require_random(encoded: str) -> None:
    """Refuse a key that somebody wrote, of an example or of a test: zeros, one byte repeated, a row, a sentence.

    Of 32 bytes that were drawn, fewer than 16 are different, or all are printable, once in 10¹³ times at most.

    Raises:
        MasterKeyMissing: It is such a key.
    """
    try:
        key = base64.b64decode(encoded, validate=True)
    except binascii.Error:
        return  # refused as such
    steps = {(after - before) % 256 for before, after in pairwise(key)}
    if len(set(key)) < MIN_DIFFERENT_BYTES or len(steps) < MIN_DIFFERENT_BYTES // 2 or _is_text(key):
        raise MasterKeyMissing(
            "REGISTRY_MASTER_KEY is a default or an example, not 32 random bytes;"
            " 'registry keys generate-master' prints one"
        )


def _is_text(key: bytes) -> bool:
    return all(32 <= byte < 127 for byte in key)


@lru_cache(maxsize=4)
def _keyring(encoded: str, previous: str | None) -> Keyring:
    try:
        return Keyring(
            base64.b64decode(encoded, validate=True), base64.b64decode(previous, validate=True) if previous else None
        )
    except binascii.Error:
        raise MasterKeyMissing("REGISTRY_MASTER_KEY is not base64") from None
