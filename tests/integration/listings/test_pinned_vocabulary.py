"""The charter pins a version of the vocabulary: what came later is not shown of homes whose landlord signed before."""

import json
from collections.abc import Awaitable, Callable
from typing import Any, Final

import httpx
import pytest
import pytest_asyncio
from sqlalchemy import text

from registry.charter import service as charter
from registry.charter.errors import FeatureNotOfVersion
from registry.charter.schemas import Terms
from registry.kernel.text import Text
from registry.listings.service.place import place_requested
from registry.platform.database import Database, Role
from registry.vocabulary.fact import Version
from tests.conftest import Register
from tests.support import members, territory
from tests.support.database import Server
from tests.support.members import Member
from tests.support.stock import fact, home, publish, residence
from tests.support.territory import Territory

FACTS: Final = {
    "zero_step_shower": fact(), "entrance_door_width": fact(90), "grab_bars": fact("no"),
    "visual_signals": fact(), "adaptable": fact("no"),
}  # fmt: skip
OF_FIRST: Final = {"zero_step_shower", "entrance_door_width", "grab_bars"}
BOTH: Final = {"before", "after"}


class Town:
    """Two landlords publish the same home: one signed the charter first, one after it was renewed."""

    def __init__(self, database: Database, jobs: Database, client: httpx.AsyncClient, place: Territory) -> None:
        self.database, self.jobs, self.client, self.place = database, jobs, client, place
        self.owners: dict[str, Member] = {}
        self.searcher: Member

    async def enact(self, terms: Terms) -> None:
        coordinator = self.place.coordinator.id
        async with self.database.transaction(Role.COORDINATOR, organisation=coordinator, actor="tests") as session:
            await charter.put_in_force(
                session=session, organisation=coordinator, territory_id=self.place.id, terms=terms
            )
        await place_requested(self.jobs)

    async def sign(self, *signatories: Member) -> None:
        await territory.sign(self.database, self.place, signatories)
        for member in signatories:
            await members.renew(member, self.client)
        await place_requested(self.jobs)

    async def publish(self, owner: str, facts: dict[str, Any] | None = None, ref: str = "H1") -> None:
        given = {"R1": residence(self.place.communes[0], self.place.point())}
        line = {"ref": ref, **home("R1", FACTS if facts is None else facts)}
        assert (await publish(self.client, self.owners[owner], given, [line]))["rejected"] == 0

    async def found(self, **asked: Any) -> dict[str, dict[str, Any]]:
        """Return what a search finds, by the name of the owner."""
        answer = await self.client.get(
            "/v1/listings", params={"territory": self.place.slug, "limit": 50, **asked}, headers=self.searcher.headers
        )
        assert answer.status_code == 200, answer.text
        named = {str(member.id): name for name, member in self.owners.items()}
        return {named[item["landlord"]["id"]]: item for item in answer.json()["items"]}

    async def shown(self) -> dict[str, set[str]]:
        """Return the features that each owner's listing shows."""
        return {owner: set(item["features"]) for owner, item in (await self.found()).items()}


Make = Callable[[Version, Version], Awaitable[Town]]


@pytest_asyncio.fixture
async def town(database: Database, job_database: Database, client: httpx.AsyncClient, register: Register) -> Make:
    """Make a town whose landlord ``before`` signed the first version given and ``after`` the second, in force now."""

    async def made(before: Version, after: Version) -> Town:
        place = await territory.create(database, job_database, client, terms=Terms(vocabulary_version=before))
        here = Town(database, job_database, client, place)
        here.owners, here.searcher = {"before": await register(), "after": await register()}, await register()
        await here.sign(here.owners["before"])
        await here.enact(Terms(vocabulary_version=after))
        await here.sign(here.owners["after"], here.searcher)
        for owner in here.owners:
            await here.publish(owner)
        return here

    return made


async def test_listing_shows_the_features_of_the_version_that_its_landlord_signed(town: Make) -> None:
    here = await town("2026.1", "2026.2")
    assert await here.shown() == {"before": OF_FIRST, "after": set(FACTS)}
    items = await here.found()
    for code in OF_FIRST:
        assert items["before"]["features"][code] == items["after"]["features"][code], "what is shown is shown alike"
    await place_requested(here.jobs)
    assert await here.shown() == {"before": OF_FIRST, "after": set(FACTS)}, "as the job projects too"


@pytest.mark.parametrize(
    ("asked", "owners"),
    [
        ({"feature": "zero_step_shower"}, BOTH),
        ({"feature": "entrance_door_width"}, BOTH),
        ({"feature": "grab_bars", "possible": "true"}, set()),
        ({"feature": "lift", "possible": "true"}, BOTH),
        ({"feature": "visual_signals"}, {"after"}),
        ({"feature": "visual_signals", "possible": "true"}, {"after"}),
        ({"feature": "hearing_loop", "possible": "true"}, {"after"}),
        ({"feature": "adaptable", "possible": "true"}, set()),
    ],
    ids=lambda value: "-".join(map(str, value.values())) if isinstance(value, dict) else "",
)
async def test_home_is_found_by_features_of_the_version_that_its_landlord_signed(
    town: Make, asked: dict[str, str], owners: set[str]
) -> None:
    assert set(await (await town("2026.1", "2026.2")).found(**asked)) == owners


