"""The SQL that finds and ranks the homes of a case: one statement, of the conditions that the case has.

What a listing must be for all one knows is asked of the index (``bookable``, codes); what it comes to is added up in
the database, so that tens of thousands of listings send a page. Own homes are known by their rows: building, residence,
quarters; of others' homes only what their listing says, and what the door answers (ADR 0029).
"""

import uuid
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final, NamedTuple

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from registry.access.principal import OwnOrganisation
from registry.kernel.clock import month_after
from registry.listings.service import tags
from registry.transfers.matching import shares
from registry.transfers.matching.asked import Asked, fresh_from, query_of, smaller_rooms
from registry.transfers.matching.requirements import Requirement
from registry.transfers.matching.shares import Place
from registry.transfers.repository.places import QUARTERS
from registry.vocabulary.matching import Criterion

RANKED: Final = 200
"""Listings that fit and are read where the database cannot add all up: charges, places of routine."""
NEARLY: Final = 40
"""Listings that nearly fit and are read."""
NO_RENT: Final = 2_147_483_647
"""``rent_order`` of a listing whose rent is unknown."""
FITS, ONE_SHORT, CLASS_SHORT = 0, 1, 2
"""How a listing stands to the demands: ``rank`` of a row."""

_CASE: Final = text(
    f"""
    SELECT c.id, c.territory_id, t.slug, c.need, c.ground, c.deadline, c.rent_limit_cents, c.rooms_least,
        c.communes, c.home_ref, c.closed_at IS NOT NULL AS closed, c.consent_until, h.residence_id, h.building_id,
        r.commune_code, {QUARTERS} AS quarters,
        d.state, d.network, d.compared_in IS NOT NULL AS compared,
        (SELECT jsonb_object_agg(w.work, w.costs) FROM (
            SELECT f.work, jsonb_build_array(min(f.cost_from_cents), max(f.cost_to_cents)) AS costs
            FROM feasible_works f
            WHERE f.organisation_id = h.organisation_id AND (f.home_ref = h.ref OR f.residence_ref = r.ref)
            GROUP BY f.work) w) AS feasible
    FROM transfer_cases c
    JOIN territories t ON t.id = c.territory_id
    LEFT JOIN homes h ON h.organisation_id = c.organisation_id AND h.ref = c.home_ref
    LEFT JOIN residences r ON r.organisation_id = h.organisation_id AND r.id = h.residence_id
    LEFT JOIN buildings b ON b.organisation_id = h.organisation_id AND b.id = h.building_id
    LEFT JOIN case_doors d ON d.organisation_id = c.organisation_id AND d.case_id = c.id AND d.home_ref = c.home_ref
        AND d.territory_id = c.territory_id
    WHERE c.organisation_id = :organisation
        AND (c.ref = CAST(:ref AS text) OR c.id = CAST(:id AS uuid))
    """
)
_WORKS: Final = text(
    """
    SELECT h.listing_id, f.work, min(f.cost_from_cents), max(f.cost_to_cents), bool_or(f.before_entry)
    FROM homes h
    JOIN residences r ON r.organisation_id = h.organisation_id AND r.id = h.residence_id
    JOIN feasible_works f ON f.organisation_id = h.organisation_id AND (f.home_ref = h.ref OR f.residence_ref = r.ref)
    WHERE h.organisation_id = :organisation AND h.listing_id = ANY(CAST(:listings AS uuid[]))
    GROUP BY h.listing_id, f.work
    UNION ALL
    SELECT listing_id, work, cost_from_cents, cost_to_cents, true FROM agreed_works(CAST(:others AS uuid[]))
    """
)


class Stated(NamedTuple):
    """What a landlord states of works that are feasible in a home or its residence.

    Attributes:
        from_cents, to_cents: Of others' homes widened to the next of a few amounts; ``None``: more than the highest.
        before_entry: It agreed to have them done before somebody moves in.
    """

    from_cents: int | None = None
    to_cents: int | None = None
    before_entry: bool = False


