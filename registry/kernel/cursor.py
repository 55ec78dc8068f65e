"""Opaque page cursors: a position in an order, sealed so that it cannot be forged or used elsewhere.

A cursor is bound to its *context*: the filters, the sort and the organisation for which it was made. Changing a
filter while keeping the cursor is an error, not a silently wrong page.
"""

import base64
import binascii
import hashlib
import hmac
import secrets
from typing import Any, Final

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from registry.kernel.errors import BadRequest
from registry.kernel.text import Text

_MAC_BYTES = 12
_NONCE_BYTES: Final = 12


class CursorInvalid(BadRequest):
    title = Text("Curseur de page invalide", "Invalid page cursor")
    remedy = Text(
        "Reprenez au début, avec les mêmes filtres, sans ce paramètre.",
        "Start again from the beginning, with the same filters and without this parameter.",
    )


def _mac(key: bytes, context: bytes, payload: bytes) -> bytes:
    sealed = len(context).to_bytes(4, "big") + context + payload
    return hmac.digest(key, sealed, hashlib.sha256)[:_MAC_BYTES]


def seal(position: list[Any], *, key: bytes, context: bytes) -> str:
    """Return the cursor for ``position`` (JSON-serialisable sort keys), bound to ``context``."""
    payload = orjson.dumps(position)
    return base64.urlsafe_b64encode(_mac(key, context, payload) + payload).rstrip(b"=").decode()


def open_sealed(cursor: str, *, key: bytes, context: bytes) -> list[Any]:
    """Return the position inside ``cursor``.

    Raises:
        CursorInvalid: It is not ours, was altered, or belongs to other filters or another organisation.
    """
    try:
        raw = base64.urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4))
        position = orjson.loads(raw[_MAC_BYTES:])
    except ValueError:
        raise CursorInvalid(field="cursor", value=cursor) from None
    if not hmac.compare_digest(raw[:_MAC_BYTES], _mac(key, context, raw[_MAC_BYTES:])) or not isinstance(
        position, list
    ):
        raise CursorInvalid(field="cursor", value=cursor)
    return position


def hide(position: list[Any], *, key: bytes, context: bytes) -> str:
    """Return a cursor as :func:`seal` does, from which nobody reads the position either (AES-256-GCM).

    For positions that say more than what was listed: the numbers of transactions count what others write.
    """
    nonce = secrets.token_bytes(_NONCE_BYTES)
    hidden = nonce + AESGCM(key).encrypt(nonce, orjson.dumps(position), context)
    return base64.urlsafe_b64encode(hidden).rstrip(b"=").decode()


def open_hidden(cursor: str, *, key: bytes, context: bytes) -> list[Any]:
    """Return the position inside ``cursor``.

    Raises:
        CursorInvalid: As for :func:`open_sealed`.
    """
    try:
        raw = base64.urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4))
        shown = AESGCM(key).decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], context)
    except (InvalidTag, UnicodeEncodeError, ValueError, binascii.Error):
        raise CursorInvalid(field="after", value=cursor) from None
    position: list[Any] = orjson.loads(shown)
    return position
