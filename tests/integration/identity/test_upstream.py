"""Signing in at an OpenID provider, a process of its own: whom its word opens which account to, and what is refused."""

import base64
import html
import re
import secrets
import time
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pyotp
import pytest
import time_machine
from fastapi import FastAPI
from sqlalchemy import text

from registry.asgi import create_application
from registry.console.upstream import provider as upstream_provider
from registry.identity.service import account, create_organisation, rewrap
from registry.platform.crypto import Keyring, keyring
from registry.platform.database import Database, Role, create_engine
from registry.platform.settings import Settings
from tests.support.database import BASE_URL, HOST, MASTER_KEY, Server, fresh_name
from tests.support.people import Browser, join, register_app
from tests.support.served import free_port
from tests.support.upstream import Upstream, Visitor, new_siren, provided, siret_of

REFUSED = "cannot be accepted"


@dataclass
class Service:
    """A service that knows a provider, on the database of the run."""

    app: FastAPI
    settings: Settings
    provider: Upstream
    database: Database

    def browser(self) -> Browser:
        return Browser(self.app, self.settings)

    async def organisation(self, siren: str | None = None) -> uuid.UUID:
        async with self.database.transaction(Role.AUTH, actor="tests") as session:
            made = await create_organisation(
                session=session, name=f"Bailleur {secrets.token_hex(4)}", kind="landlord", siren=siren
            )
        return made.id

    async def invite(self, organisation: uuid.UUID, email: str, role: str = "landlord_reader") -> None:
        async with self.database.transaction(Role.AUTH, actor="tests") as session:
            await account.invite(
                session=session, keys=keyring(self.settings), base_url=BASE_URL, organisation=organisation,
                email=email, role=role,
            )  # fmt: skip

    async def value(self, statement: str, **values: Any) -> Any:
        async with self.database.transaction(Role.AUTH, actor="tests") as session:
            return await session.scalar(text(statement), values)

    def somebody(self, **claims: Any) -> "Somebody":
        """Let the provider know a person."""
        name = secrets.token_hex(4)
        email = f"{name}@bailleur.example"
        given = {
            "sub": f"sub-{name}", "email": email, "email_verified": True, "given_name": "Jeanne", "usual_name": "Essai",
            "name": "Jeanne Essai", **claims,
        }  # fmt: skip
        self.provider.told(**{name: given})
        return Somebody(name, str(given["email"]), str(given["sub"]))

    async def signs_in(
        self, somebody: "Somebody", *faults: str, browser: Browser | None = None, visitor: Visitor | None = None
    ) -> Browser:
        """Have a person press the button and prove who they are; the browser is at what the service answers."""
        browser = browser or self.browser()
        await browser.open("/account/upstream", next="/console")
        assert browser.page.status_code == 303, browser.page.text
        self.provider.told(*faults)
        try:
            back = await (visitor or Visitor()).go(browser.location, somebody.name)
            await browser.open(back)
        finally:
            self.provider.told()
        return browser


@dataclass(frozen=True)
class Somebody:
    """A person at the provider."""

    name: str
    email: str
    sub: str


@asynccontextmanager
async def service(server: Server, name: str, provider: Upstream) -> AsyncIterator[Service]:
    settings = server.settings(name, **provider.settings())
    assert settings.web_database_url
    database = Database(create_engine(settings.web_database_url.get_secret_value()))
    app = create_application(settings, database)
    async with app.router.lifespan_context(app):
        yield Service(app, settings, provider, database)


@pytest.fixture(scope="module")
def generic_provider() -> Iterator[Upstream]:
    with provided(profile="generic", algorithm="RS256", base_url=BASE_URL) as provider:
        yield provider


@pytest.fixture(scope="module")
def pro_connect_provider() -> Iterator[Upstream]:
    with provided(profile="proconnect", algorithm="ES256", base_url=BASE_URL) as provider:
        yield provider


