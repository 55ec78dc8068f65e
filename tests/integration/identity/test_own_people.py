"""An organisation manages its people over the API: invitations, members, roles; and stops all of its tokens."""

import re
import time
import uuid
from datetime import datetime
from typing import Any

import httpx
import orjson
import pytest
from fastapi import FastAPI
from sqlalchemy import text

from registry.audit import service as audit
from registry.identity.errors import InvitationUnknown
from registry.identity.service import account
from registry.platform.crypto import keyring
from registry.platform.database import Database, Role
from registry.platform.settings import Settings
from tests.support.identity import ALL_SCOPES, MANAGING, TRANSFERS, Ask, Enrol, Member
from tests.support.people import Browser, Person, join, register_app

MEMBERS = "/v1/organisation/members"
INVITATIONS = "/v1/organisation/invitations"


class Caller:
    """A client that manages its organisation."""

    def __init__(self, member: Member, client: httpx.AsyncClient, token: str) -> None:
        self.member = member
        self._client = client
        self.headers = {"Authorization": f"Bearer {token}", "Accept-Language": "en"}

    async def send(self, method: str, path: str, body: Any = None, **headers: str) -> httpx.Response:
        return await self._client.request(method, path, json=body, headers={**self.headers, **headers})


@pytest.fixture
async def caller(enrol: Enrol, ask: Ask, client: httpx.AsyncClient) -> Caller:
    member = await enrol(scopes=(*ALL_SCOPES, *MANAGING, *TRANSFERS, "charter:sign", "audit:read"))
    return Caller(member, client, (await ask(member.basic)).json()["access_token"])


@pytest.fixture
async def person(database: Database, settings: Settings, caller: Caller) -> Person:
    return await join(database, settings, caller.member.id, "landlord_reader")


async def link_sent_to(database: Database, settings: Settings, email: str) -> str:
    """Return the link of the mail that waits for somebody."""
    async with database.transaction(Role.AUTH) as session:
        rows = await session.execute(text("SELECT id, sealed FROM mails WHERE recipient = :r"), {"r": email})
        ((id_, sealed),) = rows
    written = orjson.loads(keyring(settings).decrypt(bytes(sealed), place=f"mails:{id_}"))
    found = re.search(r"/account/invitation/(\S+)", written["text"])
    assert found, written
    return found[1]


async def test_invited_person_joins_by_the_link_of_the_mail_alone(
    caller: Caller, database: Database, settings: Settings
) -> None:
    email = f"{uuid.uuid4().hex[:10]}@bailleur.example"
    answer = await caller.send("POST", INVITATIONS, {"email": email.upper(), "role": "landlord_searcher"})
    assert answer.status_code == 201, answer.text
    assert (answer.json()["email"], answer.json()["role"]) == (email, "landlord_searcher")
    token = await link_sent_to(database, settings, email)
    assert token not in answer.text
    listed = (await caller.send("GET", INVITATIONS)).json()["items"]
    assert [item["id"] for item in listed] == [answer.json()["id"]]
    async with database.transaction(Role.AUTH) as session:
        user = await account.accept_invitation(
            session=session, token=token, name="Jeanne Essai", password="un cheval vert mange"
        )
    assert (await caller.send("GET", INVITATIONS)).json()["items"] == []
    (found,) = (await caller.send("GET", MEMBERS)).json()["items"]
    assert (found["user_id"], found["email"], found["roles"]) == (str(user), email, ["landlord_searcher"])


async def test_cancelled_invitation_opens_nothing(caller: Caller, database: Database, settings: Settings) -> None:
    email = f"{uuid.uuid4().hex[:10]}@bailleur.example"
    made = (await caller.send("POST", INVITATIONS, {"email": email, "role": "landlord_admin"})).json()
    token = await link_sent_to(database, settings, email)
    assert (await caller.send("DELETE", f"{INVITATIONS}/{made['id']}")).status_code == 204
    async with database.transaction(Role.AUTH) as session:
        with pytest.raises(InvitationUnknown):
            await account.open_invitation(session=session, token=token)
    again = await caller.send("DELETE", f"{INVITATIONS}/{made['id']}")
    assert (again.status_code, again.json()["code"]) == (404, "invitation-unknown")


