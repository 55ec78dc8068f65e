"""A coordinator invites landlords: who is written to, what the link does, and that it learns nothing by inviting."""

import re
import uuid
from typing import Any

import orjson
import pytest
import pytest_asyncio
from fastapi import FastAPI
from sqlalchemy import text

from registry.charter import service, tasks
from registry.identity.service import create_organisation
from registry.platform.crypto import Keyring, keyring
from registry.platform.database import Database, Role
from registry.platform.settings import Settings
from tests.support.charters import Charters
from tests.support.database import BASE_URL, Server
from tests.support.market import Market
from tests.support.people import PASSWORD, Browser, Person, join
from tests.support.seats import words
from tests.support.upstream import new_siren

EMAIL = "jeanne.essai@habitat.example"
GIVEN = {"name": "Habitat Essai", "email": EMAIL}


class Post:
    """What the job writes, and to whom."""

    def __init__(self, here: Market, keys: Keyring) -> None:
        self.here, self.keys = here, keys

    async def written(self, siren: str) -> dict[str, str]:
        """Have the job write; return the texts of the mails about a SIREN that are not sent yet, by recipient."""
        async with self.here.jobs.transaction(Role.JOB, actor="tests") as session:  # those of other tests wait too
            others = text("UPDATE landlord_invitations SET waits = false WHERE siren <> :siren")
            await session.execute(others, {"siren": siren})
        await tasks.write_invitations(self.here.jobs, self.keys, BASE_URL)
        found = {}
        async with self.here.database.transaction(Role.AUTH, actor="tests") as session:
            asked = text("SELECT id, recipient, sealed FROM mails WHERE kind = 'landlord_invited' ORDER BY created_at")
            for row in await session.execute(asked):
                said = orjson.loads(self.keys.decrypt(row.sealed, place=f"mails:{row.id}"))
                if siren in said["text"]:
                    found[row.recipient] = said["subject"] + "\n" + said["text"]
        return found


def link_in(mail: str) -> str:
    found = re.search(rf"{BASE_URL}(/account/landlord/\S+)", mail)
    assert found, mail
    return found[1]


@pytest_asyncio.fixture
async def post(here: Market, settings: Settings) -> Post:
    return Post(here, keyring(settings))


@pytest.fixture
def browser(app: FastAPI, settings: Settings) -> Browser:
    return Browser(app, settings)


async def invited(charters: Charters, siren: str, status: int = 201, **changes: Any) -> Any:
    given = {**GIVEN, **changes}
    return await charters.ok(charters.territory.coordinator, "PUT", f"/invitations/{siren}", status, json=given)


async def seen(charters: Charters, siren: str) -> dict[str, Any]:
    page = await charters.ok(charters.territory.coordinator, "GET", "/invitations")
    (found,) = [item for item in page["items"] if item["siren"] == siren]
    return dict(found)


async def organisations(database: Database, siren: str) -> list[Any]:
    async with database.transaction(Role.AUTH, actor="tests") as session:
        return list(
            await session.execute(
                text("SELECT id, name, kind FROM organisations WHERE siren = :siren"), {"siren": siren}
            )
        )


