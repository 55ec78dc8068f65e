"""What becomes of exceptions that nobody meant to raise."""

from collections.abc import AsyncIterator

import httpx
import psycopg
import pytest
from fastapi import FastAPI
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from registry.api import handlers
from registry.asgi import at_the_edge
from registry.platform.settings import Settings

RAISED: dict[str, Exception] = {
    "canceled": psycopg.errors.QueryCanceled("canceling statement due to statement timeout"),
    "canceled-in-sqlalchemy": DBAPIError("SELECT secret", {}, psycopg.errors.QueryCanceled("timeout")),
    "refused": psycopg.errors.InsufficientPrivilege("new row violates row-level security policy"),
    "refused-in-sqlalchemy": DBAPIError("SELECT secret", {}, psycopg.errors.InsufficientPrivilege("policy")),
    "lost": psycopg.OperationalError("server closed the connection at 10.0.0.7"),
    "waiting": PoolTimeout("QueuePool limit of size 5 overflow 10 reached"),
    "unexpected": RuntimeError("secret"),
}


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    app = FastAPI()
    handlers.install(app)

    @app.get("/{what}")
    async def fail(what: str) -> None:
        raise RAISED[what]

    transport = httpx.ASGITransport(at_the_edge(app, Settings(_env_file=None)), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://registry.test") as made:
        yield made


@pytest.mark.parametrize(
    ("what", "status", "code", "retry_after"),
    [
        ("canceled", 503, "query-too-slow", "5"), ("canceled-in-sqlalchemy", 503, "query-too-slow", "5"),
        ("refused", 404, "nothing-visible", None), ("refused-in-sqlalchemy", 404, "nothing-visible", None),
        ("lost", 503, "service-busy", "2"), ("waiting", 503, "service-busy", "2"),
        ("unexpected", 500, "internal-error", None),
    ],
)  # fmt: skip
async def test_exception_is_a_problem_that_tells_nothing_of_the_inside(
    client: httpx.AsyncClient, what: str, status: int, code: str, retry_after: str | None
) -> None:
    answer = await client.get(f"/{what}")
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers.get("retry-after") == retry_after
    body = answer.json()
    assert body["code"] == code
    assert body["correlation_id"] == answer.headers["x-correlation-id"]
    assert "nosniff" in answer.headers["x-content-type-options"]
    for inside in ("secret", "SELECT", "policy", "10.0.0.7", "Pool", "psycopg"):
        assert inside not in answer.text