async def test_invitation_sent_again_is_one_mail(caller: Caller, database: Database) -> None:
    email = f"{uuid.uuid4().hex[:10]}@bailleur.example"
    body = {"email": email, "role": "landlord_reader"}
    answers = [await caller.send("POST", INVITATIONS, body, **{"Idempotency-Key": "i"}) for _ in range(2)]
    assert answers[0].json() == answers[1].json()
    async with database.transaction(Role.AUTH) as session:
        count = await session.execute(text("SELECT count(*) FROM mails WHERE recipient = :r"), {"r": email})
        assert count.scalar_one() == 1


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"email": "nobody", "role": "landlord_reader"}, 422, "input-invalid"),
        ({"email": "a..b@bailleur.example", "role": "landlord_reader"}, 422, "email-invalid"),
        ({"email": "a@bailleur.example", "role": "coordinator_admin"}, 422, "role-not-allowed"),
        ({"email": "a@bailleur.example", "role": "king"}, 422, "input-invalid"),
        ({"email": "a@bailleur.example"}, 422, "input-invalid"),
    ],
)
async def test_wrong_invitation_is_refused(caller: Caller, body: dict[str, str], status: int, code: str) -> None:
    answer = await caller.send("POST", INVITATIONS, body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert (await caller.send("GET", INVITATIONS)).json()["items"] == []


async def test_role_that_can_do_more_than_the_caller_is_not_given(
    enrol: Enrol, ask: Ask, client: httpx.AsyncClient, database: Database, settings: Settings
) -> None:
    member = await enrol(scopes=("stock:read", "territories:read", *MANAGING))
    weak = Caller(member, client, (await ask(member.basic)).json()["access_token"])
    person = await join(database, settings, member.id, "landlord_reader")
    for method, path, body in (
        ("POST", INVITATIONS, {"email": "a@bailleur.example", "role": "landlord_admin"}),
        ("PUT", f"{MEMBERS}/{person.id}", {"roles": ["landlord_reader", "landlord_publisher"]}),
    ):
        answer = await weak.send(method, path, body)
        assert (answer.status_code, answer.json()["code"]) == (403, "scope-beyond-own")
    allowed = await weak.send("POST", INVITATIONS, {"email": "a@bailleur.example", "role": "landlord_reader"})
    assert allowed.status_code == 201


async def test_roles_are_replaced_by_their_version_and_each_change_is_recorded(
    caller: Caller, person: Person, database: Database
) -> None:
    (member,) = (await caller.send("GET", MEMBERS)).json()["items"]
    path, version = f"{MEMBERS}/{person.id}", f'"{member["version"]}"'
    changed = await caller.send(
        "PUT", path, {"roles": ["landlord_publisher", "landlord_searcher"]}, **{"If-Match": version}
    )
    assert changed.json()["roles"] == ["landlord_publisher", "landlord_searcher"]
    stale = await caller.send("DELETE", path, **{"If-Match": version})
    assert (stale.status_code, stale.json()["code"]) == (412, "version-changed")
    assert (await caller.send("DELETE", path, **{"If-Match": changed.headers["etag"]})).status_code == 204
    assert (await caller.send("GET", MEMBERS)).json()["items"] == []
    gone = await caller.send("PUT", path, {"roles": ["landlord_reader"]})
    assert (gone.status_code, gone.json()["code"]) == (404, "member-unknown"), "who is no member is invited"
    async with database.transaction(Role.AUTH) as session:
        rows = await session.execute(
            text("SELECT action, detail->>'role' FROM audit_events WHERE organisation_id = :o"
                 " AND action LIKE 'identity:member:role_%' ORDER BY sequence"), {"o": caller.member.id},
        )  # fmt: skip
        assert [(action.rpartition("_")[2], role) for action, role in rows] == [
            ("given", "landlord_publisher"), ("given", "landlord_searcher"), ("taken", "landlord_reader"),
            ("taken", "landlord_publisher"), ("taken", "landlord_searcher"),
        ]  # fmt: skip


async def test_whoami_tells_what_a_token_is_and_any_token_may_ask(
    caller: Caller, ask: Ask, client: httpx.AsyncClient, settings: Settings
) -> None:
    answer = await ask(caller.member.basic, scope="listings:read")
    token = answer.json()["access_token"]
    told = (await client.get("/v1/whoami", headers={"Authorization": f"Bearer {token}"})).json()
    assert told["organisation"]["id"] == str(caller.member.id)
    assert (told["organisation"]["kind"], told["client_id"]) == ("landlord", caller.member.client_id)
    assert (told["client_name"], told["user_id"], told["territories"]) == ("test", None, [])
    assert told["scopes"] == [
        {"scope": "listings:read", "fr": "Rechercher les annonces partagées", "en": "Search the shared listings"}
    ]
    left = datetime.fromisoformat(told["expires_at"]).timestamp() - time.time()
    assert settings.token_lifetime_s - 30 < left <= settings.token_lifetime_s


async def test_whoami_names_the_person_and_not_the_client_of_another_organisation(
    database: Database, settings: Settings, app: FastAPI, client: httpx.AsyncClient, enrol: Enrol, caller: Caller
) -> None:
    vendor = await enrol(kind="partner", scopes=("territories:read",))
    software = await register_app(database, vendor.id, shared=True, scopes=("stock:read", "listings:read"))
    person = await join(database, settings, caller.member.id, "landlord_admin")
    browser = Browser(app, settings)
    await browser.sign_in(person)
    await browser.allow(software)
    form = {"grant_type": "authorization_code", "code": browser.answer["code"],
            "redirect_uri": "https://app.example/callback", "code_verifier": software.verifier}  # fmt: skip
    issued = (await client.post("/oauth/token", data=form, auth=software.basic)).json()
    headers = {"Authorization": f"Bearer {issued['access_token']}"}
    told = (await client.get("/v1/whoami", headers=headers)).json()
    assert (told["organisation"]["id"], told["user_id"]) == (str(caller.member.id), str(person.id))
    assert (told["client_id"], told["client_name"]) == (software.client_id, None)


async def test_revoke_all_ends_every_token_and_permission_of_the_organisation_and_of_no_other(
    database: Database, settings: Settings, app: FastAPI, client: httpx.AsyncClient, caller: Caller, ask: Ask,
    enrol: Enrol,
) -> None:  # fmt: skip
    software = await register_app(database, caller.member.id)
    person = await join(database, settings, caller.member.id, "landlord_admin")
    browser = Browser(app, settings)
    await browser.sign_in(person)
    form = {"grant_type": "authorization_code", "redirect_uri": "https://app.example/callback",
            "code_verifier": software.verifier}  # fmt: skip
    await browser.allow(software)
    issued = (
        await client.post("/oauth/token", data={**form, "code": browser.answer["code"]}, auth=software.basic)
    ).json()
    await browser.allow(software)
    unused = browser.answer["code"]
    neighbour = await enrol()
    foreign = (await ask(neighbour.basic)).json()["access_token"]
    held = [caller.headers["Authorization"], f"Bearer {issued['access_token']}", f"Bearer {foreign}"]

    async def statuses() -> list[int]:
        asked = [await client.get("/v1/whoami", headers={"Authorization": header}) for header in held]
        return [answer.status_code for answer in asked]

    assert await statuses() == [200, 200, 200]
    answer = await caller.send("POST", "/v1/organisation:revoke-all", {"organisation_id": str(caller.member.id)})
    assert answer.status_code == 200, answer.text
    assert answer.json() == {"access_tokens": 2, "grants": 2}
    began = time.monotonic()
    while await statuses() != [401, 401, 200]:
        assert time.monotonic() - began < 5, "useless within five seconds"
    refreshed = await client.post(
        "/oauth/token", data={"grant_type": "refresh_token", "refresh_token": issued["refresh_token"]},
        auth=software.basic,
    )  # fmt: skip
    assert refreshed.json()["error"] == "invalid_grant"
    late = await client.post("/oauth/token", data={**form, "code": unused}, auth=software.basic)
    assert late.json()["error"] == "invalid_grant"
    fresh = (await ask(caller.member.basic)).json()["access_token"]
    assert (await client.get("/v1/whoami", headers={"Authorization": f"Bearer {fresh}"})).status_code == 200
    async with database.transaction(Role.AUTH) as session:
        rows = await session.execute(
            text("SELECT actor, detail FROM audit_events"
                 " WHERE organisation_id = :o AND action = 'identity:tokens:revoked'"),
            {"o": caller.member.id},
        )  # fmt: skip
        assert [tuple(row) for row in rows] == [(caller.member.client_id, {"access_tokens": 2, "grants": 2})]
        assert (await audit.verify(session=session, organisation=caller.member.id))[1] is None


async def test_revoke_all_wants_the_organisation_named(caller: Caller, enrol: Enrol) -> None:
    other = await enrol()
    for body in ({}, {"organisation_id": "x"}, {"organisation_id": str(other.id)}):
        answer = await caller.send("POST", "/v1/organisation:revoke-all", body)
        assert answer.status_code == 422
    assert (await caller.send("GET", "/v1/whoami")).status_code == 200