async def test_landlord_that_is_not_registered_is_registered_by_its_link(
    here: Market, charters: Charters, post: Post, browser: Browser
) -> None:
    siren, email = new_siren(), f"{uuid.uuid4().hex}@habitat.example"
    made = await invited(charters, siren, email=email.upper())
    assert (made["status"], made["email"], made["ended_at"]) == ("sent", email, None)
    mails = await post.written(siren)
    assert set(mails) == {email}
    assert "Bonjour" in mails[email]
    assert "Hello" in mails[email], "nobody knows the language of somebody new"
    assert await organisations(here.database, siren) == [], "inviting registers nobody"

    link = link_in(mails[email])
    assert "not registered yet" in words(await browser.open(link))
    answer = await browser.send(link, name="Jeanne Essai", password="short")
    assert answer.status_code == 422
    assert await organisations(here.database, siren) == []
    await browser.open(link)
    await browser.send(link, name="Jeanne Essai", password=PASSWORD)
    assert browser.location == f"/account/sign-in?next=%2Fconsole%2Fcharter%2F{here.territory.slug}"

    ((landlord, name, kind),) = await organisations(here.database, siren)
    assert (name, kind) == ("Habitat Essai", "landlord")
    await browser.sign_in(Person(uuid.uuid4(), email))
    await browser.open("/account/organisation", next="/console")
    await browser.send("/account/organisation", organisation=str(landlord), next="/console")
    assert "Landlord administrator" in words(await browser.open("/console"))
    assert (await seen(charters, siren))["status"] == "accepted"
    assert "registered here" in words(await browser.open(link)), "the link leads to the charter from now on"
    async with here.database.transaction(Role.LANDLORD, organisation=landlord, actor="tests") as session:
        actions = (await session.execute(text("SELECT action FROM audit_events ORDER BY sequence"))).scalars().all()
    assert actions[:2] == ["identity:organisation:created", "identity:member:joined"]


async def test_landlord_that_is_registered_has_its_administrators_written_to(
    here: Market, charters: Charters, post: Post, browser: Browser, settings: Settings
) -> None:
    """The coordinator sees what it sees of one that is not, and whom it named gets nothing."""
    siren, unknown = new_siren(), new_siren()
    async with here.database.transaction(Role.AUTH, actor="tests") as session:
        landlord = (await create_organisation(session=session, name="Office", kind="landlord", siren=siren)).id
    admin = await join(here.database, settings, landlord, "landlord_admin")
    await join(here.database, settings, landlord, "landlord_reader")
    told = await invited(charters, siren)
    other = await invited(charters, unknown)
    mails = await post.written(siren)
    assert set(mails) == {admin.email}
    assert "Hello" not in mails[admin.email], "in the language that they have chosen"
    differ = {name for name in told if told[name] != other[name]}
    assert differ <= {"siren", "invited_at", "last_sent_at", "expires_at"}

    link = link_in(mails[admin.email])
    page = await browser.open(link)
    assert "registered here" in words(page)
    assert 'name="password"' not in page.text
    await browser.send(link)
    assert browser.location.startswith("/account/sign-in")
    assert (await seen(charters, siren))["status"] == "accepted"
    assert [row.id for row in await organisations(here.database, siren)] == [landlord], "none is made"


async def test_signing_accepts_an_invitation_whose_link_nobody_followed(
    here: Market, charters: Charters, post: Post
) -> None:
    siren = new_siren()
    async with here.jobs.transaction(Role.JOB, actor="tests") as session:
        await session.execute(
            text("UPDATE organisations SET siren = :siren WHERE id = :id"), {"siren": siren, "id": here.owner.id}
        )
    await invited(charters, siren)
    assert await post.written(siren) == {}, "it has signed: nobody is written to"
    assert (await seen(charters, siren))["status"] == "accepted"
    refused = await charters.ok(here.territory.coordinator, "DELETE", f"/invitations/{siren}", 409)
    assert refused["code"] == "landlord-invitation-ended"
    refused = await charters.ok(here.territory.coordinator, "POST", f"/invitations/{siren}/send", 409)
    assert refused["code"] == "landlord-invitation-ended"


