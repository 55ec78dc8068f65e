"""Scores, standings and what is behind them, as members, their coordinator and their owner read them."""

import datetime as dt
import uuid
from typing import Any, Final, NamedTuple

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from registry.access.principal import OwnOrganisation
from registry.obligations.repository.measure import (
    ALLOTTED,
    ANSWER_DUE,
    ANSWERED_IN_TIME,
    ASKED,
    CENSUS_TOLD,
    COUNTED_RELET,
    KNOWN,
    RELET_WELL,
)
from registry.obligations.schemas import OBLIGATIONS
from registry.stock.service import WHAT_COUNTS_WITH_LIFTS


class ScoreRow(NamedTuple):
    """A score; ``before_met`` of ``before_counted``: what it was four weeks earlier, where it was measured then."""

    organisation_id: uuid.UUID
    obligation: str
    day: dt.date
    met: int
    counted: int
    asked: int | None
    floor_percent: int | None
    before_met: int | None = None
    before_counted: int | None = None


class StandingRow(NamedTuple):
    organisation_id: uuid.UUID
    rule: str
    state: str
    unmet_since: dt.datetime | None
    bars_on: dt.date | None
    measured_at: dt.datetime


class MemberRow(NamedTuple):
    organisation_id: uuid.UUID
    organisation: str


class BehindRow(NamedTuple):
    """A home, a residence or a vacancy that keeps a score down.

    Attributes:
        residence_ref: ``None``: the home of a vacancy is registered no more.
        facts: The codes that are stated of a home.
        vacated_id: The vacancy, of whose home there may be several.
    """

    ref: str
    residence_ref: str | None
    confirmed_at: dt.datetime | None
    facts: dict[str, Any] | None
    vacated_id: uuid.UUID | None


_MEMBERS: Final = text(
    """
    SELECT a.organisation_id, o.name FROM adhesions a JOIN organisations o ON o.id = a.organisation_id
    WHERE a.territory_id = :territory AND a.status = 'in_force' AND a.organisation_id > :after
    ORDER BY a.organisation_id LIMIT :limit
    """
)
_MEMBER: Final = text(
    "SELECT a.organisation_id, o.name FROM adhesions a JOIN organisations o ON o.id = a.organisation_id"
    " WHERE a.territory_id = :territory AND a.organisation_id = :organisation AND a.status <> 'withdrawn'"
)
_SCORE: Final = "organisation_id, obligation, day, met, counted, asked, floor_percent"
# Each obligation of each member by its key, from the newest day on.
_LATEST: Final = text(
    f"""
    SELECT last.*, earlier.met, earlier.counted
    FROM unnest(CAST(:organisations AS uuid[])) AS member (id)
    CROSS JOIN unnest(CAST(:obligations AS text[])) AS each (obligation)
    CROSS JOIN LATERAL (
        SELECT {_SCORE} FROM obligation_scores WHERE territory_id = :territory AND organisation_id = member.id
            AND obligation = each.obligation ORDER BY day DESC LIMIT 1) last
    LEFT JOIN LATERAL (
        SELECT met, counted FROM obligation_scores WHERE territory_id = :territory AND organisation_id = member.id
            AND obligation = each.obligation AND day <= last.day - 28 ORDER BY day DESC LIMIT 1) earlier ON true
    """
)
_HISTORY: Final = text(
    f"""
    SELECT {_SCORE} FROM obligation_scores
    WHERE territory_id = :territory AND organisation_id = :organisation
        AND (day, obligation COLLATE "C") > (:day, CAST(:obligation AS text) COLLATE "C")
    ORDER BY day, obligation COLLATE "C" LIMIT :limit
    """
)
_STANDINGS: Final = text(
    "SELECT organisation_id, rule, state, unmet_since, bars_on, measured_at FROM standings"
    " WHERE territory_id = :territory AND organisation_id = ANY (CAST(:organisations AS uuid[]))"
)
_SHARED: Final = f"""
    FROM listings l
    JOIN homes h ON h.listing_id = l.id
    JOIN residences r ON r.organisation_id = h.organisation_id AND r.id = h.residence_id
    LEFT JOIN stock_sources s ON s.id = h.source_id
    {WHAT_COUNTS_WITH_LIFTS}
    WHERE l.territory_id = :territory AND l.organisation_id = :organisation AND h.organisation_id = :organisation
        AND h.ref > CAST(:after AS text) COLLATE "C"
"""
_OWN_HOMES: Final = """
    FROM homes h JOIN residences r ON r.organisation_id = h.organisation_id AND r.id = h.residence_id
    WHERE h.organisation_id = :organisation AND h.ref > CAST(:after AS text) COLLATE "C"
"""
# A vacancy each, as the scores count them, whether its home is registered still or not.
_VACATED: Final = """
    SELECT ref, residence_ref, NULL, NULL, id FROM (
        SELECT coalesce(h.ref, v.home_ref) COLLATE "C" AS ref, r.ref AS residence_ref, v.id
        FROM vacated_homes v
        LEFT JOIN homes h ON h.organisation_id = v.organisation_id AND h.listing_id = v.listing_id
        LEFT JOIN residences r ON r.organisation_id = h.organisation_id AND r.id = h.residence_id
        WHERE v.organisation_id = :organisation AND v.territory_id = :territory AND {counted} AND NOT {met}) behind
    WHERE (ref, CAST(id AS text)) > (CAST(:after AS text) COLLATE "C", CAST(:after_id AS text))
    ORDER BY ref, CAST(id AS text) LIMIT :limit
"""
_BEHIND: Final = {
    "freshness": text(
        f"""
        SELECT h.ref, r.ref, greatest(h.confirmed_at, s.confirmed_at), NULL, NULL {_SHARED}
            AND greatest(h.confirmed_at, s.confirmed_at) < CAST(:late AS timestamptz)
        ORDER BY h.ref LIMIT :limit
        """
    ),
    "completeness": text(
        f"""
        SELECT h.ref, r.ref, NULL, counting.facts, NULL {_SHARED} AND {KNOWN} < {ASKED} ORDER BY h.ref LIMIT :limit
        """
    ),
    "census": text(
        f"""
        SELECT r.ref, r.ref, NULL, NULL, NULL FROM residences r
        JOIN territories t ON t.id = :territory AND (r.territory_slug IS NULL OR r.territory_slug = t.slug)
        JOIN territory_communes tc ON tc.territory_id = t.id AND tc.commune_code = r.commune_code
        WHERE r.organisation_id = :organisation AND r.ref > CAST(:after AS text) COLLATE "C" AND NOT {CENSUS_TOLD}
        ORDER BY r.ref LIMIT :limit
        """
    ),
    "answer": text(
        f"""
        SELECT h.ref, r.ref, NULL, NULL, NULL {_OWN_HOMES} AND EXISTS (SELECT FROM transfer_proposals p
            WHERE p.owner_id = :organisation AND p.territory_id = :territory AND p.listing_id = h.listing_id
                AND {ANSWER_DUE} AND NOT {ANSWERED_IN_TIME})
        ORDER BY h.ref LIMIT :limit
        """
    ),
    "examined": text(_VACATED.format(counted=ALLOTTED, met="(v.examined IS TRUE)")),
    "relet": text(_VACATED.format(counted=COUNTED_RELET, met=RELET_WELL)),
}


