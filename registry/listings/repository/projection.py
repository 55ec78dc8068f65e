"""How a private home becomes a listing: one statement for any number of homes.

It runs in the owner's transaction (or in the job's, for zones and charters), under row-level security: a landlord
can only project its own homes, into territories where its adhesion is in force; and it shares by the terms that bind
it (``binding_terms``): those in force, as far as the version that it signed says the same.
A listing shows, and its tags hold, only features that the binding version of the vocabulary knows (ADR 0019).
"""

import uuid
from collections.abc import Sequence
from typing import Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from registry.listings import tags
from registry.listings.bands import AREA_STEP_M2, FLOOR_BANDS
from registry.listings.reach import ANY_WITHIN, FAR_M, PLACES, WITHIN
from registry.listings.repository.facts import SAID, TOLD
from registry.stock.service import WHAT_COUNTS
from registry.vocabulary.facts import FEATURES
from registry.vocabulary.grid import GRADES

NO_RENT: Final = 2_147_483_647
"""``rent_order`` of a home whose rent is unknown: after every known one."""
DISC_M: Final = 2_000
"""Radius around the commune's centre in which a home is shown until its zone is computed; ground metres."""
DRAWS: Final = 24
"""Points drawn in a zone's bounding box until one is inside; then the zone's own inner point."""


_FEATURES: Final = ", ".join(
    f"('{fact.code}', {fact.number}, string_to_array('{fact.since}', '.')::integer[])" for fact in FEATURES
)
_AVAILABILITY: Final = ", ".join(f"('{status}', {tag})" for status, tag in tags.AVAILABILITY_OF_STATUS.items())

_RENT_TAG: Final = (
    f"coalesce({tags.RENT_BASE} + least((rent_cents + {tags.RENT_STEP_CENTS - 1}) / {tags.RENT_STEP_CENTS},"
    f" {tags.MAX_RENT_BAND}), {tags.RENT_UNKNOWN})"
)

_RESIDENCE_TAGS: Final = f"""CASE residence_grade {
    " ".join(f"WHEN '{grade}' THEN ARRAY{tags.grades_up_to(grade)}" for grade in GRADES)
} ELSE ARRAY[{tags.UNGRADED}] END || array_remove(ARRAY[
    CASE WHEN services & {ANY_WITHIN} > 0 THEN {tags.SERVICE_NEAR} END, {
    ", ".join(
        f"CASE WHEN services >> {PLACES[reached]} & {WITHIN[FAR_M]} > 0 THEN {tag} END"
        for reached, tag in tags.REACHED.items()
    )
}], NULL)"""