async def test_link_is_worth_nothing_once_another_is_sent_or_the_invitation_revoked(
    here: Market, charters: Charters, post: Post, browser: Browser
) -> None:
    siren, coordinator = new_siren(), here.territory.coordinator
    await invited(charters, siren)
    first = link_in((await post.written(siren))[EMAIL])
    assert await invited(charters, siren, 200) == await seen(charters, siren), "the same again changes nothing"
    await charters.ok(coordinator, "POST", f"/invitations/{siren}/send")
    assert (await browser.open(first)).status_code == 404, "at once, before the next mail is written"
    second = link_in((await post.written(siren))[EMAIL])
    assert (await browser.open(second)).status_code == 200
    await invited(charters, siren, 200, email="autre@habitat.example")
    third = link_in((await post.written(siren))["autre@habitat.example"])
    assert (await browser.open(second)).status_code == 404
    assert (await browser.open(third)).status_code == 200

    await charters.ok(coordinator, "DELETE", f"/invitations/{siren}", 204)
    assert (await browser.open(third)).status_code == 404
    assert (await seen(charters, siren))["status"] == "revoked"
    await charters.ok(coordinator, "DELETE", f"/invitations/{siren}", 204)
    refused = await charters.ask(coordinator, "PUT", f"/invitations/{siren}", json=GIVEN)
    assert (refused.status_code, refused.json()["code"]) == (429, "too-many-landlord-invitations"), "three a day"
    assert int(refused.headers["Retry-After"]) > 0


async def test_invitation_expires_is_sent_again_and_is_forgotten_half_a_year_after_its_end(
    charters: Charters, post: Post, browser: Browser, server: Server, database_name: str
) -> None:
    siren = new_siren()

    def older(days: int) -> None:
        with server.connect(database_name) as admin:
            admin.execute(
                "UPDATE registry.landlord_invitations SET expires_at = expires_at - make_interval(days => %(days)s),"
                " ended_at = ended_at - make_interval(days => %(days)s) WHERE siren = %(siren)s",
                {"days": days, "siren": siren},
            )

    await invited(charters, siren)
    link = link_in((await post.written(siren))[EMAIL])
    older(31)
    assert (await browser.open(link)).status_code == 404
    assert (await seen(charters, siren))["status"] == "expired", "before any job has run"
    await charters.ok(charters.territory.coordinator, "POST", f"/invitations/{siren}/send")
    assert (await seen(charters, siren))["status"] == "sent"
    older(31)
    await post.written(siren)
    await tasks.forget_invitations(post.here.jobs)
    assert (await seen(charters, siren))["status"] == "expired"
    older(179)
    await tasks.forget_invitations(post.here.jobs)
    page = await charters.ok(charters.territory.coordinator, "GET", "/invitations")
    assert [item for item in page["items"] if item["siren"] == siren] == []


async def test_wrong_siren_and_address_are_refused(charters: Charters) -> None:
    coordinator = charters.territory.coordinator
    for siren, given, code in (
        ("123456789", GIVEN, "siren-invalid"),
        (new_siren(), {**GIVEN, "email": "a..b@habitat.example"}, "email-invalid"),
    ):
        answer = await charters.ask(coordinator, "PUT", f"/invitations/{siren}", json=given)
        assert (answer.status_code, answer.json()["code"]) == (422, code)


async def test_coordinator_sends_fifty_mails_a_day(
    here: Market, charters: Charters, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("registry.charter.service.invitations.MOST_A_DAY", 2)
    first, second, third = (new_siren() for _ in range(3))
    await invited(charters, first)
    await invited(charters, second)
    await charters.ok(here.territory.coordinator, "DELETE", f"/invitations/{first}", 204)
    refused = await charters.ok(here.territory.coordinator, "PUT", f"/invitations/{third}", 429, json=GIVEN)
    assert refused["code"] == "too-many-landlord-invitations"


async def test_two_who_accept_at_once_register_one_landlord(here: Market, charters: Charters, post: Post) -> None:
    siren = new_siren()
    await invited(charters, siren)
    token = link_in((await post.written(siren))[EMAIL]).rpartition("/")[2]
    async with here.database.transaction(Role.AUTH, actor="tests") as session:
        await service.accept_link(session=session, token=token, name="Jeanne Essai", password=PASSWORD)
    async with here.database.transaction(Role.AUTH, actor="tests") as session:
        again = await service.accept_link(session=session, token=token, name="Somebody Else", password=PASSWORD)
    assert again.registered
    assert len(await organisations(here.database, siren)) == 1
