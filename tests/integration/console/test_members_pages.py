"""Who sees the members of a territory, and what its coordinator does about them: without JavaScript, over the forms."""

from dataclasses import dataclass
from datetime import timedelta

import httpx
import pytest
from sqlalchemy import text

from registry.charter import service as charter
from registry.kernel.clock import now
from registry.listings.service.place import place_requested
from registry.platform.database import Database, Role
from tests.conftest import Register
from tests.support.market import Market, market
from tests.support.members import Member
from tests.support.people import Browser
from tests.support.seats import Seats, words
from tests.support.stock import home
from tests.support.upstream import new_siren


@dataclass
class Desk:
    """An administrator of the coordination at the pages of its territory."""

    here: Market
    browser: Browser

    @property
    def page(self) -> str:
        return f"/console/members/{self.here.territory.slug}"

    def of(self, member: Member) -> str:
        return f"{self.page}/{member.id}"

    async def sign(self, member: Member) -> None:
        async with self.here.database.transaction(Role.LANDLORD, organisation=member.id, actor="tests") as session:
            await charter.sign(
                session=session, organisation=member.id, territory_id=self.here.territory.id, signed_by="Paul Essai"
            )

    async def decide(self, member: Member, action: str) -> str:
        await self.browser.open(self.of(member))
        await self.browser.send(self.of(member), action=action)
        assert self.browser.location == f"{self.of(member)}?done={action}", self.browser.alert
        return words(await self.browser.open(self.browser.location))


@pytest.fixture
async def desk(
    database: Database, job_database: Database, client: httpx.AsyncClient, register: Register, seats: Seats
) -> Desk:
    here = await market(database, job_database, client, register)
    await here.publish([{"ref": f"H{n}", **home("R1")} for n in range(3)])
    return Desk(here, await seats.take(here.territory.coordinator.id, "coordinator_admin"))


async def test_coordinator_sees_its_members_with_what_they_share_and_have_seen(desk: Desk) -> None:
    here = desk.here
    assert f'href="{"/console/members"}"' in (await desk.browser.open("/console")).text
    await desk.browser.open("/console/members")
    assert desk.browser.location == desk.page, "its only territory"
    found = await here.client.get("/v1/listings", params={"limit": 2, **here.near}, headers=here.searcher.headers)
    assert len(found.json()["items"]) == 2
    page = await desk.browser.open(desk.page, sort="-listings")
    said = words(page)
    assert f"{here.owner.name} In force 1" in said
    assert said.index(here.owner.name) < said.index(here.searcher.name)
    assert 'aria-sort="descending"' in page.text
    assert "No adhesion in this state" in words(await desk.browser.open(desk.page, state="suspended"))
    assert "Adhésions" in words(await desk.browser.open(desk.page, lang="fr"))


async def test_coordinator_admits_refuses_suspends_and_reinstates(desk: Desk, register: Register) -> None:
    here, newcomer = desk.here, await register()
    await desk.sign(newcomer)
    page = words(await desk.browser.open(desk.page, state="pending"))
    assert newcomer.name in page
    assert here.owner.name not in page
    assert "Paul Essai" in page
    assert "refused" in await desk.decide(newcomer, "refuse")
    assert "may sign again" in words(await desk.browser.open(desk.of(newcomer)))
    await desk.sign(newcomer)
    assert "In force" in await desk.decide(newcomer, "admit")

    said = words(await desk.browser.open(desk.of(here.owner)))
    assert "Listings that leave the search within five seconds: 3." in said
    assert "Suspended" in await desk.decide(here.owner, "suspend")
    assert await here.listings() == []
    assert "In force" in await desk.decide(here.owner, "reinstate")
    await place_requested(here.jobs)
    assert len(await here.listings()) == 3


async def test_decision_that_no_longer_fits_is_explained(desk: Desk) -> None:
    owner = desk.of(desk.here.owner)
    for action, status, said in (("refuse", 422, "has been admitted"), ("burn", 422, "cannot be read")):
        await desk.browser.open(owner)
        answer = await desk.browser.send(owner, action=action)
        assert answer.status_code == status
        assert said in desk.browser.alert
    assert (await desk.browser.open(f"{desk.page}/nonsense")).status_code == 404
    nobody = "0badc0de-0bad-4bad-8bad-0badc0de0bad"
    assert (await desk.browser.open(f"{desk.page}/{nobody}")).status_code == 404


