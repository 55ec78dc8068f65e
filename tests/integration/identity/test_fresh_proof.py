"""Software that acts for a person gives credentials only while the person's proof of identity is fresh (RFC 9470)."""

import base64
import json
import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from joserfc.jwk import ECKey
from sqlalchemy import text

from registry.platform.database import Database, Role
from registry.platform.settings import Settings
from tests.support.identity import ALL_SCOPES, MANAGING, Ask, Enrol, Member
from tests.support.people import CALLBACK, PASSWORD, App, Browser, Person, join, register_app

ORGANISATION = "/v1/organisation"
NOBODY = uuid.UUID(int=7)
CLIENT = {"name": "ERP", "scopes": ["stock:read"]}
SELF = {"name": "Logiciel", "scopes": [*ALL_SCOPES, *MANAGING], "redirect_uris": [CALLBACK]}


@dataclass
class Desk:
    """A person, the software that manages their organisation for them, and its tokens."""

    client: httpx.AsyncClient
    database: Database
    app: App
    person: Person
    browser: Browser
    tokens: dict[str, Any]

    async def consent(self) -> None:
        await self.browser.allow(self.app, scope=" ".join((*ALL_SCOPES, *MANAGING)))
        form = {
            "grant_type": "authorization_code", "code": self.browser.answer["code"], "redirect_uri": CALLBACK,
            "code_verifier": self.app.verifier,
        }  # fmt: skip
        self.tokens = (await self.client.post("/oauth/token", data=form, auth=self.app.basic)).json()

    async def refresh(self, *, age: timedelta) -> None:
        """Let the proof be so old, and refresh."""
        async with self.database.transaction(Role.AUTH, actor="tests") as session:
            await session.execute(
                text("UPDATE consents SET authenticated_at = now() - CAST(:age AS interval) WHERE user_id = :user"),
                {"age": age, "user": self.person.id},
            )
        form = {"grant_type": "refresh_token", "refresh_token": self.tokens["refresh_token"]}
        self.tokens = (await self.client.post("/oauth/token", data=form, auth=self.app.basic)).json()

    async def send(self, method: str, path: str, body: Any = None) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.tokens['access_token']}", "Accept-Language": "en"}
        return await self.client.request(method, f"{ORGANISATION}{path}", json=body, headers=headers)


@pytest.fixture
async def desk(client: httpx.AsyncClient, database: Database, app: FastAPI, settings: Settings, member: Member) -> Desk:
    person = await join(database, settings, member.id, "landlord_admin")
    software = await register_app(database, member.id, scopes=(*ALL_SCOPES, *MANAGING))
    browser = Browser(app, settings)
    await browser.sign_in(person)
    made = Desk(client, database, software, person, browser, {})
    await made.consent()
    return made


def public_key() -> dict[str, Any]:
    return ECKey.generate_key("P-256", {"kid": "k"}).as_dict(private=False)


GIVING = {
    "client": ("POST", "/clients", CLIENT),
    "scopes": ("PUT", "/clients/{client}", SELF),
    "secret": ("POST", "/clients/{client}/secrets", {}),
    "key": ("POST", "/clients/{client}/keys", public_key()),
    "role": ("PUT", "/members/{person}", {"roles": ["landlord_admin", "landlord_reader"]}),
    "invitation": ("POST", "/invitations", {"email": "a@bailleur.example", "role": "landlord_reader"}),
    "webhook": ("PUT", "/webhooks/erp", {"url": "https://hooks.example/x", "events": ["import.failed"]}),
}


@pytest.mark.parametrize("given", GIVING)
async def test_credentials_and_ways_to_them_want_a_proof_of_the_last_quarter_of_an_hour(desk: Desk, given: str) -> None:
    method, path, body = GIVING[given]
    path = path.format(client=desk.app.client_id, person=desk.person.id)
    await desk.refresh(age=timedelta(minutes=14, seconds=50))
    early = await desk.send(method, path, body)
    assert early.status_code != 401, early.text

    await desk.refresh(age=timedelta(minutes=15, seconds=5))
    late = await desk.send(method, path, body)
    assert (late.status_code, late.json()["code"]) == (401, "proof-too-old")
    assert "/oauth/authorize" in late.json()["remedy"]
    header = late.headers["www-authenticate"]
    assert header.startswith('Bearer error="insufficient_user_authentication", max_age="900", resource_metadata="')


async def test_fresh_consent_gives_again_what_a_refresh_does_not(desk: Desk) -> None:
    made = await desk.send("POST", "/clients", CLIENT)
    assert made.status_code == 201
    await desk.refresh(age=timedelta(days=3))
    assert (await desk.send("POST", "/clients", CLIENT)).status_code == 401
    async with desk.database.transaction(Role.AUTH, actor="tests") as session:
        await session.execute(
            text("UPDATE sessions SET authenticated_at = now() - interval '1 hour' WHERE user_id = :user"),
            {"user": desk.person.id},
        )
    assert (await desk.browser.allow(desk.app, scope="organisation:manage")).startswith("/account/confirm?")
    await desk.browser.open(desk.browser.location)
    await desk.browser.send("/account/confirm", next=desk.browser.hidden("next"), password=PASSWORD)
    await desk.consent()
    assert (await desk.send("POST", "/clients", CLIENT)).status_code == 201


async def test_what_reads_or_takes_away_asks_for_no_fresh_proof(desk: Desk) -> None:
    made = (await desk.send("POST", "/clients", CLIENT)).json()["client"]
    await desk.refresh(age=timedelta(days=3))
    assert (await desk.send("GET", "/clients")).status_code == 200
    secret = made["secrets"][0]["id"]
    assert (await desk.send("DELETE", f"/clients/{made['client_id']}/secrets/{secret}")).status_code == 204
    assert (await desk.send("DELETE", f"/clients/{made['client_id']}")).status_code == 204
    assert (await desk.send("DELETE", f"/invitations/{NOBODY}")).json()["code"] == "invitation-unknown"


async def test_machine_gives_credentials_without_anybodys_proof(
    client: httpx.AsyncClient, enrol: Enrol, ask: Ask
) -> None:
    manager = await enrol(scopes=(*ALL_SCOPES, *MANAGING))
    token = (await ask(manager.basic)).json()["access_token"]
    claims = json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))
    assert "auth_time" not in claims
    made = await client.post(f"{ORGANISATION}/clients", json=CLIENT, headers={"Authorization": f"Bearer {token}"})
    assert made.status_code == 201


async def test_token_says_when_the_person_was_authenticated(desk: Desk) -> None:
    def told() -> int:
        claims = json.loads(base64.urlsafe_b64decode(desk.tokens["access_token"].split(".")[1] + "=="))
        return int(claims["iat"] - claims["auth_time"])

    assert 0 <= told() <= 60
    await desk.refresh(age=timedelta(days=3))
    assert 3 * 86_400 <= told() <= 3 * 86_400 + 60