SHAREABLE: Final = f"""
    vocabulary (code, number, since) AS (VALUES {_FEATURES}),
    availabilities (status, tag) AS (VALUES {_AVAILABILITY}),
    given AS MATERIALIZED (
        SELECT h.id, h.organisation_id, h.listing_id, h.residence_id, h.status, h.rent_cents, h.charges_cents,
            h.available_on, h.rooms, h.floor, h.area_m2, h.typology, h.facts <> '{{}}' AS stated,
            told.*,
            r.commune_code, r.territory_slug, greatest(h.confirmed_at, source.confirmed_at) AS stood_by_at,
            coalesce(b.position, r.position, r.found_position) AS position,
            CASE WHEN b.position IS NOT NULL THEN b.quarter_codes WHEN r.position IS NOT NULL THEN r.quarter_codes
                ELSE r.found_quarter_codes END AS quarter_codes
        FROM (SELECT DISTINCT unnest(CAST(:homes AS uuid[])) AS id) asked
        -- One by one: in the transaction that made the homes nobody knows yet how many their owner has.
        CROSS JOIN LATERAL (SELECT * FROM homes WHERE id = asked.id LIMIT 1) h
        CROSS JOIN LATERAL (
            SELECT * FROM residences WHERE organisation_id = h.organisation_id AND id = h.residence_id LIMIT 1) r
        LEFT JOIN buildings b ON b.organisation_id = h.organisation_id AND b.id = h.building_id
        LEFT JOIN stock_sources source ON source.id = h.source_id
        {WHAT_COUNTS}
        -- Told once of all homes of which the same is stated, as of those of a residence.
        CROSS JOIN LATERAL (SELECT {TOLD} FROM (SELECT counting.facts, sign(h.floor)::smallint AS floor) p {SAID}
            OFFSET 0) told),
    signed AS MATERIALIZED (
        SELECT a.organisation_id, o.name AS landlord, t.id AS territory_id, t.slug, t.srid,
            binding.terms->>'location_precision' AS precision,
            ARRAY(SELECT jsonb_array_elements_text(binding.terms->'shared_statuses')) AS statuses,
            ARRAY(SELECT 2 * v.number FROM vocabulary v
                WHERE binding.terms->'shared_features' ? v.code AND v.since <= binding.version) AS features,
            (binding.terms->>'shared_class_min')::integer AS class_min,
            later.codes AS later_codes, later.tags AS later_tags
        FROM (SELECT DISTINCT organisation_id FROM given) owners
        JOIN adhesions a ON a.organisation_id = owners.organisation_id AND a.status = 'in_force'
        JOIN organisations o ON o.id = a.organisation_id AND o.status = 'active'
        JOIN territories t ON t.id = a.territory_id
        JOIN charters c ON c.territory_id = t.id AND c.status = 'in_force'
        JOIN charters own ON own.territory_id = t.id AND own.version = a.charter_version
        CROSS JOIN LATERAL (SELECT terms, string_to_array(terms->>'vocabulary_version', '.')::integer[] AS version
            FROM (SELECT binding_terms(c.terms, own.terms) AS terms OFFSET 0) bound) binding
        -- The features that the binding version of the vocabulary does not know; null where it knows all.
        CROSS JOIN LATERAL (SELECT array_agg(v.code) AS codes,
                array_agg(2 * v.number) || array_agg(2 * v.number + 1) AS tags
            FROM vocabulary v WHERE (v.since <= binding.version) IS NOT TRUE) later
        -- A landlord publishes where its transaction is bound: a signature of this very moment counts for the job's.
        WHERE a.territory_id = ANY ((SELECT current_territories())::integer[])
            OR (SELECT current_organisation()) IS NULL),
    placed AS (
        SELECT g.*, s.landlord, s.territory_id, s.slug, s.srid, s.precision, s.statuses, s.features, s.class_min,
            s.later_codes, s.later_tags, a.tag AS availability, count(*) OVER (PARTITION BY g.id) AS choices
        FROM given g
        JOIN availabilities a ON a.status = g.status
        JOIN signed s ON s.organisation_id = g.organisation_id
            AND (g.territory_slug IS NULL OR g.territory_slug = s.slug)
        JOIN territory_communes tc ON tc.territory_id = s.territory_id AND tc.commune_code = g.commune_code
        -- What is stated of the residence alone does not make a home one to be shared.
        WHERE g.stated),
    shareable AS (
        SELECT p.*, zone.id AS zone
        FROM placed p
        CROSS JOIN LATERAL (SELECT floor(ST_X(point) / 500)::integer AS x, floor(ST_Y(point) / 500)::integer AS y
            FROM (SELECT ST_Transform(p.position, p.srid) AS point OFFSET 0) legal OFFSET 0) cell
        LEFT JOIN LATERAL zone_at(p.territory_id, p.commune_code, cell.x, cell.y) zone ON p.precision = 'cell'
        WHERE p.choices = 1 AND p.status = ANY(p.statuses)
            AND (p.proven && p.features OR p.class_proven >= p.class_min))
"""

