"""The SQL of what listings show of their residences: what is known, what is shown, which listings say otherwise.

Runs as the job; the projection reads what is kept, with the home.
"""

import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final, NamedTuple

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from registry.listings.reach import FAR_M, FURTHER, NEAR_M, PROFILES, SHOWN_FAMILIES, WITHIN, described

EXACT: Final = 0
"""The zone of what is shown of a residence that is shown where it is."""
_REACHED, _BEYOND, _UNDOUBTED = 1, 2, 0
"""Numbers of ``registry.surroundings.distances``: outcomes, and the reason that there is nothing to doubt."""


class Known(NamedTuple):
    """What is known of a residence.

    Attributes:
        grade: That its index proves; ``None``: none, or not assessable.
        services: As ``reach`` puts bands.
        waiting: Whether it is new, and not yet assessed.
        measured: Whether its distances have been computed.
        young: Whether it is so new that its distances may be to come.
        exact: Whether its landlord signed here that homes are shown where they are.
    """

    organisation: uuid.UUID
    residence: uuid.UUID
    grade: str | None
    services: int
    waiting: bool
    measured: bool
    young: bool
    exact: bool


class Key(NamedTuple):
    """Where a residence is shown: a zone, and the quarters (sorted) where those are shown in it."""

    organisation: uuid.UUID
    residence: uuid.UUID
    zone: int
    quarters: tuple[str, ...]


class Shown(NamedTuple):
    """What listings show of a residence, and with whom (``groups``); in no group where it is shown as it is."""

    group: uuid.UUID | None
    core: uuid.UUID | None
    founding: bool
    grade: str | None
    services: int


# What is farther than one is told may still be nearer where the network ends before the limit (a reason to doubt).
_BAND: Final = f"""
    CASE WHEN d.outcome = {_REACHED} AND d.cost_m <= {NEAR_M} THEN {WITHIN[NEAR_M]}
        WHEN d.outcome = {_REACHED} AND d.cost_m <= {FAR_M} THEN {WITHIN[FAR_M]}
        WHEN d.outcome = {_BEYOND} OR d.outcome = {_REACHED} AND d.reason = {_UNDOUBTED} THEN {FURTHER} ELSE 0 END
"""
_KNOWN: Final = text(
    f"""
    SELECT r.organisation_id, r.id, i.grade_low, coalesce(near.services, 0), i.residence_id IS NULL,
        run.residence_id IS NOT NULL, r.created_at > now() - interval '1 day', exact.organisation_id IS NOT NULL
    FROM territory_communes tc
    JOIN residences r ON r.commune_code = tc.commune_code
    LEFT JOIN residence_indexes i ON i.organisation_id = r.organisation_id AND i.residence_id = r.id
    LEFT JOIN distance_runs run ON run.organisation_id = r.organisation_id AND run.residence_id = r.id
    LEFT JOIN LATERAL (
        SELECT bit_or(CAST({_BAND} AS bigint) << (2 * ({len(PROFILES)} * (d.family - 1) + d.profile - 1))) AS services
        FROM accessible_distances d
        WHERE d.organisation_id = r.organisation_id AND d.residence_id = r.id
            AND d.family = ANY (ARRAY[{", ".join(str(int(family)) for family in SHOWN_FAMILIES)}])) near ON true
    LEFT JOIN (
        SELECT a.organisation_id FROM adhesions a
        JOIN charters c ON c.territory_id = a.territory_id AND c.status = 'in_force'
        JOIN charters own ON own.territory_id = a.territory_id AND own.version = a.charter_version
        WHERE a.territory_id = :territory AND a.status = 'in_force'
            AND binding_terms(c.terms, own.terms)->>'location_precision' = 'residence') exact
        ON exact.organisation_id = r.organisation_id
    WHERE tc.territory_id = :territory
    """
)
_ZONE_IDS: Final = text(
    "SELECT commune_code, size_m, x, y, id FROM location_zones WHERE territory_id = :territory AND NOT retired"
)
_PRESENT: Final = text(
    "SELECT organisation_id, residence_id, zone_id, quarter_codes, group_id, core_id, founding, grade, services"
    " FROM shown_residences"
    " WHERE territory_id = :territory"
)
_FORGET: Final = text(
    """
    DELETE FROM shown_residences s
    USING jsonb_to_recordset(CAST(:rows AS jsonb))
        AS g (organisation_id uuid, residence_id uuid, zone_id integer, quarter_codes text[])
    WHERE s.territory_id = :territory AND s.organisation_id = g.organisation_id AND s.residence_id = g.residence_id
        AND s.zone_id = g.zone_id AND s.quarter_codes = g.quarter_codes
    """
)
# A residence that was deleted meanwhile is left out; one that is deleted now waits for the commit.
_SAVE: Final = text(
    """
    INSERT INTO shown_residences (organisation_id, residence_id, territory_id, zone_id, quarter_codes, group_id,
        core_id, founding, grade, services, document)
    SELECT g.organisation_id, g.residence_id, :territory, g.zone_id, g.quarter_codes, g.group_id, g.core_id, g.founding,
        g.grade, g.services, g.document
    FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS g (organisation_id uuid, residence_id uuid, zone_id integer,
        quarter_codes text[], group_id uuid, core_id uuid, founding boolean, grade text, services bigint, document text)
    JOIN residences r ON r.organisation_id = g.organisation_id AND r.id = g.residence_id
    ON CONFLICT (organisation_id, residence_id, territory_id, zone_id, quarter_codes) DO UPDATE SET
        group_id = excluded.group_id, core_id = excluded.core_id, founding = excluded.founding,
        grade = excluded.grade, services = excluded.services, document = excluded.document
    """
)
# Where a listing stands is what it says itself: those that are to move are asked for elsewhere (zones).
_OTHERWISE: Final = text(
    f"""
    SELECT h.id
    FROM listings l
    JOIN homes h ON h.listing_id = l.id
    LEFT JOIN shown_residences s ON s.territory_id = l.territory_id AND s.organisation_id = h.organisation_id
        AND s.residence_id = h.residence_id AND s.zone_id = coalesce(l.zone_id, {EXACT})
        AND (l.zone_id IS NULL OR s.quarter_codes <@ l.quarter_codes AND s.quarter_codes @> l.quarter_codes)
    WHERE l.territory_id = :territory
        AND (l.residence_grade IS DISTINCT FROM s.grade OR l.services <> coalesce(s.services, 0))
    ORDER BY l.id
    """
)
_SPLIT_AT: Final = text("SELECT split_at FROM zonings WHERE territory_id = :territory")
_SPLIT: Final = text("UPDATE zonings SET split_at = :now WHERE territory_id = :territory")
_REQUEST: Final = text(
    """
    INSERT INTO zoning_requests (territory_id, everything)
    SELECT DISTINCT tc.territory_id, false
    FROM residences r
    JOIN territory_communes tc ON tc.commune_code = r.commune_code
    JOIN charters c ON c.territory_id = tc.territory_id AND c.status = 'in_force'
    WHERE (r.organisation_id, r.id) IN (
        SELECT * FROM unnest(CAST(:organisations AS uuid[]), CAST(:residences AS uuid[])))
    """
)