async def test_admitting_asks_who_proved_long_ago_who_they_are(
    desk: Desk, register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    newcomer = await register()
    await desk.sign(newcomer)
    await desk.browser.open(desk.of(newcomer))
    later = now() + timedelta(minutes=10)
    monkeypatch.setattr("registry.identity.service.account.sessions.now", lambda: later)
    await desk.browser.send(desk.of(newcomer), action="admit")
    assert desk.browser.location.startswith("/account/confirm?next=%2Fconsole%2Fmembers%2F")


async def test_coordinator_invites_sends_again_and_revokes(desk: Desk) -> None:
    siren = new_siren()
    given = {"name": "Habitat Essai", "siren": siren, "email": "jeanne@habitat.example"}
    await desk.browser.open(desk.page)
    for changes, said in (
        ({"siren": "123456789"}, "SIREN"), ({"email": "nobody"}, "Address of the person"), ({"name": " "}, "Name of"),
    ):  # fmt: skip
        answer = await desk.browser.send(desk.page, action="invite", **{**given, **changes})
        assert answer.status_code == 422
        assert said in desk.browser.alert
        assert 'aria-invalid="true"' in answer.text
        assert f'value="{ {**given, **changes}["email"] }"' in answer.text, "nothing that was typed is lost"
    await desk.browser.send(desk.page, action="invite", **given)
    assert desk.browser.location == f"{desk.page}?done=invited#invitations"
    said = words(await desk.browser.open(desk.browser.location))
    assert f"Habitat Essai {siren} jeanne@habitat.example Sent, good until" in said
    await desk.browser.send(desk.page, action="send", siren=siren)
    assert "A new mail leaves" in words(await desk.browser.open(desk.browser.location))
    await desk.browser.send(desk.page, action="revoke", siren=siren)
    page = await desk.browser.open(desk.browser.location)
    assert "Revoked on" in words(page)
    assert 'value="revoke"' not in page.text
    await desk.browser.send(desk.page, action="send", siren=siren)
    assert "has ended" in desk.browser.alert


async def test_homes_seen_are_counted_for_the_coordinator_of_the_territory_alone(desk: Desk) -> None:
    here = desk.here
    async with here.jobs.transaction(Role.JOB, actor="tests") as session:
        listed = list((await session.execute(
            text("SELECT id FROM listings WHERE organisation_id = :own"), {"own": here.owner.id}
        )).scalars())  # fmt: skip
    async with here.database.transaction(Role.AUTH, actor="tests") as session:
        for n, listing in enumerate([*listed[:2], listed[0]]):
            await session.execute(
                text("INSERT INTO listings_seen VALUES (:client, :day, :listing, :own)"),
                {"client": f"c{n // 2}", "day": now().date(), "listing": listing, "own": here.searcher.id},
            )
    counted = "SELECT organisation_id, homes FROM homes_seen_today(:place)"
    for who, role, expected in (
        (here.territory.coordinator.id, Role.COORDINATOR, [(here.searcher.id, 2)]),
        (here.owner.id, Role.COORDINATOR, []),
    ):
        async with here.database.transaction(role, organisation=who, actor="tests") as session:
            rows = await session.execute(text(counted), {"place": here.territory.id})
            assert [tuple(row) for row in rows] == expected
    row = words(await desk.browser.open(desk.of(here.searcher)))
    assert "Homes seen today 2" in row


async def test_landlord_reads_the_names_of_those_in_force_alone(desk: Desk, seats: Seats, register: Register) -> None:
    here, newcomer = desk.here, await register()
    await desk.sign(newcomer)
    agent = await seats.take(here.owner.id, "landlord_searcher")
    page = await agent.open(desk.page)
    said = words(page)
    assert here.searcher.name in said
    assert newcomer.name not in said
    assert "<form" not in page.text.partition("<main")[2]
    assert "Test Person" not in said, "who signed is the coordinator's business"
    assert (await agent.open(desk.of(here.searcher))).status_code == 403
    await agent.open("/console")
    assert (await agent.send(desk.page, action="invite", siren=new_siren())).status_code == 403

    waiting = await seats.take(newcomer.id, "landlord_admin")
    said = words(await waiting.open(desk.page))
    assert here.owner.name not in said
    assert "once your own adhesion is in force" in said
    reader = await seats.take(here.territory.coordinator.id, "coordinator_reader")
    assert "<form" not in (await reader.open(desk.page)).text.partition("<main")[2]


async def test_another_coordinator_sees_and_does_nothing_here(desk: Desk, seats: Seats, register: Register) -> None:
    other = await register(kind="coordinator")
    far = await seats.take(other.id, "coordinator_admin")
    assert "coordinates no territory" in words(await far.open("/console/members"))
    for address in (desk.page, desk.of(desk.here.owner)):
        assert (await far.open(address)).status_code == 404
    await far.open("/console")
    assert (await far.send(desk.of(desk.here.owner), action="suspend")).status_code == 404
    await far.open("/console")
    given = {"action": "invite", "siren": new_siren(), "name": "X", "email": "a@b.example"}
    assert (await far.send(desk.page, **given)).status_code == 404
    assert len(await desk.here.listings()) == 3
