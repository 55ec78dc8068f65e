"""Warnings are posted where the organisation wants them: signed, to allowed public https addresses, and again."""

import base64
import hashlib
import hmac
import json
import ssl
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from registry.identity import tasks
from registry.identity.service import add_secret
from registry.identity.service.clients import NewSecret
from registry.identity.service.hooks import post_warning
from registry.kernel.clock import now
from registry.platform.crypto import Keyring, keyring
from registry.platform.database import Database, Role
from registry.platform.outbound import Outbound, TargetRefused
from registry.platform.settings import Settings
from tests.support.certificates import for_localhost
from tests.support.database import Server
from tests.support.https import WebServer, web_server
from tests.support.identity import MANAGING, Ask, Enrol, Member

HOOK = "/v1/organisation/warning-hook"
URL = "https://hooks.example/registry"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ssl.SSLContext]:
    return for_localhost(tmp_path_factory.mktemp("certificate"))


@pytest.fixture
async def web(certificate: tuple[Path, ssl.SSLContext]) -> AsyncIterator[WebServer]:
    async with web_server(certificate[1]) as running:
        yield running


@pytest.fixture
def outbound(certificate: tuple[Path, ssl.SSLContext]) -> Outbound:
    return Outbound(frozenset({"localhost"}), private=True, verify=ssl.create_default_context(cafile=certificate[0]))


@pytest.fixture
def keys(settings: Settings) -> Keyring:
    return keyring(settings)


@pytest.fixture
async def manager(enrol: Enrol) -> Member:
    return await enrol(scopes=("stock:read", *MANAGING))


@pytest.fixture
async def headers(manager: Member, ask: Ask) -> dict[str, str]:
    return {"Authorization": f"Bearer {(await ask(manager.basic)).json()['access_token']}"}


async def put(client: httpx.AsyncClient, headers: dict[str, str], **given: Any) -> dict[str, Any]:
    answer = await client.put(HOOK, json={"url": URL, **given}, headers=headers)
    assert answer.status_code == 200, answer.text
    written: dict[str, Any] = answer.json()
    return written


async def ending(database: Database, manager: Member) -> NewSecret:
    async with database.transaction(Role.AUTH, actor="tests") as session:
        return await add_secret(session=session, client_id=manager.client_id, expires_at=now() + timedelta(days=6))


def moved(server: Server, database_name: str, manager: Member, web: WebServer) -> None:
    """Let the hook lead to the server of the test."""
    with server.connect(database_name) as admin:
        admin.execute(
            "UPDATE registry.warning_hooks SET url = %s WHERE organisation_id = %s",
            (f"https://localhost:{web.port}/hook", manager.id),
        )


async def test_secret_of_a_hook_is_shown_once_and_kept_sealed(
    client: httpx.AsyncClient, headers: dict[str, str], database: Database, manager: Member
) -> None:
    made = await put(client, headers)
    assert made["secret"].startswith("whsec_")
    assert len(base64.b64decode(made["secret"].removeprefix("whsec_"))) == 32
    assert (await put(client, headers))["secret"] is None
    assert "secret" not in (await client.get(HOOK, headers=headers)).json()
    assert (await put(client, headers, new_secret=True))["secret"] not in {None, made["secret"]}
    async with database.transaction(Role.AUTH, organisation=manager.id, actor="tests") as session:
        sealed = (await session.execute(text("SELECT secret FROM warning_hooks"))).scalar_one()
        actions = await session.execute(
            text("SELECT detail->>'host', detail->>'new_secret' FROM audit_events"
                 " WHERE organisation_id = :o AND action = 'identity:hook:set' ORDER BY sequence"), {"o": manager.id},
        )  # fmt: skip
        assert [tuple(row) for row in actions] == [("hooks.example", "true"), ("hooks.example", "true")]
    assert b"whsec_" not in bytes(sealed)
    assert (await client.delete(HOOK, headers=headers)).status_code == 204
    for method in ("GET", "DELETE"):
        gone = await client.request(method, HOOK, headers=headers)
        assert (gone.status_code, gone.json()["code"]) == (404, "hook-unknown")


