"""What the tests of identity pass around."""

import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx
from joserfc.jwk import ECKey

ALL_SCOPES = ("stock:read", "stock:write", "listings:read", "territories:read")
MANAGING = ("organisation:read", "organisation:manage")
TRANSFERS = ("cases:read", "transfers:read", "transfers:write", "transfers:answer")
ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


@dataclass(frozen=True)
class Member:
    """An organisation with one client."""

    id: uuid.UUID
    client_id: str
    client_secret: str
    key: ECKey

    @property
    def basic(self) -> tuple[str, str]:
        return self.client_id, self.client_secret


Enrol = Callable[..., Awaitable[Member]]
Ask = Callable[..., Awaitable[httpx.Response]]
InsertClient = Callable[[uuid.UUID, list[str]], Awaitable[str]]
Sign = Callable[..., dict[str, str]]


def claims_at(now: int, claims: dict[str, Any]) -> dict[str, Any]:
    """Return the claims of a token made ``now``: durations count from then, ``None`` leaves a claim out."""
    return {
        name: now + int(value.total_seconds()) if isinstance(value, timedelta) else value
        for name, value in claims.items()
        if value is not None
    }
