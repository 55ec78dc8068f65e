"""An organisation manages its own clients over the API: their secrets and keys, and never more than the caller has."""

import asyncio
import json
import re
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from joserfc.jwk import ECKey
from sqlalchemy import text

from registry.audit import service as audit
from registry.identity.service import suspend_organisation
from registry.kernel.clock import now
from registry.platform.database import Database, Role
from registry.platform.outbound import Outbound
from registry.platform.settings import Settings
from tests.support.code_flow import WAIT_S
from tests.support.commands import invoke
from tests.support.identity import ALL_SCOPES, MANAGING, Ask, Enrol, Member, Sign

CLIENTS = "/v1/organisation/clients"


@dataclass
class Manager:
    """A client that manages its organisation, and the token that it uses."""

    member: Member
    client: httpx.AsyncClient
    headers: dict[str, str]

    async def send(self, method: str, path: str, body: Any = None, **headers: str) -> httpx.Response:
        given = {**self.headers, "Accept-Language": "en", **headers}
        return await self.client.request(method, path, json=body, headers=given)

    async def create(self, **changes: Any) -> dict[str, Any]:
        answer = await self.send("POST", CLIENTS, {"name": "ERP", "scopes": ["stock:read"], **changes})
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.json()
        return made

    async def read(self, client_id: str) -> dict[str, Any]:
        answer = await self.send("GET", f"{CLIENTS}/{client_id}")
        assert answer.status_code == 200, answer.text
        assert answer.headers["etag"] == f'"{answer.json()["version"]}"'
        read: dict[str, Any] = answer.json()
        return read


Manage = Callable[..., Awaitable[Manager]]


@pytest.fixture
def manage(enrol: Enrol, ask: Ask, client: httpx.AsyncClient) -> Manage:
    """Make an organisation whose client has ``scopes``, with a token of ``asked`` (all of them)."""

    async def make(
        *, kind: str = "landlord", scopes: tuple[str, ...] = (*ALL_SCOPES, *MANAGING), asked: str | None = None
    ) -> Manager:
        member = await enrol(kind=kind, scopes=scopes)
        answer = await ask(member.basic, **({"scope": asked} if asked else {}))
        return Manager(member, client, {"Authorization": f"Bearer {answer.json()['access_token']}"})

    return make


@pytest.fixture
async def manager(manage: Manage) -> Manager:
    return await manage()


def public_key(kid: str) -> tuple[ECKey, dict[str, Any]]:
    key = ECKey.generate_key("P-256", {"kid": kid})
    return key, key.as_dict(private=False)


async def actions(database: Database, organisation: uuid.UUID) -> list[tuple[str, str, dict[str, Any]]]:
    """Return what the organisation's chain says, and prove that it holds."""
    async with database.transaction(Role.AUTH) as session:
        _, broken = await audit.verify(session=session, organisation=organisation)
        assert broken is None
        rows = await session.execute(
            text("SELECT action, subject, detail FROM audit_events WHERE organisation_id = :o ORDER BY sequence"),
            {"o": organisation},
        )
        return [(action, subject, detail) for action, subject, detail in rows]


async def test_client_that_is_created_gets_a_token_with_the_secret_that_is_shown_once(
    manager: Manager, ask: Ask, database: Database
) -> None:
    made = await manager.create()
    client_id = made["client"]["client_id"]
    assert re.fullmatch(r"areg_[A-Za-z0-9_-]{43}", made["client_secret"])
    issued = await ask((client_id, made["client_secret"]))
    assert issued.json()["scope"] == "stock:read"
    listed = await manager.send("GET", CLIENTS)
    assert made["client_secret"] not in listed.text
    found = {item["client_id"]: item for item in listed.json()["items"]}
    assert set(found) == {manager.member.client_id, client_id}
    assert found[client_id]["secrets"][0]["last_used_at"] is not None
    recorded = await actions(database, manager.member.id)
    assert ("identity:client:created", client_id) in [(action, subject) for action, subject, _ in recorded]


