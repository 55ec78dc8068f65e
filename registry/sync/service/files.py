"""Keep files by their content, for web and worker alike: in the one store that both have, compressed, in pieces."""

import asyncio
import hashlib
import zlib
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from registry.access.principal import OwnOrganisation
from registry.sync.errors import FileChangedMeanwhile
from registry.sync.formats.source import stamp_of
from registry.sync.repository import files as repository
from registry.sync.service.spools import spool

PART: Final = 1 << 20
"""Bytes of a piece as it is kept."""
_BLOCK: Final = 1 << 20
_COMPRESSED: Final = (b"\x1f\x8b", b"PK")


def digest_of(path: Path) -> bytes:
    """Return the SHA-256 of a file."""
    return _measure(path)[0]


async def keep(session: AsyncSession, organisation: OwnOrganisation, path: Path) -> bytes:
    """Keep a file in the caller's transaction; return its SHA-256. What is kept already is not kept twice.

    Raises:
        FileChangedMeanwhile: Somebody was still writing it.
    """
    stamp = stamp_of(path)
    digest, size = await asyncio.to_thread(_measure, path)
    if await repository.insert(session, organisation, digest, size):
        pieces, n = _pieces(path), 0
        while (piece := await asyncio.to_thread(next, pieces, None)) is not None:
            await repository.insert_part(session, organisation, digest, n, piece)
            n += 1
    if stamp_of(path) != stamp:
        raise FileChangedMeanwhile(field="path", value=path.name)
    return digest


async def read_back(session: AsyncSession, organisation: OwnOrganisation, sha256: bytes) -> AsyncIterator[bytes]:
    """Yield a kept file, as it came."""
    unpack: zlib._Decompress | None = None
    first = True
    async for piece in repository.parts(session, organisation, sha256):
        if first:
            first = False
            if piece[:1] == _OURS:
                unpack = zlib.decompressobj(wbits=31)
            yield unpack.decompress(piece[1:]) if unpack else piece[1:]
        else:
            yield unpack.decompress(piece) if unpack else piece
    if unpack:
        yield unpack.flush()


_OURS: Final = b"Z"
_THEIRS: Final = b"="
"""The first byte of the first piece: compressed by us, or as it came."""


@asynccontextmanager
async def spooled(
    session: AsyncSession, organisation: OwnOrganisation, *digests: bytes | None
) -> AsyncIterator[list[Path]]:
    """Lay kept files out on the local disk for a while; memory stays flat. ``None`` is passed over."""
    with spool() as directory:
        paths: list[Path] = []
        for digest in digests:
            if digest is not None:
                paths.append(directory / str(len(paths)))
                with paths[-1].open("wb") as file:
                    async for block in read_back(session, organisation, digest):
                        await asyncio.to_thread(file.write, block)
        yield paths


async def expire(session: AsyncSession) -> None:
    """Delete runs beyond what their sources keep, and files that no run names. Needs ``Role.JOB``."""
    await repository.expire(session)


def _measure(path: Path) -> tuple[bytes, int]:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").digest()
        return digest, file.tell()


def _pieces(path: Path) -> Iterator[bytes]:
    """Yield the file in pieces, compressed unless it is."""
    with path.open("rb") as file:
        start = file.read(2)
        file.seek(0)
        if start in _COMPRESSED:
            held, blocks = bytearray(_THEIRS), iter(lambda: file.read(_BLOCK), b"")
        else:
            pack = zlib.compressobj(level=1, wbits=31)
            held = bytearray(_OURS)
            blocks = _packed(pack, iter(lambda: file.read(_BLOCK), b""))
        for block in blocks:
            held += block
            while len(held) >= PART:
                yield bytes(held[:PART])
                del held[:PART]
        yield bytes(held)


def _packed(pack: "zlib._Compress", blocks: Iterator[bytes]) -> Iterator[bytes]:
    for block in blocks:
        yield pack.compress(block)
    yield pack.flush()
