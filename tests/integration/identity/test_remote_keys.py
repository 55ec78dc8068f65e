"""Keys that clients publish themselves: fetched from allowed public https addresses, bounded, kept when that fails."""

import asyncio
import gzip
import json
import ssl
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from joserfc.jwk import ECKey
from sqlalchemy import text

from registry.audit import service as audit
from registry.identity.service import Registration, register_client
from registry.identity.service.remote_keys import fetch_remote_keys
from registry.platform.database import Database, Role
from registry.platform.outbound import Outbound, TargetRefused
from tests.support.certificates import for_localhost
from tests.support.database import Server
from tests.support.https import WebServer, web_server
from tests.support.identity import Ask, Member, Sign

LOCAL = frozenset({"localhost"})
PUBLIC = ECKey.generate_key("P-256").as_dict(private=False)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ssl.SSLContext]:
    return for_localhost(tmp_path_factory.mktemp("certificate"))


@pytest.fixture
async def web(certificate: tuple[Path, ssl.SSLContext]) -> AsyncIterator[WebServer]:
    async with web_server(certificate[1]) as running:
        yield running


@pytest.fixture
def outbound(certificate: tuple[Path, ssl.SSLContext]) -> Outbound:
    """Asks this machine, and trusts the certificate of these tests."""
    return Outbound(LOCAL, private=True, verify=ssl.create_default_context(cafile=certificate[0]))


def address(web: WebServer, path: str = "/jwks.json?v=1") -> str:
    return f"https://localhost:{web.port}{path}"


async def test_allowed_server_is_asked_by_its_name_at_the_address_that_was_checked(
    web: WebServer, outbound: Outbound, monkeypatch: pytest.MonkeyPatch
) -> None:
    web.body = b'{"keys": []}'
    asked: list[str] = []
    loop = asyncio.get_running_loop()
    look_up = loop.getaddrinfo

    async def counted(host: str, port: int, **rest: Any) -> Any:
        asked.append(host)
        return await look_up("127.0.0.1", port, **rest)

    monkeypatch.setattr(loop, "getaddrinfo", counted)
    assert await outbound.get(address(web)) == web.body
    (head,) = web.heads
    assert head.startswith("GET /jwks.json?v=1 HTTP/1.1\r\n")
    assert f"host: localhost:{web.port}\r\n" in head.lower()
    assert asked[0] == "localhost"
    assert [host for host in asked[1:] if host != "127.0.0.1"] == [], "no second answer of the name server counts"


@pytest.mark.parametrize(
    "url",
    [
        "http://localhost/", "ftp://localhost/", "//localhost/", "https:///x", "", "https://user@localhost/",
        "https://u:p@localhost/", "https://localhost/#x", "https://other.example/", "https://localhost.other.example/",
        "https://127.0.0.1/", "https://[::1]/", "file:///etc/passwd",
        "https://localhost:99999/", "https://localhost:x/", "https://[localhost/",
    ],
)  # fmt: skip
async def test_address_that_may_not_be_asked_is_refused_before_anything_is_sent(url: str) -> None:
    with pytest.raises(TargetRefused):
        await Outbound(LOCAL).get(url)
    with pytest.raises(TargetRefused):
        Outbound(LOCAL).check(url)


@pytest.mark.parametrize(
    "found",
    [
        ["127.0.0.1"], ["10.1.2.3"], ["192.168.0.1"], ["172.16.0.1"], ["169.254.169.254"], ["100.64.0.1"], ["0.0.0.0"],
        ["224.0.0.1"], ["255.255.255.255"], ["::1"], ["fe80::1"], ["fc00::1"], ["::ffff:10.0.0.1"], ["::"],
        ["1.1.1.1", "10.0.0.1"], [],
    ],
    ids=lambda found: "+".join(found) or "none",
)  # fmt: skip
async def test_name_with_an_address_that_is_not_public_is_refused(
    found: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def resolved(*_: Any, **__: Any) -> list[Any]:
        return [(2, 1, 6, "", (one, 443)) for one in found]

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", resolved)
    with pytest.raises(TargetRefused, match="not public"):
        await Outbound(LOCAL).get("https://localhost/")


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "307 Again", "204 Nothing", "404 None", "500 Oh"])
async def test_answer_that_is_no_200_is_refused_and_no_redirect_is_followed(
    web: WebServer, outbound: Outbound, status: str
) -> None:
    web.status, web.headers = status, (f"Location: {address(web, '/elsewhere')}",)
    with pytest.raises(TargetRefused, match=status[:3]):
        await outbound.get(address(web))
    assert len(web.heads) == 1


async def test_answer_above_the_limit_is_refused(web: WebServer, outbound: Outbound) -> None:
    web.body = b" " * outbound.max_bytes
    assert len(await outbound.get(address(web))) == 65_536
    web.body += b" "
    with pytest.raises(TargetRefused, match="larger than 65536 bytes"):
        await outbound.get(address(web))


