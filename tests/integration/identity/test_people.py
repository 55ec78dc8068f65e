"""People: they are invited, sign in with two factors, act for one organisation at a time, and leave."""

import re
import time
import uuid

import httpx
import pyotp
import pytest
import time_machine
from argon2 import PasswordHasher
from fastapi import FastAPI
from sqlalchemy import text

from registry.console.assets import address_of
from registry.identity.errors import CodeWrong, InvitationUnknown, MemberUnknown, PasswordTooWeak, RoleNotAllowed
from registry.identity.repository import attempts
from registry.identity.service import account, suspend_organisation
from registry.platform.crypto import keyring
from registry.platform.database import Database, Role
from registry.platform.settings import Settings
from tests.support.database import BASE_URL, HOST
from tests.support.identity import Enrol, Member
from tests.support.people import PASSWORD, Browser, Person, join


@pytest.fixture
def browser(app: FastAPI, settings: Settings) -> Browser:
    return Browser(app, settings)


async def test_person_signs_in_and_acts_for_the_organisation_that_invited_them(
    browser: Browser, person: Person, member: Member
) -> None:
    await browser.sign_in(person)
    assert (await browser.open("/account/organisation?once=1&next=/console")).status_code == 303
    page = await browser.open("/console")
    assert page.status_code == 200
    assert "Landlord administrator" in page.text


async def test_session_changes_its_cookie_at_each_step_and_the_old_one_is_worth_nothing(
    browser: Browser, person: Person, app: FastAPI, settings: Settings
) -> None:
    await browser.open("/account/sign-in")
    planted = browser.client.cookies.get("form")
    await browser.send("/account/sign-in", email=person.email, password=person.password)
    first = browser.client.cookies.get("session")
    assert first
    assert first != planted
    await browser.open("/account/enrolment")
    found = re.search(r"<code>([A-Z2-7 ]+)</code>", browser.page.text)
    assert found
    await browser.send("/account/enrolment", code=pyotp.TOTP(found[1].replace(" ", "")).now())
    second = browser.client.cookies.get("session")
    assert second != first
    thief = Browser(app, settings)
    thief.client.cookies.set("session", first, domain=HOST)
    assert (await thief.open("/console")).headers["location"].startswith("/account/sign-in")


async def test_person_may_sign_out_from_the_page_of_their_first_recovery_codes(
    browser: Browser, person: Person
) -> None:
    await browser.open("/account/sign-in")
    await browser.send("/account/sign-in", email=person.email, password=person.password)
    await browser.open("/account/enrolment")
    found = re.search(r"<code>([A-Z2-7 ]+)</code>", browser.page.text)
    assert found
    await browser.send("/account/enrolment", code=pyotp.TOTP(found[1].replace(" ", "")).now())
    assert (await browser.send("/account/sign-out")).status_code == 303
    assert (await browser.open("/console")).headers["location"].startswith("/account/sign-in")


async def test_password_alone_opens_nothing(browser: Browser, person: Person) -> None:
    await browser.open("/account/sign-in")
    await browser.send("/account/sign-in", email=person.email, password=person.password)
    for address in ("/console", "/account/organisation", "/account/confirm"):
        assert (await browser.open(address)).headers["location"].startswith("/account/enrolment")


async def test_unknown_address_and_wrong_password_get_the_same_page(browser: Browser, person: Person) -> None:
    pages = []
    for email in (person.email, "nobody@bailleur.example"):
        await browser.open("/account/sign-in")
        await browser.send("/account/sign-in", email=email, password="not the password")
        pages.append(re.sub(r'value="[^"]*"', "", browser.page.text))
        assert browser.page.status_code == 422
    assert pages[0] == pages[1]


async def test_one_time_password_serves_once(
    browser: Browser, person: Person, app: FastAPI, settings: Settings, database: Database
) -> None:
    await browser.sign_in(person)
    async with database.transaction(Role.AUTH) as session:
        row = await session.execute(text("SELECT totp_last_step FROM users WHERE id = :id"), {"id": person.id})
    assert person.secret is not None
    used = pyotp.TOTP(person.secret).generate_otp(row.scalar_one())  # the present one may be another by now
    again = Browser(app, settings)
    await again.open("/account/sign-in")
    await again.send("/account/sign-in", email=person.email, password=person.password)
    await again.open("/account/second-factor")
    await again.send("/account/second-factor", code=used)
    assert again.page.status_code == 422
    assert "used already" in again.alert


