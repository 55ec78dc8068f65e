"""The right to search follows publishing: warned first, suspended then, lifted at once."""

import pytest
from sqlalchemy import text

from registry.charter import service as charter
from registry.charter.schemas import Terms
from registry.platform.database import Role
from tests.integration.obligations.conftest import GOOD, Scene
from tests.support.stock import fact, publish, residence


async def test_landlord_that_publishes_enough_is_not_bothered(scene: Scene) -> None:
    await scene.night()
    standing = await scene.read(scene.market.owner, "/standing")
    assert (standing["state"], standing["searching"], standing["remedy"]) == ("met", True, None)
    assert await scene.mails(scene.market.owner) == []


async def test_landlord_without_a_home_or_a_census_is_warned_then_suspended_and_back_at_once(scene: Scene) -> None:
    searcher, slug = scene.market.searcher, scene.market.territory.slug
    await scene.night()

    standing = await scene.read(searcher, "/standing")
    assert (standing["state"], standing["searching"]) == ("warned", True)
    assert "recensement" in standing["remedy"]["fr"] + standing["asked"]["fr"]
    (warning,) = await scene.mails(searcher)
    day = f"{standing['bars_on'][8:]}/{standing['bars_on'][5:7]}/{standing['bars_on'][:4]}"
    assert day in warning.subject
    assert (await scene.ask(searcher, "/v1/listings", territory=slug)).status_code == 200

    await scene.night(days=9)
    assert (await scene.read(searcher, "/standing"))["state"] == "warned"
    assert await scene.mails(searcher) == []
    await scene.night(days=1)
    (suspended,) = await scene.mails(searcher)
    assert "suspendu" in suspended.subject

    assert (await scene.read(searcher, "/standing"))["searching"] is False
    for path in ("/v1/listings", "/v1/tiles/5/16/11.mvt", f"{scene.path}/changes"):
        refused = await scene.ask(searcher, path)
        assert (refused.status_code, refused.json()["code"]) == (403, "reciprocity-unmet"), path
    named = await scene.ask(searcher, "/v1/listings", territory=slug)
    assert "/standing" in named.json()["remedy"]

    # Publishing goes on: a residence that says how many homes it has is a census.
    given = residence(scene.market.territory.communes[0], scene.market.territory.point())
    answer = await publish(scene.market.client, searcher, {"R1": given}, [{"ref": "S1", "residence_ref": "R1",
        "typology": "T3", "rooms": 3, "status": "occupied", "facts": {}}])  # fmt: skip
    assert answer["rejected"] == 0, answer
    assert await scene.minute() == 1
    assert (await scene.ask(searcher, "/v1/listings", territory=slug)).status_code == 200
    (restored,) = await scene.mails(searcher)
    assert "rétabli" in restored.subject


async def test_second_wall_shows_a_suspended_landlord_its_own_listings_alone(scene: Scene) -> None:
    owner, other = scene.market.owner, scene.market.searcher
    await scene.night()
    await scene.states(owner, "H1", {"zero_step_shower": fact(), "grab_bars": None, "turning_space": None,
                                     "non_slip_floor": None})  # fmt: skip
    given = residence(scene.market.territory.communes[0], scene.market.territory.point())
    shared = [{"ref": "S1", "residence_ref": "R1", "typology": "T2", "rooms": 2, "status": "vacant", "facts": GOOD}]
    assert (await publish(scene.market.client, other, {"R1": given}, shared))["rejected"] == 0
    assert await scene.minute() == 2
    assert (await scene.read(owner, "/standing"))["state"] == "met", "no warning begins in the middle of a day"
    await scene.night()
    await scene.night(days=10)

    async with scene.market.database.transaction(Role.LANDLORD, organisation=owner.id, actor="tests") as session:
        asked = text("SELECT DISTINCT organisation_id FROM listings WHERE territory_id = :territory")
        seen = set((await session.execute(asked, {"territory": scene.market.territory.id})).scalars())
        cells = (await session.execute(text("SELECT count(*) FROM listing_cell_changes"))).scalar_one()
    assert seen == {owner.id}
    assert cells == 0
    # And what it shares goes on being written and withdrawn.
    await scene.states(owner, "H3", GOOD)
    gone = await scene.market.client.delete("/v1/homes/H2", headers=owner.headers)
    assert gone.status_code == 204
    assert len(await scene.market.listings()) == 3


@pytest.mark.parametrize("signs", [False, True])
async def test_stricter_version_binds_only_who_signed_it(scene: Scene, signs: bool) -> None:
    territory = scene.market.territory
    stricter = Terms(reciprocity="completeness", completeness_floor_percent=90, reciprocity_warning_days=10)
    async with scene.market.database.transaction(
        Role.COORDINATOR, organisation=territory.coordinator.id, actor="tests"
    ) as session:
        await charter.put_in_force(
            session=session, organisation=territory.coordinator.id, territory_id=territory.id, terms=stricter
        )
    if signs:
        async with scene.market.database.transaction(
            Role.LANDLORD, organisation=scene.market.owner.id, actor="tests"
        ) as session:
            await charter.sign(
                session=session, organisation=scene.market.owner.id, territory_id=territory.id, signed_by="A. B."
            )
    await scene.night()
    standing = await scene.read(scene.market.owner, "/standing")
    assert standing["state"] == ("warned" if signs else "met")
    assert standing["scores"][1]["asked"] == (90 if signs else 5)
