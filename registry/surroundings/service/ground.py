"""A network with its services, ready to be searched, kept in the process until another version is in service."""

import asyncio
from collections.abc import Sequence
from functools import cached_property
from typing import Final

import numpy as np
from sqlalchemy.ext.asyncio import AsyncSession

from registry.kernel.geo import Box
from registry.surroundings.distances import LIMIT_M, Network, Services, Surroundings
from registry.surroundings.graph import Graph
from registry.surroundings.places import Places
from registry.surroundings.profiles import Profile, cost
from registry.surroundings.projecting import transformer
from registry.surroundings.repository import networks, services
from registry.surroundings.repository.networks import Stored
from registry.surroundings.snapping import Floats, Mesh
from registry.vocabulary.services import FAMILIES

KEPT: Final = 4
"""Networks that a process keeps: a city of 30,000 edges takes about 40 MB with its trees and matrices."""
ASKED: Final = np.array([family for family, described in FAMILIES.items() if described.counts], dtype=np.uint8)
"""The families that count, by number."""


class Ground:
    """A version of a network, searched in threads; what is made of it is made when it is first asked for."""

    def __init__(self, stored: Stored, graph: Graph) -> None:
        self.stored, self.graph = stored, graph

    @cached_property
    def mesh(self) -> Mesh:
        return Mesh(self.graph)

    @cached_property
    def networks(self) -> dict[Profile, Network]:
        return {profile: Network(self.mesh, cost(self.graph, profile), profile) for profile in Profile}

    @cached_property
    def surroundings(self) -> Surroundings:
        """What lies around doors, without a step and in a wheelchair: nothing bars the way of who walks."""
        return Surroundings(self.networks[Profile.WALKING], self.networks[Profile.WHEELCHAIR])

    def serve(self, places: Places) -> Services:
        """Attach services for every profile."""
        served = Services(places, self.mesh)
        for network in self.networks.values():
            served.ends(network)
        return served


class Grounds:
    """The networks in service that this process has asked for lately, each with its services."""

    def __init__(self) -> None:
        self._grounds: dict[int, Ground] = {}
        self._served: dict[int, tuple[object, Services]] = {}
        self._lock = asyncio.Lock()

    async def at(self, session: AsyncSession, lon: float, lat: float) -> tuple[Ground, Services] | None:
        """Return what lies around a point in WGS84 degrees; ``None``: no network is complete there."""
        found = around(await networks.active(session), lon, lat)
        if found is None:
            return None
        state = [(each["name"], each["version"]) for each in await services.sources(session)]
        async with self._lock:
            ground = await self._ground(session, found)
            if found.version not in self._served or self._served[found.version][0] != state:
                places = await services.load(session, found.srid, watched(found))
                self._served[found.version] = (state, await asyncio.to_thread(ground.serve, places))
            return ground, self._served[found.version][1]

    async def ground_at(self, session: AsyncSession, lon: float, lat: float) -> Ground | None:
        """Return the network around a point in WGS84 degrees, without its services; ``None``: none is complete."""
        found = around(await networks.active(session), lon, lat)
        if found is None:
            return None
        async with self._lock:
            return await self._ground(session, found)

    async def known_at(self, session: AsyncSession, lon: float, lat: float) -> bool:
        """Tell whether a network is complete at a point, without reading it."""
        return around(await networks.active(session), lon, lat) is not None

    async def _ground(self, session: AsyncSession, stored: Stored) -> Ground:
        if stored.version not in self._grounds:
            while len(self._grounds) >= KEPT:
                oldest = next(iter(self._grounds))
                del self._grounds[oldest]
                self._served.pop(oldest, None)
            self._grounds[stored.version] = await load(session, stored)
        return self._grounds[stored.version]


async def load(session: AsyncSession, stored: Stored) -> Ground:
    """Return a version of a network as arrays."""
    graph = await networks.load(session, stored.version)
    assert graph is not None, "a version in service is kept one version longer"
    return Ground(stored, graph)


def watched(stored: Stored) -> Box:
    """Return the box, in metres, in which a service may matter to a door in the network's."""
    return Box(stored.west - LIMIT_M, stored.south - LIMIT_M, stored.east + LIMIT_M, stored.north + LIMIT_M)


def around(found: Sequence[Stored], lon: float, lat: float) -> Stored | None:
    """Return the smallest network whose box holds a point in WGS84 degrees."""
    holding = [
        stored
        for stored in found
        if _holds(stored, *(float(value) for value in projected(stored.srid, np.array([[lon, lat]]))[0]))
    ]
    return min(holding, key=lambda stored: (stored.east - stored.west) * (stored.north - stored.south), default=None)


def _holds(stored: Stored, x: float, y: float) -> bool:
    return stored.west <= x <= stored.east and stored.south <= y <= stored.north


def projected(srid: int, lonlat: Floats) -> Floats:
    """Return easting and northing ``(k, 2)`` of WGS84 degrees ``(k, 2)``."""
    return np.column_stack(transformer(srid).transform(lonlat[:, 0], lonlat[:, 1]))


def unprojected(srid: int, points: Floats) -> Floats:
    """Return WGS84 degrees ``(k, 2)`` of easting and northing ``(k, 2)``."""
    return np.column_stack(transformer(srid).transform(points[:, 0], points[:, 1], direction="INVERSE"))
