"""Signatures of Standard Webhooks (1.0.0): HMAC-SHA256 over "id.timestamp.body" under the secret.

A few lines of our own: the specification's library signs under one secret only, and one that is being replaced signs
beside the new one.
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Sequence
from typing import Final

PREFIX: Final = "whsec_"


def new_secret() -> str:
    """Return a secret of 32 random bytes in the form that libraries of Standard Webhooks expect."""
    return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def signature(secret: str, id_: str, timestamp: int, body: bytes) -> str:
    """Return the signature of a message under a secret as it was shown."""
    key = base64.b64decode(secret.removeprefix(PREFIX))
    signed = hmac.new(key, f"{id_}.{timestamp}.".encode() + body, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(signed).decode()}"


def headers(given: Sequence[str], id_: str, timestamp: int, body: bytes) -> dict[str, str]:
    """Return the headers of a message that is signed under each of the secrets."""
    return {
        "Content-Type": "application/json", "webhook-id": id_, "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(signature(secret, id_, timestamp, body) for secret in given),
    }  # fmt: skip