async def test_recovery_code_stands_in_once(browser: Browser, person: Person, app: FastAPI, settings: Settings) -> None:
    await browser.sign_in(person)
    codes = re.findall(r"<li><code>([a-z2-7-]+)</code></li>", browser.page.text)
    assert len(set(codes)) == 10
    for expected in (303, 422):
        other = Browser(app, settings)
        await other.open("/account/sign-in")
        await other.send("/account/sign-in", email=person.email, password=person.password)
        await other.open("/account/recovery")
        await other.send("/account/recovery", code=codes[0].upper())
        assert other.page.status_code == expected


async def test_eleventh_wrong_password_is_told_to_wait_and_the_count_survives_the_refusal(
    browser: Browser, person: Person
) -> None:
    for _ in range(10):
        await browser.open("/account/sign-in")
        await browser.send("/account/sign-in", email=person.email, password="wrong wrong wrong")
        assert browser.page.status_code == 422
    await browser.open("/account/sign-in")
    await browser.send("/account/sign-in", email=person.email, password=person.password)
    assert browser.page.status_code == 429
    assert browser.page.headers["retry-after"] == "600"


async def test_form_of_another_site_is_refused(browser: Browser, person: Person) -> None:
    await browser.sign_in(person)
    for fields in ({}, {"form_token": "0" * 64}):
        answer = await browser.client.post("/account/sign-out", data=fields)
        assert answer.status_code == 403
    assert (await browser.open("/account/organisation")).status_code == 200, "still signed in"


async def test_session_ends_after_thirty_idle_minutes_and_after_eight_hours(
    browser: Browser, person: Person, database: Database
) -> None:
    await browser.sign_in(person)
    async with database.transaction(Role.AUTH, actor="tests") as session:
        await session.execute(
            text("UPDATE sessions SET seen_at = now() - interval '31 minutes' WHERE user_id = :user"),
            {"user": person.id},
        )
    assert (await browser.open("/console")).headers["location"].startswith("/account/sign-in")
    async with database.transaction(Role.AUTH, actor="tests") as session:
        await session.execute(
            text(
                "UPDATE sessions SET seen_at = now(), created_at = now() - interval '481 minutes' WHERE user_id = :user"
            ),
            {"user": person.id},
        )
    assert (await browser.open("/console")).headers["location"].startswith("/account/sign-in")


async def test_signed_out_session_is_worth_nothing(browser: Browser, person: Person) -> None:
    await browser.sign_in(person)
    await browser.open("/account/organisation")
    token = browser.client.cookies.get("session")
    await browser.send("/account/sign-out")
    assert browser.client.cookies.get("session") is None
    browser.client.cookies.set("session", token or "", domain=HOST)
    assert (await browser.open("/console")).headers["location"].startswith("/account/sign-in")


@pytest.mark.parametrize(
    "next_", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)"]
)
async def test_sign_in_leads_nowhere_else(browser: Browser, person: Person, next_: str) -> None:
    await browser.open("/account/sign-in", next=next_)
    assert browser.hidden("next") == "/console"


async def test_invitation_serves_once_and_only_with_a_good_password(
    database: Database, settings: Settings, member: Member
) -> None:
    async with database.transaction(Role.AUTH, actor="tests") as session:
        link = await account.invite(
            session=session, keys=keyring(settings), base_url=BASE_URL, organisation=member.id,
            email="Paul.Durand@Bailleur.example", role="landlord_reader",
        )  # fmt: skip
    token = link.rpartition("/")[2]
    for weak in ("short", "a" * 40, "paul.durand paul", "aaaaaaaabbbbbbbb"):
        with pytest.raises(PasswordTooWeak):
            async with database.transaction(Role.AUTH, actor="tests") as session:
                await account.accept_invitation(session=session, token=token, name="Paul", password=weak)
    async with database.transaction(Role.AUTH, actor="tests") as session:
        await account.accept_invitation(session=session, token=token, name="Paul", password=PASSWORD)
    with pytest.raises(InvitationUnknown):
        async with database.transaction(Role.AUTH, actor="tests") as session:
            await account.accept_invitation(session=session, token=token, name="Paul", password=PASSWORD)


