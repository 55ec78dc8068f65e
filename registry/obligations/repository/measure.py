"""Measure what members' homes are worth against what their charters ask, a territory at a time. As the job.

Counted are the homes that a member shares in the territory, its listings: freshness by the home and its source,
completeness by the facts that count of a home (:data:`COUNTED`), as if every lift ran. Then its answers to proposals,
and what became of its adapted homes that fell vacant, whether they are shared or not.
"""

import uuid
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from registry.assessment.service.homes import COUNTED
from registry.stock.service import WHAT_COUNTS_WITH_LIFTS
from registry.transfers.service.endings import LET, OVER_ON
from registry.vocabulary.fact import Fact, When


class Member(NamedTuple):
    territory_id: int
    organisation_id: uuid.UUID


def _by_condition() -> dict[tuple[str, str] | None, list[Fact]]:
    found: dict[tuple[str, str] | None, list[Fact]] = {}
    for fact in COUNTED:
        when: When | None = fact.when
        found.setdefault((when.code, when.value) if when else None, []).append(fact)
    return found


def _sums() -> tuple[str, str]:
    """Return the SQL of how many facts of ``counting.facts`` are known, and of how many are asked.

    As :func:`registry.assessment.service.homes.completeness`: what is known not to apply is not asked.
    """
    known, asked = [], []
    for when, facts in _by_condition().items():
        there = " + ".join(f"(counting.facts ? '{fact.code}')::integer" for fact in facts)
        if when is None:
            known.append(there)
            asked.append(str(len(facts)))
        else:
            applies = f"coalesce(counting.facts->'{when[0]}'->>'value' = '{when[1]}', true)"
            known.append(f"CASE WHEN {applies} THEN {there} ELSE 0 END")
            asked.append(f"CASE WHEN {applies} THEN {len(facts)} ELSE 0 END")
    return " + ".join(known), " + ".join(asked)


KNOWN, ASKED = _sums()
"""SQL of one home's facts that are stated, and of those that are asked of it."""
CENSUS_TOLD: Final = """(r.declared_homes IS NOT NULL OR EXISTS (SELECT FROM homes told
    WHERE told.organisation_id = r.organisation_id AND told.residence_id = r.id AND told.status <> 'withdrawn'))"""
"""SQL of a residence of which it is registered how many homes it has: each by itself, or their number."""

# An owner is reminded of a proposal by a mail of its own (see registry.transfers), so no other mail tells of it.
ANSWER_DUE: Final = """p.created_at >= CAST(:day AS date) - 365
    AND (p.answered_at IS NOT NULL OR (p.closed_at IS NULL AND p.answer_by < CAST(:day AS date)))"""
"""SQL of a proposal to which an answer was given or is overdue; one that was withdrawn before does not count."""
ANSWERED_IN_TIME: Final = "coalesce((p.answered_at AT TIME ZONE 'Europe/Paris')::date <= p.answer_by, false)"
ALLOTTED: Final = f"({OVER_ON} BETWEEN CAST(:day AS date) - 365 AND CAST(:day AS date) AND {LET})"
"""SQL of a vacated adapted home that was allotted within a year."""
# By whole months, and by what was stated before the last one ended: no difference of two days tells of one household.
_MONTH: Final = "date_trunc('month', CAST(:day AS date))::date"
_STATED: Final = f"(v.outcome IS NOT NULL AND (v.stated_at AT TIME ZONE 'Europe/Paris')::date < {_MONTH})"
COUNTED_RELET: Final = f"""({OVER_ON} < {_MONTH} AND {OVER_ON} >= {_MONTH} - interval '1 year'
    AND CASE WHEN {_STATED} THEN {LET} AND v.outcome <> 'large_home_to_family'
        ELSE NOT v.gone AND v.relet_on < {_MONTH} - 30 END)"""
"""SQL of a vacated adapted home that counts for the share that is let to who needs it."""
RELET_WELL: Final = f"({_STATED} AND v.outcome IN ('allotted_to_need', 'allotted_to_elderly'))"

