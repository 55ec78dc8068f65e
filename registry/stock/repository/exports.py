"""The SQL of exports: the whole stock, a piece at a time, so that no transaction lasts as long as somebody reads."""

from collections.abc import Mapping
from typing import Final, LiteralString

from registry.access.principal import OwnOrganisation, Principal
from registry.platform.database import Database
from registry.stock.repository import homes, residences

_CUT: Final[LiteralString] = "organisation_id = %(organisation)s AND ref > %(after)s ORDER BY ref LIMIT %(limit)s"
_HOMES: Final[LiteralString] = f"""
    SELECT CAST(row_to_json(home) AS text) FROM (
        SELECT {homes.ATTRIBUTES}, r.commune_code, ST_X(coalesce(b.position, r.position, r.found_position)) AS lon,
            ST_Y(coalesce(b.position, r.position, r.found_position)) AS lat
        FROM (SELECT * FROM homes WHERE {_CUT}) h {homes.JOINED} ORDER BY h.ref) home
"""
_RESIDENCES: Final[LiteralString] = f"""
    SELECT CAST(row_to_json(residence) AS text) FROM ({residences.SHOWN} WHERE r.organisation_id = %(organisation)s
        AND r.ref > %(after)s ORDER BY r.ref LIMIT %(limit)s) residence
"""
_CUT_BY_ID: Final[LiteralString] = """
    organisation_id = %(organisation)s AND id > CAST(%(after)s AS uuid) ORDER BY id LIMIT %(limit)s
"""
_ADAPTATIONS: Final[LiteralString] = f"""
    SELECT CAST(row_to_json(adaptation) AS text) FROM (
        SELECT id, home_ref, work, delivered_on, cost_cents, funder, removable, life_span_years, evidence_ref
        FROM adaptations WHERE {_CUT_BY_ID}) adaptation
"""
_FEASIBLE_WORKS: Final[LiteralString] = f"""
    SELECT CAST(row_to_json(feasible) AS text) FROM (
        SELECT id, home_ref, residence_ref, work, cost_from_cents, cost_to_cents, source, stated_on,
            before_entry
        FROM feasible_works WHERE {_CUT_BY_ID}) feasible
"""
_LIFT_OUTAGES: Final[LiteralString] = f"""
    SELECT CAST(row_to_json(outage) AS text) FROM (
        SELECT o.id, r.ref AS residence_ref, b.ref AS building_ref, o.lift, o.source, o.started_at, o.expected_end,
            o.ended_at
        FROM (SELECT * FROM lift_outages WHERE {_CUT_BY_ID}) o
        JOIN residences r ON r.organisation_id = o.organisation_id AND r.id = o.residence_id
        LEFT JOIN buildings b ON b.organisation_id = o.organisation_id AND b.residence_id = o.residence_id
            AND b.id = o.building_id
        ORDER BY o.id) outage
"""
_HISTORY: Final[LiteralString] = """
    (SELECT coalesce(json_agg(json_build_object('code', f.code, 'fact', f.fact, 'superseded_at', f.superseded_at)
        ORDER BY f.superseded_at, f.code), '[]')
     FROM fact_history f WHERE f.organisation_id = subject.organisation_id AND f.subject_id = subject.id) AS superseded
"""
_STATUSES: Final[LiteralString] = """
    (SELECT coalesce(json_agg(json_build_object('status', s.status, 'available_on', s.available_on,
        'superseded_at', s.superseded_at) ORDER BY s.superseded_at), '[]')
     FROM home_status_history s
     WHERE s.organisation_id = subject.organisation_id AND s.home_id = subject.id) AS superseded_statuses
"""
_HOME_HISTORY: Final[LiteralString] = f"""
    SELECT CAST(row_to_json(history) AS text) FROM (
        SELECT ref, {_HISTORY}, {_STATUSES} FROM (SELECT * FROM homes WHERE {_CUT}) subject ORDER BY ref) history
"""
_RESIDENCE_HISTORY: Final[LiteralString] = f"""
    SELECT CAST(row_to_json(history) AS text) FROM (
        SELECT ref, {_HISTORY} FROM (SELECT * FROM residences WHERE {_CUT}) subject ORDER BY ref) history
"""
_CONVENTIONS: Final[LiteralString] = """
    SELECT CAST(row_to_json(convention) AS text) FROM (
        SELECT departement, quota_holder, own_transfers, others_transfers, dated FROM reservation_conventions
        WHERE organisation_id = %(organisation)s AND departement > %(after)s
        ORDER BY departement, quota_holder LIMIT %(limit)s) convention
"""
"""There are fewer than a piece: each quota holder once in a département."""
_SELECT: Final[Mapping[str, LiteralString]] = {
    "homes": _HOMES, "residences": _RESIDENCES, "adaptations": _ADAPTATIONS, "feasible-works": _FEASIBLE_WORKS,
    "lift-outages": _LIFT_OUTAGES, "home-history": _HOME_HISTORY, "residence-history": _RESIDENCE_HISTORY,
    "reservation-conventions": _CONVENTIONS,
}  # fmt: skip


async def page(
    database: Database, organisation: OwnOrganisation, kind: str, *, bound: Principal, after: str, limit: int
) -> list[bytes]:
    """Return homes (with ``commune_code``, ``lon`` and ``lat``, WGS84), residences or what is told of them, as JSON.

    Args:
        after: The reference after which homes and residences come, in the order of bytes; the id for the others.
    """
    values = {"organisation": organisation, "after": after, "limit": limit}
    answer = await database.alone(
        _SELECT[kind], values, role=bound.role, organisation=bound.organisation_id, actor=bound.actor
    )
    return answer.texts()