async def test_role_of_another_kind_of_organisation_is_not_given(
    database: Database, settings: Settings, member: Member
) -> None:
    with pytest.raises(RoleNotAllowed):
        await join(database, settings, member.id, "coordinator_admin")


async def test_person_of_two_organisations_acts_for_the_one_they_chose(
    browser: Browser, person: Person, enrol: Enrol, database: Database, settings: Settings
) -> None:
    other = await enrol()
    await join(database, settings, other.id, "landlord_reader", email=person.email)
    await browser.sign_in(person)
    assert (await browser.open("/account/organisation?once=1")).status_code == 200, "there is a choice"
    await browser.send("/account/organisation", organisation=other.id, next="/console")
    page = await browser.open("/console")
    assert "Stock reader" in page.text
    assert "Landlord administrator" not in page.text
    await browser.open("/account/organisation")
    foreign = await enrol()
    await browser.send("/account/organisation", organisation=foreign.id)
    assert browser.page.status_code == 404


async def test_person_whose_role_is_taken_acts_no_more(
    browser: Browser, person: Person, member: Member, database: Database
) -> None:
    await browser.sign_in(person)
    await browser.open("/account/organisation?once=1")
    assert (await browser.open("/console")).status_code == 200
    async with database.transaction(Role.AUTH, actor="tests") as session:
        await account.remove_member(session=session, organisation=member.id, user=person.id)
    assert (await browser.open("/console")).headers["location"].startswith("/account/organisation")
    with pytest.raises(MemberUnknown):
        async with database.transaction(Role.AUTH, actor="tests") as session:
            await account.remove_member(session=session, organisation=member.id, user=person.id)


async def test_suspended_organisation_lets_nobody_act(
    browser: Browser, person: Person, member: Member, job_database: Database
) -> None:
    await browser.sign_in(person)
    await browser.open("/account/organisation?once=1")
    async with job_database.transaction(Role.JOB, actor="tests") as session:
        await suspend_organisation(session=session, organisation=member.id)
    assert (await browser.open("/console")).status_code == 303


async def test_password_of_an_outdated_hash_is_hashed_anew_at_the_next_sign_in(
    browser: Browser, person: Person, database: Database
) -> None:
    async def kept() -> str:
        async with database.transaction(Role.AUTH, actor="tests") as session:
            found = await session.scalar(text("SELECT password_hash FROM users WHERE id = :id"), {"id": person.id})
        return str(found)

    async def sign_in(password: str) -> None:
        await browser.open("/account/sign-in")
        await browser.send("/account/sign-in", email=person.email, password=password)

    old = PasswordHasher(time_cost=2, memory_cost=16, parallelism=1).hash(person.password)
    async with database.transaction(Role.AUTH, actor="tests") as session:
        await session.execute(
            text("UPDATE users SET password_hash = :hash WHERE id = :id"), {"hash": old, "id": person.id}
        )
    await sign_in("wrong wrong wrong")
    assert await kept() == old
    await sign_in(person.password)
    renewed = await kept()
    assert renewed.startswith("$argon2id$v=19$m=8,t=1,p=1$"), "what these tests hash with"
    browser.client.cookies.clear()
    await sign_in(person.password)
    assert browser.location.startswith("/account/second-factor")
    assert await kept() == renewed, "not again"


async def _failures(database: Database, person: Person, networks: int, each: int) -> None:
    """Note wrong codes of the person from other networks, as the service does."""
    async with database.transaction(Role.AUTH, actor="tests") as session:
        for number in range(networks):
            for _ in range(each):
                network = f"198.51.{number}.0/24"
                await session.run_sync(attempts.add_failure, "second_factor", str(person.id), network)


