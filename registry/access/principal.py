"""The caller, once verified, and the one function that turns it into the rows it owns."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NewType

from registry.platform.database import Role

OwnOrganisation = NewType("OwnOrganisation", uuid.UUID)
"""An id that came out of :func:`own_organisation`: the only kind that repositories take."""


@dataclass(frozen=True, slots=True)
class Presented:
    """A token as a request presents it.

    Attributes:
        proofs: The values of the ``DPoP`` headers; ``None``: it came as a bearer token.
        url: The request's address as the world knows it, percent-encoded, without query.
    """

    token: str
    method: str
    url: str
    proofs: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Principal:
    """Who calls: one client of one organisation. A token never acts for two.

    Attributes:
        territories: Slug and id of the territories in which the organisation may search now: charter in force, and
            adhesion in force (landlord) or coordinated by it (coordinator), and not suspended by the rule of
            reciprocity. Re-read at every verification, ≤ 2 s old.
        barred: Those where that rule suspends the right to search.
        user_id: The person who acts through the client, if one does.
        proven_at: When that person last proved who they are.
        expires_at: When the token ends; ``None`` for a signed-in browser.
    """

    organisation_id: uuid.UUID
    kind: str
    client_id: str
    scopes: frozenset[str]
    territories: Mapping[str, int] = field(default_factory=dict)
    barred: frozenset[str] = frozenset()
    user_id: uuid.UUID | None = None
    proven_at: datetime | None = None
    expires_at: datetime | None = None

    @property
    def actor(self) -> str:
        """Who acts, for the audit: a client, or a person through one; ids only."""
        return self.client_id if self.user_id is None else f"{self.client_id} user:{self.user_id}"

    @property
    def role(self) -> Role:
        """The database role of this caller's transactions."""
        return Role.COORDINATOR if self.kind == "coordinator" else Role.LANDLORD


def own_organisation(principal: Principal) -> OwnOrganisation:
    """Return the scope of every query on private rows: the first of the two walls (the second is in the database)."""
    return OwnOrganisation(principal.organisation_id)
