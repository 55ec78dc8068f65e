"""What identity tells the packages above it, in the transaction that does it."""

import uuid
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class OrganisationSuspended:
    """Its tokens stop within ``token_cache_s``; what it shares must stop being visible now."""

    organisation_id: uuid.UUID


@dataclass(frozen=True, slots=True)
class OrganisationReinstated:
    """What it shared may be visible again."""

    organisation_id: uuid.UUID