async def members(session: AsyncSession, territory: int, after: uuid.UUID, limit: int) -> list[MemberRow]:
    """Return whose adhesion is in force, in the order of the organisations' ids."""
    values = {"territory": territory, "after": after, "limit": limit}
    return [MemberRow(*row) for row in await session.execute(_MEMBERS, values)]


async def member(session: AsyncSession, territory: int, organisation: uuid.UUID) -> MemberRow | None:
    """Return a member, suspended ones too."""
    row = (await session.execute(_MEMBER, {"territory": territory, "organisation": organisation})).one_or_none()
    return MemberRow(*row) if row else None


async def latest(session: AsyncSession, territory: int, organisations: list[uuid.UUID]) -> list[ScoreRow]:
    """Return the last scores of members."""
    values = {
        "territory": territory, "organisations": [str(each) for each in organisations],
        "obligations": list(OBLIGATIONS),
    }  # fmt: skip
    return [ScoreRow(*row) for row in await session.execute(_LATEST, values)]


async def history(
    session: AsyncSession, territory: int, organisation: uuid.UUID, after: tuple[dt.date, str], limit: int
) -> list[ScoreRow]:
    """Return a member's scores by day and obligation, after these."""
    values = {
        "territory": territory, "organisation": organisation, "day": after[0], "obligation": after[1], "limit": limit,
    }  # fmt: skip
    return [ScoreRow(*row) for row in await session.execute(_HISTORY, values)]


async def standings(session: AsyncSession, territory: int, organisations: list[uuid.UUID]) -> list[StandingRow]:
    """Return the standings of members that the caller may see: its own or, to the coordinator, all."""
    values = {"territory": territory, "organisations": [str(each) for each in organisations]}
    return [StandingRow(*row) for row in await session.execute(_STANDINGS, values)]


async def behind(
    session: AsyncSession, organisation: OwnOrganisation, territory: int, obligation: str, *, late: dt.datetime,
    day: dt.date, after: tuple[str, str], limit: int,
) -> list[BehindRow]:  # fmt: skip
    """Return what keeps a landlord's own score down, by reference.

    Args:
        after: A reference and, for vacancies, an id, after which the rows begin.
        late: Homes that were confirmed before are not fresh.
        day: Up to which proposals and vacancies are counted, in France.
    """
    values = {"organisation": organisation, "territory": territory, "after": after[0], "limit": limit}
    if obligation in {"examined", "relet"}:
        values["after_id"] = after[1]
    if obligation == "freshness":
        values["late"] = late
    if obligation in {"answer", "examined", "relet"}:
        values["day"] = day
    return [BehindRow(*row) for row in await session.execute(_BEHIND[obligation], values)]
