"""Search the shared listings, and read one."""

import uuid
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import orjson
from psycopg.errors import QueryCanceled

from registry.access.principal import Principal
from registry.kernel import cursor
from registry.kernel.clock import month_after, today
from registry.kernel.text import Text
from registry.listings import tags
from registry.listings.errors import AdhesionRequired, FilterInvalid, ListingNotFound, ReciprocityUnmet
from registry.listings.filters import Availability, ListingFilters, ListingQuery, ListingSearch, Sort
from registry.listings.reach import further_mask, mask
from registry.listings.repository import facets
from registry.listings.repository import search as repository
from registry.listings.repository.search import Around, Conditions
from registry.listings.service.facets import Facets, facets_of
from registry.listings.service.meter import Meter
from registry.platform.database import Database

SOON_MONTHS = 6


@dataclass(frozen=True, slots=True)
class Page:
    """``items``: JSON objects, comma-separated. ``count``: matches up to the cap, where asked for."""

    items: str
    cursor: str | None
    count: int | None


class Search:
    """The search of one process: what it needs besides the request."""

    def __init__(self, database: Database, meter: Meter, *, cursor_key: bytes) -> None:
        self._database = database
        self._meter = meter
        self._cursor_key = cursor_key

    async def find(
        self, principal: Principal, asked: ListingQuery | ListingSearch, *, after: str | None, geojson: bool
    ) -> Page:
        """Return a page of listings.

        Raises:
            AdhesionRequired: No charter is in force for the caller (searching is reciprocal).
            ReciprocityUnmet: The caller publishes too little to search there.
            FilterInvalid: A territory that the caller cannot search.
            CursorInvalid: ``after`` was made for other filters or another organisation.
            DailyHomesUsedUp: The organisation has seen as many distinct homes today as its quota allows.
        """
        context = _context(principal, asked)
        conditions = self._conditions(principal, asked, after=after, context=context, geojson=geojson)
        found = await repository.search(self._database, conditions, actor=principal.client_id, role=principal.role)
        if found.foreign:
            await self._meter.see(principal, found.foreign)
        self._meter.searched(principal, shape_of(asked))
        further = cursor.seal(found.last, key=self._cursor_key, context=context) if found.last else None
        return Page(found.items, further, found.total)

    async def count(self, principal: Principal, asked: ListingQuery | ListingSearch) -> Facets | None:
        """Count what a search finds, by class, rooms, availability and quarter: no listing by itself, so none is seen.

        ``None``: it would take too long.

        Raises:
            AdhesionRequired, FilterInvalid: As :meth:`find`.
        """
        conditions = self._conditions(principal, asked, after=None, context=b"", geojson=False)
        self._meter.searched(principal, f"facets:{shape_of(asked)}")
        try:
            counted = await facets.count(self._database, conditions, actor=principal.client_id, role=principal.role)
        except QueryCanceled:
            return None
        return facets_of(counted, possible=asked.possible)

    async def read(self, principal: Principal, listing: uuid.UUID, *, geojson: bool) -> str:
        """Return one listing as JSON text; reading another organisation's is logged.

        Raises:
            ListingNotFound: There is none, or none that the caller may see: the same answer.
            DailyHomesUsedUp: As for a search.
        """
        row = await repository.read(
            self._database,
            listing,
            own=principal.organisation_id,
            territories=tuple(principal.territories.values()),
            geojson=geojson,
            actor=principal.client_id,
            role=principal.role,
        )
        if row is None:
            raise ListingNotFound
        document, foreign = row
        if foreign:
            await self._meter.see(principal, (listing,))
            self._meter.read(principal, listing)
        return document

    def _conditions(
        self,
        principal: Principal,
        asked: ListingQuery | ListingSearch,
        *,
        after: str | None,
        context: bytes,
        geojson: bool,
    ) -> Conditions:
        around = _around(asked)
        order = asked.sort or (Sort.DISTANCE if around and around.radius else Sort.RENT)
        conditions = conditions_of(
            principal,
            asked,
            order=order.value,
            limit=asked.limit,
            around=around,
            counted=asked.count,
            geojson=geojson,
        )
        if not after:
            return conditions
        return replace(conditions, after=cursor.open_sealed(after, key=self._cursor_key, context=context))


