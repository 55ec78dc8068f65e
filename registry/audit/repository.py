"""The SQL of the audit."""

import uuid
from typing import Any

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

_APPEND = text(
    "INSERT INTO audit_events (organisation_id, action, subject, detail)"
    " VALUES (:organisation, :action, :subject, CAST(:detail AS jsonb))"
)

_VERIFY = text(
    """
    WITH chain AS (
        SELECT sequence, previous_hash, hash,
            audit_hash(previous_hash, organisation_id, sequence, happened_at, actor, action, subject, detail) AS own,
            lag(hash, 1, '\\x'::bytea) OVER w AS before, lag(sequence, 1, 0::bigint) OVER w AS number_before
        FROM audit_events WHERE organisation_id = :organisation WINDOW w AS (ORDER BY sequence))
    SELECT count(*), min(sequence) FILTER (
        WHERE hash <> own OR previous_hash <> before OR sequence <> number_before + 1)
    FROM chain
    """
)


async def append(
    session: AsyncSession, organisation: uuid.UUID, action: str, subject: str, detail: dict[str, Any]
) -> None:
    await session.execute(
        _APPEND,
        {
            "organisation": organisation,
            "action": action,
            "subject": subject,
            "detail": orjson.dumps(detail).decode(),
        },
    )


async def verify(session: AsyncSession, organisation: uuid.UUID) -> tuple[int, int | None]:
    count, broken = (await session.execute(_VERIFY, {"organisation": organisation})).one()
    return count, broken
