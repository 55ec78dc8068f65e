"""The SQL of the texts that were loaded."""

from collections.abc import Iterable
from typing import Any, Final

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

_READ: Final = text("SELECT rule FROM legal_rules ORDER BY code, in_force_from")
_WRITE: Final = text(
    "INSERT INTO legal_rules (code, in_force_from, rule) VALUES (:code, CAST(:day AS date), CAST(:rule AS jsonb))"
    " ON CONFLICT (code, in_force_from) DO UPDATE SET rule = excluded.rule, loaded_at = now()"
)


async def read(session: AsyncSession) -> list[dict[str, Any]]:
    """Return every text that was loaded."""
    return list((await session.execute(_READ)).scalars())


async def write(session: AsyncSession, rules: Iterable[dict[str, Any]]) -> None:
    """Take texts in, each in place of the one of the same code and day. As the job."""
    for rule in rules:
        values = {"code": rule["code"], "day": rule["in_force_from"], "rule": orjson.dumps(rule).decode()}
        await session.execute(_WRITE, values)