@pytest.fixture(scope="module")
async def generic(server: Server, database_name: str, generic_provider: Upstream) -> AsyncIterator[Service]:
    async with service(server, database_name, generic_provider) as made:
        yield made


@pytest.fixture(scope="module")
async def pro_connect(server: Server, database_name: str, pro_connect_provider: Upstream) -> AsyncIterator[Service]:
    async with service(server, database_name, pro_connect_provider) as made:
        yield made


@dataclass
class Employee:
    """A person with an account, whose employer and the provider are known; ``password``: the account as it is here."""

    at_provider: Somebody
    organisation: uuid.UUID
    siren: str


async def employ(service: Service) -> Employee:
    """Invite somebody whom ProConnect knows as working for that very organisation, and asked for two factors."""
    siren = new_siren()
    organisation = await service.organisation(siren)
    somebody = service.somebody(siret=siret_of(siren), amr=["pwd", "mfa"])
    await service.invite(organisation, somebody.email)
    return Employee(somebody, organisation, siren)


@pytest.fixture
async def employee(pro_connect: Service) -> Employee:
    return await employ(pro_connect)


# What the button and the request look like


async def test_sign_in_page_offers_pro_connect_in_its_words(pro_connect: Service) -> None:
    browser = pro_connect.browser()
    page = await browser.open("/account/sign-in?lang=fr")
    assert "S’identifier avec <strong>ProConnect</strong>" in page.text
    assert "Qu’est-ce que ProConnect ?" in page.text
    assert "<script" not in page.text


async def test_sign_in_page_names_another_provider_and_without_one_offers_nothing(
    generic: Service, app: FastAPI, settings: Settings
) -> None:
    assert "Sign in with Annuaire" in (await generic.browser().open("/account/sign-in")).text
    without = Browser(app, settings)
    assert "/account/upstream" not in (await without.open("/account/sign-in")).text
    assert (await without.open("/account/upstream")).status_code == 404


async def test_pro_connect_is_asked_with_nothing_but_what_it_documents(pro_connect: Service) -> None:
    browser = pro_connect.browser()
    await browser.open("/account/upstream")
    asked = browser.answer
    assert set(asked) == {"response_type", "client_id", "redirect_uri", "scope", "state", "nonce", "claims"}
    assert min(len(asked["state"]), len(asked["nonce"])) >= 32
    assert "siret" in asked["scope"].split()


async def test_generic_provider_is_asked_with_pkce(generic: Service) -> None:
    browser = generic.browser()
    await browser.open("/account/upstream")
    assert browser.answer["code_challenge_method"] == "S256"
    assert "claims" not in browser.answer


# For whom the provider's word stands


async def test_invited_person_signs_in_and_acts_for_their_employer(pro_connect: Service, employee: Employee) -> None:
    browser = await pro_connect.signs_in(employee.at_provider)
    assert browser.location == "/account/organisation?next=%2Fconsole&once=1"
    assert (await browser.open(browser.location)).headers["location"] == "/console"
    page = await browser.open("/console")
    assert "Stock reader" in page.text
    assert "Jeanne Essai" in page.text


async def test_person_is_known_by_the_subject_and_not_by_the_address(pro_connect: Service, employee: Employee) -> None:
    await pro_connect.signs_in(employee.at_provider)
    before = await pro_connect.value("SELECT id FROM users WHERE email = :email", email=employee.at_provider.email)
    moved = {
        "sub": employee.at_provider.sub, "email": "other@bailleur.example", "siret": siret_of(employee.siren),
        "amr": ["mfa"],
    }  # fmt: skip
    pro_connect.provider.told(**{employee.at_provider.name: moved})
    browser = await pro_connect.signs_in(employee.at_provider)
    assert browser.page.status_code == 303
    after = await pro_connect.value("SELECT id FROM users WHERE upstream_subject = :sub", sub=employee.at_provider.sub)
    assert after == before