# The random numbers of a point come from the listing's random id alone; the true place enters only by its zone. Where
# the zone has no shape and the commune no centre there is nowhere to show a home: it is not listed.
_DESCRIBED: Final = f"""
    {SHAREABLE},
    drawn AS (
        SELECT s.*, z.id AS zone_id, z.size_m, z.quarters_shown, c.name AS commune,
            CASE
                WHEN s.precision = 'residence' AND s.position IS NOT NULL THEN ST_Transform(s.position, 3857)
                WHEN z.region IS NOT NULL THEN ST_Transform(coalesce((
                        SELECT inside.point FROM generate_series(1, {DRAWS}) AS n
                        CROSS JOIN LATERAL (SELECT ST_SetSRID(ST_Point(
                            ST_XMin(z.region) + (ST_XMax(z.region) - ST_XMin(z.region))
                                * (hashtextextended(s.listing_id::text, 2 * n) & 2147483647) / 2147483648.0,
                            ST_YMin(z.region) + (ST_YMax(z.region) - ST_YMin(z.region))
                                * (hashtextextended(s.listing_id::text, 2 * n + 1) & 2147483647) / 2147483648.0
                            ), s.srid) AS point) inside
                        WHERE ST_Contains(z.region, inside.point) ORDER BY n LIMIT 1),
                    ST_PointOnSurface(z.region)), 3857)
                WHEN z.size_m > 0 THEN ST_Transform(ST_SetSRID(ST_Point(
                    (z.x + u.u) * z.size_m, (z.y + u.v) * z.size_m), s.srid), 3857)
                ELSE ST_Translate(ST_Transform(c.centre, 3857),
                    {DISC_M} / cos(radians(ST_Y(c.centre))) * sqrt(u.u) * cos(2 * pi() * u.v),
                    {DISC_M} / cos(radians(ST_Y(c.centre))) * sqrt(u.u) * sin(2 * pi() * u.v))
            END AS point
        FROM shareable s
        JOIN communes c ON c.code = s.commune_code
        CROSS JOIN LATERAL (
            SELECT (hashtextextended(s.listing_id::text, 0) & 2147483647) / 2147483648.0 AS u,
                (hashtextextended(s.listing_id::text, 1) & 2147483647) / 2147483648.0 AS v) u
        LEFT JOIN location_zones z ON z.id = s.zone
        OFFSET 0),
    described AS MATERIALIZED (
        SELECT d.*,
            CASE WHEN d.precision = 'residence' OR d.quarters_shown THEN d.quarter_codes ELSE '{{}}' END AS quarters,
            CASE WHEN d.precision = 'residence' AND d.position IS NOT NULL THEN 'residence'
                 WHEN d.size_m > 0 THEN 'cell' ELSE 'commune' END AS shown_precision,
            (floor(d.area_m2 / {AREA_STEP_M2}) * {AREA_STEP_M2})::smallint AS area_from,
            CASE {" ".join(f"WHEN d.floor <= {top} THEN '{name}'" for name, top in FLOOR_BANDS)} END AS floor_band,
            CASE {" ".join(f"WHEN d.floor <= {top} THEN {top}" for _, top in FLOOR_BANDS)} END::smallint AS top,
            date_trunc('month', d.available_on)::date AS month,
            date_trunc('week', d.stood_by_at AT TIME ZONE 'UTC')::date AS week,
            ST_Transform(d.point, 4326) AS place,
            r.grade AS residence_grade, coalesce(r.services, 0) AS services, coalesce(r.document, '{{}}') AS reach
        FROM drawn d
        -- What may be said of the residence there; nothing yet where it was never seen by the job (service.show).
        LEFT JOIN shown_residences r ON r.organisation_id = d.organisation_id AND r.residence_id = d.residence_id
            AND r.territory_id = d.territory_id
            AND r.zone_id = CASE WHEN d.precision = 'residence' AND d.position IS NOT NULL THEN 0 ELSE d.zone_id END
            AND (r.zone_id = 0 OR r.quarter_codes
                = CASE WHEN d.quarters_shown THEN ARRAY(SELECT unnest(d.quarter_codes) COLLATE "C" ORDER BY 1)
                    ELSE '{{}}' END)
        WHERE d.point IS NOT NULL),
    zones_asked AS (
        INSERT INTO zoning_requests (territory_id, everything)
        SELECT a.territory_id, false FROM (SELECT DISTINCT organisation_id FROM given) owners
        JOIN adhesions a ON a.organisation_id = owners.organisation_id AND a.status = 'in_force'
        WHERE CAST(:asking AS boolean))
"""
_WRITE: Final = f"""
        INSERT INTO listings (id, organisation_id, territory_id, zone_id, rent_order, available_month, fresh_week,
            area_low, floor_top, bookable, commune_code, quarter_codes, point, tags, residence_grade, services,
            document)
        SELECT listing_id, organisation_id, territory_id, zone_id, coalesce(rent_cents, {NO_RENT}), month, week,
            area_from, top, availability <> {tags.OCCUPIED}, commune_code, quarters, point,
            CASE WHEN later_tags IS NULL THEN proven || possible ELSE (proven || possible) - later_tags END
                || ARRAY[{tags.LISTED}, {tags.ROOMS_BASE} + least(rooms, {tags.MAX_ROOMS}), availability, {_RENT_TAG}]
                || {_RESIDENCE_TAGS},
            residence_grade, services,
            json_build_object(
                'id', listing_id,
                'territory', slug,
                'landlord', json_build_object('id', organisation_id, 'name', landlord),
                'commune', json_build_object('code', commune_code, 'name', commune),
                'quarters', quarters,
                'location', json_build_object(
                    'precision', shown_precision, 'cell_m', nullif(size_m, 0),
                    'lon', round(ST_X(place)::numeric, 5), 'lat', round(ST_Y(place)::numeric, 5)),
                'typology', typology, 'rooms', rooms,
                'area_band_m2', CASE WHEN area_m2 IS NOT NULL
                    THEN json_build_array(area_from, area_from + {AREA_STEP_M2}) END,
                'rent_cents', rent_cents, 'charges_cents', charges_cents,
                'floor_band', floor_band,
                'home_class', json_build_object('proven', class_proven, 'possible', class_possible),
                'features', CASE WHEN later_codes IS NULL THEN shown::json ELSE (shown::jsonb - later_codes)::json END,
                'residence_grade', residence_grade, 'services', reach::json,
                'availability', CASE availability WHEN {tags.AVAILABLE_NOW} THEN 'now'
                    WHEN {tags.AVAILABLE_SOON} THEN 'soon' ELSE 'occupied' END,
                'available_month', to_char(month, 'YYYY-MM'),
                'fresh_week', to_char(week, 'IYYY-"W"IW'))::text
        FROM described ORDER BY listing_id
"""
_PROJECT: Final = text(
    f"""
    WITH {_DESCRIBED},
    written AS ({_WRITE}
        ON CONFLICT (id) DO UPDATE SET territory_id = excluded.territory_id, zone_id = excluded.zone_id,
            rent_order = excluded.rent_order, available_month = excluded.available_month,
            fresh_week = excluded.fresh_week, area_low = excluded.area_low, floor_top = excluded.floor_top,
            bookable = excluded.bookable, commune_code = excluded.commune_code,
            quarter_codes = excluded.quarter_codes, point = excluded.point, tags = excluded.tags,
            residence_grade = excluded.residence_grade, services = excluded.services,
            document = excluded.document, changed_in = CASE
                WHEN listings.document = excluded.document AND listings.territory_id = excluded.territory_id
                THEN listings.changed_in ELSE pg_current_xact_id() END
        WHERE listings.document IS DISTINCT FROM excluded.document OR listings.tags <> excluded.tags
            OR listings.zone_id IS DISTINCT FROM excluded.zone_id
            OR listings.point IS DISTINCT FROM excluded.point)
    DELETE FROM listings l USING given g
    WHERE l.id = g.listing_id AND g.listing_id NOT IN (SELECT listing_id FROM described)
    """
)
_PROJECT_NEW: Final = text(f"WITH {_DESCRIBED} {_WRITE}")

