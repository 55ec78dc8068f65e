"""A base map of somebody else's, for the console's map: its tiles are fetched and kept here (ADR 0026).

The browser asks this service alone; the server of the tiles learns this service's address and which tiles are wanted,
not by whom. Tiles are files of one directory, which all web processes of a machine may share: each is written whole,
and the oldest go where the directory passes its size.
"""

import asyncio
import os
import ssl
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import structlog

from registry.kernel.geo import Box, TileAddress, box_to_mercator
from registry.platform.outbound import Outbound, TargetRefused
from registry.platform.settings import Settings
from registry.territories.service import NamedCommune

AROUND_DEG: Final = 0.3
"""How far around the centres of the communes there is a base map: some 30 km."""
MAX_TILE: Final = 512 << 10
"""Bytes of a tile; one of 256 pixels to the side has some 30 kB."""
AT_ONCE: Final = 4
"""As many tiles one process asks for at once."""
WAITING: Final = 64
"""As many may be wanted at once, those included; what is more is not drawn until it is wanted again."""
PLACES_KEPT_S: Final = 600.0
PAUSE_S: Final = 30.0
"""How long a server that fails is not asked again."""
SWEEP_EVERY: Final = 100
"""As many tiles are written between two looks at the size of the directory."""
_PNG: Final = b"\x89PNG\r\n\x1a\n"
_SUFFIX: Final = ".png"
log = structlog.get_logger()


def basemap_for(settings: Settings) -> "BaseMap | None":
    """Return the base map that the operator has set, ``None`` where there is none."""
    if settings.basemap_url is None:
        return None
    host = (urlsplit(settings.basemap_url).hostname or "").lower()
    # One context for all requests: making one takes longer than answering a tile.
    outbound = Outbound(
        frozenset({host}), private=settings.outbound_private, max_bytes=MAX_TILE, verify=ssl.create_default_context()
    )
    kept = Kept(settings.basemap_directory, settings.basemap_mib << 20, settings.basemap_days * 86_400)
    return BaseMap(settings.basemap_url, settings.basemap_attribution or "", outbound, kept)


def surroundings(communes: Sequence[NamedCommune]) -> Box | None:
    """Return where the communes of some territories and what lies around them are (WGS84); ``None``: nobody knows."""
    centres = [(each.lon, each.lat) for each in communes if each.lon is not None and each.lat is not None]
    if not centres:
        return None
    lons, lats = [lon for lon, _ in centres], [lat for _, lat in centres]
    return Box(min(lons) - AROUND_DEG, min(lats) - AROUND_DEG, max(lons) + AROUND_DEG, max(lats) + AROUND_DEG)


def touches(address: TileAddress, around: Box) -> bool:
    """Tell whether a tile shows any of a box (WGS84)."""
    tile, box = address.box, box_to_mercator(around)
    return tile.west < box.east and box.west < tile.east and tile.south < box.north and box.south < tile.north


@dataclass(frozen=True, slots=True)
class Kept:
    """Tiles in a directory.

    Attributes:
        most: Bytes of all of them together; passed by what is written between two sweeps at most.
        age_s: How old one may be before it is fetched anew.
    """

    directory: Path
    most: int
    age_s: float

    def read(self, address: TileAddress) -> tuple[bytes, bool] | None:
        """Return a tile and whether it is still fresh."""
        path = self._path(address)
        try:
            return path.read_bytes(), time.time() - path.stat().st_mtime < self.age_s
        except OSError:
            return None

    def write(self, address: TileAddress, body: bytes) -> None:
        """Keep a tile: whoever reads finds the one before or this one, whole."""
        path = self._path(address)
        path.parent.mkdir(parents=True, exist_ok=True)
        number, name = tempfile.mkstemp(dir=path.parent)
        with os.fdopen(number, "wb") as file:
            file.write(body)
        Path(name).replace(path)

    def sweep(self) -> None:
        """Delete the oldest tiles until the others are nine tenths of what may be; another process may be at it too."""
        found = sorted(self._files())
        total = sum(size for _, size, _ in found)
        if total <= self.most:
            return
        for _, size, path in found:
            path.unlink(missing_ok=True)
            total -= size
            if total <= self.most * 9 // 10:
                return

    def _files(self) -> Iterator[tuple[float, int, Path]]:
        for path in self.directory.rglob("*"):
            try:
                found = path.stat()
            except OSError:  # gone meanwhile
                continue
            if path.is_file():
                yield found.st_mtime, found.st_size, path

    def _path(self, address: TileAddress) -> Path:
        return self.directory / str(address.z) / str(address.x) / f"{address.y}{_SUFFIX}"