async def test_compressed_answer_is_refused_before_it_unfolds(web: WebServer, outbound: Outbound) -> None:
    web.headers, web.body = ("Content-Encoding: gzip",), gzip.compress(b" " * 10_000_000)
    assert len(web.body) < 20_000
    with pytest.raises(TargetRefused, match="compressed"):
        await outbound.get(address(web))


async def test_server_that_takes_its_time_is_left(web: WebServer, outbound: Outbound) -> None:
    web.wait_s = 5
    with pytest.raises(TargetRefused, match="no answer within"):
        await replace(outbound, timeout_s=0.3).get(address(web))


async def test_server_whose_certificate_nobody_vouches_for_is_refused(web: WebServer) -> None:
    with pytest.raises(TargetRefused, match="no connection"):
        await Outbound(LOCAL, private=True).get(address(web))
    assert web.heads == []


async def register(database: Database, member: Member, uri: str) -> str:
    registration = Registration("remote", ["stock:read"], "private_key_jwt", jwks_uri=uri)
    async with database.transaction(Role.AUTH, actor="tests") as session:
        made = await register_client(session=session, organisation=member.id, registration=registration)
    return made.client_id


async def state(database: Database, client_id: str) -> tuple[list[str], str | None]:
    """Return the ids of the keys that are kept, and why the last fetch failed."""
    async with database.transaction(Role.AUTH) as session:
        row = (
            await session.execute(
                text("SELECT jwks, jwks_error FROM oauth_clients WHERE client_id = :c"), {"c": client_id}
            )
        ).one()
    return [key["kid"] for key in (row.jwks or {"keys": []})["keys"]], row.jwks_error


def due(server: Server, database_name: str, client_id: str) -> None:
    with server.connect(database_name) as admin:
        admin.execute(
            "UPDATE registry.oauth_clients SET jwks_fetched_at = now() - interval '16 minutes' WHERE client_id = %s",
            (client_id,),
        )


async def test_client_authenticates_with_the_keys_that_it_publishes_and_may_change_them(
    web: WebServer, outbound: Outbound, database: Database, job_database: Database, member: Member, ask: Ask,
    assertion: Sign, server: Server, database_name: str,
) -> None:  # fmt: skip
    keys = [ECKey.generate_key("P-256", {"kid": kid}) for kid in ("one", "two")]
    client_id = await register(database, member, address(web))
    client = Member(member.id, client_id, "", keys[0])
    assert (await ask(**assertion(client))).status_code == 401, "nothing was fetched yet"
    web.body = json.dumps({"keys": [keys[0].as_dict(private=False)]}).encode()
    assert await fetch_remote_keys(job_database, outbound) == 1
    assert (await ask(**assertion(client))).status_code == 200
    asked = len(web.heads)
    assert await fetch_remote_keys(job_database, outbound) == 0
    assert len(web.heads) == asked, "asked again after fifteen minutes"
    web.body = json.dumps({"keys": [keys[1].as_dict(private=False)]}).encode()
    due(server, database_name, client_id)
    assert await fetch_remote_keys(job_database, outbound) == 1
    statuses = [(await ask(**assertion(client, key=key, header={"kid": key.kid}))).status_code for key in keys]
    assert statuses == [401, 200]


def published(*keys: ECKey) -> bytes:
    return json.dumps({"keys": [key.as_dict(private=False) for key in keys]}).encode()


async def works(client: httpx.AsyncClient, token: str) -> bool:
    """Tell whether a token is good, as a process finds that has not seen it before."""
    answer = await client.get("/v1/whoami", headers={"Authorization": f"Bearer {token}"})
    return answer.status_code == 200


async def test_key_that_is_published_no_longer_ends_the_tokens_that_it_obtained(
    web: WebServer, outbound: Outbound, database: Database, job_database: Database, member: Member, ask: Ask,
    assertion: Sign, server: Server, database_name: str, client: httpx.AsyncClient,
) -> None:  # fmt: skip
    left, stays = (ECKey.generate_key("P-256", {"kid": kid}) for kid in ("left", "stays"))
    client_id = await register(database, member, address(web))
    web.body = published(left, stays)
    await fetch_remote_keys(job_database, outbound)
    by_left, by_stays = [
        (await ask(**assertion(Member(member.id, client_id, "", key)))).json()["access_token"] for key in (left, stays)
    ]
    # Another key of the same id is another key; what else is said of a key does not make it one.
    again = ECKey.generate_key("P-256", {"kid": "left"})
    web.body = json.dumps(
        {"keys": [{**stays.as_dict(private=False), "use": "sig"}, again.as_dict(private=False)]}
    ).encode()
    due(server, database_name, client_id)
    assert await fetch_remote_keys(job_database, outbound) == 1
    assert not await works(client, by_left)
    assert await works(client, by_stays)
    due(server, database_name, client_id)
    assert await fetch_remote_keys(job_database, outbound) == 1
    async with database.transaction(Role.AUTH, actor="tests") as session:
        recorded = await session.execute(
            text(
                "SELECT action, detail ->> 'kid' FROM audit_events WHERE organisation_id = :own AND subject = :client"
                " AND action LIKE 'identity:key:%' ORDER BY sequence"
            ),
            {"own": member.id, "client": client_id},
        )
        assert [tuple(row) for row in recorded] == [
            ("identity:key:added", "left"), ("identity:key:added", "stays"), ("identity:key:retired", "left"),
            ("identity:key:added", "left"),
        ]  # fmt: skip
        assert (await audit.verify(session=session, organisation=member.id))[1] is None