class CaseRow(NamedTuple):
    """A case as it is matched, with its present home and its door where it has them.

    Attributes:
        feasible: From and up to what works cost that are stated as feasible in that home or its residence, by work.
    """

    id: uuid.UUID
    territory_id: int
    territory: str
    need: dict[str, Any]
    ground: str | None
    deadline: date | None
    rent_limit_cents: int | None
    rooms_least: int
    communes: list[str]
    home_ref: str | None
    closed: bool
    consent_until: date
    residence_id: uuid.UUID | None
    building_id: uuid.UUID | None
    commune: str | None
    quarters: list[str] | None
    door: str | None
    network: bool | None
    compared: bool
    feasible: dict[str, tuple[int | None, int | None]] | None


class Row(NamedTuple):
    """A listing, and what it comes to beside a case.

    Attributes:
        lon, lat: Of an own home where it is, if that is known; else where its listing shows it; WGS84 degrees.
        placed: Not so of an own home of which nobody knows where it is: its listing's point says nothing of it.
        rank: :data:`FITS`, :data:`ONE_SHORT` or :data:`CLASS_SHORT`.
        fits: By demand 2: proven, 1: possible, 0: no.
        place: A code of :class:`Place`; ``None``: not known.
        in_quarter: Whether it is in a quarter that is wanted; ``None``: not known, or none is.
        in_commune: Whether it is in a commune that is wanted; so where none is named.
        band: 1 to 5, 0: farther or out of reach; ``None``: not known.
        shares: By criterion, in the order of :data:`SQL_CRITERIA`.
    """

    id: uuid.UUID
    own: bool
    home_ref: str | None
    lon: float
    lat: float
    placed: bool
    rank: int
    fits: list[int]
    place: str | None
    in_quarter: bool | None
    in_commune: bool
    band: int | None
    shares: list[float]
    score: float
    proposal: uuid.UUID | None
    document: str


SQL_CRITERIA: Final = (
    Criterion.FIT, Criterion.PLACE, Criterion.DISTANCE, Criterion.RENT, Criterion.SIZE, Criterion.GRADE,
    Criterion.MONTH, Criterion.FRESHNESS,
)  # fmt: skip
"""Those that the database adds up."""


def _has(*codes: int) -> str:
    """Return the condition that a listing has all codes; intarray's own operator copies and sorts for each listing."""
    return " AND ".join(f"{code} = ANY(tags)" for code in codes)


def _share(value: float) -> str:
    """Return a share as the database adds it up: as it stands, it would be a decimal, which costs ten times as much."""
    return f"{value}::float8"


def _fit(demand: Requirement) -> str:
    """Return what a listing is to a demand: 2, 1 or 0."""
    proven = _has(*demand.proven) if demand.proven else "false"
    possible = _has(*demand.possible) or "true"
    if demand.floor_most is not None:
        proven = f"({proven} OR floor_top <= {demand.floor_most})"
        possible = f"({possible} OR floor_top IS NULL)"
    return f"CASE WHEN {proven} THEN 2 WHEN {possible} THEN 1 ELSE 0 END"


def _rank(asked: Asked) -> str:
    """Return how a listing stands to all demands together; ``NULL``: it is neither one that fits nor nearly one."""
    least = asked.least_class
    features = [n for n, _ in asked.features]
    lacking = " + ".join(f"(f{n} = 0)::integer" for n in features) or "0"
    class_fits = "true" if least is None else "f0 > 0"
    one_class = "false" if least is None or least <= 2 else _has(tags.at_least(least - 1, possible=True))
    by_short = " ".join(
        f"WHEN f{short.index} = 0 THEN "
        + (_has(tags.at_least(short.home_class, possible=True)) if short.home_class > 1 else "true")
        for short in asked.shorts
    )
    one_short = f"({class_fits} OR CASE {by_short} END)" if by_short else "false"
    return f"""CASE WHEN {lacking} = 0 AND {class_fits} THEN {FITS}
        WHEN {lacking} = 0 AND {one_class} THEN {CLASS_SHORT}
        WHEN {lacking} = 1 AND {one_short} THEN {ONE_SHORT} END"""


def _cases(values: Mapping[Any, float], column: str) -> str:
    return " ".join(f"WHEN {column} = '{value}' THEN {_share(share)}" for value, share in values.items())