async def test_nobody_gets_in_without_invitation(pro_connect: Service) -> None:
    siren = new_siren()
    await pro_connect.organisation(siren)
    browser = await pro_connect.signs_in(pro_connect.somebody(siret=siret_of(siren), amr=["mfa"]))
    assert browser.page.status_code == 403
    assert "No account here has this identity" in browser.alert
    assert "invitation" in browser.alert


async def test_establishment_of_no_organisation_gets_a_page_that_says_so(pro_connect: Service) -> None:
    siret = siret_of(new_siren())
    browser = await pro_connect.signs_in(pro_connect.somebody(siret=siret, amr=["mfa"]))
    assert browser.page.status_code == 403
    assert f"Your establishment (SIRET {siret}) belongs to no organisation" in browser.alert
    assert "coordinator" in browser.alert


@pytest.mark.parametrize("siret", [None, "", "12345678901234", "not a number", 73282932000074, ["73282932000074"]])
async def test_establishment_that_is_none_opens_nothing(pro_connect: Service, siret: object) -> None:
    browser = await pro_connect.signs_in(pro_connect.somebody(siret=siret, amr=["mfa"]))
    assert browser.page.status_code == 403
    assert "belongs to no organisation" in browser.alert


async def test_invitation_of_another_employer_makes_no_account(pro_connect: Service) -> None:
    siren = new_siren()
    await pro_connect.organisation(siren)
    somebody = pro_connect.somebody(siret=siret_of(siren), amr=["mfa"])
    await pro_connect.invite(await pro_connect.organisation(new_siren()), somebody.email)
    browser = await pro_connect.signs_in(somebody)
    assert "You have no role at Bailleur" in browser.alert
    assert await pro_connect.value("SELECT count(*) FROM users WHERE email = :email", email=somebody.email) == 0


async def test_session_by_pro_connect_acts_for_no_other_employer(pro_connect: Service, employee: Employee) -> None:
    await pro_connect.signs_in(employee.at_provider)
    other = await pro_connect.organisation(new_siren())
    await join(pro_connect.database, pro_connect.settings, other, "landlord_admin", email=employee.at_provider.email)
    browser = await pro_connect.signs_in(employee.at_provider)
    page = await browser.open("/account/organisation")
    assert str(employee.organisation) in page.text
    assert str(other) not in page.text
    await browser.send("/account/organisation", organisation=str(other), next="/console")
    assert browser.page.status_code == 404
    application = await register_app(pro_connect.database, other, shared=True)
    await browser.open("/oauth/authorize", **application.asks())
    await browser.send("/oauth/authorize", query=browser.hidden("query"), organisation=str(other), answer="allow")
    assert browser.location.startswith("/oauth/authorize?")


async def test_one_factor_at_the_provider_is_completed_by_ours(pro_connect: Service) -> None:
    siren = new_siren()
    somebody = pro_connect.somebody(siret=siret_of(siren), amr=["pwd"])
    await pro_connect.invite(await pro_connect.organisation(siren), somebody.email)
    browser = await pro_connect.signs_in(somebody)
    assert browser.location.startswith("/account/second-factor")
    assert (await browser.open("/console")).headers["location"].startswith("/account/enrolment")


async def test_account_with_a_second_factor_is_linked_once_that_is_proven(
    pro_connect: Service, employee: Employee
) -> None:
    owner = await join(pro_connect.database, pro_connect.settings, employee.organisation, "landlord_admin")
    await pro_connect.browser().sign_in(owner)
    alike = pro_connect.somebody(email=owner.email, siret=siret_of(employee.siren), amr=["mfa"])
    visitor = Visitor()
    for _ in range(2):  # the provider's two factors do not do for the account's own
        browser = await pro_connect.signs_in(alike, visitor=visitor)
        assert (await browser.open("/console")).headers["location"].startswith("/account/second-factor")
        linked = await pro_connect.value("SELECT upstream_subject FROM users WHERE id = :id", id=owner.id)
        assert linked is None
    await browser.open("/account/second-factor")
    assert owner.secret
    await browser.send("/account/second-factor", code=pyotp.TOTP(owner.secret).at(_next_step()))
    assert browser.page.status_code == 303, browser.alert
    assert await pro_connect.value("SELECT upstream_subject FROM users WHERE id = :id", id=owner.id) == alike.sub
    assert await recorded(pro_connect, owner.id) == ["identity:member:linked"]
    browser = await pro_connect.signs_in(alike, visitor=visitor)
    await browser.open(browser.location)
    assert (await browser.open("/console")).status_code == 200, "from now on the provider's do"
    assert await recorded(pro_connect, owner.id) == ["identity:member:linked"], "once"
    async with pro_connect.database.transaction(Role.AUTH, actor="tests") as session:
        assert await account.unlink_upstream(session=session, email=owner.email)
    assert await recorded(pro_connect, owner.id) == ["identity:member:linked", "identity:member:unlinked"]