async def test_client_by_key_is_created_and_its_keys_overlap(manager: Manager, ask: Ask, assertion: Sign) -> None:
    old, old_public = public_key("2026")
    new, new_public = public_key("2027")
    made = await manager.create(auth_method="private_key_jwt", keys=[old_public])
    assert made["client_secret"] is None
    client_id = made["client"]["client_id"]
    path = f"{CLIENTS}/{client_id}/keys"
    signer = Member(manager.member.id, client_id, "", old)
    assert (await ask(**assertion(signer))).status_code == 200
    only = await manager.send("DELETE", f"{path}/2026")
    assert (only.status_code, only.json()["code"]) == (409, "last-key")
    for _ in range(2):  # sent again, it changes nothing
        added = await manager.send("POST", path, new_public)
        assert added.status_code == 201, added.text
        assert [key["kid"] for key in added.json()["keys"]] == ["2026", "2027"]
    other = await manager.send("POST", path, public_key("2027")[1])
    assert (other.status_code, other.json()["code"]) == (409, "key-already-present")
    for key in (old, new):
        assert (await ask(**assertion(signer, key=key, header={"kid": key.kid}))).status_code == 200
    assert (await manager.send("DELETE", f"{path}/2026")).status_code == 204
    assert (await ask(**assertion(signer, key=old, header={"kid": "2026"}))).status_code == 401
    assert (await ask(**assertion(signer, key=new, header={"kid": "2027"}))).status_code == 200
    gone = await manager.send("DELETE", f"{path}/2026")
    assert (gone.status_code, gone.json()["code"]) == (404, "key-unknown")
    assert (await manager.read(client_id))["last_used_at"] is not None


async def test_each_key_tells_when_it_was_used_last(
    manager: Manager, ask: Ask, assertion: Sign, settings: Settings
) -> None:
    old, old_public = public_key("2026")
    new, new_public = public_key("2027")
    made = await manager.create(auth_method="private_key_jwt", keys=[old_public, new_public])
    client_id = made["client"]["client_id"]
    signer = Member(manager.member.id, client_id, "", old)

    async def used() -> dict[str, Any]:
        return {key["kid"]: key["last_used_at"] for key in (await manager.read(client_id))["keys"]}

    version = made["client"]["version"]
    assert await used() == {"2026": None, "2027": None}
    await ask(**assertion(signer, key=new, header={"kid": "2027"}))
    first = await used()
    assert first["2026"] is None
    assert now() - datetime.fromisoformat(first["2027"]) < timedelta(minutes=1)
    await ask(**assertion(signer, key=old, header={"kid": None}))
    second = await used()
    assert (second["2027"], second["2026"] is None) == (first["2027"], False)
    assert (await manager.read(client_id))["version"] == version, "to use a key changes nothing"
    listed = await asyncio.to_thread(invoke, settings, "client", "list", "--organisation", str(manager.member.id))
    assert re.search(r"key 2027, last used \d{4}-", listed.stdout)

    assert (await manager.send("DELETE", f"{CLIENTS}/{client_id}/keys/2027")).status_code == 204
    again = await manager.send("POST", f"{CLIENTS}/{client_id}/keys", public_key("2027")[1])
    assert again.status_code == 201
    assert (await used())["2027"] is None, "another key of the same name was not used yet"


async def test_fifty_keys_may_be_active_and_not_one_more(manager: Manager) -> None:
    kept = [public_key(f"key-{number}")[1] for number in range(49)]
    made = await manager.create(auth_method="private_key_jwt", keys=kept)
    path = f"{CLIENTS}/{made['client']['client_id']}/keys"
    assert (await manager.send("POST", path, public_key("last")[1])).status_code == 201
    refused = await manager.send("POST", path, public_key("too many")[1])
    assert refused.status_code == 422
    refused = await manager.send("POST", path, public_key("too-many")[1])
    assert (refused.status_code, refused.json()["code"]) == (422, "key-set-invalid")


async def test_private_key_is_refused_by_name(manager: Manager) -> None:
    key = ECKey.generate_key("P-256", {"kid": "1"}).as_dict(private=True)
    answer = await manager.send("POST", CLIENTS, {"name": "ERP", "scopes": ["stock:read"], "keys": [key]})
    assert answer.status_code == 422
    assert "private key" in answer.text
    assert str(key["d"]) not in answer.text, "what should not have been sent is not repeated"


