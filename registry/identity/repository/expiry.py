"""The SQL of retention: what is over is deleted, each kind after its time."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

_DAY: Final = timedelta(days=1)
RETENTION: Final[dict[str, tuple[str, timedelta]]] = {
    "single_use_links": ("expires_at", 30 * _DAY),
    "sessions": ("created_at", _DAY),
    "authorization_codes": ("expires_at", _DAY),
    "refresh_tokens": ("expires_at", 30 * _DAY),
    "access_tokens": ("expires_at", _DAY),
    "dpop_proofs": ("expires_at", timedelta()),
    "upstream_requests": ("expires_at", timedelta()),
    "assertion_ids": ("expires_at", timedelta()),
    "failed_attempts": ("since", _DAY),
    "mails": ("created_at", 30 * _DAY),
}
"""Column that counts, and how long after it a row is kept. A used code or refresh token stays as long as a copy of it
could still be tried, so that its second use is seen."""


async def delete_expired(session: AsyncSession, *, now: datetime) -> None:
    for table, (column, kept) in RETENTION.items():
        await session.execute(text(f"DELETE FROM {table} WHERE {column} < :before"), {"before": now - kept})
