"""Write an organisation's own stock into a folder: what it takes along."""

import hashlib
import uuid
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any, Final

import orjson
from sqlalchemy.ext.asyncio import AsyncSession

from registry.access.principal import Principal
from registry.exports import service as exports
from registry.identity import service as identity
from registry.kernel.clock import now
from registry.platform.database import Database, Role

MANIFEST: Final = "manifest.json"
"""Written last: with it, the folder is whole."""
_UNFINISHED: Final = ".part"


class FolderInUse(RuntimeError):
    """The folder holds something else; the message says what."""


def prepare(folder: Path, organisation: uuid.UUID) -> bool:
    """Make the folder, for its owner alone; return whether the organisation's stock is in it already, all of it.

    Raises:
        FolderInUse: There is something else in it.
        OSError: It cannot be made, or written to.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    manifest = folder / MANIFEST
    if manifest.exists():
        if orjson.loads(manifest.read_bytes()).get("organisation_id") != str(organisation):
            raise FolderInUse(f"{folder} holds the stock of another organisation")
        return True
    ours = {name for name, _, _ in _files()}
    other = sorted(path.name for path in folder.iterdir() if path.name.removesuffix(_UNFINISHED) not in ours)
    if other:
        raise FolderInUse(f"{folder} is not empty: {other[0]}")
    probe = folder / f"{next(iter(ours))}{_UNFINISHED}"
    probe.touch()
    return False


async def export(database: Database, *, organisation: uuid.UUID, folder: Path) -> dict[str, Any]:
    """Write everything; return the manifest: each file with its bytes and SHA-256. Interrupted, it begins again."""
    async with database.transaction(Role.AUTH) as session:
        acting = await _operator(session, organisation)
    files = [await _write(database, acting, folder, *file) for file in _files()]
    manifest = {"organisation_id": str(organisation), "written_at": now(), "files": files}
    (folder / MANIFEST).write_bytes(orjson.dumps(manifest, option=orjson.OPT_INDENT_2))
    return manifest


async def _operator(session: AsyncSession, organisation: uuid.UUID) -> Principal:
    return await identity.operator_for(session=session, organisation=organisation)


Write = Callable[..., AsyncIterator[bytes]]


def _files() -> list[tuple[str, exports.Kind, Write]]:
    tables: list[tuple[str, exports.Kind, Write]] = [(f"{kind}.csv", kind, exports.as_csv) for kind in exports.COLUMNS]
    return tables + [(f"{kind}.ndjson", kind, exports.as_ndjson) for kind in exports.KINDS]


async def _write(
    database: Database, acting: Principal, folder: Path, name: str, kind: exports.Kind, write: Write
) -> dict[str, Any]:
    digest, size = hashlib.sha256(), 0
    unfinished = folder / f"{name}{_UNFINISHED}"
    with unfinished.open("wb") as file:  # a command of the operator's: nobody else waits
        async for piece in write(database=database, principal=acting, kind=kind):
            file.write(piece)
            digest.update(piece)
            size += len(piece)
    unfinished.replace(folder / name)
    return {"name": name, "bytes": size, "sha256": digest.hexdigest()}