# The worker rewrites listings while their owners do: whoever takes many takes them in one order, those that are there
# and then those that are not yet, or two would wait for each other crosswise. Each by its id: a plan for an average
# landlord reads the indexes of all that a large one has.
_HOLD: Final = text(
    """
    SELECT FROM (
        SELECT h.listing_id FROM unnest(CAST(:homes AS uuid[])) AS asked (id)
        CROSS JOIN LATERAL (SELECT listing_id FROM homes WHERE id = asked.id LIMIT 1) h ORDER BY 1) given
    CROSS JOIN LATERAL (SELECT FROM listings WHERE id = given.listing_id LIMIT 1 FOR UPDATE) held
    """
)
_STALE: Final = text(
    """
    SELECT h.id FROM stock_sources s
    JOIN listings l ON l.organisation_id = s.organisation_id
        AND l.fresh_week < date_trunc('week', s.confirmed_at AT TIME ZONE 'UTC')::date
    JOIN homes h ON h.listing_id = l.id AND h.source_id = s.id
    WHERE s.confirmed_at > now() - interval '60 days'
    ORDER BY l.id LIMIT :limit
    """
)
# Never more is shown because a fact has ended: only what is listed has to follow. A week, lest a night is missed.
_ENDED: Final = text(
    """
    SELECT h.id, l.id FROM listings l
    JOIN homes h ON h.listing_id = l.id
    JOIN residences r ON r.organisation_id = h.organisation_id AND r.id = h.residence_id
    WHERE l.id > :after AND (h.facts @? '$.*.until' OR r.facts @? '$.*.until')
        AND EXISTS (SELECT FROM (VALUES (r.facts), (h.facts)) stated (facts)
            CROSS JOIN LATERAL jsonb_each(stated.facts) each
            WHERE (each.value->>'until')::date BETWEEN CURRENT_DATE - 7 AND CURRENT_DATE - 1)
    ORDER BY l.id LIMIT :limit
    """
)
_WITHDRAW: Final = text("DELETE FROM listings WHERE id = ANY(CAST(:listings AS uuid[]))")
_WITHDRAW_ALL: Final = text(
    "DELETE FROM listings WHERE organisation_id = :organisation"
    " AND (CAST(:territory AS integer) IS NULL OR territory_id = :territory)"
)
_IN_COMMUNES: Final = "FROM listings WHERE territory_id = :territory AND commune_code = ANY(CAST(:communes AS text[]))"
_COUNT_IN: Final = text(f"SELECT count(*) {_IN_COMMUNES}")
_WITHDRAW_IN: Final = text(f"DELETE {_IN_COMMUNES}")
_REQUEST_OF_COMMUNES: Final = text(
    "INSERT INTO zoning_requests (territory_id, everything)"
    " SELECT DISTINCT tc.territory_id, true FROM territory_communes tc"
    " JOIN charters ch ON ch.territory_id = tc.territory_id AND ch.status = 'in_force'"
    " WHERE tc.commune_code = ANY(CAST(:communes AS text[])) AND tc.territory_id <> :territory"
)
_REQUEST_OWN: Final = text(
    "INSERT INTO zoning_requests (territory_id, everything)"
    " SELECT a.territory_id, :everything FROM adhesions a"
    " WHERE a.organisation_id = :organisation AND a.status = 'in_force'"
)
_REQUEST_WHERE_CHARTERED: Final = text(
    """
    INSERT INTO zoning_requests (territory_id, everything)
    SELECT ch.territory_id, CAST(:layer AS text) IS NOT NULL
    FROM charters ch
    WHERE ch.status = 'in_force' AND (CAST(:layer AS text) IS NULL OR EXISTS (
        SELECT FROM territory_communes tc
        JOIN communes c ON c.code = tc.commune_code
        JOIN quarters q ON q.layer = :layer AND (q.commune_code = c.code OR ST_Intersects(q.shape, c.contour)
            OR c.contour IS NULL)
        WHERE tc.territory_id = ch.territory_id))
    """
)
_REQUEST: Final = text("INSERT INTO zoning_requests (territory_id, everything) VALUES (:territory, :everything)")


