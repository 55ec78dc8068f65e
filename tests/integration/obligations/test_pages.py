"""The page of obligations: who sees what of whom."""

import re

import pytest_asyncio
from fastapi import FastAPI

from registry.platform.settings import Settings
from tests.integration.obligations.conftest import Scene
from tests.integration.obligations.test_vacated_scores import Ended, vacate
from tests.support.members import Member
from tests.support.seats import Seats, words

PAGE = "/console/obligations"


@pytest_asyncio.fixture
async def seats(app: FastAPI, settings: Settings, scene: Scene) -> Seats:
    return Seats(app, settings, scene.market.database)


async def test_landlord_sees_its_standing_its_rows_and_the_board(scene: Scene, seats: Seats) -> None:
    await scene.night()
    owner = await seats.take(scene.market.owner.id, "landlord_admin")
    said = words(await owner.open(PAGE))
    assert "Where your organisation stands" in said
    assert "At least 5 %" in said
    assert said.count("declared") >= 2
    assert "yes, until" not in said, "another landlord's standing is its own affair"
    behind = words(await owner.open(f"{PAGE}/behind?territory={scene.market.territory.slug}&obligation=completeness"))
    assert "H1" in behind
    assert "H2" in behind


async def test_landlord_comes_from_a_score_to_the_vacated_homes_behind_it(scene: Scene, seats: Seats) -> None:
    await vacate(scene, [Ended("lost", ref="H1"), Ended(ref="H2", gone=True)])
    await scene.night()
    owner = await seats.take(scene.market.owner.id, "landlord_admin")
    behind = await owner.open(f"{PAGE}/behind?territory={scene.market.territory.slug}&obligation=relet")
    (address,) = re.findall(r"/console/vacated/[0-9a-f-]{36}", behind.text)
    assert "Occupied again since" in words(await owner.open(address))
    listed = await owner.open("/console/vacated")
    assert "(withdrawn from the stock)" in words(listed)
    (gone,) = set(re.findall(r"/console/vacated/[0-9a-f-]{36}", listed.text)) - {address}
    assert "Withdrawn from the stock on" in words(await owner.open(gone))


async def test_coordinator_sees_scores_and_standings_and_no_row(scene: Scene, seats: Seats) -> None:
    await scene.night()
    await scene.night(days=8)
    coordinator = await seats.take(scene.market.territory.coordinator.id, "coordinator_admin")
    said = words(await coordinator.open(f"{PAGE}?sort=-standing"))
    assert "yes, until" in said
    assert "Where your organisation stands" not in said
    refused = await coordinator.open(f"{PAGE}/behind?territory={scene.market.territory.slug}")
    assert refused.status_code == 403
    address = f"{PAGE}/history?territory={scene.market.territory.slug}&organisation={scene.market.owner.id}"
    history = await coordinator.open(address)
    assert "<polyline" in history.text
    assert "100 %" in words(history)


async def test_stranger_sees_nothing_of_a_territory(scene: Scene, seats: Seats, landlord: Member) -> None:
    stranger = await seats.take(landlord.id, "landlord_admin")
    assert "coordinates none" in words(await stranger.open(PAGE))
    for address in (f"{PAGE}?territory=", f"{PAGE}/behind?territory=", f"{PAGE}/history?territory="):
        answer = await stranger.open(f"{address}{scene.market.territory.slug}&organisation={scene.market.owner.id}")
        assert answer.status_code == 404


async def test_home_says_what_needs_the_coordinator_and_the_territory_in_figures(scene: Scene, seats: Seats) -> None:
    await scene.night()
    coordinator = await seats.take(scene.market.territory.coordinator.id, "coordinator_admin")
    said = words(await coordinator.open("/console"))
    assert "Landlords warned before their right to search is suspended: 1" in said
    assert "in six figures" in said
    assert "2 Landlords" in said
    assert "1 Residences" in said
    assert "2 Shared homes" in said
    assert "100 % Up to date" in said
    searcher = await seats.take(scene.market.searcher.id, "landlord_admin")
    own = words(await searcher.open("/console"))
    assert "Your right to search will be suspended if nothing changes." in own
    assert "2 Shared homes" in own
