"""Before what cannot be undone, people prove again who they are; then they get back to where they were."""

import re
from datetime import timedelta

import pytest
from fastapi import FastAPI
from sqlalchemy import text

from registry.audit import service as audit
from registry.identity.errors import CodeWrong
from registry.identity.service import account
from registry.platform.database import Database, Role
from registry.platform.settings import Settings
from tests.support.database import HOST
from tests.support.identity import MANAGING, Member
from tests.support.people import PASSWORD, Browser, Person, register_app

NEW = "une girafe bleue danse"


@pytest.fixture
async def browser(browser: Browser) -> Browser:
    await browser.open("/account/security")
    assert browser.page.status_code == 200
    return browser


async def age(database: Database, person: Person, minutes: float) -> None:
    """Let the person's last proof be some minutes old."""
    async with database.transaction(Role.AUTH) as session:
        await session.execute(
            text("UPDATE sessions SET authenticated_at = now() - CAST(:age AS interval) WHERE user_id = :user"),
            {"age": timedelta(minutes=minutes), "user": person.id},
        )


ACTIONS = ("/account/security/password", "/account/security/sessions", "/account/security/codes")


@pytest.mark.parametrize("action", ACTIONS)
async def test_change_of_credentials_wants_a_proof_of_the_last_five_minutes(
    browser: Browser, person: Person, database: Database, action: str
) -> None:
    await age(database, person, 5.1)
    await browser.send(action, password=NEW)
    assert browser.location == "/account/confirm?next=%2Faccount%2Fsecurity"
    await browser.open(browser.location)
    await browser.send("/account/confirm", next=browser.hidden("next"), password="not the password")
    assert browser.page.status_code == 422
    await browser.send("/account/confirm", next=browser.hidden("next"), password=PASSWORD)
    assert browser.location == "/account/security"
    await browser.open("/account/security")
    await browser.send(action, password=NEW)
    assert browser.location != "/account/confirm?next=%2Faccount%2Fsecurity"


async def test_proof_of_four_minutes_ago_is_enough(browser: Browser, person: Person, database: Database) -> None:
    await age(database, person, 4)
    await browser.send("/account/security/sessions")
    assert browser.location == "/account/security?done=sessions"


async def test_new_password_ends_every_session_and_is_the_only_one_that_opens(
    browser: Browser, person: Person, database: Database, app: FastAPI, settings: Settings, member: Member
) -> None:
    elsewhere = Browser(app, settings)
    await browser.send("/account/security/password", password="short")
    assert browser.page.status_code == 422
    assert "At least 14 characters" in browser.alert
    await browser.send("/account/security/password", password=NEW)
    assert browser.location == "/account/sign-in"
    assert (await browser.open("/console")).headers["location"].startswith("/account/sign-in")
    await elsewhere.open("/account/sign-in")
    await elsewhere.send("/account/sign-in", email=person.email, password=PASSWORD)
    assert elsewhere.page.status_code == 422
    await elsewhere.send("/account/sign-in", email=person.email, password=NEW)
    assert elsewhere.location.startswith("/account/second-factor")
    async with database.transaction(Role.AUTH) as session:
        mail = await session.execute(
            text("SELECT count(*) FROM mails WHERE recipient = :to AND kind = 'password_changed'"), {"to": person.email}
        )
        assert mail.scalar_one() == 1
        found = await session.execute(
            text(
                "SELECT subject FROM audit_events WHERE organisation_id = :o AND action = 'identity:password:changed'"
            ),
            {"o": member.id},
        )
        assert found.scalars().all() == [str(person.id)]
        assert (await audit.verify(session=session, organisation=member.id))[1] is None


async def test_other_sessions_end_and_this_one_stays(
    browser: Browser, person: Person, app: FastAPI, settings: Settings, database: Database
) -> None:
    other = Browser(app, settings)
    async with database.transaction(Role.AUTH, actor="tests") as session:
        opened = await app.state.sessions.open(session=session, user=person.id, strong=True)
    other.client.cookies.set("session", opened.token, domain=HOST)
    assert (await other.open("/account/security")).status_code == 200
    await browser.send("/account/security/sessions")
    await browser.open(browser.location)
    assert "The other sessions are ended." in browser.page.text
    assert (await other.open("/account/security")).headers["location"].startswith("/account/sign-in")


async def test_new_recovery_codes_replace_the_old_ones(browser: Browser, person: Person, database: Database) -> None:
    await browser.send("/account/security/codes")
    first = re.findall(r"<li><code>([a-z0-9-]+)</code>", browser.page.text)
    await browser.open("/account/security")
    await browser.send("/account/security/codes")
    second = re.findall(r"<li><code>([a-z0-9-]+)</code>", browser.page.text)
    assert (len(first), len(second), set(first) & set(second)) == (10, 10, set())
    async with database.transaction(Role.AUTH, actor="tests") as session:
        with pytest.raises(CodeWrong):
            await account.prove_recovery_code(session=session, user=person.id, code=first[0], network="127.0.0.0/24")
        left = await account.prove_recovery_code(
            session=session, user=person.id, code=second[0], network="127.0.0.0/24"
        )
        assert left == 9


async def test_letting_a_client_manage_the_organisation_wants_a_fresh_proof(
    browser: Browser, person: Person, database: Database, member: Member
) -> None:
    risky = await register_app(database, member.id, scopes=("stock:read", *MANAGING))
    await age(database, person, 6)
    location = await browser.allow(risky, scope="organisation:manage")
    assert location.startswith("/account/confirm?next=%2Foauth%2Fauthorize%3F")
    await browser.open(location)
    await browser.send("/account/confirm", next=browser.hidden("next"), password=PASSWORD)
    assert browser.location.startswith("/oauth/authorize?")
    assert (await browser.allow(risky, scope="organisation:manage")).startswith("https://app.example/callback?code=")
    await age(database, person, 6)
    assert (await browser.allow(risky, scope="stock:read")).startswith("https://app.example/callback?code=")
    refused = await browser.allow(risky, scope="organisation:manage", answer="deny")
    assert "error=access_denied" in refused, "refusing needs no proof"


async def test_next_page_of_the_confirmation_is_ours(browser: Browser) -> None:
    await browser.open("/account/confirm", next="https://evil.example/")
    assert browser.hidden("next") == "/console"
