"""What stands around the API: liveness, readiness, metrics, and what each problem means."""

import re
import secrets
from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI
from pydantic import SecretStr

from registry.api import problems
from registry.asgi import at_the_edge, create_application
from registry.platform.database import Database, create_engine
from registry.platform.schema_version import SchemaOutdated
from registry.platform.settings import Settings
from tests.contract.problem import SECURITY_HEADERS, assert_oauth_error, assert_problem
from tests.support.database import BASE_URL, Server, fresh_name


def caller(app: FastAPI, settings: Settings, address: str = "127.0.0.1") -> httpx.AsyncClient:
    transport = httpx.ASGITransport(at_the_edge(app, settings), raise_app_exceptions=False, client=(address, 5))
    return httpx.AsyncClient(transport=transport, base_url=BASE_URL)


async def test_process_is_alive_and_ready(client: httpx.AsyncClient) -> None:
    for path, status in (("/healthz", "ok"), ("/readyz", "ready")):
        answer = await client.get(path)
        assert (answer.status_code, answer.json()) == (200, {"status": status})
        assert SECURITY_HEADERS.items() <= dict(answer.headers).items()


@pytest.fixture
async def lost(settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    """A process whose database has gone away."""
    database = Database(create_engine("postgresql://registry_web@127.0.0.1:9/nowhere"))
    async with caller(create_application(settings, database), settings) as made:
        yield made


async def test_process_without_its_database_is_alive_and_not_ready(lost: httpx.AsyncClient) -> None:
    assert (await lost.get("/healthz")).status_code == 200
    spoken = [
        assert_problem(await lost.get("/readyz", headers={"Accept-Language": one}), 503, "not-ready")
        for one in ("fr", "en")
    ]
    assert spoken[0]["title"] != spoken[1]["title"]
    assert "127.0.0.1" not in str(spoken), "the answer says nothing about the inside"


@pytest.mark.parametrize("path", ["/oauth/token", "/oauth/revoke", "/oauth/introspect"])
async def test_refusals_of_the_authorization_server_are_in_its_own_form_whoever_refuses(
    client: httpx.AsyncClient, lost: httpx.AsyncClient, path: str
) -> None:
    assert_oauth_error(await client.post(path, content=b"a=" + b"x" * 1_100_000), 413, "invalid_request")
    assert_oauth_error(await client.post(f"{path}?x=%FF", data={"a": "b"}), 400, "invalid_request")
    for method in ("GET", "PUT", "DELETE"):
        refused = await client.request(method, path)
        assert_oauth_error(refused, 405, "invalid_request")
        assert refused.headers["allow"] == "POST, OPTIONS"
    form = {"grant_type": "client_credentials", "token": "x"}
    assert_oauth_error(await lost.post(path, data=form, auth=("a", "b")), 503, "temporarily_unavailable")


async def test_application_refuses_an_old_schema(server: Server) -> None:
    name = fresh_name()
    server.clone(name)
    try:
        with server.connect(name) as admin:
            admin.execute("UPDATE registry.alembic_version SET version_num = '20200101_0000'")
        settings = server.settings(name)
        assert settings.web_database_url
        database = Database(create_engine(settings.web_database_url.get_secret_value()))
        app = create_application(settings, database)
        with pytest.raises(SchemaOutdated):
            async with app.router.lifespan_context(app):
                pass
        async with caller(app, settings) as client:
            assert_problem(await client.get("/readyz"), 503, "not-ready")
        await database.dispose()
    finally:
        server.drop(name)


async def test_metrics_are_for_this_machine_unless_there_is_a_token(app: FastAPI, settings: Settings) -> None:
    async with caller(app, settings) as near, caller(app, settings, "203.0.113.7") as far:
        answer = await near.get("/metrics")
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/plain")
        assert "registry_http_requests_total" in answer.text
        assert_problem(await far.get("/metrics"), 404, "metrics-not-visible")


@pytest.mark.parametrize("header", ["Forwarded", "X-Forwarded-For", "X-Forwarded-Proto", "X-Real-IP", "Via"])
async def test_metrics_are_not_for_whom_a_proxy_on_this_machine_passes_on(
    app: FastAPI, settings: Settings, header: str
) -> None:
    async with caller(app, settings) as near:
        assert_problem(await near.get("/metrics", headers={header: "127.0.0.1"}), 404, "metrics-not-visible")


async def test_metrics_with_a_token_ask_for_it_from_everywhere(settings: Settings, database: Database) -> None:
    token = secrets.token_urlsafe()
    guarded = settings.model_copy(update={"metrics_token": SecretStr(token)})
    app = create_application(guarded, database)
    for address in ("127.0.0.1", "203.0.113.7"):
        async with caller(app, guarded, address) as client:
            assert_problem(await client.get("/metrics"), 404, "metrics-not-visible")
            for given in ("Bearer wrong", f"Bearer {token}é"):
                answer = await client.get("/metrics", headers={b"Authorization": given.encode()})
                assert_problem(answer, 404, "metrics-not-visible")
            answer = await client.get("/metrics", headers={"Authorization": f"Bearer {token}"})
            assert answer.status_code == 200


async def test_routes_are_counted_by_what_they_are_not_by_what_was_asked(client: httpx.AsyncClient) -> None:
    name = secrets.token_hex(8)
    await client.get(f"/v1/homes/{name}")
    await client.get(f"/{name}")
    text = (await client.get("/metrics")).text
    assert name not in text
    assert re.search(r'registry_http_requests_total\{method="GET",route="unmatched",status="404"\}', text)


async def test_every_problem_is_described_at_its_address_in_two_languages(client: httpx.AsyncClient) -> None:
    listed = (await client.get("/problems")).json()["items"]
    assert {item["code"] for item in listed} == set(problems.documented())
    for item in listed:
        answer = await client.get(item["type"])
        assert answer.status_code == 200
        described = answer.json()
        assert described == item
        assert described["type"] == f"/problems/{described['code']}"
        assert 400 <= described["status"] < 600
        assert described["title"]["fr"]
        assert described["title"]["en"]
        assert described["remedy"] is None or described["remedy"]["fr"] != described["remedy"]["en"]


@pytest.mark.parametrize("code", ["unknown", "%00", "..", "a%2Fb", "é", "x" * 5000])
async def test_unknown_problem_is_a_problem(client: httpx.AsyncClient, code: str) -> None:
    answer = await client.get(f"/problems/{code}")
    assert_problem(answer, 404)


@pytest.mark.parametrize(
    ("asked", "spoken"),
    [
        ("fr", "fr"), ("fr-CA", "fr"), ("FR", "fr"), ("fr;q=0.5, en;q=0.4", "fr"), ("fr, en", "fr"),
        ("de, fr;q=0.1", "fr"),
        ("en", "en"), ("", "en"), ("*", "en"), ("de", "en"), ("en, fr;q=0.9", "en"), ("fr;q=0", "en"), ("fr;q=x", "en"),
        ("fr;q=nan", "en"), (",;,;q", "en"), ("frisian", "en"), ("x" * 9000, "en"),
    ],
)  # fmt: skip
async def test_problem_is_said_in_the_language_that_is_preferred(
    client: httpx.AsyncClient, asked: str, spoken: str
) -> None:
    answer = await client.get("/v1/homes", headers={"Accept-Language": asked})
    body = assert_problem(answer, 401, "token-missing")
    assert answer.headers["content-language"] == spoken
    assert body["title"] == ("Jeton d'accès absent" if spoken == "fr" else "Access token missing")


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("abcdefgh", True),
        ("A.b-c_9" * 4, True),
        ("short", False),
        ("a b c d e f", False),
        ("x" * 65, False),
        ("é" * 9, False),
    ],
)
async def test_correlation_id_of_the_caller_is_kept_if_it_is_harmless(
    client: httpx.AsyncClient, given: str, kept: bool
) -> None:
    answer = await client.get("/healthz", headers={b"X-Correlation-Id": given.encode()})
    assert (answer.headers["x-correlation-id"] == given) == kept


async def test_served_document_is_public_and_names_the_version(client: httpx.AsyncClient) -> None:
    answer = await client.get("/v1/openapi.json")
    assert answer.status_code == 200
    assert answer.json()["info"]["version"]
