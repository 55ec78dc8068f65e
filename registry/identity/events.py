"""What identity tells the packages above it, in the transaction that does it."""

import uuid
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class OrganisationSuspended:
    """Its tokens stop within ``token_cache_s``; what it shares must stop being visible now."""

    organisation_id: uuid.UUID


@dataclass(frozen=True, slots=True)
class OrganisationReinstated:
    """What it shared may be visible again."""

    organisation_id: uuid.UUID


@dataclass(frozen=True, slots=True)
class OrganisationDeparted:
    """It is no member any more: what it shares must stop being visible now, before its adhesions are ended."""

    organisation_id: uuid.UUID


@dataclass(frozen=True, slots=True)
class SecretExpiring:
    """A client's secret comes to its end within ``days``; who can tell the organisation adds itself to ``told``."""

    organisation_id: uuid.UUID
    client_id: str
    client: str
    secret_id: uuid.UUID
    expires_at: datetime
    days: int
    told: list[str] = field(default_factory=list)