async def test_third_secret_is_refused_and_a_retired_one_is_worth_nothing(manager: Manager, ask: Ask) -> None:
    made = await manager.create()
    client_id, path = made["client"]["client_id"], f"{CLIENTS}/{made['client']['client_id']}/secrets"
    end = (now() + timedelta(days=400)).isoformat()
    added = (await manager.send("POST", path, {"expires_at": end})).json()
    third = await manager.send("POST", path, {})
    assert (third.status_code, third.json()["code"]) == (409, "too-many-secrets")
    assert third.json()["remedy"].startswith("Retire one first: DELETE /v1/organisation/clients/")
    for secret in (made["client_secret"], added["client_secret"]):
        assert (await ask((client_id, secret))).status_code == 200
    first, second = (await manager.read(client_id))["secrets"]
    assert (first["expires_at"], second["id"]) == (None, added["id"])
    assert (await manager.send("DELETE", f"{path}/{first['id']}")).status_code == 204
    assert (await ask((client_id, made["client_secret"]))).status_code == 401
    assert (await ask((client_id, added["client_secret"]))).status_code == 200
    again = await manager.send("DELETE", f"{path}/{first['id']}")
    assert (again.status_code, again.json()["code"]) == (404, "secret-unknown")


async def test_tokens_end_with_the_secret_or_key_that_obtained_them_and_no_others(
    manager: Manager, ask: Ask, assertion: Sign, client: httpx.AsyncClient
) -> None:
    async def status(answer: httpx.Response) -> int:
        token = answer.json()["access_token"]
        return (await client.get("/v1/whoami", headers={"Authorization": f"Bearer {token}"})).status_code

    made = await manager.create()
    by_secret = made["client"]["client_id"]
    added = (await manager.send("POST", f"{CLIENTS}/{by_secret}/secrets", {})).json()
    (old, old_public), (new, new_public) = public_key("2026"), public_key("2027")
    keyed = await manager.create(auth_method="private_key_jwt", keys=[old_public, new_public])
    by_key = keyed["client"]["client_id"]
    signer = Member(manager.member.id, by_key, "", old)
    going = [await ask((by_secret, made["client_secret"])), await ask(**assertion(signer))]
    staying = [
        await ask((by_secret, added["client_secret"])),
        await ask(**assertion(signer, key=new, header={"kid": "2027"})),
    ]
    assert [await status(answer) for answer in [*going, *staying]] == [200] * 4
    first = made["client"]["secrets"][0]["id"]
    assert (await manager.send("DELETE", f"{CLIENTS}/{by_secret}/secrets/{first}")).status_code == 204
    assert (await manager.send("DELETE", f"{CLIENTS}/{by_key}/keys/2026")).status_code == 204
    await asyncio.sleep(WAIT_S)
    assert [await status(answer) for answer in going] == [401, 401]
    assert [await status(answer) for answer in staying] == [200, 200]


@pytest.mark.parametrize("end", ["2020-01-01T00:00:00Z", "tomorrow", 1_900_000_000, "2099-01-01"])
async def test_secret_whose_end_is_no_time_to_come_is_refused(manager: Manager, end: Any) -> None:
    answer = await manager.send("POST", CLIENTS, {"name": "ERP", "scopes": ["stock:read"], "secret_expires_at": end})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "secret_expires_at"


async def test_client_is_renamed_narrowed_and_widened_by_its_version(manager: Manager, ask: Ask) -> None:
    made = await manager.create(scopes=["stock:read", "stock:write"])
    client_id, path = made["client"]["client_id"], f"{CLIENTS}/{made['client']['client_id']}"
    version = made["client"]["version"]
    given = {"name": "  ERP,  new ", "scopes": ["stock:read"]}
    changed = await manager.send("PUT", path, given, **{"If-Match": f'"{version}"'})
    assert changed.status_code == 200, changed.text
    assert (changed.json()["name"], changed.json()["scopes"]) == ("ERP, new", ["stock:read"])
    stale = await manager.send("PUT", path, given, **{"If-Match": f'"{version}"'})
    assert (stale.status_code, stale.json()["code"]) == (412, "version-changed")
    narrowed = await ask((client_id, made["client_secret"]), scope="stock:write")
    assert narrowed.json()["error"] == "invalid_scope"
    same = await manager.send("PUT", path, given)
    assert same.headers["etag"] == changed.headers["etag"], "what does not change keeps its version"