_MEMBERS: Final = """
    members AS MATERIALIZED (
        SELECT a.territory_id, a.organisation_id, t.slug, c.version AS in_force_version,
            a.charter_version AS signed_version, terms.*
        FROM adhesions a
        JOIN territories t ON t.id = a.territory_id
        JOIN charters c ON c.territory_id = a.territory_id AND c.status = 'in_force'
        JOIN charters own ON own.territory_id = a.territory_id AND own.version = a.charter_version
        CROSS JOIN LATERAL jsonb_to_record(binding_obligations(c.terms, own.terms)) AS terms (freshness_days integer,
            completeness_floor_percent integer, reciprocity text, reciprocity_warning_days integer,
            answer_days integer, examined_floor_percent integer, relet_floor_percent integer)
        WHERE a.territory_id = :territory AND a.status = 'in_force'
            AND a.organisation_id = ANY (coalesce(CAST(:organisations AS uuid[]), ARRAY[a.organisation_id])))
"""
_MEASURE: Final = text(
    f"""
    WITH {_MEMBERS},
    homes_shared AS (
        SELECT m.organisation_id, count(*) AS homes,
            count(*) FILTER (WHERE late.late) AS late, count(*) FILTER (WHERE late.late AND s.id IS NULL) AS unsourced,
            sum({KNOWN}) AS known, sum({ASKED}) AS asked
        FROM members m
        JOIN listings l ON l.territory_id = m.territory_id AND l.organisation_id = m.organisation_id
        JOIN homes h ON h.listing_id = l.id
        JOIN residences r ON r.organisation_id = h.organisation_id AND r.id = h.residence_id
        LEFT JOIN stock_sources s ON s.id = h.source_id
        CROSS JOIN LATERAL (SELECT greatest(h.confirmed_at, s.confirmed_at)
            < CAST(:now AS timestamptz) - make_interval(days => m.freshness_days) AS late) late
        {WHAT_COUNTS_WITH_LIFTS}
        GROUP BY m.organisation_id),
    census AS (
        SELECT m.organisation_id, bool_and({CENSUS_TOLD}) AS told
        FROM members m
        JOIN residences r ON r.organisation_id = m.organisation_id
            AND (r.territory_slug IS NULL OR r.territory_slug = m.slug)
        JOIN territory_communes tc ON tc.territory_id = m.territory_id AND tc.commune_code = r.commune_code
        GROUP BY m.organisation_id),
    answers AS (
        SELECT m.organisation_id, count(*) AS due,
            count(*) FILTER (WHERE {ANSWERED_IN_TIME}) AS in_time
        FROM members m
        JOIN transfer_proposals p ON p.owner_id = m.organisation_id AND p.territory_id = m.territory_id
            AND {ANSWER_DUE}
        GROUP BY m.organisation_id),
    vacated AS (
        SELECT m.organisation_id,
            count(*) FILTER (WHERE {ALLOTTED}) AS allotted,
            count(*) FILTER (WHERE {ALLOTTED} AND v.examined IS TRUE) AS examined,
            count(*) FILTER (WHERE {COUNTED_RELET}) AS relet,
            count(*) FILTER (WHERE {COUNTED_RELET} AND {RELET_WELL}) AS relet_well
        FROM members m
        JOIN vacated_homes v ON v.organisation_id = m.organisation_id AND v.territory_id = m.territory_id
        GROUP BY m.organisation_id)
    INSERT INTO obligation_scores (territory_id, organisation_id, obligation, day, met, counted, asked, floor_percent,
        untold, measured_at)
    SELECT m.territory_id, m.organisation_id, score.obligation, :day, score.met, score.counted, score.asked,
        score.floor_percent, score.untold, :now
    FROM members m
    LEFT JOIN homes_shared h ON h.organisation_id = m.organisation_id
    LEFT JOIN census c ON c.organisation_id = m.organisation_id
    LEFT JOIN answers a ON a.organisation_id = m.organisation_id
    LEFT JOIN vacated v ON v.organisation_id = m.organisation_id
    CROSS JOIN LATERAL (VALUES
        ('freshness', coalesce(h.homes - h.late, 0), coalesce(h.homes, 0), m.freshness_days, 100,
            coalesce(h.unsourced, 0)),
        ('completeness', coalesce(h.known, 0), coalesce(h.asked, 0), m.completeness_floor_percent,
            nullif(m.completeness_floor_percent, 0), coalesce(h.asked - h.known, 0)),
        ('census', coalesce(c.told, false)::integer, 1, NULL, NULL, 0),
        ('answer', coalesce(a.in_time, 0), coalesce(a.due, 0), m.answer_days, 100, 0),
        ('examined', coalesce(v.examined, 0), coalesce(v.allotted, 0), m.examined_floor_percent,
            nullif(m.examined_floor_percent, 0), coalesce(v.allotted - v.examined, 0)),
        ('relet', coalesce(v.relet_well, 0), coalesce(v.relet, 0), m.relet_floor_percent,
            nullif(m.relet_floor_percent, 0), coalesce(v.relet - v.relet_well, 0))
        ) AS score (obligation, met, counted, asked, floor_percent, untold)
    ON CONFLICT (territory_id, organisation_id, obligation, day) DO UPDATE SET met = excluded.met,
        counted = excluded.counted, asked = excluded.asked, floor_percent = excluded.floor_percent,
        untold = excluded.untold, measured_at = excluded.measured_at
    """
)
# Who shares nothing is measured by its census: a landlord without an adapted home takes part as much as the others.
_STAND: Final = text(
    f"""
    WITH {_MEMBERS},
    measured AS (
        SELECT m.*, rule.satisfied, held.state AS held, held.told, held.unmet_since AS held_since,
            held.bars_on AS held_until,
            NOT rule.satisfied AND (:warning OR coalesce(held.state <> 'met', false)) AS warned,
            (SELECT max(confirmed_at) FROM stock_sources WHERE organisation_id = m.organisation_id) AS confirmed_at
        FROM members m
        LEFT JOIN standings held ON held.territory_id = m.territory_id AND held.organisation_id = m.organisation_id
        JOIN obligation_scores stated ON stated.territory_id = m.territory_id AND stated.day = :day
            AND stated.organisation_id = m.organisation_id AND stated.obligation = 'completeness'
        JOIN obligation_scores census ON census.territory_id = m.territory_id AND census.day = :day
            AND census.organisation_id = m.organisation_id AND census.obligation = 'census'
        CROSS JOIN LATERAL (SELECT m.reciprocity = 'none' OR CASE WHEN stated.counted > 0
            THEN stated.met * 100 >= stated.counted * m.completeness_floor_percent ELSE census.met = 1 END
            AS satisfied) rule)
    INSERT INTO standings AS s (territory_id, organisation_id, rule, state, unmet_since, bars_on, measured_at,
        in_force_version, signed_version, confirmed_at)
    SELECT territory_id, organisation_id, reciprocity,
        CASE WHEN satisfied OR held IS NULL AND NOT :warning THEN 'met' WHEN NOT :warning THEN held
            WHEN told <> 'met' AND held_until <= CAST(:day AS date) THEN 'barred' ELSE 'warned' END,
        CASE WHEN warned THEN coalesce(held_since, CAST(:now AS timestamptz)) END,
        CASE WHEN warned THEN coalesce(held_until, CAST(:day AS date) + reciprocity_warning_days) END,
        :now, in_force_version, signed_version, confirmed_at
    FROM measured
    ON CONFLICT (territory_id, organisation_id) DO UPDATE SET rule = excluded.rule, state = excluded.state,
        unmet_since = excluded.unmet_since, bars_on = excluded.bars_on, measured_at = excluded.measured_at,
        in_force_version = excluded.in_force_version,
        signed_version = excluded.signed_version, confirmed_at = excluded.confirmed_at,
        horizon = pg_snapshot_xmin(pg_current_snapshot())
    """
)
# Whose homes, residences or listings were written by a transaction that the last measure may have missed, whose source
# confirmed them since, whose charter is another one.
_DUE: Final = text(
    """
    SELECT a.territory_id, a.organisation_id
    FROM adhesions a
    JOIN charters c ON c.territory_id = a.territory_id AND c.status = 'in_force'
    LEFT JOIN standings s ON s.territory_id = a.territory_id AND s.organisation_id = a.organisation_id
    WHERE a.status = 'in_force' AND (s.territory_id IS NULL
        OR s.in_force_version <> c.version OR s.signed_version <> a.charter_version
        OR s.confirmed_at IS DISTINCT FROM
            (SELECT max(confirmed_at) FROM stock_sources WHERE organisation_id = a.organisation_id)
        OR EXISTS (SELECT FROM homes h WHERE h.organisation_id = a.organisation_id AND h.changed_in >= s.horizon)
        OR EXISTS (SELECT FROM residences r WHERE r.organisation_id = a.organisation_id AND r.changed_in >= s.horizon)
        OR EXISTS (SELECT FROM stock_tombstones d WHERE d.organisation_id = a.organisation_id
            AND d.changed_in >= s.horizon)
        OR EXISTS (SELECT FROM vacated_homes v WHERE v.organisation_id = a.organisation_id
            AND v.stated_at > s.measured_at)
        OR EXISTS (SELECT FROM listings l WHERE l.territory_id = a.territory_id AND l.changed_in >= s.horizon
            AND l.organisation_id = a.organisation_id))
    ORDER BY a.territory_id, a.organisation_id
    """
)
_EVERYBODY: Final = text(
    "SELECT DISTINCT a.territory_id FROM adhesions a"
    " JOIN charters c ON c.territory_id = a.territory_id AND c.status = 'in_force'"
    " WHERE a.status = 'in_force' ORDER BY a.territory_id"
)
_TAKE: Final = text("SELECT pg_try_advisory_xact_lock(hashtextextended('obligations', :territory))")
_FORGET: Final = (
    text("DELETE FROM obligation_scores WHERE day < :before"),
    text("DELETE FROM territory_figures WHERE day < :before"),
    text(
        "DELETE FROM standings s WHERE NOT EXISTS (SELECT FROM adhesions a WHERE a.territory_id = s.territory_id"
        " AND a.organisation_id = s.organisation_id AND a.status <> 'withdrawn')"
    ),
    text(
        "DELETE FROM obligation_reminders r WHERE NOT EXISTS (SELECT FROM adhesions a"
        " WHERE a.territory_id = r.territory_id AND a.organisation_id = r.organisation_id AND a.status = 'in_force')"
    ),
)


