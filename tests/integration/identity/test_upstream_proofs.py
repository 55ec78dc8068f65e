"""Linking an account to an OpenID provider, proving anew there who one is, and leaving both."""

import base64
import html
import re
import time
from urllib.parse import parse_qs, urlsplit

import pyotp
import pytest
import time_machine

from registry.identity.service import rewrap
from registry.platform.crypto import Keyring, keyring
from registry.platform.database import Role
from tests.support.database import MASTER_KEY, Server, fresh_name
from tests.support.people import Browser, join
from tests.support.upstream import Upstream, Visitor, new_siren, siret_of
from tests.support.upstream_service import Employee, Service, employ, next_step, service


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


PROVEN = "/account/security/sessions"
"""A step for which the last proof must be of the last five minutes."""


async def asks_again(browser: Browser) -> bool:
    """Try a step that takes a fresh proof; return whether the page where it is given comes first."""
    await browser.open("/account/security")
    assert browser.page.status_code == 200
    await browser.send(PROVEN)
    return browser.location.startswith("/account/confirm")


async def test_sign_in_without_a_question_is_no_fresh_proof(pro_connect: Service, employee: Employee) -> None:
    """Who is signed in at the provider since this morning comes in, and proves it again before what counts."""
    visitor = Visitor()
    browser = await pro_connect.signs_in(employee.at_provider, visitor=visitor)
    await browser.open(browser.location)
    assert not await asks_again(browser), "asked this minute"
    pro_connect.provider.let_pass(4 * 3600)
    silent = await pro_connect.signs_in(employee.at_provider, visitor=visitor)
    await silent.open(silent.location)
    assert await asks_again(silent)
    await silent.open(silent.location)
    await silent.send("/account/upstream/confirm", next="/account/security")
    await silent.open(await visitor.go(_refresh(silent), employee.at_provider.name))
    assert not await asks_again(silent)


@pytest.mark.parametrize(("fault", "asked"), [("no-auth-time", True), ("auth-tomorrow", False)])
async def test_moment_of_the_proof_is_what_the_provider_says_and_never_later_than_now(
    pro_connect: Service, employee: Employee, fault: str, *, asked: bool
) -> None:
    browser = await pro_connect.signs_in(employee.at_provider, fault)
    await browser.open(browser.location)
    assert await asks_again(browser) is asked
    future = "SELECT bool_or(authenticated_at > now()) FROM sessions WHERE upstream_subject = :sub"
    assert await pro_connect.value(future, sub=employee.at_provider.sub) is False


async def test_first_second_factor_is_no_proof_of_who_sets_it_up(pro_connect: Service) -> None:
    siren = new_siren()
    somebody, visitor = pro_connect.somebody(siret=siret_of(siren), amr=["pwd"]), Visitor()
    await pro_connect.invite(await pro_connect.organisation(siren), somebody.email)
    await pro_connect.signs_in(somebody, visitor=visitor)
    pro_connect.provider.let_pass(4 * 3600)
    browser = await pro_connect.signs_in(somebody, visitor=visitor)
    await browser.open("/account/enrolment")
    found = re.search(r"<code>([A-Z2-7 ]+)</code>", browser.page.text)
    assert found
    totp = pyotp.TOTP(found[1].replace(" ", ""))
    await browser.send("/account/enrolment", code=totp.now())
    assert browser.page.status_code == 200
    assert await asks_again(browser)
    again = await pro_connect.signs_in(somebody, visitor=visitor)
    await again.open("/account/second-factor")
    await again.send("/account/second-factor", code=totp.at(next_step()))
    assert not await asks_again(again), "the code that was set up before is one"


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
