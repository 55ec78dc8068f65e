"""Signing in at an OpenID provider: what is asked of it, and whom its word opens which account to."""

import re
import uuid
from typing import Any

import pyotp
import pytest
from fastapi import FastAPI

from registry.identity.service import account
from registry.platform.database import Role
from registry.platform.settings import Settings
from tests.support.people import Browser, join, register_app
from tests.support.upstream import Visitor, new_siren, siret_of
from tests.support.upstream_service import Employee, Service, next_step


async def test_sign_in_page_offers_pro_connect_in_its_words(pro_connect: Service) -> None:
    browser = pro_connect.browser()
    page = await browser.open("/account/sign-in?lang=fr")
    assert "S’identifier avec <strong>ProConnect</strong>" in page.text
    assert "Qu’est-ce que ProConnect ?" in page.text
    assert re.search("<script(?! src=)", page.text) is None, "none inline"


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
    await browser.send("/account/second-factor", code=pyotp.TOTP(owner.secret).at(next_step()))
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