async def project(
    session: AsyncSession, homes: Sequence[uuid.UUID], *, asking: bool = False, new: bool = False
) -> None:
    """Write, change or withdraw the listings of ``homes`` as their present state demands.

    Args:
        asking: Also ask for new zones in every territory where their owners publish, as :func:`request_zoning_of`.
        new: None of the homes has a listing that somebody else may be writing.
    """
    values = {"homes": [str(home) for home in homes]}
    if len(homes) > 1 and not new:
        await session.execute(_HOLD, values)
    await session.execute(_PROJECT_NEW if new else _PROJECT, {**values, "asking": asking})


async def confirmed_since(session: AsyncSession, limit: int) -> list[uuid.UUID]:
    """Return homes that their source confirmed in a later week than their listing shows. As the job."""
    return list((await session.execute(_STALE, {"limit": limit})).scalars())


async def ended_lately(session: AsyncSession, after: uuid.UUID, limit: int) -> list[tuple[uuid.UUID, uuid.UUID]]:
    """Return listed homes of which a fact ended within a week, with their listings, in order of these. As the job."""
    rows = await session.execute(_ENDED, {"after": after, "limit": limit})
    return [(home, listing) for home, listing in rows]


async def withdraw(session: AsyncSession, listings: Sequence[uuid.UUID]) -> None:
    await session.execute(_WITHDRAW, {"listings": [str(listing) for listing in listings]})