async def recorded(service: Service, user: uuid.UUID) -> list[str]:
    """Return what the chains say of a person's link to the provider."""
    found = await service.value(
        "SELECT coalesce(array_agg(action ORDER BY sequence), '{}') FROM audit_events"
        " WHERE subject = CAST(:user AS text) AND action LIKE 'identity:member:%linked'",
        user=str(user),
    )
    return list(found)


def _next_step() -> int:
    """Return a moment whose code was not used by the sign-in just before, and is accepted now."""
    return int(time.time()) + 30


async def test_second_identity_with_the_same_address_does_not_take_an_account_without_second_factor(
    pro_connect: Service, employee: Employee
) -> None:
    await pro_connect.signs_in(employee.at_provider)
    other = pro_connect.somebody(email=employee.at_provider.email, siret=siret_of(employee.siren), amr=["mfa"])
    browser = await pro_connect.signs_in(other)
    assert browser.page.status_code == 409
    assert "linked to another identity" in browser.alert
    async with pro_connect.database.transaction(Role.AUTH, actor="tests") as session:
        assert await account.unlink_upstream(session=session, email=employee.at_provider.email)
    assert (await pro_connect.signs_in(other)).page.status_code == 303


@pytest.mark.parametrize("claims", [{"email_verified": False}, {"email_verified": "true"}, {"email": None}])
async def test_unverified_address_opens_nothing_even_when_invited(generic: Service, claims: dict[str, Any]) -> None:
    somebody = generic.somebody(**claims)
    await generic.invite(await generic.organisation(), f"{somebody.name}@bailleur.example")
    browser = await generic.signs_in(somebody)
    assert "No account here has this identity" in browser.alert


async def test_generic_provider_opens_an_account_to_the_invited_and_not_an_old_one_by_its_address(
    generic: Service,
) -> None:
    organisation = await generic.organisation()
    owner = await join(generic.database, generic.settings, organisation, "landlord_admin")
    alike = generic.somebody(email=owner.email, amr=["mfa"])
    assert "No account here has this identity" in (await generic.signs_in(alike)).alert
    invited = generic.somebody(amr=["mfa"])
    await generic.invite(organisation, invited.email)
    assert (await generic.signs_in(invited)).page.status_code == 303
    assert (await generic.value("SELECT password_hash FROM users WHERE email = :email", email=invited.email)) is None


async def test_disabled_person_does_not_come_in_by_the_provider(pro_connect: Service, employee: Employee) -> None:
    await pro_connect.signs_in(employee.at_provider)
    await pro_connect.value(
        "UPDATE users SET status = 'disabled' WHERE email = :email RETURNING id", email=employee.at_provider.email
    )
    assert "disabled" in (await pro_connect.signs_in(employee.at_provider)).alert


# Linking, confirming, leaving