def _place_share(asked: Asked) -> str:
    if asked.case.home is not None:
        quarter, commune = _share(shares.PLACES[Place.SAME_QUARTER]), _share(shares.PLACES[Place.SAME_COMMUNE])
        # Not known: between what it is at least, and the quarter.
        return f"""CASE {_cases(shares.PLACES, "place")}
            ELSE ({quarter} + CASE WHEN commune_code = :home_commune THEN {commune} ELSE 0 END) / 2 END"""
    if asked.wanted_quarters:
        return f"""CASE WHEN in_quarter THEN {_share(shares.WANTED_QUARTER)}
            WHEN in_quarter IS NULL THEN {_share(shares.UNKNOWN)} ELSE 0 END"""
    return f"CASE WHEN in_commune THEN {_share(shares.WANTED_COMMUNE)} ELSE 0 END"


def _fit_share(asked: Asked) -> str:
    """Return the share of the demands that are proven; of who has none, how favourable a home is for later."""
    if asked.demands:
        proven = " + ".join(f"(f{n} = 2)::integer" for n in range(len(asked.demands)))
        return f"({proven})::float8 / {len(asked.demands)}"
    by_class = " ".join(
        f"WHEN {_has(tags.at_least(home_class, possible=False))} THEN {_share(share)}"
        for home_class, share in shares.FAVOURABLE.items()
    )
    perhaps = _has(tags.at_least(shares.PERHAPS, possible=True))
    return f"CASE {by_class} WHEN {perhaps} THEN {_share(shares.UNKNOWN)} ELSE 0 END"


def _shares(asked: Asked) -> dict[Criterion, str]:
    case = asked.case
    unknown = _share(shares.UNKNOWN)
    month = " ".join(
        f"WHEN available_month <= :soon_{n} THEN {_share(share)}" for n, (_, share) in enumerate(shares.SOON)
    )
    if case.deadline is not None:
        month = f"WHEN available_month <= :deadline THEN {_share(shares.BY_DEADLINE)} {month}"
    bands = " ".join(f"WHEN band = {band} THEN {_share(share)}" for band, share in shares.BAND_SHARES.items())
    rent = f"rent_order {'<' if asked.strictly else '<='} :rent_to_beat"
    return {
        Criterion.FIT: _fit_share(asked),
        Criterion.PLACE: _place_share(asked),
        Criterion.DISTANCE: f"CASE {bands} ELSE {unknown} END",
        Criterion.RENT: f"CASE WHEN rent_order = {NO_RENT} THEN {unknown} WHEN {rent} THEN 1 ELSE 0 END",
        Criterion.SIZE: "CASE WHEN tags && CAST(:smaller AS integer[]) THEN 1 ELSE 0 END",
        Criterion.GRADE: f"CASE {_cases(shares.GRADES, 'residence_grade')} ELSE {unknown} END",
        Criterion.MONTH: f"""CASE WHEN {_has(tags.AVAILABLE_NOW)} THEN {_share(shares.NOW)}
            WHEN available_month IS NULL THEN {unknown} {month} ELSE {_share(shares.LATE)} END""",
        Criterion.FRESHNESS: f"""CASE WHEN fresh_week >= :fresh THEN {_share(shares.FRESH)}
            WHEN fresh_week >= :fresh_twice THEN {_share(shares.STALE_ONCE)} ELSE 0 END""",
    }


def _placed(asked: Asked) -> tuple[str, str]:
    """Return where a listing is beside the present home, and whether it is in a quarter that is wanted."""
    place = "NULL::text"
    if asked.case.home is not None:
        commune = f"CASE WHEN commune_code = :home_commune THEN '{Place.SAME_COMMUNE}' ELSE '{Place.ELSEWHERE}' END"
        place = f"""CASE WHEN building_id = CAST(:home_building AS uuid) THEN '{Place.SAME_BUILDING}'
            WHEN residence_id = CAST(:home_residence AS uuid) THEN '{Place.SAME_RESIDENCE}'
            WHEN same_quarter OR quarters && CAST(:home_quarters AS text[]) THEN '{Place.SAME_QUARTER}'
            WHEN NOT same_quarter{" OR cardinality(quarters) > 0" if asked.case.home.quarters else ""}
                THEN {commune} END"""
    if not asked.wanted_quarters:
        return place, "NULL::boolean"
    # A listing that names no quarter may be in any, since its zone may hide them; so may an own home without one.
    named = bool(asked.case.need.quarters)
    known = "cardinality(quarters) > 0" + ("" if named else " OR NOT same_quarter")
    inside = "quarters && CAST(:wanted_quarters AS text[])" + (" OR same_quarter" if asked.case.home else "")
    return place, f"CASE WHEN {inside} THEN true WHEN {known} THEN false END"