@pytest.mark.parametrize("page", ["second-factor", "recovery"])
async def test_second_factor_is_not_guessed_from_many_networks_at_once(
    browser: Browser, person: Person, database: Database, app: FastAPI, settings: Settings, page: str
) -> None:
    await browser.sign_in(person)
    guesser = Browser(app, settings)
    await guesser.open("/account/sign-in")
    await guesser.send("/account/sign-in", email=person.email, password=person.password)
    await _failures(database, person, 11, 9)
    await guesser.open(f"/account/{page}")
    await guesser.send(f"/account/{page}", code="000 wrong")
    assert guesser.page.status_code == 422, "the hundredth"
    await guesser.send(f"/account/{page}", code="000 wrong")
    assert guesser.page.status_code == 429
    assert guesser.page.headers["retry-after"] == "3600"
    assert "Wait an hour" in guesser.page.text
    assert (await browser.open("/console")).status_code != 429, "who is signed in goes on"
    async with database.transaction(Role.AUTH, actor="tests") as session:
        await session.execute(
            text(
                "UPDATE failed_attempts SET since = since - interval '61 minutes' WHERE kind = 'second_factor'"
                " AND subject = sha256(CAST(:user AS bytea))"
            ),
            {"user": str(person.id).encode()},
        )
    await guesser.send(f"/account/{page}", code="000 wrong")
    assert guesser.page.status_code == 422, "an hour later all is as before"


async def test_wrong_passwords_from_everywhere_keep_nobody_out(
    browser: Browser, person: Person, database: Database
) -> None:
    async with database.transaction(Role.AUTH, actor="tests") as session:
        for number in range(110):
            await session.run_sync(attempts.add_failure, "password", person.email, f"198.51.{number}.0/24")
    await browser.sign_in(person)


async def test_second_factor_secret_is_stored_sealed(browser: Browser, person: Person, database: Database) -> None:
    await browser.sign_in(person)
    assert person.secret
    async with database.transaction(Role.AUTH, actor="tests") as session:
        seed = await session.scalar(text("SELECT totp_seed FROM users WHERE id = :id"), {"id": person.id})
    assert person.secret.encode() not in bytes(seed)


async def test_one_time_password_of_another_time_is_refused(
    browser: Browser, person: Person, database: Database, settings: Settings
) -> None:
    await browser.sign_in(person)
    assert person.secret
    totp = pyotp.TOTP(person.secret)
    with time_machine.travel(time.time() + 600, tick=False):
        for offset, good in ((-3, False), (3, False), (1, True)):
            code = totp.generate_otp(int((time.time()) // 30) + offset)
            try:
                async with account.proving(database) as session:
                    await account.prove_second_factor(
                        session=session, keys=keyring(settings), user=person.id, code=code, network="10.0.0.0/24"
                    )
                proven = True
            except CodeWrong:
                proven = False
            assert proven is good


async def test_bound_service_role_sees_only_the_people_of_its_organisation(
    person: Person, member: Member, enrol: Enrol, database: Database
) -> None:
    other = await enrol()
    for organisation, expected in ((member.id, 1), (other.id, 0)):
        async with database.transaction(Role.AUTH, organisation=organisation, actor="tests") as session:
            for table in ("users", "memberships"):
                found = await session.scalar(text(f"SELECT count(*) FROM {table}"))
                assert found == expected, table
            with pytest.raises(Exception, match="row-level security"):
                await session.execute(
                    text("INSERT INTO users (id, email, name) VALUES (:id, :email, 'x')"),
                    {"id": uuid.uuid4(), "email": f"{uuid.uuid4().hex}@x.example"},
                )


async def test_pages_carry_a_policy_that_lets_nothing_in(browser: Browser) -> None:
    page = await browser.open("/account/sign-in")
    policies = page.headers.get_list("content-security-policy")
    assert len(policies) == 1
    assert "default-src 'none'" in policies[0]
    assert "frame-ancestors 'none'" in policies[0]
    assert "unsafe" not in policies[0]
    assert re.findall("<script[^>]*>", page.text) == [f'<script src="{address_of("htmx.js")}" defer>'], "none inline"
    assert "style=" not in page.text


async def test_pages_exist_in_both_languages(browser: Browser) -> None:
    english = await browser.open("/account/sign-in")
    french = await browser.open("/account/sign-in?lang=fr")
    assert '<html lang="en">' in english.text
    assert '<html lang="fr">' in french.text
    assert "Se connecter" in french.text
    assert '<html lang="fr">' in (await browser.open("/account/forgotten")).text, "the choice is kept"


async def test_unknown_invitation_is_a_page_that_says_what_to_do(browser: Browser) -> None:
    page: httpx.Response = await browser.open("/account/invitation/nonsense")
    assert page.status_code == 404
    assert page.headers["content-type"].startswith("text/html")
    assert "Ask the organisation for a new one" in browser.alert
