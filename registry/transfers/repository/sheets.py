"""The SQL of what the sheets say of a home: its listing to the tenant, its owner's own row to the committee."""

import datetime as dt
import uuid
from typing import Any, Final, NamedTuple

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from registry.access.principal import OwnOrganisation
from registry.listings.service import tags
from registry.listings.service.told import SAID
from registry.stock.service import WHAT_COUNTS_WITH_LIFTS
from registry.transfers.matching.adaptation import Adapted
from registry.vocabulary.fact import Fact
from registry.vocabulary.facts import FEATURES


class OwnHome(NamedTuple):
    """A home as its landlord lays it before a committee.

    Attributes:
        home_class: Proven, as if every lift ran; so ``features``, the search tags of what is proven.
        works: ``[code, day]`` of each adaptation.
    """

    ref: str
    residence: str
    commune: str
    departement: str
    typology: str
    rooms: int
    area_m2: float | None
    floor: int | None
    rent_cents: int | None
    charges_cents: int | None
    status: str
    available_on: dt.date | None
    quota_holder: str | None
    home_class: int
    features: list[int]
    works: list[list[str]]

    def adapted(self) -> Adapted:
        """Return what it has for disabled persons."""
        return Adapted(
            self.home_class, frozenset(fact.code for fact in self.proven()), frozenset(code for code, _ in self.works)
        )

    def proven(self) -> list[Fact]:
        """Return the features that are proven, in the order of the vocabulary."""
        return [fact for fact in FEATURES if tags.feature(fact.code, possible=False) in self.features]


_LISTING: Final = text("SELECT document FROM listings WHERE id = :listing")
_HOME: Final = text(
    f"""
    SELECT h.ref, coalesce(r.name, r.ref), c.name, c.departement, h.typology, h.rooms, h.area_m2::float8, h.floor,
        h.rent_cents, h.charges_cents, h.status, h.available_on, h.quota_holder, told.class_proven, told.proven,
        coalesce((SELECT json_agg(json_build_array(a.work, a.delivered_on) ORDER BY a.delivered_on, a.n)
            FROM adaptations a WHERE a.organisation_id = h.organisation_id AND a.home_ref = h.ref), '[]')
    FROM homes h
    JOIN residences r ON r.organisation_id = h.organisation_id AND r.id = h.residence_id
    JOIN communes c ON c.code = r.commune_code
    {WHAT_COUNTS_WITH_LIFTS}
    CROSS JOIN LATERAL (SELECT c.class_proven, f.proven
        FROM (SELECT counting.facts, sign(h.floor)::smallint AS floor) p {SAID} OFFSET 0) told
    WHERE h.organisation_id = :organisation AND h.listing_id = :listing
    """
)


async def listing(session: AsyncSession, listing_id: uuid.UUID) -> dict[str, Any] | None:
    """Return what a home that is shared says of itself; ``None``: it is shared no more."""
    found: str | None = (await session.execute(_LISTING, {"listing": listing_id})).scalar_one_or_none()
    if found is None:
        return None
    read: dict[str, Any] = orjson.loads(found)
    return read


async def home(session: AsyncSession, organisation: OwnOrganisation, listing_id: uuid.UUID) -> OwnHome | None:
    """Return a home of the landlord's own stock by the id of its listing."""
    values = {"organisation": organisation, "listing": listing_id}
    row = (await session.execute(_HOME, values)).one_or_none()
    return OwnHome(*row) if row else None