@pytest.mark.parametrize("body", [None, b"no json"])
async def test_fetch_that_is_overtaken_by_another_address_changes_nothing(
    web: WebServer, outbound: Outbound, database: Database, job_database: Database, member: Member, server: Server,
    database_name: str, monkeypatch: pytest.MonkeyPatch, body: bytes | None,
) -> None:  # fmt: skip
    """The old keys of a client that changed its address in the middle of a fetch do not come back as the new ones."""
    withdrawn = ECKey.generate_key("P-256", {"kid": "withdrawn"})
    client_id = await register(database, member, address(web))
    web.body = published(withdrawn) if body is None else body
    get = outbound.get

    async def slowly(_: Outbound, uri: str) -> bytes:
        found = await get(uri)
        with server.connect(database_name) as admin:
            admin.execute(
                "UPDATE registry.oauth_clients SET jwks_uri = %s, jwks = NULL, jwks_fetched_at = NULL"
                " WHERE client_id = %s",
                (address(web, "/new.json"), client_id),
            )
        return found

    with monkeypatch.context() as patched:
        patched.setattr(Outbound, "get", slowly)
        await fetch_remote_keys(job_database, outbound)
    assert await state(database, client_id) == ([], None)
    web.body = published(ECKey.generate_key("P-256", {"kid": "new"}))
    assert await fetch_remote_keys(job_database, outbound) == 1, "the new address is asked at once"
    assert await state(database, client_id) == (["new"], None)


@pytest.mark.parametrize(
    ("body", "status", "reason"),
    [
        (b"no json", "200 OK", "not a set of public keys"),
        (b"[]", "200 OK", "not a set of public keys"),
        (b'{"keys": []}', "200 OK", "not a set of public keys"),
        (b'{"keys": [{"kty": "oct", "kid": "1", "k": "' + b"A" * 43 + b'"}]}', "200 OK", "not a set of public keys"),
        (b'{"a":' + b"[" * 900 + b"]" * 900 + b"}", "200 OK", "not a set of public keys"),
        (b'{"a":' + b"[" * 9000 + b"]" * 9000 + b"}", "200 OK", "not a set of public keys"),
        (b'{"keys":' + b"[" * 900 + b"]" * 900 + b"}", "200 OK", "not a set of public keys"),
        (b"[1" + b"0" * 5000 + b"]", "200 OK", "not a set of public keys"),
        (json.dumps({"keys": [{**PUBLIC, "kid": "a\0b"}]}).encode(), "200 OK", "not a set of public keys"),
        (b"", "500 Oh", "it answers 500"),
    ],
    ids=[
        "no json", "a list", "no keys", "a symmetric key", "nested", "nested without end", "nested keys",
        "a large number", "NUL in a key id", "an error",
    ],
)  # fmt: skip
async def test_fetch_that_fails_leaves_the_keys_before_it_and_says_why(
    web: WebServer, outbound: Outbound, database: Database, job_database: Database, member: Member, server: Server,
    database_name: str, body: bytes, status: str, reason: str,
) -> None:  # fmt: skip
    key = ECKey.generate_key("P-256", {"kid": "kept"})
    client_id = await register(database, member, address(web))
    web.body = json.dumps({"keys": [key.as_dict(private=False)]}).encode()
    await fetch_remote_keys(job_database, outbound)
    assert await state(database, client_id) == (["kept"], None)
    web.body, web.status = body, status
    due(server, database_name, client_id)
    assert await fetch_remote_keys(job_database, outbound) == 0
    kept, error = await state(database, client_id)
    assert kept == ["kept"]
    assert error is not None
    assert reason in error


async def test_client_that_publishes_a_private_key_gets_none_of_it_kept(
    web: WebServer, outbound: Outbound, database: Database, job_database: Database, member: Member
) -> None:
    key = ECKey.generate_key("P-256", {"kid": "1"})
    client_id = await register(database, member, address(web))
    web.body = json.dumps({"keys": [key.as_dict(private=True)]}).encode()
    assert await fetch_remote_keys(job_database, outbound) == 0
    kept, error = await state(database, client_id)
    assert kept == []
    assert error is not None
    assert str(key.as_dict(private=True)["d"]) not in error