async def test_person_links_their_account_after_a_fresh_proof(generic: Service) -> None:
    owner = await join(generic.database, generic.settings, await generic.organisation(), "landlord_admin")
    somebody, browser, visitor = generic.somebody(amr=["mfa"]), generic.browser(), Visitor()
    await browser.sign_in(owner)
    await browser.open("/account/organisation?once=1")
    await browser.open("/console")
    await browser.send("/account/upstream/link", next="/console")
    assert browser.page.status_code == 200
    address = _refresh(browser)
    await browser.open(await visitor.go(address, somebody.name))
    assert browser.location == "/console"
    assert "is linked to Annuaire" in (await browser.open("/console")).text
    other = await generic.signs_in(somebody, visitor=visitor)
    await other.open(other.location)
    assert (await other.open("/console")).status_code == 200


async def test_linking_takes_a_fresh_proof_and_a_form_of_ours(generic: Service) -> None:
    owner = await join(generic.database, generic.settings, await generic.organisation(), "landlord_admin")
    browser = generic.browser()
    await browser.sign_in(owner)
    await browser.open("/account/organisation?once=1")
    await browser.open("/console")
    assert (await browser.client.post("/account/upstream/link")).status_code == 403
    await generic.value(
        "UPDATE sessions SET authenticated_at = now() - interval '6 minutes' WHERE user_id = :id RETURNING user_id",
        id=owner.id,
    )
    await browser.send("/account/upstream/link", next="/console")
    assert browser.location.startswith("/account/confirm")


async def test_identity_of_somebody_else_is_not_linked(generic: Service) -> None:
    organisation = await generic.organisation()
    holder = generic.somebody(amr=["mfa"])
    await generic.invite(organisation, holder.email)
    await generic.signs_in(holder)
    owner = await join(generic.database, generic.settings, organisation, "landlord_admin")
    browser = generic.browser()
    await browser.sign_in(owner)
    await browser.open("/account/organisation?once=1")
    await browser.open("/console")
    await browser.send("/account/upstream/link", next="/console")
    await browser.open(await Visitor().go(_refresh(browser), holder.name))
    assert browser.page.status_code == 409
    assert "linked to another account" in browser.alert


async def test_fresh_proof_is_asked_of_the_provider_and_counts_for_the_same_person_only(
    pro_connect: Service, employee: Employee
) -> None:
    visitor = Visitor()
    browser = await pro_connect.signs_in(employee.at_provider, visitor=visitor)
    await browser.open(browser.location)
    stale = "UPDATE sessions SET authenticated_at = now() - interval '6 minutes' WHERE upstream_subject = :sub"
    fresh = "SELECT authenticated_at > now() - interval '1 minute' FROM sessions WHERE upstream_subject = :sub"
    await pro_connect.value(f"{stale} RETURNING 1", sub=employee.at_provider.sub)
    page = await browser.open("/account/confirm", next="/console")
    assert "Confirm with ProConnect" in page.text
    assert 'type="password"' not in page.text, "the account has none"
    await browser.send("/account/upstream/confirm", next="/console")
    address = _refresh(browser)
    assert parse_qs(urlsplit(address).query)["prompt"] == ["login"]
    assert "max_age" not in parse_qs(urlsplit(address).query)
    other = pro_connect.somebody(siret=siret_of(employee.siren))
    await browser.open(await Visitor().go(address, other.name))
    assert "confirmed another person" in browser.alert
    assert not await pro_connect.value(fresh, sub=employee.at_provider.sub)
    await browser.open("/account/confirm", next="/console")
    await browser.send("/account/upstream/confirm", next="/console")
    await browser.open(await visitor.go(_refresh(browser), employee.at_provider.name))
    assert browser.location == "/console"
    assert await pro_connect.value(fresh, sub=employee.at_provider.sub)


async def test_proof_from_before_it_was_asked_does_not_count(pro_connect: Service, employee: Employee) -> None:
    browser = await pro_connect.signs_in(employee.at_provider)
    await browser.open(browser.location)
    visitor = Visitor()
    later = pro_connect.browser()
    await pro_connect.signs_in(employee.at_provider, browser=later, visitor=visitor)
    await later.open(later.location)
    await later.open("/account/confirm", next="/console")
    with time_machine.travel(time.time() + 300, tick=True):  # five minutes after that proof
        await later.send("/account/upstream/confirm", next="/console")
    pro_connect.provider.told("ignore-prompt")
    try:
        await later.open(await visitor.go(_refresh(later), employee.at_provider.name))
    finally:
        pro_connect.provider.told()
    assert later.page.status_code == 403
    assert "did not ask for a proof" in later.alert