class BaseMap:
    """The base map of one process.

    Args:
        template: Address of a tile, with ``{z}``, ``{x}`` and ``{y}``.
        attribution: Who made the map, as it has to be shown.
        outbound: Asks the server of the tiles and no other.
        kept: What was fetched before.
    """

    def __init__(self, template: str, attribution: str, outbound: Outbound, kept: Kept) -> None:
        self.attribution = attribution
        self._template, self._outbound, self._kept = template, outbound, kept
        self._asking = asyncio.Semaphore(AT_ONCE)
        self._pending: dict[TileAddress, asyncio.Task[bytes | None]] = {}
        self._around: dict[tuple[int, ...], tuple[float, Box | None]] = {}
        self._paused_until = 0.0
        self._written = 0

    async def reaches(
        self,
        territories: Iterable[int],
        address: TileAddress,
        ask: Callable[[Sequence[int]], Awaitable[Sequence[NamedCommune]]],
    ) -> bool:
        """Tell whether a tile lies in or around these territories: nobody fetches the world through this service.

        Args:
            ask: Reads where they are; what it said is believed for :data:`PLACES_KEPT_S`.
        """
        key = tuple(sorted(territories))
        until, around = self._around.get(key, (0.0, None))
        if time.monotonic() >= until:
            around = surroundings(await ask(key))
            self._around[key] = time.monotonic() + PLACES_KEPT_S, around
        return around is not None and address.inside and touches(address, around)

    async def tile(self, address: TileAddress) -> bytes | None:
        """Return a tile as PNG; ``None`` where there is none, or none at the moment.

        One that is too old is shown all the same where its server does not answer. Whoever wants a tile that somebody
        else waits for waits for the same answer.
        """
        kept = await asyncio.to_thread(self._kept.read, address)
        if kept is not None and kept[1]:
            return kept[0]
        task = self._pending.get(address)
        if task is None:
            if time.monotonic() < self._paused_until or len(self._pending) >= WAITING:
                return kept[0] if kept else None
            task = self._pending[address] = asyncio.create_task(self._fetch(address))
            task.add_done_callback(lambda _: self._pending.pop(address))
        fetched = await asyncio.shield(task)  # a browser that goes away does not take the tile from the others
        return fetched or (kept[0] if kept else None)

    async def _fetch(self, address: TileAddress) -> bytes | None:
        async with self._asking:
            if time.monotonic() < self._paused_until:
                return None
            try:
                body = await self._outbound.get(self._template.format(**address._asdict()), accept="image/png")
            except TargetRefused as refused:
                if refused.status not in {204, 404}:  # else it has no such tile: nothing is wrong with it
                    self._paused_until = time.monotonic() + PAUSE_S
                    log.warning("basemap_failed", reason=str(refused))
                return None
        if not body.startswith(_PNG):
            log.warning("basemap_failed", reason="its answer is no PNG")
            return None
        try:
            await asyncio.to_thread(self._keep, address, body)
        except OSError as error:  # shown this once: a full disk stops no map
            log.warning("basemap_not_kept", reason=type(error).__name__)
        return body

    def _keep(self, address: TileAddress, body: bytes) -> None:
        self._kept.write(address, body)
        if self._written % SWEEP_EVERY == 0:
            self._kept.sweep()
        self._written += 1
