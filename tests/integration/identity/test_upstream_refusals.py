"""What a provider answers, or does not, and is not believed for."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from fastapi import FastAPI

from registry.asgi import create_application
from registry.console.upstream import provider as upstream_provider
from registry.identity.service import account
from registry.platform.crypto import keyring
from registry.platform.database import Database, Role, create_engine
from registry.platform.settings import Settings
from tests.support.database import BASE_URL, HOST, Server
from tests.support.people import Browser
from tests.support.served import free_port
from tests.support.upstream import Upstream, Visitor, provided
from tests.support.upstream_service import REFUSED, Employee, Service, Somebody, service

ANY_PROFILE = (
    "nonce", "no-nonce", "state", "aud", "aud-azp", "id-iss", "expired", "at-hash", "no-id-token", "id-other-key",
    "id-alg-none", "id-hs256", "userinfo-sub", "iss", "no-iss", "code-twice", "id-nested", "userinfo-nested",
    "nested-answer", "lifetime-without-end",
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