async def test_signing_out_ends_both_sessions(pro_connect: Service, employee: Employee) -> None:
    visitor = Visitor()
    browser = await pro_connect.signs_in(employee.at_provider, visitor=visitor)
    await browser.open(browser.location)
    await browser.open("/console")
    before = pro_connect.provider.told()["sessions"]
    await browser.send("/account/sign-out")
    assert browser.page.status_code == 200
    assert browser.client.cookies.get("session") is None
    answer = await visitor.ask(_refresh(browser))
    assert answer.status_code == 303, answer.text
    assert pro_connect.provider.told()["sessions"] == before - 1
    page = await browser.open(answer.headers["location"])
    assert "You are signed out" in page.text
    kept = await pro_connect.value(
        "SELECT count(upstream_id_token) FROM sessions WHERE upstream_subject = :sub", sub=employee.at_provider.sub
    )
    assert kept == 0


async def test_id_token_is_sealed_and_rewrapped(server: Server, pro_connect_provider: Upstream) -> None:
    name = fresh_name()  # elsewhere stands what other tests write where sealed values belong
    server.clone(name)
    try:
        async with service(server, name, pro_connect_provider) as made:
            await _is_rewrapped(made, await employ(made))
    finally:
        server.drop(name)


async def _is_rewrapped(made: Service, employee: Employee) -> None:
    await made.signs_in(employee.at_provider)
    await made.browser().open("/account/upstream")
    read = "SELECT upstream_id_token FROM sessions WHERE upstream_subject = :sub"
    sealed = bytes(await made.value(read, sub=employee.at_provider.sub))
    assert b"eyJ" not in sealed
    user = await made.value("SELECT id FROM users WHERE email = :email", email=employee.at_provider.email)
    place, old = f"sessions.upstream_id_token:{user}", keyring(made.settings)
    new = bytes(range(1, 33))
    async with made.database.transaction(Role.AUTH, actor="tests") as session:
        counts = await rewrap(session=session, keys=Keyring(new, base64.b64decode(MASTER_KEY)))
    assert counts["upstream ID tokens"] == 1
    assert counts["upstream requests"] == 1
    again = bytes(await made.value(read, sub=employee.at_provider.sub))
    assert again != sealed
    assert Keyring(new).decrypt(again, place=place) == old.decrypt(sealed, place=place)


def _refresh(browser: Browser) -> str:
    """Return where a page goes on to by itself."""
    found = re.search(r'http-equiv="refresh" content="0; url=([^"]+)"', browser.page.text)
    assert found, browser.page.text
    return html.unescape(found[1])


# What is refused

ANY_PROFILE = (
    "nonce", "no-nonce", "state", "aud", "aud-azp", "id-iss", "expired", "at-hash", "no-id-token", "id-other-key",
    "id-alg-none", "id-hs256", "userinfo-sub", "iss", "no-iss", "code-twice",
)  # fmt: skip
SIGNED_USERINFO = ("userinfo-plain", "userinfo-other-key", "userinfo-alg-none", "userinfo-hs256", "userinfo-aud")


@pytest.mark.parametrize("fault", [*ANY_PROFILE, *SIGNED_USERINFO])
async def test_answer_of_pro_connect_with_a_fault_is_refused(
    pro_connect: Service, employee: Employee, fault: str
) -> None:
    browser = await pro_connect.signs_in(employee.at_provider, fault)
    assert browser.page.status_code == 403
    assert REFUSED in browser.alert
    assert browser.client.cookies.get("session") is None
    assert await pro_connect.value("SELECT count(*) FROM users WHERE email = :e", e=employee.at_provider.email) == 0


