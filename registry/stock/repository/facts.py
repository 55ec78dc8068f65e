"""The SQL of the facts of residences, and of what was known before, of homes too."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final, Literal, NamedTuple

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from registry.access.principal import OwnOrganisation
from registry.stock.repository.homes import RANKING

Subject = Literal["homes", "residences"]
_STATE_FACTS: Final = text(
    """
    WITH given AS MATERIALIZED (
        SELECT * FROM jsonb_to_recordset(CAST(:given AS jsonb)) AS g (n integer, ref text, facts jsonb)),
    present AS MATERIALIZED (
        SELECT r.id, r.ref, r.facts FROM residences r
        WHERE r.organisation_id = :organisation AND r.ref IN (SELECT ref FROM given)
        ORDER BY r.ref FOR NO KEY UPDATE),
    merged AS MATERIALIZED (
        SELECT p.id, p.ref, p.facts AS held, merged_facts(p.facts, g.facts, CAST(:ranking AS text[])) AS facts
        FROM present p JOIN given g ON g.ref = p.ref),
    written AS (
        UPDATE residences r SET facts = m.facts, version = r.version + 1, updated_at = now(),
            changed_in = pg_current_xact_id()
        FROM merged m WHERE r.organisation_id = :organisation AND r.id = m.id AND m.facts <> m.held)
    SELECT g.n, m.id, m.facts <> m.held FROM given g LEFT JOIN merged m ON m.ref = g.ref ORDER BY g.n
    """
)
_OF: Final = """
    SELECT s.id, coalesce(jsonb_agg(jsonb_build_object('code', f.code, 'fact', f.fact, 'superseded_at', f.superseded_at)
        ORDER BY f.superseded_at DESC, f.code), '[]')
    FROM {subject} s
    LEFT JOIN LATERAL (
        SELECT * FROM fact_history h WHERE h.organisation_id = s.organisation_id AND h.subject_id = s.id
        ORDER BY h.superseded_at DESC, h.code LIMIT :limit) f ON true
    WHERE s.organisation_id = :organisation AND s.ref = :ref GROUP BY s.id
"""