async def test_disabled_client_gets_nothing_more_and_its_tokens_end(
    manager: Manager, ask: Ask, client: httpx.AsyncClient, app: FastAPI
) -> None:
    made = await manager.create()
    path = f"{CLIENTS}/{made['client']['client_id']}"
    basic = (made["client"]["client_id"], made["client_secret"])
    token = (await ask(basic)).json()["access_token"]
    assert (await manager.send("DELETE", path)).status_code == 204
    assert (await ask(basic)).status_code == 401
    app.state.authenticate.__self__._trusted.clear()  # as after two seconds
    assert (await client.get("/v1/homes", headers={"Authorization": f"Bearer {token}"})).status_code == 401
    assert (await manager.read(basic[0]))["status"] == "revoked"
    for method, end, body in (
        ("DELETE", "", None),
        ("POST", "/secrets", {}),
        ("PUT", "", {"name": "x", "scopes": ["stock:read"]}),
    ):
        answer = await manager.send(method, path + end, body)
        assert (answer.status_code, answer.json()["code"]) == (409, "client-revoked")


async def test_client_gives_no_scope_that_it_lacks(manage: Manage) -> None:
    narrow = await manage(scopes=("stock:read", *MANAGING))
    answer = await narrow.send("POST", CLIENTS, {"name": "ERP", "scopes": ["stock:read", "stock:write"]})
    assert (answer.status_code, answer.json()["code"]) == (403, "scope-beyond-own")
    fault = answer.json()["errors"][0]
    assert (fault["field"], fault["value"]) == ("scopes", "stock:write")
    made = await narrow.create(scopes=["stock:read"])
    path = f"{CLIENTS}/{made['client']['client_id']}"
    widened = await narrow.send("PUT", path, {"name": "ERP", "scopes": ["listings:read"]})
    assert widened.json()["code"] == "scope-beyond-own"
    assert (await narrow.read(made["client"]["client_id"]))["scopes"] == ["stock:read"]


async def test_token_of_a_part_of_the_scopes_gives_no_more_than_that_part(manage: Manage) -> None:
    partly = await manage(asked="organisation:read organisation:manage")
    answer = await partly.send("POST", CLIENTS, {"name": "ERP", "scopes": ["stock:read"]})
    assert answer.json()["code"] == "scope-beyond-own"


async def test_client_takes_no_credential_of_one_that_may_do_more(manage: Manage, manager: Manager, ask: Ask) -> None:
    """A secret or key of a stronger client, or an address to which its codes go, would be a way to its scopes."""
    weak = await manager.create(scopes=["stock:read", *MANAGING])
    strong = await manager.create(scopes=["stock:read", "stock:write"])
    by_key = await manager.create(scopes=["stock:write"], auth_method="private_key_jwt", keys=[public_key("1")[1]])
    token = (await ask((weak["client"]["client_id"], weak["client_secret"]))).json()["access_token"]
    caller = Manager(manager.member, manager.client, {"Authorization": f"Bearer {token}"})
    paths = [f"{CLIENTS}/{made['client']['client_id']}" for made in (strong, by_key)]
    for method, path, body in (
        ("POST", f"{paths[0]}/secrets", {}),
        ("POST", f"{paths[1]}/keys", public_key("2")[1]),
        ("PUT", paths[0], {"name": "x", "scopes": ["stock:read"], "redirect_uris": ["https://thief.example/"]}),
    ):
        answer = await caller.send(method, path, body)
        assert (answer.status_code, answer.json()["code"]) == (403, "scope-beyond-own"), answer.text
    taken = strong["client"]["secrets"][0]["id"]
    assert (await caller.send("DELETE", f"{paths[0]}/secrets/{taken}")).status_code == 204, "taking away is no gain"


@pytest.mark.parametrize("kind", ["coordinator", "partner"])
async def test_client_above_its_organisations_ceiling_is_refused(manage: Manage, kind: str) -> None:
    caller = await manage(kind=kind, scopes=("territories:read", *MANAGING))
    answer = await caller.send("POST", CLIENTS, {"name": "ERP", "scopes": ["stock:read"]})
    assert answer.status_code == 403
    assert (await caller.create(scopes=["territories:read"]))["client"]["scopes"] == ["territories:read"]


