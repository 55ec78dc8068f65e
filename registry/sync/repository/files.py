"""The SQL of raw files and reports: pieces under the digest of the whole."""

from collections.abc import AsyncIterator
from typing import Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from registry.access.principal import OwnOrganisation

_INSERT: Final = text(
    "INSERT INTO sync_files (organisation_id, sha256, size) VALUES (:organisation, :sha256, :size)"
    " ON CONFLICT (organisation_id, sha256) DO NOTHING RETURNING sha256"
)
_INSERT_PART: Final = text(
    "INSERT INTO sync_file_parts (organisation_id, sha256, n, data) VALUES (:organisation, :sha256, :n, :data)"
)
_PART: Final = text(
    "SELECT data FROM sync_file_parts WHERE organisation_id = :organisation AND sha256 = :sha256 AND n = :n"
)
# Of runs beyond what their source keeps, oldest first; what is open or waits for a person stays.
_EXPIRE_RUNS: Final = text(
    """
    DELETE FROM sync_runs r USING (
        SELECT r.id, row_number() OVER (PARTITION BY r.source_id ORDER BY r.created_at DESC, r.id DESC) AS place,
            s.keep_runs
        FROM sync_runs r JOIN sync_sources s ON s.id = r.source_id
        WHERE r.status NOT IN ('received', 'running', 'confirmed', 'waiting')) old
    WHERE r.id = old.id AND old.place > old.keep_runs
    """
)
_EXPIRE_FILES: Final = text(
    """
    DELETE FROM sync_files f WHERE f.created_at < now() - interval '1 hour' AND NOT EXISTS (
        SELECT FROM sync_runs r WHERE r.organisation_id = f.organisation_id
            AND f.sha256 IN (r.file_sha256, r.report_sha256, r.positions_sha256))
    """
)


async def insert(session: AsyncSession, organisation: OwnOrganisation, sha256: bytes, size: int) -> bool:
    """Begin to keep a file; return ``False`` where it is kept already."""
    values = {"organisation": organisation, "sha256": sha256, "size": size}
    return (await session.execute(_INSERT, values)).first() is not None


async def insert_part(session: AsyncSession, organisation: OwnOrganisation, sha256: bytes, n: int, data: bytes) -> None:
    values = {"organisation": organisation, "sha256": sha256, "n": n, "data": data}
    await session.execute(_INSERT_PART, values)


async def parts(session: AsyncSession, organisation: OwnOrganisation, sha256: bytes) -> AsyncIterator[bytes]:
    """Yield the pieces of a file in their order; nothing where it is not kept."""
    n = 0
    values = {"organisation": organisation, "sha256": sha256}
    while (data := (await session.execute(_PART, {**values, "n": n})).scalar_one_or_none()) is not None:
        yield bytes(data)
        n += 1


async def expire(session: AsyncSession) -> None:
    """Delete the runs that their sources no longer keep, and the files that no run names. As the job."""
    await session.execute(_EXPIRE_RUNS)
    await session.execute(_EXPIRE_FILES)