def statement(asked: Asked, profile: str, *, limit: int, beyond: bool) -> str:
    """Return the statement, with ``:name`` for its values; what is run, explained in tests, and timed.

    ``OFFSET 0``: the demands are judged once for each listing, not once more for each use of what they come to.

    Args:
        asked: The case.
        profile: The column of the door's bands: how the person moves.
        limit: Homes that fit and are wanted; :data:`RANKED` are read where they are not ranked by the database alone.
        beyond: With what is known to be outside the quarters and communes that are wanted.
    """
    found = {each: said if asked.weights.get(each) else "0" for each, said in _shares(asked).items()}
    place, in_quarter = _placed(asked)
    fits = ", ".join(f"f{n}" for n in range(len(asked.demands)))
    columns = "".join(f", {_fit(each)} AS f{n}" for n, each in enumerate(asked.demands))
    weights = {each: asked.weights.get(each, 0) for each in SQL_CRITERIA}
    score = " + ".join(f"{weight} * ({found[each]})" for each, weight in weights.items() if weight) or "0"
    within = "" if beyond else " AND in_quarter IS NOT FALSE AND in_commune"
    rent = "" if asked.case.rent_limit_cents is None else f" AND (rent_order <= :rent_limit OR rent_order = {NO_RENT})"
    most = RANKED if asked.weights.keys() - SQL_CRITERIA else limit
    return f"""
        WITH asked AS (
            SELECT id, organisation_id = :organisation AS own, rent_order, available_month, fresh_week,
                residence_grade, floor_top, tags, commune_code, quarter_codes, changed_in{columns}
            FROM listings
            WHERE bookable AND territory_id = :territory
                AND tags OPERATOR(registry.@@) CAST(:codes AS query_int){rent}),
        ranked AS (SELECT *, {_rank(asked)} AS rank FROM asked OFFSET 0),
        placed AS (
            SELECT a.*, h.ref AS home_ref, h.residence_id, h.building_id,
                ST_X(own_place.position) AS lon, ST_Y(own_place.position) AS lat,
                CASE WHEN a.own THEN coalesce(own_place.quarters, '{{}}') ELSE a.quarter_codes END AS quarters,
                CASE WHEN n.listing_id IS NOT NULL THEN CASE WHEN n.quarter_known THEN n.same_quarter END
                    WHEN d.quarters_known AND a.changed_in < d.compared_in THEN false END AS same_quarter,
                CASE WHEN n.listing_id IS NOT NULL AND d.network THEN n.{profile}
                    WHEN d.network AND a.changed_in < d.compared_in THEN 0 END AS band
            FROM ranked a
            LEFT JOIN case_doors d ON d.organisation_id = :organisation AND d.case_id = :case AND d.state = 'open'
                AND d.home_ref = :home_ref AND d.territory_id = :territory
            LEFT JOIN case_nearness n ON n.organisation_id = d.organisation_id AND n.case_id = d.case_id
                AND n.listing_id = a.id
            LEFT JOIN homes h ON a.own AND h.listing_id = a.id AND h.organisation_id = :organisation
            LEFT JOIN residences r ON r.organisation_id = h.organisation_id AND r.id = h.residence_id
            LEFT JOIN buildings b ON b.organisation_id = h.organisation_id AND b.id = h.building_id
            LEFT JOIN LATERAL (SELECT coalesce(b.position, r.position, r.found_position) AS position,
                {QUARTERS} AS quarters) own_place ON h.id IS NOT NULL
            WHERE a.rank IS NOT NULL AND (h.ref IS NULL OR h.ref IS DISTINCT FROM CAST(:home_ref AS text))),
        known AS (
            SELECT *, {place} AS place, {in_quarter} AS in_quarter,
                cardinality(CAST(:communes AS text[])) = 0
                    OR commune_code = ANY(CAST(:communes AS text[])) AS in_commune
            FROM placed),
        scored AS (SELECT *, ({score})::float8 AS score FROM known WHERE true{within}),
        best AS (
            (SELECT * FROM scored WHERE rank = {FITS} ORDER BY score DESC, id LIMIT {most})
            UNION ALL (SELECT * FROM scored WHERE rank <> {FITS} ORDER BY score DESC, id LIMIT {NEARLY}))
        SELECT b.id, b.own, b.home_ref, coalesce(b.lon, ST_X(shown.point)), coalesce(b.lat, ST_Y(shown.point)),
            NOT b.own OR b.lon IS NOT NULL, b.rank, ARRAY[{fits}]::integer[], b.place, b.in_quarter,
            b.in_commune, b.band, ARRAY[{", ".join(f"({found[each]})::float8" for each in SQL_CRITERIA)}], b.score,
            (SELECT p.id FROM transfer_proposals p WHERE p.case_id = :case AND p.listing_id = b.id
                AND p.organisation_id = :organisation AND p.closed_at IS NULL), shown.document
        FROM best b
        CROSS JOIN LATERAL (SELECT l.document, ST_Transform(l.point, 4326) AS point FROM listings l
            WHERE l.id = b.id) shown
        ORDER BY b.rank = {FITS} DESC, b.score DESC, b.id
    """


