"""The SQL of token counts: written by the web processes, taken by the job."""

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Final, NamedTuple

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession


class CountKey(NamedTuple):
    """What is counted: answers of one kind to one client in one hour."""

    organisation_id: uuid.UUID
    client_id: str
    hour: datetime
    outcome: str


class Hour(NamedTuple):
    """All answers to one client in one hour, by outcome."""

    organisation_id: uuid.UUID
    client_id: str
    hour: datetime
    answers: dict[str, int]


_ADD: Final = text(
    "INSERT INTO token_counts (organisation_id, client_id, hour, outcome, answers)"
    " SELECT * FROM jsonb_to_recordset(CAST(:rows AS jsonb))"
    " AS r (organisation_id uuid, client_id text, hour timestamptz, outcome text, answers integer)"
    " ORDER BY 1, 2, 3, 4"  # processes that flush at once wait for each other in one order
    " ON CONFLICT (organisation_id, client_id, hour, outcome)"
    " DO UPDATE SET answers = token_counts.answers + excluded.answers"
)
_TAKE: Final = text(
    """
    WITH taken AS (
        DELETE FROM token_counts WHERE hour < :before RETURNING organisation_id, client_id, hour, outcome, answers)
    SELECT organisation_id, client_id, hour, jsonb_object_agg(outcome, answers)
    FROM taken GROUP BY organisation_id, client_id, hour ORDER BY organisation_id, hour, client_id
    """
)


async def add(session: AsyncSession, counts: Mapping[CountKey, int]) -> None:
    rows = [{**key._asdict(), "answers": answers} for key, answers in counts.items()]
    await session.execute(_ADD, {"rows": orjson.dumps(rows).decode()})


async def take(session: AsyncSession, *, before: datetime) -> list[Hour]:
    """Delete and return the counts of the hours that began before a time."""
    return [Hour(*row) for row in await session.execute(_TAKE, {"before": before})]
