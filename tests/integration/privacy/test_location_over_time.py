"""What a member learns from two looks, and from homes that it registers itself to see how they are shown.

Rule 2 of the disclosure note: zones widen at once and narrow at most monthly. Adding homes changes no zone before the
next narrowing, so a home that appears is not alone in what its neighbours' zones leave over.
"""

import random
import sys
from collections.abc import AsyncIterator, Callable, Iterable
from itertools import count
from typing import Any
from unittest.mock import patch

import httpx
import pytest
import pytest_asyncio

from registry.listings.service import place
from registry.listings.service.place import place_requested
from registry.listings.zoning import BASE_M, COMMUNE, LARGEST_M, Cell, ZoneKey, parent, square, standing, zone_of
from registry.platform.database import Database
from tests.integration.privacy import campaign, truth
from tests.integration.privacy import scene as scenes
from tests.integration.privacy.attacker import DRAWS, Attacker, Sighting
from tests.integration.privacy.figures import Located
from tests.integration.privacy.flaws import Town, occupied_only, zones_where_occupied
from tests.integration.privacy.scene import WEST, Point, Scene, Site, inside
from tests.support.database import Server

NEWCOMERS = 10
AREAS = 4
Story = tuple[Attacker, Town, Database]
Watched = tuple[dict[str, Sighting], dict[str, Sighting], list[str]]
"""What was seen before and after, and the listings that appeared in between."""
_numbers = count(1)


@pytest.fixture
def residences() -> int:
    return 220


@pytest_asyncio.fixture
async def attacker(
    town_web: Database, town_jobs: Database, town_client: httpx.AsyncClient, residences: int
) -> AsyncIterator[Attacker]:
    """The attacker of a territory of the test's own, that is published but not yet placed."""
    made = await scenes.build(town_web, town_jobs, town_client, number=next(_numbers), residences=residences)
    yield Attacker(town_client, made)


async def divided(story: Story) -> dict[str, Sighting]:
    """Have the territory divided, a moment after a zone narrowed; look."""
    attacker, town, _ = story
    seen = await placed(attacker, town.jobs)
    town.run("UPDATE zonings SET narrowed_at = now() WHERE territory_id = %(territory)s")
    return seen


@pytest.fixture
def town(attacker: Attacker, town_jobs: Database, server: Server, town_name: str) -> Town:
    return Town(server.url(town_name), town_jobs, attacker.scene)


@pytest.fixture
def story(attacker: Attacker, town: Town, town_web: Database) -> Story:
    return attacker, town, town_web


async def arrive(story: Story, places: Iterable[Point], homes: int = 1) -> list[str]:
    """Have a landlord register a residence of ``homes`` at each place in the west; return the new listings."""
    attacker, _, web = story
    scene, owner, known = attacker.scene, attacker.scene.landlords[0], set(attacker.scene.listed)
    chance, lines = random.Random(5), []
    sites = [Site(f"N{len(scene.homes)}-{n}", None, scene.communes[0], at) for n, at in enumerate(places)]
    await scenes.register(web, scene, owner, [(site.at, [site]) for site in sites])
    for site in sites:
        for n in range(homes):
            ref = f"{owner.id}/{site.residence}/{n}"
            scene.homes[ref] = site
            lines.append({**scenes.described(ref, site, chance), "facts": _ADAPTED})
    await scenes.send(attacker.client, owner, lines)
    await scenes.learn(attacker.client, scene)
    return sorted(set(scene.listed) - known)


_ADAPTED = {"zero_step_shower": {"value": "yes", "source": "declared", "date": "2026-03-01"}}


def middle(scene: Scene, cell: Cell) -> Point:
    return (cell.x + 0.5) * BASE_M - scene.origin[0], (cell.y + 0.5) * BASE_M - scene.origin[1]


def empty_cells(attacker: Attacker, seen: dict[str, Sighting]) -> list[Cell]:
    """Return empty cells of the west beside squares that stand apart, one for each larger square."""
    scene = attacker.scene
    taken = {attacker.cell(site.commune, site.at) for site in scene.homes.values()}
    stood = standing(sight.key for sight in seen.values())
    found: dict[ZoneKey, Cell] = {}
    for key in stood:
        if key.commune != scene.communes[0] or key.size_m not in {500, 1000}:
            continue
        around = parent(key)
        side = around.size_m // BASE_M
        for x in range(around.x * side, (around.x + 1) * side):
            for y in range(around.y * side, (around.y + 1) * side):
                cell = Cell(key.commune, x, y)
                beside = not standing([square(cell, BASE_M)]) & {k for k in stood if parent(k) == around}
                if cell not in taken and beside and inside(WEST, middle(scene, cell)):
                    found.setdefault(around, cell)
    return [found[around] for around in sorted(found)][:NEWCOMERS]


async def placed(attacker: Attacker, jobs: Database) -> dict[str, Sighting]:
    """Have the zones computed, and look."""
    await place_requested(jobs)
    return await attacker.look()