@pytest.mark.parametrize("fault", ANY_PROFILE)
async def test_answer_of_a_generic_provider_with_a_fault_is_refused(generic: Service, fault: str) -> None:
    somebody = generic.somebody(amr=["mfa"])
    await generic.invite(await generic.organisation(), somebody.email)
    browser = await generic.signs_in(somebody, fault)
    assert browser.page.status_code == 403
    assert REFUSED in browser.alert
    assert (await generic.signs_in(somebody)).page.status_code == 303, "without it, they come in"


async def test_callback_serves_once_and_in_the_browser_that_set_out(pro_connect: Service, employee: Employee) -> None:
    browser, thief, again = (pro_connect.browser() for _ in range(3))
    await browser.open("/account/upstream")
    cookie = browser.client.cookies.get("form")
    back = await Visitor().go(browser.location, employee.at_provider.name)
    pro_connect.provider.told("code-again")  # so that it is ours to refuse
    try:
        await thief.open("/account/sign-in")
        await thief.open(back)
        assert REFUSED in thief.alert
        await browser.open(back)
        assert browser.page.status_code == 303
        again.client.cookies.set("form", cookie or "", domain=HOST)
        await again.open(back)
        assert REFUSED in again.alert
    finally:
        pro_connect.provider.told()


@pytest.mark.parametrize("query", ["", "code=x", "state=x", "code=x&state=unknown", "error=access_denied&state=x"])
async def test_callback_that_answers_nothing_is_refused(pro_connect: Service, query: str) -> None:
    browser = pro_connect.browser()
    await browser.open("/account/sign-in")
    issuer = urlencode({"iss": pro_connect.provider.issuer})
    await browser.open(f"/account/upstream/callback?{query}&{issuer}")
    assert browser.page.status_code == 403
    assert REFUSED in browser.alert


async def test_person_who_gives_up_at_the_provider_is_told_so(generic: Service) -> None:
    browser = await generic.signs_in(Somebody("nobody", "", ""))
    assert browser.page.status_code == 403
    assert "not completed" in browser.alert


