"""The door of transfer cases, tried: fake homes all over a town, a case for each, and every answer put together.

The attacker has all that the location attacker has, and beside it the pedestrian network, the grid of the squares, and
the answers for as many cases as it likes. It must do no better than a guess in the square that the bands come from, cut
by the quarter and by the zone that the listing shows; and it must find a door that compares where homes truly are.
"""

import random
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any, Final
from unittest.mock import patch

import httpx
import numpy as np
import pytest_asyncio
from sqlalchemy import text

from registry.listings.zoning import BASE_M
from registry.platform.database import Database, Role
from registry.surroundings.distances import Network, from_door, ways
from registry.surroundings.profiles import Profile, cost
from registry.surroundings.service import Grounds, networks
from registry.surroundings.snapping import Floats, Mesh
from registry.territories import service as territories
from registry.transfers.repository import nearness as repository
from registry.transfers.repository.nearness import SQUARE_M
from registry.transfers.service.nearness import compare
from tests.integration.privacy import truth
from tests.integration.privacy.figures import TOLERANCE, Truth, distance
from tests.integration.privacy.scene import Point, Scene, Site, register, send
from tests.support.stock import fact, home
from tests.support.streets import streets
from tests.support.transfers import case, open_case

WEST, SOUTH, SIDE = 3_700.0, 2_900.0, 2_000.0
"""Of the part of the town that is attacked: around its largest centre."""
STREET_M: Final = 130.0
FAKES: Final = 25
LATTICE_M: Final = 25.0
BAND_M, BANDS = 300, 5