async def known(session: AsyncSession, territory: int) -> list[Known]:
    """Return what is known of every residence of a territory, whoever owns it."""
    return [Known(*row) for row in await session.execute(_KNOWN, {"territory": territory})]


async def zone_ids(session: AsyncSession, territory: int) -> dict[tuple[str, int, int, int], int]:
    """Return the ids of the zones that there are now, by :class:`registry.listings.zoning.ZoneKey`."""
    rows = await session.execute(_ZONE_IDS, {"territory": territory})
    return {(commune, size, x, y): zone for commune, size, x, y, zone in rows}


async def present(session: AsyncSession, territory: int) -> dict[Key, Shown]:
    """Return what is shown now."""
    rows = await session.execute(_PRESENT, {"territory": territory})
    return {Key(row[0], row[1], row[2], tuple(row[3])): Shown(*row[4:]) for row in rows}


async def save(session: AsyncSession, territory: int, before: dict[Key, Shown], now: dict[Key, Shown]) -> None:
    """Keep what is shown ``now`` in the place of what was before; only what differs is written."""
    gone = [_named(key) for key in before if key not in now]
    differing = [
        _named(key)
        | {"group_id": shown.group, "core_id": shown.core, "founding": shown.founding,
           "grade": shown.grade, "services": shown.services,
           "document": orjson.dumps(described(shown.services)).decode()}
        for key, shown in now.items() if before.get(key) != shown
    ]  # fmt: skip
    for statement, rows in ((_FORGET, gone), (_SAVE, differing)):
        if rows:
            await session.execute(statement, {"territory": territory, "rows": orjson.dumps(rows).decode()})


def _named(key: Key) -> dict[str, object]:
    return {
        "organisation_id": key.organisation, "residence_id": key.residence, "zone_id": key.zone,
        "quarter_codes": list(key.quarters),
    }  # fmt: skip


async def otherwise(session: AsyncSession, territory: int) -> list[uuid.UUID]:
    """Return the homes whose listing says something else of their residence than what is to be shown."""
    return list((await session.execute(_OTHERWISE, {"territory": territory})).scalars().all())


async def split_at(session: AsyncSession, territory: int) -> datetime | None:
    """Return when a group of residences last fell into parts."""
    row = (await session.execute(_SPLIT_AT, {"territory": territory})).one_or_none()
    return row[0] if row else None


async def split(session: AsyncSession, territory: int, *, now: datetime) -> None:
    """Note that a group fell into parts."""
    await session.execute(_SPLIT, {"territory": territory, "now": now})


async def request_placing(session: AsyncSession, residences: Iterable[tuple[uuid.UUID, uuid.UUID]]) -> None:
    """Ask for the territories of residences (organisation and residence) to be placed."""
    keys: Sequence[tuple[uuid.UUID, uuid.UUID]] = list(residences)
    values = {"organisations": [key[0] for key in keys], "residences": [key[1] for key in keys]}
    await session.execute(_REQUEST, values)