async def test_reading_asks_for_less_than_managing(manage: Manage) -> None:
    reader = await manage(asked="organisation:read")
    assert (await reader.send("GET", CLIENTS)).status_code == 200
    answer = await reader.send("POST", CLIENTS, {"name": "ERP", "scopes": ["organisation:read"]})
    assert (answer.status_code, answer.json()["code"]) == (403, "scope-missing")
    assert 'scope="organisation:manage"' in answer.headers["www-authenticate"]


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"name": ""}, "input-invalid", "name"),
        ({"name": "   "}, "input-invalid", "name"),
        ({"name": "jeanne@bailleur.example"}, "input-invalid", "name"),
        ({"scopes": []}, "input-invalid", "scopes"),
        ({"scopes": ["stock:delete"]}, "input-invalid", "scopes.0"),
        ({"auth_method": "none"}, "input-invalid", "auth_method"),
        ({"auth_method": "private_key_jwt"}, "auth-method-invalid", "auth_method"),
        ({"machine": False}, "input-invalid", "machine"),
        ({"redirect_uris": ["http://app.example/"]}, "redirect-uri-invalid", "redirect_uris"),
        ({"redirect_uris": ["https://app.example/#x"]}, "redirect-uri-invalid", "redirect_uris"),
        ({"shared": True}, "input-invalid", "shared"),
        ({"keys": []}, "input-invalid", "keys"),
        ({"auth_method": "private_key_jwt", "jwks_uri": "http://keys.example/"}, "jwks-uri-invalid", "jwks_uri"),
        ({"auth_method": "private_key_jwt", "jwks_uri": "https://10.0.0.1/"}, "jwks-uri-invalid", "jwks_uri"),
        ({"auth_method": "private_key_jwt", "jwks_uri": "https://u:p@keys.example/"}, "jwks-uri-invalid", "jwks_uri"),
    ],
)  # fmt: skip
async def test_wrong_client_is_refused_with_field_value_and_remedy(
    manager: Manager, changes: dict[str, Any], code: str, field: str
) -> None:
    answer = await manager.send("POST", CLIENTS, {"name": "ERP", "scopes": ["stock:read"], **changes})
    assert answer.status_code == 422, answer.text
    stated = answer.json()
    assert stated["code"] == code
    assert field in {fault["field"] for fault in stated["errors"]}
    assert stated.get("remedy") or all(fault["remedy"] for fault in stated["errors"])
    listed = await manager.send("GET", CLIENTS)
    assert len(listed.json()["items"]) == 1, "nothing was made"


async def test_weak_or_repeated_key_is_refused(manager: Manager) -> None:
    _, good = public_key("1")
    for keys in ([{**good, "x": "AAAA"}], [good, good], [{"kid": "2", "kty": "RSA", "n": "AQAB", "e": "AQAB"}]):
        answer = await manager.send(
            "POST", CLIENTS,
            {"name": "ERP", "scopes": ["stock:read"], "auth_method": "private_key_jwt", "keys": keys},
        )  # fmt: skip
        assert (answer.status_code, answer.json()["code"]) == (422, "key-set-invalid")


async def test_keys_move_to_an_address_and_back(
    manager: Manager, app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.state._state, "outbound", Outbound(frozenset({"keys.example"})))
    made = await manager.create(auth_method="private_key_jwt", keys=[public_key("1")[1]])
    path = f"{CLIENTS}/{made['client']['client_id']}"
    given = {"name": "ERP", "scopes": ["stock:read"]}
    moved = await manager.send("PUT", path, {**given, "jwks_uri": "https://keys.example/jwks.json"})
    assert moved.json()["jwks_uri"] == "https://keys.example/jwks.json"
    assert [key["kid"] for key in moved.json()["keys"]] == ["1"], "they hold until the first fetch"
    refused = await manager.send("POST", f"{path}/keys", public_key("2")[1])
    assert (refused.status_code, refused.json()["code"]) == (409, "keys-published-elsewhere")
    back = await manager.send("PUT", path, given)
    assert back.json()["jwks_uri"] is None
    assert (await manager.send("POST", f"{path}/keys", public_key("2")[1])).status_code == 201


async def test_client_of_an_address_that_was_never_read_keeps_it(
    manager: Manager, app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.state._state, "outbound", Outbound(frozenset({"keys.example"})))
    made = await manager.create(auth_method="private_key_jwt", jwks_uri="https://keys.example/jwks.json")
    path = f"{CLIENTS}/{made['client']['client_id']}"
    answer = await manager.send("PUT", path, {"name": "ERP", "scopes": ["stock:read"]})
    assert (answer.status_code, answer.json()["code"]) == (422, "key-set-invalid")


