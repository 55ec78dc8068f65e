"""The distances of a made-up city beside bare searches of the same graph, and one door's answer beside its limit.

All residences × services × profiles: 750 doors, 2,400 services of eight families. Bare: ``csgraph.dijkstra`` over the
finished matrices from every door to the limit, distances alone. From the services: the same answers by one bare search
a family and profile, the least that could tell them.
"""

import time
from statistics import median
from typing import Any, Final

import numpy as np
from scipy.sparse.csgraph import dijkstra

from registry.surroundings.distances import LIMIT_M, Network, Services, explain, from_door, nearest
from registry.surroundings.graph import Graph
from registry.surroundings.places import Places
from registry.surroundings.profiles import Profile, cost
from registry.surroundings.service import networks
from registry.surroundings.service.ground import ASKED, projected
from registry.surroundings.snapping import Floats, Mesh
from tests.perf.city import SEED, City

DOORS: Final = 750
LAMBERT_93: Final = 2154
ROUNDS: Final = 5
ASKED_ALONE: Final = 200


def _setting(on: City) -> tuple[Graph, Floats, Places]:
    """Return the city's network, doors and services in metres; family and entrance drawn by one seed."""
    draw = np.random.default_rng(SEED)
    graph = networks.read_file(path=on.path, srid=LAMBERT_93).graph
    doors = projected(LAMBERT_93, draw.permutation(on.buildings)[:DOORS])
    shops = projected(LAMBERT_93, on.shops)
    count = len(shops)
    found = Places(
        srid=LAMBERT_93,
        ids=np.arange(1, count + 1),
        family=draw.choice(ASKED, count),
        xy=shops,
        wheelchair=draw.integers(-1, 3, count).astype(np.int8),
        entrance_steps=np.full(count, -1, dtype=np.int16),
        door_width_cm=np.full(count, -1, dtype=np.int16),
    )
    return graph, doors, found


def _networks(graph: Graph) -> dict[Profile, Network]:
    mesh = Mesh(graph)
    return {profile: Network(mesh, cost(graph, profile), profile) for profile in Profile}


def _all(graph: Graph, doors: Floats, places: Places) -> None:
    networks = _networks(graph)
    mesh = networks[Profile.WALKING].mesh
    near_doors, near_places = mesh.near(doors), mesh.near(places.xy)
    for network in networks.values():
        nearest(network, doors, places, ASKED, near_doors=near_doors, near_places=near_places)


def batch(on: City) -> tuple[float, float, str]:
    """Return seconds of all distances, of the bare search, and a note; trees, matrices and costs count as ours."""
    graph, doors, places = _setting(on)
    networks = _networks(graph)
    starts = {profile: network.ends(doors).nodes[:, 0] for profile, network in networks.items()}
    ends = {profile: network.ends(places.xy).nodes[:, 0] for profile, network in networks.items()}
    ours, bare, least = [], [], []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        for profile, network in networks.items():
            dijkstra(network.ahead, indices=starts[profile], limit=LIMIT_M)
        bare.append(time.perf_counter() - begun)
        begun = time.perf_counter()
        for profile, network in networks.items():
            for family in ASKED:
                sources = ends[profile][places.family == family]
                dijkstra(network.back, indices=sources, min_only=True, limit=LIMIT_M)
        least.append(time.perf_counter() - begun)
        begun = time.perf_counter()
        _all(graph, doors, places)
        ours.append(time.perf_counter() - begun)
    note = f"{len(graph.start)} edges; bare from the services {median(least):.3f} s"
    return median(ours), median(bare), note


def alone(on: City) -> tuple[float, float, str]:
    """Return seconds (95th percentile) of one door's answer with paths and obstacles, the 50 ms it may take, a note."""
    graph, doors, places = _setting(on)
    networks = _networks(graph)
    services: Any = Services(places, networks[Profile.WALKING].mesh)
    taken = []
    for door in doors[:ASKED_ALONE]:
        begun = time.perf_counter()
        reach = from_door(networks[Profile.WHEELCHAIR], door)
        explain(reach, from_door(networks[Profile.WALKING], door), services, ASKED)
        taken.append(time.perf_counter() - begun)
    half, most = np.percentile(taken, [50, 95])
    return float(most), 0.050, f"p50 {half * 1000:.1f} ms, p95 {most * 1000:.1f} ms, beside 50 ms"
