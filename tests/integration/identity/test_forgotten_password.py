"""A forgotten password: answered alike for everybody, changed by the mailbox alone."""

import re
import uuid

import pytest
from fastapi import FastAPI
from sqlalchemy import event, text

from registry.platform.crypto import keyring
from registry.platform.database import Database, Role
from registry.platform.settings import Settings
from tests.support.database import BASE_URL
from tests.support.people import PASSWORD, Browser, Person


@pytest.fixture
def browser(app: FastAPI, settings: Settings) -> Browser:
    return Browser(app, settings)


async def _mailed_link(database: Database, settings: Settings, recipient: str, kind: str) -> str:
    async with database.transaction(Role.AUTH, actor="tests") as session:
        row = (
            await session.execute(
                text("SELECT id, sealed FROM mails WHERE recipient = :to AND kind = :kind ORDER BY created_at DESC"),
                {"to": recipient, "kind": kind},
            )
        ).first()
    assert row
    written = keyring(settings).decrypt(row.sealed, place=f"mails:{row.id}").decode()
    found = re.search(rf"{re.escape(BASE_URL)}(/account/[^\\\s\"]+)", written)
    assert found
    return found[1]


async def test_forgotten_password_is_answered_alike_and_changes_by_the_link_alone(
    browser: Browser, person: Person, database: Database, settings: Settings
) -> None:
    await browser.sign_in(person)
    pages = []
    for email in (person.email, "nobody@bailleur.example"):
        stranger = Browser(browser.client._transport.app.app, settings)  # type: ignore[attr-defined]
        await stranger.open("/account/forgotten")
        await stranger.send("/account/forgotten", email=email)
        pages.append(re.sub(r'value="[^"]*"', "", stranger.page.text))
    assert pages[0] == pages[1]
    link = await _mailed_link(database, settings, person.email, "password_reset")
    await stranger.open(link)
    await stranger.send(link, password="deux chevaux verts mangent")
    assert stranger.location == "/account/sign-in"
    assert (await browser.open("/console")).headers["location"].startswith("/account/sign-in"), "every session ended"
    assert (await stranger.open(link)).status_code == 404, "the link served"
    await stranger.open("/account/sign-in")
    await stranger.send("/account/sign-in", email=person.email, password=PASSWORD)
    assert stranger.page.status_code == 422
    await stranger.open("/account/sign-in")
    await stranger.send("/account/sign-in", email=person.email, password="deux chevaux verts mangent")
    assert stranger.location.startswith("/account/second-factor"), "the second factor is still asked"


async def _mails(database: Database, recipient: str) -> int:
    async with database.transaction(Role.AUTH, actor="tests") as session:
        found = await session.scalar(
            text("SELECT count(*) FROM mails WHERE recipient = :to AND kind = 'password_reset'"), {"to": recipient}
        )
    return int(found or 0)


async def _forgets(browser: Browser, email: str) -> str:
    await browser.open("/account/forgotten")
    await browser.send("/account/forgotten", email=email)
    assert browser.page.status_code == 200
    return re.sub(r'value="[^"]*"', "", browser.page.text)


async def test_mailbox_gets_three_links_an_hour_whoever_asks(
    browser: Browser, person: Person, database: Database
) -> None:
    pages = {await _forgets(browser, person.email) for _ in range(5)}
    assert len(pages) == 1, "the fourth is answered as the first"
    assert await _mails(database, person.email) == 3
    async with database.transaction(Role.AUTH, actor="tests") as session:
        await session.execute(
            text(
                "UPDATE single_use_links SET created_at = created_at - interval '61 minutes' WHERE user_id = :user"
                " AND purpose = 'password_reset'"
            ),
            {"user": person.id},
        )
    await _forgets(browser, person.email)
    assert await _mails(database, person.email) == 4


async def test_forgotten_passwords_cost_the_same_work_whether_or_not_anything_is_sent(
    browser: Browser, person: Person, app: FastAPI, database: Database
) -> None:
    """Counted, not timed: the statements sent. (How the savepoint ends differs: it is what undoes the rest.)"""
    engine = app.state.database.engine.sync_engine
    work: list[list[str]] = []
    ways = [person.email, f"{uuid.uuid4().hex}@bailleur.example", *[person.email] * 4]

    def note(conn: object, cursor: object, statement: str, *rest: object) -> None:
        if "SAVEPOINT" not in statement:
            work[-1].append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        for email in ways:
            work.append([])
            await _forgets(browser, email)
    finally:
        event.remove(engine, "before_cursor_execute", note)
    assert work == [work[0]] * len(ways)
    assert any("single_use_links" in statement for statement in work[0])
    assert await _mails(database, ways[1]) == 0


@pytest.mark.parametrize("way", ["reset", "change"])
async def test_new_password_voids_the_links_that_were_sent_before(
    browser: Browser, person: Person, database: Database, settings: Settings, app: FastAPI, way: str
) -> None:
    stranger = Browser(app, settings)
    await _forgets(stranger, person.email)
    older = await _mailed_link(database, settings, person.email, "password_reset")
    if way == "reset":
        await _forgets(stranger, person.email)
        link = await _mailed_link(database, settings, person.email, "password_reset")
        assert link != older
        await stranger.open(link)
        await stranger.send(link, password="deux chevaux verts mangent")
        assert stranger.location == "/account/sign-in"
    else:
        await browser.sign_in(person)
        await browser.open("/account/security")
        await browser.send("/account/security/password", password="deux chevaux verts mangent")
        assert browser.location == "/account/sign-in"
    assert (await stranger.open(older)).status_code == 404