async def test_key_is_refused_for_a_client_by_secret(manager: Manager) -> None:
    made = await manager.create()
    answer = await manager.send("POST", f"{CLIENTS}/{made['client']['client_id']}/keys", public_key("1")[1])
    assert (answer.status_code, answer.json()["code"]) == (422, "auth-method-invalid")


async def test_request_sent_again_makes_one_client_and_shows_its_secret_once(
    manager: Manager, database: Database
) -> None:
    body = {"name": "ERP", "scopes": ["stock:read"]}
    first, again = [await manager.send("POST", CLIENTS, body, **{"Idempotency-Key": "k"}) for _ in range(2)]
    assert first.json()["client"]["client_id"] == again.json()["client"]["client_id"]
    assert (again.status_code, again.headers["idempotent-replayed"]) == (201, "true")
    assert (bool(first.json()["client_secret"]), again.json()["client_secret"]) == (True, None)
    other = await manager.send("POST", CLIENTS, {**body, "name": "x"}, **{"Idempotency-Key": "k"})
    assert (other.status_code, other.json()["code"]) == (422, "idempotency-key-reused")
    assert len((await manager.send("GET", CLIENTS)).json()["items"]) == 2
    async with database.transaction(Role.AUTH, organisation=manager.member.id, actor="tests") as session:
        kept = (await session.execute(text("SELECT body FROM idempotency_keys"))).scalar_one()
    assert first.json()["client_secret"].encode() not in bytes(kept), "no secret is kept in clear"


async def test_secret_and_key_sent_again_are_added_once(manager: Manager) -> None:
    made = await manager.create()
    path = f"{CLIENTS}/{made['client']['client_id']}/secrets"
    first, again = [await manager.send("POST", path, {}, **{"Idempotency-Key": "k"}) for _ in range(2)]
    assert (first.json()["id"], again.json()["client_secret"]) == (again.json()["id"], None)
    assert len((await manager.read(made["client"]["client_id"]))["secrets"]) == 2


async def test_list_goes_on_by_cursor(manager: Manager) -> None:
    made = {(await manager.create())["client"]["client_id"] for _ in range(3)} | {manager.member.client_id}
    found: list[str] = []
    path: str | None = f"{CLIENTS}?limit=2"
    while path:
        page = await manager.send("GET", path)
        found += [item["client_id"] for item in page.json()["items"]]
        path = page.json()["next"]
        assert ('rel="next"' in page.headers.get("link", "")) == bool(path)
    assert (len(found), set(found)) == (4, made)


async def test_every_change_of_credentials_is_in_the_chain(manager: Manager, database: Database) -> None:
    made = await manager.create(auth_method="private_key_jwt", keys=[public_key("1")[1]])
    by_secret = await manager.create()
    path, other = (f"{CLIENTS}/{one['client']['client_id']}" for one in (made, by_secret))
    await manager.send("POST", f"{path}/keys", public_key("2")[1])
    await manager.send("DELETE", f"{path}/keys/1")
    await manager.send("PUT", path, {"name": "New", "scopes": ["stock:read", "listings:read"]})
    await manager.send("POST", f"{other}/secrets", {})
    await manager.send("DELETE", f"{other}/secrets/{by_secret['client']['secrets'][0]['id']}")
    await manager.send("DELETE", path)
    recorded = [(action, detail) for action, _, detail in await actions(database, manager.member.id)]
    assert [action for action, _ in recorded[-6:]] == [
        "identity:key:added", "identity:key:retired", "identity:client:changed", "identity:secret:added",
        "identity:secret:revoked", "identity:client:revoked",
    ]  # fmt: skip
    assert recorded[-4][1] == {"fields": ["name", "scopes"], "scopes": ["listings:read", "stock:read"]}
    assert by_secret["client_secret"] not in json.dumps(recorded)


async def test_suspended_organisation_manages_nothing(manager: Manager, app: FastAPI, job_database: Database) -> None:
    async with job_database.transaction(Role.JOB) as session:
        await suspend_organisation(session=session, organisation=manager.member.id)
    app.state.authenticate.__self__._trusted.clear()
    assert (await manager.send("GET", CLIENTS)).status_code == 401
