"""Which residences are to be assessed: asked for in the transaction that changes them, taken by the job."""

import uuid
from collections.abc import Sequence
from typing import Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from registry.assessment.repository.inputs import Key

# Each home by its id: a plan made for an average landlord reads the index of all that a large one has.
_OF_HOMES: Final = text(
    """
    INSERT INTO assessment_requests (organisation_id, residence_id)
    SELECT DISTINCT h.organisation_id, h.residence_id FROM unnest(CAST(:homes AS uuid[])) AS asked (id)
    CROSS JOIN LATERAL (SELECT organisation_id, residence_id FROM homes WHERE id = asked.id LIMIT 1) h
    WHERE h.organisation_id = :organisation
    """
)
_OF_RESIDENCES: Final = text(
    "INSERT INTO assessment_requests (organisation_id, residence_id)"
    " SELECT :organisation, unnest(CAST(:residences AS uuid[]))"
)
_OF_ORGANISATION: Final = text("INSERT INTO assessment_requests (organisation_id) VALUES (:organisation)")
_SWEEP: Final = text(
    "INSERT INTO assessment_sweeps (territory_id, commune_codes) VALUES (:territory, CAST(:communes AS text[]))"
)

_TAKE_SWEEPS: Final = text(
    """
    WITH taken AS (DELETE FROM assessment_sweeps RETURNING territory_id, commune_codes)
    INSERT INTO assessment_requests (organisation_id, residence_id)
    SELECT DISTINCT r.organisation_id, r.id
    FROM (SELECT tc.commune_code FROM territory_communes tc WHERE tc.territory_id IN (SELECT territory_id FROM taken)
        UNION SELECT unnest(commune_codes) FROM taken) c
    JOIN residences r ON r.commune_code = c.commune_code
    """
)
_TAKE_ORGANISATIONS: Final = text(
    """
    WITH taken AS (DELETE FROM assessment_requests WHERE residence_id IS NULL RETURNING organisation_id)
    INSERT INTO assessment_requests (organisation_id, residence_id)
    SELECT r.organisation_id, r.id
    FROM (SELECT DISTINCT organisation_id FROM taken) t JOIN residences r ON r.organisation_id = t.organisation_id
    """
)
# What nobody asked for: new or changed since, without a home that would have told; distances that were computed since.
_STALE: Final = text(
    """
    INSERT INTO assessment_requests (organisation_id, residence_id)
    SELECT r.organisation_id, r.id
    FROM residences r
    LEFT JOIN residence_indexes i ON i.organisation_id = r.organisation_id AND i.residence_id = r.id
    LEFT JOIN distance_runs d ON d.organisation_id = r.organisation_id AND d.residence_id = r.id
    WHERE i.residence_id IS NULL OR greatest(r.updated_at, d.computed_at) > i.computed_at
    """
)
_ALL: Final = text(
    "INSERT INTO assessment_requests (organisation_id, residence_id) SELECT organisation_id, id FROM residences"
)
_TAKE: Final = text(
    """
    WITH next AS MATERIALIZED (
        SELECT DISTINCT organisation_id, residence_id FROM assessment_requests
        WHERE residence_id IS NOT NULL ORDER BY organisation_id, residence_id LIMIT :limit)
    DELETE FROM assessment_requests q USING next n
    WHERE q.organisation_id = n.organisation_id AND q.residence_id = n.residence_id
    RETURNING q.organisation_id, q.residence_id
    """
)
_TRY: Final = text("SELECT pg_try_advisory_xact_lock(hashtext('assessment'))")


async def of_homes(session: AsyncSession, organisation: uuid.UUID, homes: Sequence[uuid.UUID]) -> None:
    """Ask for the residences of homes."""
    await session.execute(_OF_HOMES, {"organisation": organisation, "homes": list(homes)})


async def of_residences(session: AsyncSession, organisation: uuid.UUID, residences: Sequence[uuid.UUID]) -> None:
    """Ask for residences of one organisation."""
    await session.execute(_OF_RESIDENCES, {"organisation": organisation, "residences": list(residences)})


async def of_organisation(session: AsyncSession, organisation: uuid.UUID) -> None:
    """Ask for every residence of an organisation."""
    await session.execute(_OF_ORGANISATION, {"organisation": organisation})


async def of_territory(session: AsyncSession, territory: int, communes: Sequence[str] = ()) -> None:
    """Ask for every residence of a territory, and of ``communes`` that it has no more."""
    await session.execute(_SWEEP, {"territory": territory, "communes": list(communes)})


async def spread(session: AsyncSession, *, everything: bool = False) -> None:
    """Turn what is asked for as a whole, and what is out of date, into single residences. As the job."""
    for statement in (_TAKE_SWEEPS, _TAKE_ORGANISATIONS, _ALL if everything else _STALE):
        await session.execute(statement)


async def take(session: AsyncSession, limit: int) -> list[Key]:
    """Take up to ``limit`` residences that are asked for; none where another process is at it. As the job.

    Whoever changes one of them from now on asks again: its request is no longer seen by this transaction.
    """
    if not (await session.execute(_TRY)).scalar_one():
        return []
    rows = await session.execute(_TAKE, {"limit": limit})
    return list(dict.fromkeys((row[0], row[1]) for row in rows))