async def watched(story: Story, choose: Callable[[dict[str, Sighting]], list[Cell]]) -> Watched:
    """Look, let a lone home appear in each of the chosen cells, and look again."""
    attacker, town, _ = story
    before = await divided(story)
    cells = choose(before)
    assert len(cells) >= NEWCOMERS / 2
    new = await arrive(story, [middle(attacker.scene, cell) for cell in cells])
    return before, await placed(attacker, town.jobs), new


async def exposed(story: Story, before_and_after: Watched) -> dict[str, tuple[int, int]]:
    """Return the new listings that are singled out by the squares that fell when they came.

    Those squares satisfied the rule before, and a home more cannot have changed that: the new home is elsewhere.
    """
    (attacker, town, _), (before, after, new) = story, before_and_after
    fell = standing(s.key for s in before.values()) - standing(s.key for s in after.values())
    told = await truth.tell(town.jobs, attacker.scene)
    return campaign.singled_out(attacker, told, after, of=new, left_out=fell)


async def test_attacker_who_remembers_the_zones_cannot_single_out_a_home_that_appears(story: Story) -> None:
    before, after, new = await watched(story, lambda seen: empty_cells(story[0], seen))
    assert await exposed(story, (before, after, new)) == {}
    moved = [listing for listing, sight in before.items() if after[listing].document != sight.document]
    assert moved == [], "a home that appears changes nothing that was shown"


async def planned(story: Story) -> list[Cell]:
    """Fill three cells of a square of 1 km, and one of each square beside it, six times; return the fourth cells."""
    scene = story[0].scene
    corners = [(x, y) for x in (2000, 4000, 6000) for y in (2000, 4000)]
    full = ((0, 0), (500, 0), (0, 500), (1000, 0), (0, 1000), (1000, 1000))
    await arrive(
        story,
        [(x + dx + 100 * n, y + dy + 250) for x, y in corners for dx, dy in full for n in (1, 2, 3)],
        homes=5,
    )
    return [story[0].cell(scene.communes[0], (x + 750, y + 750)) for x, y in corners]


@pytest.mark.parametrize("residences", [0])
async def test_attacker_who_remembers_the_zones_cannot_single_out_a_home_in_the_only_empty_cell(story: Story) -> None:
    cells = await planned(story)
    assert await exposed(story, await watched(story, lambda _: cells)) == {}


@pytest.mark.parametrize("residences", [0])
async def test_attacker_who_remembers_the_zones_finds_homes_that_change_their_neighbours_zones(story: Story) -> None:
    cells = await planned(story)
    with patch.object(place, "divide", occupied_only):
        alone = await exposed(story, await watched(story, lambda _: cells))
    assert set(alone.values()) == {(1, 1)}, "one dwelling, one residence: found"
    assert len(alone) == len(cells)


async def test_homes_that_leave_widen_their_zone_at_once_and_single_nobody_out(story: Story) -> None:
    attacker, town, _ = story
    before = await divided(story)
    victims = [sight for sight in before.values() if sight.key.size_m == 500][:1]
    assert victims
    zone = victims[0].key
    leaving = [
        ref for ref, site in attacker.scene.homes.items() if square(attacker.cell(site.commune, site.at), 500) == zone
    ][5:]
    owners = {str(member.id): member for member in [*attacker.scene.landlords, attacker.scene.attacker]}
    for ref in leaving:
        answer = await attacker.client.delete(f"/v1/homes/{ref}", headers=owners[ref.split("/")[0]].headers)
        assert answer.status_code == 204, answer.text
        del attacker.scene.homes[ref]
    after = await placed(attacker, town.jobs)
    assert all(sight.key != zone for sight in after.values()), "it holds fewer than k now"
    for listing, sight in after.items():
        around = standing(attacker.keys(before[listing]))
        assert around.intersection(attacker.keys(sight)), "every zone is the one it was, or one around it"
    assert campaign.singled_out(attacker, await truth.tell(town.jobs, attacker.scene), after) == {}


async def test_zone_narrows_once_a_month_and_then_holds_enough(story: Story) -> None:
    attacker, town, _ = story
    seen = await placed(attacker, town.jobs)
    for days, narrows in ((0, True), (29, False), (1, True)):
        town.run(
            f"UPDATE zonings SET narrowed_at = narrowed_at - interval '{days} days' WHERE territory_id = %(territory)s"
        )
        cell = empty_cells(attacker, seen)[0]
        x, y = middle(attacker.scene, cell)
        await arrive(story, [(x - 60, y), (x, y), (x + 60, y)], homes=12)
        after = await placed(attacker, town.jobs)
        narrower = standing(s.key for s in after.values()) - standing(s.key for s in seen.values())
        assert bool(narrower) == narrows, "the first narrowing is free, then a month has to pass"
        assert campaign.singled_out(attacker, await truth.tell(town.jobs, attacker.scene), after) == {}
        seen = after