async def test_keys_that_the_provider_changed_are_fetched_again(
    server: Server, database_name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At a provider of its own: others would go on with the keys that it had."""
    monkeypatch.setattr(upstream_provider, "REFRESHED_S", 0.0)
    with provided(profile="generic", algorithm="RS256", base_url=BASE_URL) as provider:
        async with service(server, database_name, provider) as made:
            organisation = await made.organisation()
            for fault in ((), ("rotated",)):
                somebody = made.somebody(amr=["mfa"])
                await made.invite(organisation, somebody.email)
                assert (await made.signs_in(somebody, *fault)).page.status_code == 303


async def test_provider_that_fails_or_is_gone_is_said_so_and_signing_out_works(
    server: Server, database_name: str
) -> None:
    port = free_port()
    with provided(profile="generic", algorithm="ES256", base_url=BASE_URL, port=port) as provider:
        async with service(server, database_name, provider) as made:
            somebody = made.somebody(amr=["mfa"])
            await made.invite(await made.organisation(), somebody.email)
            browser = await made.signs_in(somebody, "token-500")
            assert browser.page.status_code == 503
            assert "does not answer" in browser.alert
            signed_in = await made.signs_in(somebody)
            await signed_in.open(signed_in.location)
            await signed_in.open("/console")
    gone = upstream_settings(server, database_name, f"http://127.0.0.1:{port}")
    async with application(gone) as app:
        browser = Browser(app, gone)
        page = await browser.open("/account/upstream")
        assert page.status_code == 503
        assert "does not answer" in browser.alert
        leaving = Browser(app, gone)
        leaving.client.cookies = signed_in.client.cookies
        await leaving.open("/console")
        await leaving.send("/account/sign-out")
        assert leaving.location == "/account/sign-in"


def upstream_settings(server: Server, name: str, issuer: str, **changes: Any) -> Settings:
    return server.settings(name, **{**Upstream(issuer, "generic", "ES256").settings(), **changes})


@asynccontextmanager
async def application(settings: Settings) -> AsyncIterator[FastAPI]:
    assert settings.web_database_url
    app = create_application(settings, Database(create_engine(settings.web_database_url.get_secret_value())))
    async with app.router.lifespan_context(app):
        yield app


async def test_metadata_of_another_issuer_is_refused(
    server: Server, database_name: str, generic_provider: Upstream
) -> None:
    generic_provider.told("metadata-issuer")
    try:
        async with service(server, database_name, generic_provider) as made:
            browser = made.browser()
            await browser.open("/account/upstream")
            assert REFUSED in browser.alert
    finally:
        generic_provider.told()


@pytest.mark.parametrize(
    "changes",
    [
        {"upstream_client_id": None},
        {"upstream_client_secret": None},
        {"issuer": "http://idp.example"},
        {"issuer": "https://user:password@idp.example"},
        {"issuer": "idp.example"},
    ],
)
def test_half_or_unsafe_settings_stop_the_start(server: Server, database_name: str, changes: dict[str, Any]) -> None:
    assert upstream_settings(server, database_name, "https://idp.example").upstream_issuer
    with pytest.raises(ValueError, match="REGISTRY_UPSTREAM_ISSUER"):
        upstream_settings(server, database_name, **{"issuer": "https://idp.example", **changes})


async def test_parameters_of_the_callback_are_not_logged_or_shown(
    generic: Service, capsys: pytest.CaptureFixture[str]
) -> None:
    browser = generic.browser()
    await browser.open("/account/sign-in")
    page: httpx.Response = await browser.open(
        f"/account/upstream/callback?code=the-secret-code&state=x&{urlencode({'iss': generic.provider.issuer})}"
    )
    assert "the-secret-code" not in page.text
    assert "the-secret-code" not in capsys.readouterr().err


@pytest.mark.parametrize("sub", ["", " ", "a\0b", "x" * 256, 7, None])
async def test_subject_that_is_no_text_is_refused(generic: Service, sub: object) -> None:
    browser = await generic.signs_in(generic.somebody(sub=sub, amr=["mfa"]))
    assert browser.page.status_code == 403
    assert REFUSED in browser.alert


@pytest.mark.parametrize(
    "claims",
    [{"name": "a\0b"}, {"name": ["x"]}, {"name": "x" * 5000}, {"amr": "mfa"}, {"amr": [["mfa"]]}, {"email_extra": {}}],
)
async def test_odd_claims_are_left_out_and_the_rest_counts(generic: Service, claims: dict[str, Any]) -> None:
    somebody = generic.somebody(**claims)
    await generic.invite(await generic.organisation(), somebody.email)
    browser = await generic.signs_in(somebody)
    assert browser.page.status_code in {303, 403}
    if browser.page.status_code == 303:
        assert browser.location.startswith("/account/second-factor"), "no second factor was proven"


async def test_invitation_page_offers_the_provider_as_well(pro_connect: Service) -> None:
    organisation, browser = await pro_connect.organisation(), pro_connect.browser()
    async with pro_connect.database.transaction(Role.AUTH, actor="tests") as session:
        link = await account.invite(
            session=session, keys=keyring(pro_connect.settings), base_url=BASE_URL, organisation=organisation,
            email="neuve@bailleur.example", role="landlord_reader",
        )  # fmt: skip
    page = await browser.open(link)
    assert 'href="/account/upstream?next=/console"' in page.text


async def test_what_nobody_came_back_for_is_deleted_when_others_set_out(generic: Service) -> None:
    await generic.browser().open("/account/upstream")
    await generic.value("UPDATE upstream_requests SET expires_at = now() - interval '1 second' RETURNING 1")
    await generic.browser().open("/account/upstream")
    assert await generic.value("SELECT count(*) FROM upstream_requests WHERE expires_at < now()") == 0