@pytest.mark.parametrize(
    "url",
    ["http://hooks.example/", "https://other.example/", "https://user@hooks.example/", "https://hooks.example/#x",
     "https://hooks.example:x/", "https://127.0.0.1/"],
)  # fmt: skip
async def test_address_that_may_not_be_asked_is_refused(
    client: httpx.AsyncClient, headers: dict[str, str], url: str
) -> None:
    answer = await client.put(HOOK, json={"url": url}, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (422, "hook-url-invalid")
    assert answer.json()["errors"][0]["field"] == "url"


async def test_warning_is_posted_with_a_signature_that_the_secret_proves(
    client: httpx.AsyncClient, headers: dict[str, str], database: Database, job_database: Database, keys: Keyring,
    manager: Member, web: WebServer, outbound: Outbound, server: Server, database_name: str,
) -> None:  # fmt: skip
    shown = (await put(client, headers))["secret"]
    moved(server, database_name, manager, web)
    secret = await ending(database, manager)
    await tasks.warn_of_expiring_secrets(job_database, keys)
    async with job_database.transaction(Role.JOB, actor="tests") as session:
        rows = await session.execute(
            text("SELECT args FROM procrastinate_jobs WHERE task_name = 'identity.post_warning'"
                 " AND args->>'secret' = :s"), {"s": str(secret.id)},
        )  # fmt: skip
        assert rows.scalars().all() == [{"secret": str(secret.id), "days": 7}]
    assert await post_warning(job_database, keys, outbound, secret=secret.id, days=7)
    ((head, body),) = web.asked
    given = {name.lower(): value for name, _, value in (line.partition(": ") for line in head.splitlines()[1:])}
    assert head.startswith("POST /hook HTTP/1.1")
    signed = f"{given['webhook-id']}.{given['webhook-timestamp']}.".encode() + body
    key = base64.b64decode(shown.removeprefix("whsec_"))
    assert (
        given["webhook-signature"] == "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    )
    told = json.loads(body)
    assert (told["type"], told["data"]["secret_id"], told["data"]["within_days"]) == (
        "client_secret.expires", str(secret.id), 7,
    )  # fmt: skip
    assert secret.secret not in body.decode()
    found = (await client.get(HOOK, headers=headers)).json()
    assert (found["last_posted_at"] is not None, found["last_error"]) == (True, None)


async def test_warning_that_is_not_taken_says_why_and_goes_again_under_the_same_id(
    client: httpx.AsyncClient, headers: dict[str, str], database: Database, job_database: Database, keys: Keyring,
    manager: Member, web: WebServer, outbound: Outbound, server: Server, database_name: str,
) -> None:  # fmt: skip
    await put(client, headers)
    moved(server, database_name, manager, web)
    secret = await ending(database, manager)
    web.status = "503 Later"
    with pytest.raises(TargetRefused):
        await post_warning(job_database, keys, outbound, secret=secret.id, days=7)
    assert "it answers 503" in (await client.get(HOOK, headers=headers)).json()["last_error"]
    web.status = "204 Taken"
    assert await post_warning(job_database, keys, outbound, secret=secret.id, days=7)
    ids = {line for head, _ in web.asked for line in head.splitlines() if line.lower().startswith("webhook-id")}
    assert len(ids) == 1
    assert (await client.get(HOOK, headers=headers)).json()["last_error"] is None


async def test_nothing_is_posted_without_a_hook_or_of_a_secret_that_is_gone(
    database: Database, job_database: Database, keys: Keyring, manager: Member, outbound: Outbound, web: WebServer
) -> None:
    secret = await ending(database, manager)
    await tasks.warn_of_expiring_secrets(job_database, keys)
    async with job_database.transaction(Role.JOB, actor="tests") as session:
        rows = await session.execute(
            text("SELECT count(*) FROM procrastinate_jobs WHERE args->>'secret' = :s"), {"s": str(secret.id)}
        )
        assert rows.scalar_one() == 0
    assert not await post_warning(job_database, keys, outbound, secret=secret.id, days=7)
    assert web.asked == []
