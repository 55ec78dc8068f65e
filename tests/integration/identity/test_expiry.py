"""What is over is deleted each night, and nothing that a copy could still be recognised by."""

import hashlib
import json
import secrets
import time
from typing import Any

import httpx
import pytest
from joserfc import jws
from joserfc.jwk import ECKey
from sqlalchemy import text

from registry.identity.tasks import expire
from registry.platform.database import Database, Role
from tests.support.database import BASE_URL
from tests.support.identity import Ask, Member, Sign
from tests.support.people import CALLBACK, App, Browser, register_app


@pytest.fixture
async def application(database: Database, member: Member) -> App:
    return await register_app(database, member.id)


async def ended(database: Database, table: str, token: str, hours: float) -> None:
    """Let the life of a code or refresh token have ended some hours ago."""
    async with database.transaction(Role.AUTH, actor="tests") as session:
        changed = await session.execute(
            text(
                f"UPDATE {table} SET expires_at = now() - make_interval(secs => CAST(:s AS double precision))"
                " WHERE digest = :digest RETURNING 1"
            ),
            {"s": hours * 3600, "digest": hashlib.sha256(token.encode()).digest()},
        )
        assert len(changed.all()) == 1


async def is_kept(database: Database, table: str, token: str) -> bool:
    async with database.transaction(Role.AUTH, actor="tests") as session:
        found = await session.scalar(
            text(f"SELECT count(*) FROM {table} WHERE digest = :digest"),
            {"digest": hashlib.sha256(token.encode()).digest()},
        )
    return bool(found)


async def exchange(client: httpx.AsyncClient, app: App, code: str) -> dict[str, Any]:
    form = {
        "grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK, "code_verifier": app.verifier,
    }  # fmt: skip
    answer: dict[str, Any] = (await client.post("/oauth/token", data=form, auth=app.basic)).json()
    return answer


async def refresh(client: httpx.AsyncClient, app: App, token: str) -> dict[str, Any]:
    form = {"grant_type": "refresh_token", "refresh_token": token}
    answer: dict[str, Any] = (await client.post("/oauth/token", data=form, auth=app.basic)).json()
    return answer


async def test_second_use_of_a_code_is_seen_for_a_day_after_its_minute(
    client: httpx.AsyncClient, browser: Browser, application: App, database: Database, job_database: Database
) -> None:
    await browser.allow(application)
    code = browser.answer["code"]
    issued = await exchange(client, application, code)
    await ended(database, "authorization_codes", code, 23.9)
    await expire(job_database)
    assert (await exchange(client, application, code))["error"] == "invalid_grant"
    assert (await refresh(client, application, issued["refresh_token"]))["error"] == "invalid_grant", "all is ended"
    await ended(database, "authorization_codes", code, 24.1)
    await expire(job_database)
    assert not await is_kept(database, "authorization_codes", code)


async def test_second_use_of_a_refresh_token_is_seen_for_thirty_days_after_its_end(
    client: httpx.AsyncClient, browser: Browser, application: App, database: Database, job_database: Database
) -> None:
    await browser.allow(application)
    first = (await exchange(client, application, browser.answer["code"]))["refresh_token"]
    second = (await refresh(client, application, first))["refresh_token"]
    await ended(database, "refresh_tokens", first, 30 * 24 - 0.1)
    await expire(job_database)
    assert (await refresh(client, application, first))["error"] == "invalid_grant"
    assert (await refresh(client, application, second))["error"] == "invalid_grant", "the family is ended"
    await ended(database, "refresh_tokens", first, 30 * 24 + 0.1)
    await expire(job_database)
    assert not await is_kept(database, "refresh_tokens", first)
    assert await is_kept(database, "refresh_tokens", second)


async def test_assertion_is_remembered_as_long_as_it_could_be_used(
    ask: Ask, key_member: Member, assertion: Sign, database: Database, job_database: Database
) -> None:
    signed = assertion(key_member, iat=int(time.time()) - 290, exp=int(time.time()) + 600)
    assert (await ask(**signed)).status_code == 200
    await expire(job_database)
    again = await ask(**signed)
    assert (again.status_code, again.json()["error"]) == (401, "invalid_client")
    async with database.transaction(Role.AUTH, actor="tests") as session:
        left = await session.scalar(
            text("SELECT extract(epoch FROM expires_at - now()) FROM assertion_ids WHERE client_id = :client"),
            {"client": key_member.client_id},
        )
    assert left is not None
    assert float(left) > 70, "longer than five minutes from its iat, and a minute of another clock"


async def test_proof_is_remembered_as_long_as_it_could_be_used(
    client: httpx.AsyncClient, member: Member, database: Database, job_database: Database
) -> None:
    key = ECKey.generate_key("P-256")
    public = {name: value for name, value in key.as_dict(private=False).items() if name in {"kty", "crv", "x", "y"}}
    claims = {
        "htm": "POST", "htu": f"{BASE_URL}/oauth/token", "iat": int(time.time()) - 30, "jti": secrets.token_hex(8),
    }  # fmt: skip
    header = {"alg": "ES256", "typ": "dpop+jwt", "jwk": public}
    headers = {"DPoP": jws.serialize_compact(header, json.dumps(claims), key, algorithms=["ES256"])}
    form = {"grant_type": "client_credentials"}
    assert (await client.post("/oauth/token", data=form, auth=member.basic, headers=headers)).status_code == 200
    await expire(job_database)
    again = await client.post("/oauth/token", data=form, auth=member.basic, headers=headers)
    assert again.json()["error"] == "invalid_dpop_proof"
    async with database.transaction(Role.AUTH, actor="tests") as session:
        left = await session.scalar(
            text("SELECT extract(epoch FROM expires_at - now()) FROM dpop_proofs WHERE thumbprint = :own"),
            {"own": key.thumbprint()},
        )
    assert left is not None
    assert float(left) > 60, "longer than any clock takes the proof"
