"""A person replaces the second factor while signed in: after a fresh proof, and once the new one has shown a code."""

import re
from datetime import timedelta

import pyotp
import time_machine
from fastapi import FastAPI
from sqlalchemy import text

from registry.audit import service as audit
from registry.identity.service import account
from registry.kernel.clock import now
from registry.platform.crypto import keyring
from registry.platform.database import Database, Role
from registry.platform.settings import Settings
from tests.support.database import HOST
from tests.support.identity import Member
from tests.support.people import PASSWORD, Browser, Person, join

PAGE = "/account/security/second-factor"
NETWORK = "127.0.0.0/24"


def offered(browser: Browser) -> str:
    """Return the secret that the page shows."""
    found = re.search(r"<code>([A-Z2-7 ]+)</code>", browser.page.text)
    assert found, browser.page.text
    return found[1].replace(" ", "")


async def seed_of(database: Database, person: Person) -> bytes:
    async with database.transaction(Role.AUTH, actor="tests") as session:
        seed = await session.scalar(text("SELECT totp_seed FROM users WHERE id = :id"), {"id": person.id})
        return bytes(seed)


async def test_second_factor_is_replaced_and_everything_of_the_old_one_ends(
    browser: Browser, person: Person, database: Database, app: FastAPI, settings: Settings, member: Member
) -> None:
    elsewhere = Browser(app, settings)
    async with database.transaction(Role.AUTH, actor="tests") as session:
        opened = await app.state.sessions.open(session=session, user=person.id, strong=True)
        old_codes = await account.renew_recovery_codes(session=session, user=person.id)
    elsewhere.client.cookies.set("session", opened.token, domain=HOST)
    assert (await elsewhere.open("/account/security")).status_code == 200

    await browser.open("/account/security")
    assert f'href="{PAGE}"' in browser.page.text
    await browser.open(PAGE)
    new = offered(browser)
    assert new != person.secret
    before = await seed_of(database, person)
    await browser.send(PAGE, offer=browser.hidden("offer"), code="12345x")
    assert (browser.page.status_code, "Wrong code" in browser.alert) == (422, True)
    assert offered(browser) == new, "what was scanned stays good"
    assert await seed_of(database, person) == before, "so does the old one until then"
    await browser.send(PAGE, offer=browser.hidden("offer"), code=pyotp.TOTP(new).now())
    assert browser.page.status_code == 200, browser.alert
    codes = re.findall(r"<li><code>([a-z2-7-]+)</code></li>", browser.page.text)
    assert len(codes) == 10

    assert (await browser.open("/account/security")).status_code == 200
    assert (await elsewhere.open("/account/security")).headers["location"].startswith("/account/sign-in")
    async with account.proving(database) as session:
        await account.prove_recovery_code(session=session, user=person.id, code=codes[0], network=NETWORK)
    for code in (person.code, pyotp.TOTP(new).now(), old_codes[0]):  # the old one's, one that was used, and an old one
        again = Browser(app, settings)
        await again.open("/account/sign-in")
        await again.send("/account/sign-in", email=person.email, password=PASSWORD)
        way = "recovery" if "-" in code else "second-factor"
        await again.open(f"/account/{way}")
        await again.send(f"/account/{way}", code=code)
        assert again.page.status_code == 422
    await again.open("/account/second-factor")
    await again.send("/account/second-factor", code=pyotp.TOTP(new).at(now() + timedelta(seconds=30)))
    assert again.page.status_code == 303, again.alert

    async with database.transaction(Role.AUTH, actor="tests") as session:
        assert (await audit.verify(session=session, organisation=member.id))[1] is None
        recorded = await session.execute(
            text("SELECT count(*) FROM audit_events WHERE organisation_id = :own AND action = :action"),
            {"own": member.id, "action": "identity:second_factor:replaced"},
        )
        mails = await session.execute(
            text("SELECT count(*) FROM mails WHERE recipient = :to AND kind = 'second_factor_changed'"),
            {"to": person.email},
        )
        assert (recorded.scalar_one(), mails.scalar_one()) == (1, 1)