async def test_later_version_that_a_landlord_signs_shows_more_of_its_homes(town: Make) -> None:
    here = await town("2026.1", "2026.2")
    await here.sign(here.owners["before"])
    assert await here.shown() == {"before": set(FACTS), "after": set(FACTS)}
    assert set(await here.found(feature="visual_signals")) == BOTH


async def test_earlier_version_that_comes_into_force_holds_without_a_signature(town: Make) -> None:
    here = await town("2026.2", "2026.1")
    assert await here.shown() == {"before": OF_FIRST, "after": OF_FIRST}
    assert await here.found(feature="visual_signals") == {}


async def test_class_is_computed_over_all_facts_whichever_version_is_pinned(town: Make) -> None:
    here = await town("2026.1", "2026.2")
    wheelchair = {
        code: fact()
        for code in (
            "step_free_entrance", "lift", "bedroom_on_entrance_level", "low_thresholds", "zero_step_shower",
            "grab_bars", "turning_space", "wc_transfer_space", "all_rooms_wheelchair", "balcony_access",
        )
    }  # fmt: skip
    wheelchair |= {
        "steps_to_door": fact(0), "entrance_door_width": fact(90), "interior_door_width": fact(80),
        "kitchen_clearance": fact(150),
    }  # fmt: skip
    for owner in here.owners:
        await here.publish(owner, wheelchair)
        member = here.owners[owner]
        answer = await here.client.put(
            "/v1/residences/R1/facts", json={"facts": {"lift_standard": fact()}}, headers=member.headers
        )
        assert answer.status_code == 200, answer.text
    items = await here.found(class_min=6)
    assert set(items) == BOTH
    assert items["before"]["home_class"] == items["after"]["home_class"] == {"proven": 6, "possible": 6}
    assert {owner: "all_rooms_wheelchair" in item["features"] for owner, item in items.items()} == {
        "before": False, "after": True,
    }  # fmt: skip


async def test_charter_that_names_features_unknown_to_its_version_shares_no_home_by_them(
    town: Make, server: Server, database_name: str
) -> None:
    here = await town("2026.1", "2026.2")
    shared = json.dumps({"shared_features": ["zero_step_shower", "visual_signals"]})
    with server.connect(database_name) as admin:
        admin.execute("SET session_replication_role = replica")  # of before charters were frozen and terms checked
        admin.execute(
            "UPDATE registry.charters SET terms = terms || %s::jsonb WHERE territory_id = %s", (shared, here.place.id)
        )
    for owner in here.owners:
        await here.publish(owner, {"zero_step_shower": None, "visual_signals": fact()})
    assert await here.shown() == {"after": {"visual_signals", "entrance_door_width", "grab_bars", "adaptable"}}


async def test_terms_that_name_features_unknown_to_their_version_are_refused(town: Make) -> None:
    here = await town("2026.1", "2026.2")
    terms = Terms(vocabulary_version="2026.1", shared_features=("grab_bars", "hearing_loop", "adaptable"))
    with pytest.raises(FeatureNotOfVersion) as refused:
        await here.enact(terms)
    assert [(fault.field, fault.value) for fault in refused.value.faults] == [
        ("shared_features", "hearing_loop"), ("shared_features", "adaptable"),
    ]  # fmt: skip
    assert refused.value.faults[0].remedy == Text(
        "Retirez-la, ou fixez « vocabulary_version » à 2026.2.",
        "Leave it out, or set 'vocabulary_version' to 2026.2.",
    )
    assert await here.shown() == {"before": OF_FIRST, "after": set(FACTS)}
    await here.enact(Terms(vocabulary_version="2026.2", shared_features=terms.shared_features))


@pytest.mark.parametrize(
    ("in_force", "signed", "binds"),
    [
        ("2026.2", "2026.2", "2026.2"),
        ("2026.2", "2026.1", "2026.1"),
        ("2026.1", "2026.2", "2026.1"),
        ("2026.10", "2026.9", "2026.9"),
        ("2027.1", "2026.10", "2026.10"),
    ],
)
async def test_older_version_of_two_binds_by_year_and_number(
    job_database: Database, in_force: str, signed: str, binds: str
) -> None:
    async with job_database.transaction(Role.JOB, actor="tests") as session:
        terms = await session.execute(
            text("SELECT binding_terms(CAST(:in_force AS jsonb), CAST(:signed AS jsonb))->>'vocabulary_version'"),
            {
                "in_force": Terms().model_dump_json().replace('"2026.2"', f'"{in_force}"'),
                "signed": Terms().model_dump_json().replace('"2026.2"', f'"{signed}"'),
            },
        )
        assert terms.scalar_one() == binds
