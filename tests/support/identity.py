"""What the tests of identity pass around."""

import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import httpx
from joserfc.jwk import ECKey

ALL_SCOPES = ("stock:read", "stock:write", "listings:read", "territories:read")
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


Register = Callable[..., Awaitable[Member]]
Ask = Callable[..., Awaitable[httpx.Response]]
Sign = Callable[..., dict[str, str]]