async def take(session: AsyncSession, territory: int) -> bool:
    """Take a territory for this transaction; ``False`` where another one measures it."""
    return bool((await session.execute(_TAKE, {"territory": territory})).scalar_one())


async def due(session: AsyncSession) -> list[Member]:
    """Return whose homes or terms changed since they were measured."""
    return [Member(*row) for row in await session.execute(_DUE)]


async def territories(session: AsyncSession) -> list[int]:
    """Return where anybody's adhesion is in force."""
    return list((await session.execute(_EVERYBODY)).scalars())


async def measure(
    session: AsyncSession, territory: int, organisations: Sequence[uuid.UUID] | None, *, day: date, now: datetime,
    warning: bool,
) -> None:  # fmt: skip
    """Write the scores of a day, and what comes of them by the rule of reciprocity.

    Args:
        organisations: ``None``: every member.
        day: In France.
        warning: Whether a warning may begin or end in a suspension now; otherwise they are only lifted.
    """
    values: dict[str, Any] = {
        "territory": territory, "day": day, "now": now,
        "organisations": [str(each) for each in organisations] if organisations is not None else None,
    }  # fmt: skip
    await session.execute(_MEASURE, values)
    await session.execute(_STAND, {**values, "warning": warning})


async def forget(session: AsyncSession, before: date) -> None:
    """Delete the scores and figures of days before, and what was noted of members that are none any more."""
    for statement in _FORGET:
        await session.execute(statement, {"before": before} if ":before" in statement.text else {})
