"""What is known of one home, and why it counts."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from registry.access.principal import OwnOrganisation
from registry.stock.service import STANDING, WHAT_COUNTS, WHAT_COUNTS_WITH_LIFTS

_OWN: Final = text(
    f"""
    SELECT h.ref, r.ref AS residence_ref, h.floor, counting.facts, with_lifts.facts AS with_lifts,
        ARRAY(SELECT jsonb_object_keys(lasting.own)) AS stated, outages.standing
    FROM homes h
    JOIN residences r ON r.organisation_id = h.organisation_id AND r.id = h.residence_id
    {WHAT_COUNTS}
    CROSS JOIN LATERAL (SELECT counting.facts FROM (SELECT 1) one {WHAT_COUNTS_WITH_LIFTS}) with_lifts
    CROSS JOIN LATERAL (
        SELECT coalesce(jsonb_agg(jsonb_build_object('id', open.id, 'building_ref', b.ref, 'lift', open.lift,
            'source', open.source, 'started_at', open.started_at, 'expected_end', open.expected_end)
            ORDER BY open.started_at, open.id), '[]') AS standing
        FROM (SELECT o.* {STANDING}) open
        LEFT JOIN buildings b ON b.organisation_id = open.organisation_id AND b.residence_id = open.residence_id
            AND b.id = open.building_id) outages
    WHERE h.organisation_id = :organisation AND h.ref = :ref
    """
)


class Found(NamedTuple):
    """What the database knows of a home.

    Attributes:
        floor: 0: the ground floor; ``None``: unknown.
        facts: ``{code: {"value", "source", "date", "until"?}}`` that count now.
        with_lifts: Those that would count if every lift ran.
        stated: Codes of what the home states itself: it goes before what its residence states.
        standing: Its lift outages that last, the first that started first.
    """

    ref: str
    residence_ref: str
    floor: int | None
    facts: Mapping[str, Any]
    with_lifts: Mapping[str, Any]
    stated: Sequence[str]
    standing: Sequence[Mapping[str, Any]]


async def own(session: AsyncSession, organisation: OwnOrganisation, ref: str) -> Found | None:
    """Return what is known of one of the landlord's own homes."""
    row = (await session.execute(_OWN, {"organisation": organisation, "ref": ref})).one_or_none()
    return Found(*row) if row else None
