"""Nothing that could be used again is in the log: no link's token, no secret, no assertion, no token."""

import base64
import json
import logging
import secrets
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
import structlog
from fastapi import FastAPI
from joserfc import jws
from joserfc.jwk import ECKey
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession
from structlog.testing import capture_logs

from registry.asgi import at_the_edge, create_application
from registry.platform.database import Database, Role, create_engine
from registry.platform.round_trip import Answer
from registry.platform.settings import Settings
from tests.support.database import BASE_URL
from tests.support.identity import Ask, Member, Sign
from tests.support.people import register_app


class Log:
    """What the service logs meanwhile, as it is written: errors with their traceback."""

    def __init__(self, events: list[Any], caplog: pytest.LogCaptureFixture) -> None:
        self.events, self._caplog = events, caplog

    @property
    def written(self) -> str:
        return "\n".join([*(json.dumps(event, default=str) for event in self.events), self._caplog.text])


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> Iterator[Log]:
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.WARNING, "httpx")  # as the service sets it; here it would tell what the test asks
    with capture_logs(processors=[structlog.processors.format_exc_info]) as events:
        yield Log(events, caplog)


class Broken(Database):
    """Fails where a transaction would begin."""

    @asynccontextmanager
    async def transaction(self, role: Role, **given: Any) -> AsyncIterator[AsyncSession]:
        raise RuntimeError("unforeseen")
        yield

    async def alone(self, *statement: Any, **given: Any) -> Answer:
        raise RuntimeError("unforeseen")


@pytest.fixture
def failing(settings: Settings) -> httpx.AsyncClient:
    """Asks a service in which whatever needs the database fails as nobody foresaw."""
    broken = Broken(create_engine("postgresql://registry_web@127.0.0.1:9/nowhere"))
    transport = httpx.ASGITransport(
        at_the_edge(create_application(settings, broken), settings), raise_app_exceptions=False
    )
    return httpx.AsyncClient(transport=transport, base_url=BASE_URL)


@pytest.mark.parametrize("page", ["reset", "invitation"])
async def test_failing_page_of_a_link_logs_its_template_alone(failing: httpx.AsyncClient, log: Log, page: str) -> None:
    token = secrets.token_urlsafe(32)
    assert (await failing.get(f"/account/{page}/{token}")).status_code == 500
    (failed,) = [event for event in log.events if event["event"] == "request_failed"]
    assert failed["route"] == f"/account/{page}/{{token}}"
    assert "Traceback" in failed["exception"]
    assert token not in log.written


async def test_statement_that_fails_does_not_say_with_what(database: Database) -> None:
    secret = secrets.token_urlsafe(32)
    with pytest.raises(DBAPIError, match="division by zero") as failed:
        async with database.transaction(Role.AUTH, actor="tests") as session:
            await session.execute(text("SELECT 1 / CAST(:zero AS integer), :secret"), {"zero": 0, "secret": secret})
    assert secret not in str(failed.value)


def proof(key: ECKey) -> str:
    public = {name: value for name, value in key.as_dict(private=False).items() if name in {"kty", "crv", "x", "y"}}
    header = {"alg": "ES256", "typ": "dpop+jwt", "jwk": public}
    return jws.serialize_compact(header, json.dumps({"htm": "GET", "jti": "j"}), key, algorithms=["ES256"])


async def test_requests_for_tokens_that_fail_leave_nothing_in_the_log(
    client: httpx.AsyncClient, failing: httpx.AsyncClient, app: FastAPI, ask: Ask, member: Member, key_member: Member,
    assertion: Sign, database: Database, log: Log,
) -> None:  # fmt: skip
    application = await register_app(database, member.id)
    token = (await ask(member.basic)).json()["access_token"]
    signed, used = assertion(key_member), assertion(key_member)
    assert (await ask(**used)).status_code == 200
    stale, proven = assertion(key_member, iat=1), proof(ECKey.generate_key("P-256"))
    code, verifier, unknown = (secrets.token_urlsafe(32) for _ in range(3))
    wrong = f"areg_{secrets.token_urlsafe(32)}"
    machine: dict[str, Any] = {"data": {"grant_type": "client_credentials"}}
    exchanged = {
        "grant_type": "authorization_code", "code": code, "redirect_uri": "https://app.example/callback",
        "code_verifier": verifier,
    }  # fmt: skip
    requests: list[tuple[httpx.AsyncClient, str, dict[str, Any]]] = [
        (client, "token", {**machine, "auth": (member.client_id, wrong)}),
        (client, "token", {**machine, "auth": (member.client_id, f"{member.client_secret}\0")}),
        (client, "token", {**machine, "auth": member.basic, "headers": {"DPoP": proven}}),
        (client, "token", {"data": {"grant_type": "client_credentials", "scope": "admin"}, "auth": member.basic}),
        (client, "token", {"data": {"grant_type": "client_credentials", **used}}),
        (client, "token", {"data": {"grant_type": "client_credentials", **stale}}),
        (client, "token", {"data": {"grant_type": "client_credentials", **signed}, "auth": member.basic}),
        (client, "token", {"data": exchanged, "auth": application.basic}),
        (client, "token", {"data": {"grant_type": "refresh_token", "refresh_token": unknown}, "auth": member.basic}),
        (client, "introspect", {"data": {"token": token}, "auth": (member.client_id, wrong)}),
        (failing, "token", {**machine, "auth": member.basic}),
        (failing, "token", {"data": {"grant_type": "client_credentials", **signed}}),
        (failing, "token", {"data": exchanged, "auth": application.basic}),
        (failing, "revoke", {"data": {"token": token}, "auth": member.basic}),
    ]
    for asked, path, given in requests:
        answer = await asked.post(f"/oauth/{path}", **given)
        assert answer.status_code == 500 if asked is failing else 400 <= answer.status_code < 500, answer.text
    assert (await failing.get("/v1/whoami", headers={"Authorization": f"Bearer {token}"})).status_code == 500
    assert sum(event["event"] == "request_failed" for event in log.events) == 5
    assert sum(event["event"] == "request_answered" for event in log.events) >= len(requests)
    basic = [base64.b64encode(":".join(pair).encode()).decode() for pair in (member.basic, application.basic)]
    assertions = [form["client_assertion"] for form in (signed, used, stale)]
    for secret in (
        wrong, member.client_secret, application.secret, code, verifier, unknown, token, proven, *assertions, *basic
    ):  # fmt: skip
        assert secret not in log.written
        assert secret.rpartition(".")[2] not in log.written, "nor a signature"