async def test_listing_that_is_withdrawn_and_published_again_is_shown_at_the_same_point(story: Story) -> None:
    attacker, town, _ = story
    before = await placed(attacker, town.jobs)
    scene, owner = attacker.scene, attacker.scene.landlords[0]
    listing = next(iter(sorted(i for i, ref in scene.listed.items() if ref.startswith(str(owner.id)) and i in before)))
    ref = scene.listed[listing]
    home = (await attacker.client.get(f"/v1/homes/{ref}", headers=owner.headers)).json()
    line = {name: value for name, value in home.items() if name not in _READ_ONLY}
    await scenes.send(attacker.client, owner, [{**line, "status": "reserved"}])
    assert listing not in await placed(attacker, town.jobs)
    await scenes.send(attacker.client, owner, [line])
    after = await placed(attacker, town.jobs)
    assert after[listing].document["location"] == before[listing].document["location"]


_READ_ONLY = {"listing_id", "confirmed_at", "updated_at", "version"}


Probed = dict[Cell, dict[str, Any]]
"""The ``location`` of a home in each cell."""


async def probed(story: Story) -> Probed:
    """Have the attacker register a home in every cell; return how each is shown in that minute."""
    attacker, town, web = story
    scene, owner = attacker.scene, attacker.scene.attacker
    await place_requested(town.jobs)
    cells = {
        attacker.cell(scene.communes[0], at)
        for at in ((x, y) for x in range(0, 9_600, 250) for y in range(0, 7_600, 250))
        if inside(WEST, at)
    }
    sites = [Site(f"P{n}", None, cell.commune, middle(scene, cell)) for n, cell in enumerate(sorted(cells))]
    await scenes.register(web, scene, owner, [(site.at, [site]) for site in sites])
    chance = random.Random(5)
    lines = [scenes.described(f"{owner.id}/{site.residence}", site, chance) | {"facts": _ADAPTED} for site in sites]
    await scenes.send(attacker.client, owner, lines)
    own = (await attacker.client.get("/v1/homes?limit=1000", headers=owner.headers)).json()["items"]
    listed = {item["listing_id"]: item["ref"] for item in own}
    shown = {listed[item["id"]]: item["location"] for item in await attacker.search(landlord=str(owner.id))}
    return {cell: shown[f"{owner.id}/P{n}"] for n, cell in enumerate(sorted(cells))}


def alike(shown: dict[str, Any], other: dict[str, Any]) -> bool:
    return (shown["precision"], shown["cell_m"]) == (other["precision"], other["cell_m"])


async def located_by_probes(story: Story, probes: Probed) -> list[Located]:
    """Guess each listing in the cells of its zone whose probes are shown as it is itself."""
    attacker, town, _ = story
    seen = await attacker.look()
    told = await truth.tell(town.jobs, attacker.scene)
    chance = random.Random(17)
    estimates: dict[int, dict[str, list[Point]]] = {}
    for listing in told.places:
        sight = seen[listing]
        if sight.key.commune != attacker.scene.communes[0] or sight.quarters:
            continue
        likely = [
            cell
            for cell, shown in probes.items()
            if alike(shown, sight.document["location"])
            and (sight.key.size_m == COMMUNE or square(cell, sight.key.size_m) == sight.key)
        ]
        for _ in range(DRAWS):
            if likely:
                x, y = middle(attacker.scene, chance.choice(likely))
                guess = x + chance.uniform(-250, 250), y + chance.uniform(-250, 250)
            else:
                guess = chance.choice(told.pools[told.areas[listing]])
            estimates.setdefault(sight.key.size_m, {}).setdefault(listing, []).append(guess)
    findings = [
        told.located(f"probes, {size or 'commune'}", part)
        for size, part in sorted(estimates.items())
        if len({told.areas[listing] for listing in part}) >= AREAS
    ]
    sys.stdout.write("\n".join(map(str, [*findings, ""])))
    return findings


async def test_attacker_who_registers_homes_everywhere_learns_nothing_of_what_is_there(story: Story) -> None:
    attacker, _, _ = story
    probes = await probed(story)
    findings = await located_by_probes(story, probes)
    assert findings
    assert [str(finding) for finding in findings if finding.found_something] == []
    stood = standing(sight.key for sight in (await attacker.look()).values())
    rest = ZoneKey(attacker.scene.communes[0], COMMUNE, 0, 0)
    for cell, shown in probes.items():
        if shown["precision"] == "commune" and square(cell, LARGEST_M) not in stood:
            x, y = attacker.scene.metres(shown["lon"], shown["lat"])
            around = [(x + dx, y + dy) for dx in (-1, 0, 1) for dy in (-1, 0, 1)]  # coordinates are rounded to a metre
            assert any(
                inside(WEST, at) and zone_of(attacker.cell(cell.commune, at), stood.__contains__) == rest
                for at in around
            ), "somewhere in the rest of the commune, as what is registered there"


async def test_attacker_who_registers_homes_everywhere_finds_zones_that_depend_on_what_is_there(story: Story) -> None:
    _, town, _ = story
    await place_requested(town.jobs)
    async with zones_where_occupied(town):
        findings = await located_by_probes(story, await probed(story))
    assert any(finding.found_something for finding in findings)