def conditions_of(principal: Principal, asked: ListingFilters, **page: Any) -> Conditions:
    """Return what the filters ask in the terms of the table; ``page``: the other attributes of the conditions.

    Raises:
        AdhesionRequired, ReciprocityUnmet, FilterInvalid: As :func:`territories_of`.
    """
    availability = asked.availability
    return Conditions(
        own=principal.organisation_id,
        territories=territories_of(principal, asked.territory),
        tags=_tags(asked),
        communes=asked.commune,
        epci=asked.epci,
        quarter=asked.quarter,
        bookable=availability is not Availability.ANY or asked.available_before is not None,
        area_min=asked.area_min,
        rent_max=asked.rent_max,
        floor_max=asked.floor_max,
        admit_unknown=asked.possible,
        soon_until=month_after(today(), SOON_MONTHS) if availability is Availability.SOON else None,
        available_before=asked.available_before_month,
        landlords=asked.landlord,
        fresh_from=today() - timedelta(days=asked.fresh_days + 6) if asked.fresh_days else None,
        services=0 if asked.possible else mask(asked.services),
        services_not_further=further_mask(asked.services) if asked.possible else 0,
        **page,
    )


def territories_of(principal: Principal, slug: str | None) -> tuple[int, ...]:
    """Return the territories to search: the caller's, or the named one if it is among them.

    Raises:
        AdhesionRequired: No charter is in force for the caller (searching is reciprocal).
        ReciprocityUnmet: One is, but the caller publishes less there than it asks; so in all, where none is named.
        FilterInvalid: The named one is not among the caller's.
    """
    if slug in principal.barred or (principal.barred and not principal.territories):
        raise ReciprocityUnmet(field="territory", value=slug or ", ".join(sorted(principal.barred)))
    if not principal.territories:
        raise AdhesionRequired
    if slug is None:
        return tuple(principal.territories.values())
    if slug not in principal.territories:
        raise FilterInvalid(
            Text(
                f"Aucun territoire « {slug} » où votre charte est en vigueur.",
                f"No territory '{slug}' where your charter is in force.",
            ),
            field="territory",
            value=slug,
            remedy=Text("GET /v1/territories liste les vôtres.", "GET /v1/territories lists yours."),
        )
    return (principal.territories[slug],)


def _around(asked: ListingQuery | ListingSearch) -> Around | None:
    if isinstance(asked, ListingSearch):
        return Around.polygon(asked.area.ring, asked.area.bounds)
    if asked.place and asked.within_m:
        return Around.disc(asked.place, asked.within_m)
    return Around.rectangle(asked.box) if asked.box else None


def _tags(asked: ListingFilters) -> str:
    """Return the place-independent codes of a search: features, rooms, availability."""
    features = set(asked.feature)
    if asked.lift:
        features.add("lift")
    if asked.step_free:
        features |= {"step_free_entrance", "steps_to_door"}
    wanted = [tags.feature(code, possible=asked.possible) for code in features]
    if asked.class_min is not None:
        wanted.append(tags.at_least(asked.class_min, possible=asked.possible))
    if asked.services and not asked.possible:
        wanted.append(tags.SERVICE_NEAR)
        wanted += [
            tags.REACHED[family, profile] for family, _, profile in asked.services if (family, profile) in tags.REACHED
        ]
    groups: list[list[int]] = []
    if asked.index_min is not None:
        groups.append([tags.GRADES_SHOWN[asked.index_min], *([tags.UNGRADED] if asked.possible else [])])
    if asked.rooms_min or asked.rooms_max:
        groups.append([tags.rooms(n) for n in range(asked.rooms_min or 1, (asked.rooms_max or tags.MAX_ROOMS) + 1)])
    if asked.rent_max is not None:
        groups.append(tags.rents(asked.rent_max, possible=asked.possible))
    if asked.availability is Availability.NOW:
        wanted.append(tags.AVAILABLE_NOW)
    elif asked.availability is Availability.SOON:
        wanted.append(tags.AVAILABLE_SOON)
    return tags.query(wanted, *groups)


def _context(principal: Principal, asked: ListingFilters) -> bytes:
    """Return what a cursor is bound to: the organisation and every filter; the size of the page may change."""
    given: dict[str, Any] = asked.model_dump(mode="json", exclude={"cursor", "limit", "count"}, exclude_defaults=True)
    return principal.organisation_id.bytes + orjson.dumps(given, option=orjson.OPT_SORT_KEYS)


def shape_of(asked: ListingFilters) -> str:
    """Return what a search asks for, by the names of its filters, never their values."""
    return ",".join(sorted(asked.model_fields_set - {"cursor", "limit", "count"}))