@dataclass
class Door:
    """What the attacker has set up, and what it knows by itself.

    Attributes:
        fakes: Where its homes are; ``cases``: of each the id of its case.
        places: Points all over the part of the town, ``(p, 2)``; ``bands``: of each, from each fake home.
        quarters: Of each place, the codes of its quarters; ``same_quarter``: whether each fake home shares one.
    """

    scene: Scene
    jobs: Database
    fakes: list[Point]
    cases: list[str]
    places: Floats
    bands: Floats
    quarters: list[frozenset[str]]
    same_quarter: np.ndarray[tuple[int, int], np.dtype[np.bool_]]

    async def answers(self, database: Database) -> dict[str, tuple[Floats, list[bool]]]:
        """Read all that the door has answered of others' homes: by listing, bands and quarters from each fake home."""
        own = self.scene.attacker
        number = {name: n for n, name in enumerate(self.cases)}
        found: dict[str, tuple[Floats, list[bool]]] = {}
        async with database.transaction(Role.LANDLORD, organisation=own.id, actor="tests") as session:
            rows = await session.execute(
                text(
                    "SELECT n.case_id, l.id, n.walking, n.same_quarter FROM case_nearness n JOIN listings l"
                    " ON l.id = n.listing_id WHERE l.organisation_id <> :own"
                ),
                {"own": own.id},
            )
            for case_id, listing, band, same in rows:
                bands, quarters = found.setdefault(str(listing), (np.zeros(len(self.cases)), [False] * len(self.cases)))
                if str(case_id) in number:
                    bands[number[str(case_id)]] = np.nan if band is None else band
                    quarters[number[str(case_id)]] = same
        return found

    def square(self, at: Point) -> tuple[int, int]:
        x, y = self.scene.origin[0] + at[0], self.scene.origin[1] + at[1]
        return int(x // SQUARE_M), int(y // SQUARE_M)

    def guess(self, answer: tuple[Floats, list[bool]], chance: random.Random) -> Point:
        """Locate a listing: of the places in quarters as answered, one of those whose bands agree best."""
        bands, same = answer
        inside = (self.same_quarter == np.array(same)[:, None]).all(axis=0)
        wrong = np.where(np.isnan(bands)[:, None], 0, np.abs(self.bands - bands[:, None])).sum(axis=0)
        wrong = np.where(inside, wrong, np.inf)
        best = np.flatnonzero(wrong <= wrong.min())
        x, y = self.places[chance.choice(list(best))]
        return float(x), float(y)


def _bands(costs: Floats) -> Floats:
    return np.where(costs <= BANDS * BAND_M, np.maximum(1, np.ceil(costs / BAND_M)), 0)


@pytest_asyncio.fixture(scope="module")
async def door(
    scene: Scene, town_web: Database, town_jobs: Database, town_client: httpx.AsyncClient
) -> AsyncIterator[Door]:
    count = int(SIDE / STREET_M) + 1
    nodes = [
        (scene.origin[0] + WEST + STREET_M * i, scene.origin[1] + SOUTH + STREET_M * j)
        for j in range(count) for i in range(count)
    ]  # fmt: skip
    edges = [(j * count + i, j * count + i + 1) for j in range(count) for i in range(count - 1)]
    edges += [(j * count + i, (j + 1) * count + i) for j in range(count - 1) for i in range(count)]
    graph = streets(nodes, edges)
    async with town_jobs.transaction(Role.JOB, actor="tests") as session:
        await networks.store_network(session=session, name="door", graphs=[graph])
    chance = random.Random(5)
    fakes = [(WEST + chance.uniform(0, SIDE), SOUTH + chance.uniform(0, SIDE)) for _ in range(FAKES)]
    own, refs = scene.attacker, [f"fake-{n}" for n in range(FAKES)]
    sites = [Site(ref, None, scene.communes[0], at) for ref, at in zip(refs, fakes, strict=True)]
    await register(town_web, scene, own, [(site.at, [site]) for site in sites])
    await send(town_client, own, [
        {"ref": ref, **home(ref, {"zero_step_shower": fact()}, status="occupied")} for ref in refs
    ])  # fmt: skip
    made = [await open_case(town_client, own, case({"residents": 1}, home_ref=ref)) for ref in refs]
    network = Network(Mesh(graph), cost(graph, Profile.WALKING), Profile.WALKING)
    steps = np.arange(LATTICE_M / 2, SIDE, LATTICE_M)
    places = np.array([(WEST + x, SOUTH + y) for x in steps for y in steps])
    ends = network.ends(places + np.array(scene.origin))
    bands = np.array([
        _bands(ways(from_door(network, np.array(at) + np.array(scene.origin)), ends).cost) for at in fakes
    ])  # fmt: skip
    degrees = [scene.degrees(at) for at in [*map(tuple, places), *fakes]]
    async with town_jobs.transaction(Role.JOB, actor="tests") as session:
        codes = await territories.quarters_of_points(
            session=session, points=[(at["lon"], at["lat"]) for at in degrees]
        )  # fmt: skip
    quarters = [frozenset(each) for each in codes]
    kinds = {each: np.array([bool(each & own_) for own_ in quarters[len(places) :]]) for each in set(quarters)}
    same_quarter = np.array([kinds[each] for each in quarters[: len(places)]]).T
    yield Door(
        scene, town_jobs, fakes, [each["id"] for each in made], places, bands, quarters[: len(places)], same_quarter,
    )  # fmt: skip
    for each in made:
        await town_client.delete(f"/v1/transfer-cases/{each['ref']}", headers=own.headers)
    for kind in ("homes", "residences"):
        for ref in refs:
            answer = await town_client.delete(f"/v1/{kind}/{ref}", headers=own.headers)
            assert answer.status_code == 204, answer.text
    async with town_jobs.transaction(Role.JOB, actor="tests") as session:
        await session.execute(text("UPDATE networks SET active = false WHERE name = 'door'"))


async def attacked(door: Door, database: Database) -> tuple[int, float, float, float]:
    """Return how many listings were located; the attacker's median error, that of the middle of the square
    and quarter as told, and that of a guess in what is published, in metres."""
    told = await truth.tell(door.jobs, door.scene)
    answers = await door.answers(database)
    chance = random.Random(9)
    errors, guesses, blind = [], [], []
    for listing, answer in answers.items():
        at = told.places.get(listing)
        if at is None or not (WEST < at[0] < WEST + SIDE and SOUTH < at[1] < SOUTH + SIDE) or not (answer[0] > 0).any():
            continue
        known = _known(door, told, listing, at)
        errors.append(distance(at, door.guess(answer, chance)))
        guesses.append(distance(at, _middle(known)))
        blind += [distance(at, chance.choice(told.pools[told.areas[listing]])) for _ in range(20)]
    return len(errors), median(errors), median(guesses), median(blind)


def _known(door: Door, told: Truth, listing: str, at: Point) -> list[Point]:
    """Return places of the square, of the same quarters and in the published area, among which nothing tells apart."""
    square = door.square(at)
    home_quarters = frozenset(told.quarters[door.scene.listed[listing]])
    found = [
        (float(x), float(y)) for (x, y), here in zip(door.places, door.quarters, strict=True)
        if door.square((x, y)) == square and here == home_quarters
    ]  # fmt: skip
    return found or [at]


def _middle(points: Sequence[Point]) -> Point:
    """Return the best that can be said of a place of which only the area is known: no query beats it by itself."""
    return sum(x for x, _ in points) / len(points), sum(y for _, y in points) / len(points)


async def test_attacker_with_any_number_of_fake_homes_knows_the_square_and_no_more(
    door: Door, town_web: Database
) -> None:
    await compare(door.jobs, Grounds(), everything=True)
    located, error, guess, blind = await attacked(door, town_web)
    print(f"{located} listings: {error:.0f} m, the middle of the square {guess:.0f} m, in what is shown {blind:.0f} m")  # noqa: T201
    assert located > 50
    assert error >= TOLERANCE * guess, "no better than the bands allow"
    alike: dict[Any, set[bytes]] = defaultdict(set)
    told = await truth.tell(door.jobs, door.scene)
    for listing, (bands, same) in (await door.answers(town_web)).items():
        if listing in told.places:
            quarters = tuple(sorted(told.quarters[door.scene.listed[listing]]))
            alike[door.square(told.places[listing]), quarters].add(bands.tobytes() + bytes(same))
    assert len(alike) > 20
    assert {len(answers) for answers in alike.values()} == {1}, "homes of one square and quarter are answered alike"


async def test_attacker_finds_a_door_that_compares_true_places(door: Door, town_web: Database) -> None:
    listed = repository.listed

    async def true_places(*given: Any) -> list[repository.Listed]:
        return [each._replace(square_lon=each.lon, square_lat=each.lat) for each in await listed(*given)]

    with patch.object(repository, "listed", true_places):
        await compare(door.jobs, Grounds(), everything=True)
    _, error, guess, _ = await attacked(door, town_web)
    assert error < TOLERANCE * guess


def test_square_is_never_cut_by_a_zone() -> None:
    assert BASE_M % SQUARE_M == 0
