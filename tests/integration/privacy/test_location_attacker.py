"""Rule 1 and 2 of the disclosure note, tried: what a member can learn of where another landlord's homes are.

Everything that a client can ask is asked, over HTTP: radii, boxes, polygons, quarters, orders, distances, pages, ids.
The attacker also has what is public (outlines of communes and quarters, the grid), the true places of all residences,
and the residence of one half of the listings.
"""

import os
import sys

import httpx
import pytest

from registry.platform.database import Database
from tests.integration.privacy import campaign, truth
from tests.integration.privacy.attacker import Attacker
from tests.integration.privacy.campaign import Asking, Finding
from tests.integration.privacy.figures import distance
from tests.integration.privacy.flaws import BY_TRUE_PLACE, FLAWS, Town
from tests.integration.privacy.scene import Scene
from tests.support.database import Server

SAMPLE = 6
FULL = os.environ.get("REGISTRY_TEST_SCALE") == "full"


@pytest.fixture
def attacker(scene: Scene, town_client: httpx.AsyncClient) -> Attacker:
    return Attacker(town_client, scene)


async def attacked(
    attacker: Attacker, jobs: Database, *, asking: Asking
) -> tuple[list[Finding], dict[str, tuple[int, int]]]:
    """Return what the attacks found, and the listings that the division singles out."""
    told = await truth.tell(jobs, attacker.scene)
    seen = await attacker.look()
    assert set(seen) == set(told.places), "what is listed is what is seen"
    tied = [item["id"] for item in await attacker.search(sort="freshness")]
    findings: list[Finding] = [
        *await campaign.locate(attacker, told, seen, asking=asking), *campaign.choose(told, seen, tied),
    ]  # fmt: skip
    sys.stdout.write("\n".join(map(str, [*findings, f"{attacker.requests} requests", ""])))
    return findings, campaign.singled_out(attacker, told, seen)


async def pinned(attacker: Attacker, jobs: Database) -> tuple[int, int]:
    """Locate a few listings by bisection; return how many are within 50 m of the true and of the shown place."""
    told = await truth.tell(jobs, attacker.scene)
    seen = await attacker.look()
    sample = [seen[listing] for listing in sorted(told.places)[:SAMPLE]]
    places = [await attacker.bisected(sight) for sight in sample]
    true = sum(distance(at, told.places[sight.id]) < 50 for at, sight in zip(places, sample, strict=True))
    shown = sum(distance(at, sight.at) < 50 for at, sight in zip(places, sample, strict=True))
    return true, shown


async def test_attacker_by_every_query_is_no_better_than_a_guess_in_the_zone(
    attacker: Attacker, town_jobs: Database
) -> None:
    findings, alone = await attacked(attacker, town_jobs, asking="everything")
    assert [str(finding) for finding in findings if finding.found_something] == []
    assert alone == {}, "every listing may be one of k dwellings in enough residences"


async def test_attacker_by_bisection_finds_the_shown_point_and_nothing_else(
    attacker: Attacker, town_jobs: Database
) -> None:
    true, shown = await pinned(attacker, town_jobs)
    assert shown == SAMPLE
    assert true < SAMPLE / 2


@pytest.mark.parametrize("flaw", FLAWS)
async def test_attacker_finds_a_projection_that_leaks(
    attacker: Attacker, town_jobs: Database, server: Server, town_name: str, flaw: str
) -> None:
    town = Town(server.url(town_name), town_jobs, attacker.scene)
    async with FLAWS[flaw](town):
        findings, alone = await attacked(
            attacker, town_jobs, asking="nothing" if flaw != BY_TRUE_PLACE else "everything" if FULL else "distances"
        )
    assert alone or any(finding.found_something for finding in findings)


async def test_attacker_by_bisection_finds_a_search_by_the_true_place(
    attacker: Attacker, town_jobs: Database, server: Server, town_name: str
) -> None:
    town = Town(server.url(town_name), town_jobs, attacker.scene)
    async with FLAWS[BY_TRUE_PLACE](town):
        true, _ = await pinned(attacker, town_jobs)
    assert true == SAMPLE
