"""Opaque page cursors: a position in an order, sealed so that it cannot be forged or used elsewhere.

A cursor is bound to its *context*: the filters, the sort and the organisation for which it was made. Changing a
filter while keeping the cursor is an error, not a silently wrong page.
"""

import base64
import hashlib
import hmac
from typing import Any

import orjson

from registry.kernel.errors import BadRequest
from registry.kernel.text import Text

_MAC_BYTES = 12


class CursorInvalid(BadRequest):
    title = Text("Curseur de page invalide", "Invalid page cursor")
    remedy = Text(
        "Reprenez à la première page, avec les mêmes filtres, sans le paramètre « cursor ».",
        "Start again from the first page with the same filters and without the 'cursor' parameter.",
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