def values_of(asked: Asked, organisation: OwnOrganisation) -> dict[str, Any]:
    """Return the values of the statement."""
    case, home = asked.case, asked.case.home
    values: dict[str, Any] = {
        "organisation": organisation, "territory": case.territory_id, "case": case.id, "codes": query_of(asked),
        "home_ref": home.ref if home else None, "communes": list(case.communes),
        "fresh": fresh_from(asked, 1), "fresh_twice": fresh_from(asked, 2),
    }  # fmt: skip
    if home is not None:
        values |= {
            "home_commune": home.commune, "home_building": home.building_id, "home_residence": home.residence_id,
            "home_quarters": list(home.quarters),
        }  # fmt: skip
    given = {
        "deadline": case.deadline, "rent_limit": case.rent_limit_cents, "rent_to_beat": asked.rent_to_beat,
        "smaller": smaller_rooms(asked), "wanted_quarters": list(asked.wanted_quarters) or None,
    }  # fmt: skip
    values |= {name: value for name, value in given.items() if value is not None}
    values |= {f"soon_{n}": month_after(case.today, months) for n, (months, _) in enumerate(shares.SOON)}
    return values


async def read_case(
    session: AsyncSession, organisation: OwnOrganisation, *, ref: str | None = None, id_: uuid.UUID | None = None
) -> CaseRow | None:
    row = (await session.execute(_CASE, {"organisation": organisation, "ref": ref, "id": id_})).one_or_none()
    return CaseRow(*row) if row else None


async def find(
    session: AsyncSession, organisation: OwnOrganisation, asked: Asked, profile: str, *, limit: int, beyond: bool
) -> list[Row]:
    """Return the best listings that fit, then those that nearly do, each by score. As the landlord of the case."""
    query = text(statement(asked, profile, limit=limit, beyond=beyond))
    return [Row(*row) for row in await session.execute(query, values_of(asked, organisation))]


async def works(
    session: AsyncSession, organisation: OwnOrganisation, listings: Sequence[uuid.UUID], others: Sequence[uuid.UUID]
) -> dict[tuple[uuid.UUID, str], Stated]:
    """Return what is stated of works by listing and work: of own homes all, of others' those that they agreed to."""
    values = {"organisation": organisation, "listings": list(listings), "others": list(others)}
    return {(listing, work): Stated(*said) for listing, work, *said in await session.execute(_WORKS, values)}