async def withdraw_all(session: AsyncSession, organisation: uuid.UUID, territory: int | None = None) -> None:
    """Withdraw every listing of ``organisation``, in one territory or in all."""
    await session.execute(_WITHDRAW_ALL, {"organisation": organisation, "territory": territory})


async def count_in(session: AsyncSession, territory: int, communes: Sequence[str]) -> int:
    """Return how many listings of the territory are in ``communes``."""
    values = {"territory": territory, "communes": list(communes)}
    found: int = (await session.execute(_COUNT_IN, values)).scalar_one()
    return found


async def withdraw_in(session: AsyncSession, territory: int, communes: Sequence[str]) -> None:
    """Withdraw every listing of the territory in ``communes``."""
    await session.execute(_WITHDRAW_IN, {"territory": territory, "communes": list(communes)})


async def request_zoning_of_communes(session: AsyncSession, territory: int, communes: Sequence[str]) -> None:
    """Ask for everything anew in the other territories that have one of ``communes``, and a charter in force."""
    await session.execute(_REQUEST_OF_COMMUNES, {"territory": territory, "communes": list(communes)})


async def request_zoning_of(session: AsyncSession, organisation: uuid.UUID, *, everything: bool = False) -> None:
    """Ask for new zones in every territory where ``organisation`` publishes."""
    await session.execute(_REQUEST_OWN, {"organisation": organisation, "everything": everything})


async def request_zoning(session: AsyncSession, territory: int, *, everything: bool = False) -> None:
    await session.execute(_REQUEST, {"territory": territory, "everything": everything})


async def request_zoning_of_layer(session: AsyncSession, layer: str | None) -> None:
    """Ask for new zones where quarters of ``layer`` may lie, of everything; without one, in every territory.

    Only where a charter is in force: elsewhere nothing is shown.
    """
    await session.execute(_REQUEST_WHERE_CHARTERED, {"layer": layer})
