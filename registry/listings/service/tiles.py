"""Show the listings on a map, tile by tile: never more than the list shows."""

from typing import Final

from registry.access.principal import Principal
from registry.kernel.geo import TileAddress
from registry.kernel.text import Text
from registry.listings.errors import FilterInvalid, TileOutside
from registry.listings.filters import Layer, TileQuery
from registry.listings.repository import tiles as repository
from registry.listings.repository.tiles import (
    COMMUNES_ZOOM,
    COUNTED_ZOOM,
    NETWORK_ZOOM,
    QUARTERS_ZOOM,
    Layers,
)
from registry.listings.service.meter import Meter
from registry.listings.service.search import conditions_of, shape_of, territories_of
from registry.platform.database import Database

__all__ = ["FILTERED_ZOOM", "MAX_ZOOM", "NETWORK_ZOOM", "Tiles", "layers_of"]

MAX_ZOOM: Final = 18
"""A side of 153 Mercator metres: a map draws what is nearer from these tiles."""
FILTERED_ZOOM: Final = 10
"""The first zoom at which listings are filtered, hence counted one by one: of 1,531 km² at most, less than the area of
a search."""


class Tiles:
    """The tiles of one process."""

    def __init__(self, database: Database, meter: Meter) -> None:
        self._database = database
        self._meter = meter

    async def make(self, principal: Principal, address: TileAddress, asked: TileQuery) -> bytes:
        """Return a tile as a Mapbox Vector Tile, empty where nothing is there.

        Homes of others that it shows by themselves count as seen, as on a page of the list.

        Raises:
            TileOutside: There is no such tile at its zoom.
            AdhesionRequired: No charter is in force for the caller.
            ReciprocityUnmet: The caller publishes too little to search there.
            FilterInvalid: A territory that the caller cannot search; a filter below :data:`FILTERED_ZOOM`.
            DailyHomesUsedUp: The organisation would have seen more distinct homes today than its quota allows.
        """
        _require_inside(address)
        territories = territories_of(principal, asked.territory)
        layers = layers_of(principal, address, asked)
        homes = layers.counted or layers.homes is not None
        if not (homes or layers.communes or layers.quarters or layers.network):
            return b""
        made = await repository.tile(self._database, layers, address, principal=principal, territories=territories)
        if made.foreign:
            await self._meter.see(principal, made.foreign)
        if homes:
            self._meter.searched(principal, f"tile:{shape_of(asked)}")
        return made.body


def _require_inside(address: TileAddress) -> None:
    last = 2**address.z - 1
    for name, value in (("x", address.x), ("y", address.y)):
        if value > last:
            raise TileOutside(
                field=name,
                value=value,
                remedy=Text(
                    f"Au zoom {address.z}, {name} va de 0 à {last}.", f"At zoom {address.z}, {name} is 0 to {last}."
                ),
            )


def layers_of(principal: Principal, address: TileAddress, asked: TileQuery) -> Layers:
    """Return what a tile has of what is asked.

    Raises:
        AdhesionRequired, ReciprocityUnmet, FilterInvalid: As :meth:`Tiles.make`.
    """
    homes, counted = None, False
    if Layer.HOMES in asked.layer:
        if asked.filtered and address.z < FILTERED_ZOOM:
            raise FilterInvalid(
                Text(
                    f"Les annonces ne se filtrent qu'à partir du zoom {FILTERED_ZOOM}.",
                    f"Listings are filtered from zoom {FILTERED_ZOOM} on only.",
                ),
                field=asked.filtered[0],
                value=getattr(asked, asked.filtered[0]),
                remedy=Text(
                    "Omettez ce filtre, ou rapprochez-vous ; les cellules comptent à part ce qui est disponible et les"
                    " classes 3 et 5.",
                    "Leave this filter out, or zoom in; the cells count what is available, and classes 3 and 5, apart.",
                ),
            )
        counted = address.z <= COUNTED_ZOOM and not asked.filtered
        homes = None if counted else conditions_of(principal, asked, order="rent", limit=0)
    return Layers(
        homes=homes,
        counted=counted,
        communes=Layer.COMMUNES in asked.layer and address.z >= COMMUNES_ZOOM,
        quarters=Layer.QUARTERS in asked.layer and address.z >= QUARTERS_ZOOM,
        network=Layer.NETWORK in asked.layer and address.z >= NETWORK_ZOOM,
    )