async def test_second_factor_is_replaced_after_a_fresh_proof_only(
    browser: Browser, person: Person, database: Database
) -> None:
    await browser.open(PAGE)
    offer, code, before = browser.hidden("offer"), pyotp.TOTP(offered(browser)).now(), await seed_of(database, person)
    async with database.transaction(Role.AUTH, actor="tests") as session:
        await session.execute(
            text("UPDATE sessions SET authenticated_at = now() - interval '6 minutes' WHERE user_id = :user"),
            {"user": person.id},
        )
    confirm = "/account/confirm?next=%2Faccount%2Fsecurity%2Fsecond-factor"
    await browser.send(PAGE, offer=offer, code=code)
    assert browser.location == confirm
    assert (await browser.open(PAGE)).headers["location"] == confirm
    assert await seed_of(database, person) == before


async def test_nothing_is_put_in_its_place_that_was_not_offered_in_this_session(
    browser: Browser, person: Person, database: Database, app: FastAPI, settings: Settings, member: Member
) -> None:
    keys, before = keyring(settings), await seed_of(database, person)
    other = await join(database, settings, member.id, "landlord_reader")
    neighbour = Browser(app, settings)
    await neighbour.sign_in(other)
    await neighbour.open(PAGE)
    foreign = neighbour.hidden("offer")
    token = browser.client.cookies.get("session")
    assert token
    async with database.transaction(Role.AUTH, actor="tests") as session:
        signed_in = await app.state.sessions.find(session=session, token=token)
    with time_machine.travel(now() - timedelta(minutes=16), tick=False):
        old = account.offer_second_factor(keys=keys, signed_in=signed_in)
    await browser.open(PAGE)
    for offer, secret in (
        (foreign, offered(neighbour)), (old.sealed, old.enrolment.secret), ("", offered(browser)),
        ("é", offered(browser)), (offered(browser), offered(browser)),
    ):  # fmt: skip
        await browser.open(PAGE)
        await browser.send(PAGE, offer=offer, code=pyotp.TOTP(secret).now())
        assert browser.location == PAGE
    assert await seed_of(database, person) == before


async def test_guesses_at_the_code_are_counted(browser: Browser, person: Person, database: Database) -> None:
    await browser.open(PAGE)
    secret = offered(browser)
    for _ in range(10):
        await browser.send(PAGE, offer=browser.hidden("offer"), code="000000x")
    await browser.send(PAGE, offer=browser.hidden("offer"), code=pyotp.TOTP(secret).now())
    assert browser.page.status_code == 429


async def test_person_without_a_password_reads_what_applies_to_them(
    browser: Browser, person: Person, database: Database
) -> None:
    async def change(assignment: str) -> None:
        async with database.transaction(Role.AUTH, actor="tests") as session:
            await session.execute(
                text(f"UPDATE users SET {assignment} WHERE id = :id"),  # ours, below
                {"id": person.id},
            )

    await browser.open("/account/security")
    assert "Each change needs your password" in browser.page.text
    await change("password_hash = NULL")
    await browser.open("/account/security")
    assert 'name="password"' not in browser.page.text
    assert "your account has no password here" in browser.page.text
    assert "Each change needs your password" not in browser.page.text
    assert "/account/security/codes" in browser.page.text
    await browser.send("/account/security/password", password="une girafe bleue danse")
    assert browser.location == "/account/security"
    async with database.transaction(Role.AUTH, actor="tests") as session:
        hashed = await session.scalar(text("SELECT password_hash FROM users WHERE id = :id"), {"id": person.id})
    assert hashed is None, "nobody gets a way past their provider"

    await change("totp_confirmed_at = NULL, totp_seed = NULL")
    await browser.open("/account/security")
    assert "/account/security/codes" not in browser.page.text
    assert PAGE not in browser.page.text
    await browser.send("/account/security/codes")
    assert browser.location == "/account/security"
    assert (await browser.open(PAGE)).headers["location"] == "/account/security"
