"""POST /oauth/token with a secret, and what the authorization server says of itself."""

import base64
import hmac
import json
import secrets
from types import SimpleNamespace
from urllib.parse import quote

import httpx
import jwt as pyjwt
import pytest
from authlib.oauth2.rfc8414 import AuthorizationServerMetadata
from fastapi import FastAPI
from sqlalchemy import event

from registry.identity.service import add_secret, reinstate_organisation, suspend_organisation
from registry.identity.service.oauth import client as oauth_client
from registry.platform.database import Database, Role
from registry.platform.settings import Settings
from tests.support.identity import Ask, Enrol, InsertClient, Member
from tests.support.people import register_app


def error_of(answer: httpx.Response) -> tuple[int, str]:
    """Return status and error of an answer that has the form of RFC 6749 §5.2."""
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["cache-control"] == "no-store"
    body = answer.json()
    assert set(body) == {"error", "error_description"}
    return answer.status_code, body["error"]


async def test_token_is_a_jwt_of_rfc_9068_that_an_independent_library_verifies(
    client: httpx.AsyncClient, ask: Ask, member: Member, settings: Settings
) -> None:
    answer = await ask(member.basic)
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    body = answer.json()
    assert (body["token_type"], body["expires_in"]) == ("Bearer", settings.token_lifetime_s)
    keys = pyjwt.PyJWKSet.from_dict((await client.get("/oauth/jwks")).json())
    header = pyjwt.get_unverified_header(body["access_token"])
    assert (header["typ"], header["alg"], set(header)) == ("at+jwt", "ES256", {"typ", "alg", "kid"})
    claims = pyjwt.decode(
        body["access_token"],
        keys[header["kid"]],
        algorithms=["ES256"],
        audience=f"{settings.base_url}/v1",
        issuer=settings.base_url,
    )
    assert claims["sub"] == claims["client_id"] == member.client_id
    assert claims["org"] == str(member.id)
    assert claims["scope"] == body["scope"] == "listings:read stock:read stock:write territories:read"
    assert claims["exp"] - claims["iat"] == settings.token_lifetime_s
    assert (
        claims["jti"]
        != pyjwt.decode((await ask(member.basic)).json()["access_token"], options={"verify_signature": False})["jti"]
    )


def test_token_lives_ten_minutes_where_nothing_else_is_said() -> None:
    assert Settings.model_fields["token_lifetime_s"].default == 600


async def test_scope_asked_for_is_what_the_token_has(ask: Ask, member: Member) -> None:
    assert (await ask(member.basic, scope="stock:read")).json()["scope"] == "stock:read"


@pytest.mark.parametrize("scope", ["stock:read stock:write", "admin", "stock:read,stock:write", "\u00e9"])
async def test_scope_beyond_the_clients_is_refused_not_narrowed(ask: Ask, enrol: Enrol, scope: str) -> None:
    reader = await enrol(scopes=("stock:read",))
    assert error_of(await ask(reader.basic, scope=scope)) == (400, "invalid_scope")


async def test_scope_that_the_organisations_kind_does_not_allow_any_more_is_refused(
    ask: Ask, enrol: Enrol, database: Database, insert_client: InsertClient
) -> None:
    coordinator = await enrol(kind="coordinator", scopes=("listings:read",))
    client_id = await insert_client(coordinator.id, ["listings:read", "stock:read"])
    async with database.transaction(Role.AUTH) as session:
        added = await add_secret(session=session, client_id=client_id)
    basic = (client_id, added.secret)
    assert (await ask(basic)).json()["scope"] == "listings:read"
    assert error_of(await ask(basic, scope="stock:read")) == (400, "invalid_scope")


async def test_shared_client_gets_for_itself_what_its_own_organisations_kind_allows(
    ask: Ask, enrol: Enrol, database: Database
) -> None:
    vendor = await enrol(kind="partner", scopes=("territories:read",))
    app = await register_app(database, vendor.id, shared=True, scopes=("stock:read", "territories:read"))
    assert (await ask(app.basic)).json()["scope"] == "territories:read"
    assert error_of(await ask(app.basic, scope="stock:read")) == (400, "invalid_scope")


async def test_unknown_client_and_wrong_secret_get_the_same_bytes(ask: Ask, member: Member) -> None:
    wrong = await ask((member.client_id, "areg_" + secrets.token_urlsafe(32)))
    unknown = await ask(("client-0000000000000000", "areg_" + secrets.token_urlsafe(32)))
    assert error_of(wrong) == (401, "invalid_client")
    assert wrong.headers["www-authenticate"].startswith("Basic ")
    assert wrong.content == unknown.content
    assert [h for h in wrong.headers.raw if b"correlation" not in h[0]] == [
        h for h in unknown.headers.raw if b"correlation" not in h[0]
    ]


async def test_unknown_client_and_wrong_secret_cost_the_same_work(
    ask: Ask, member: Member, app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Counted, not timed: the statements sent and the digests compared."""
    engine = app.state.database.engine.sync_engine
    await ask((member.client_id, "areg_wrong"))  # the process has read its keys
    work: list[str] = []

    def compare(one: bytes, other: bytes) -> bool:
        work.append("compare")
        return hmac.compare_digest(one, other)

    def note(conn: object, cursor: object, statement: str, *rest: object) -> None:
        work.append(statement)

    monkeypatch.setattr(oauth_client, "hmac", SimpleNamespace(compare_digest=compare))
    event.listen(engine, "before_cursor_execute", note)
    try:
        await ask((member.client_id, "areg_wrong"))
        known, work[:] = list(work), []
        await ask(("client-0000000000000000", "areg_wrong"))
    finally:
        event.remove(engine, "before_cursor_execute", note)
    assert work == known
    assert work.count("compare") == 2


async def test_percent_encoded_credentials_are_decoded(ask: Ask, member: Member) -> None:
    encoded = quote(member.client_id, safe=""), "".join(f"%{ord(c):02X}" for c in member.client_secret)
    assert (await ask(encoded)).status_code == 200


@pytest.mark.parametrize(
    "authorization",
    [
        b"Basic " + base64.b64encode(b"\xff\xfe:\xff"),
        b"Basic " + base64.b64encode(b"client:%FF"),
        b"Basic " + base64.b64encode(b"client\x00:secret"),
        b"Basic " + base64.b64encode("clién:secret".encode()),
        b"Basic " + base64.b64encode(b"c" * 5000 + b":secret"),
        b"Basic \xff\xfe",
        b"Basic !!!",
        b"Basic",
        b"Bearer x",
        b"",
    ],
)
async def test_basic_credentials_that_cannot_be_read_are_unauthorised(
    client: httpx.AsyncClient, authorization: bytes
) -> None:
    answer = await client.post(
        "/oauth/token", data={"grant_type": "client_credentials"}, headers={b"Authorization": authorization}
    )
    assert error_of(answer) == (401, "invalid_client")


async def test_secret_in_the_body_or_none_at_all_is_unauthorised(ask: Ask, member: Member) -> None:
    posted = await ask(client_id=member.client_id, client_secret=member.client_secret)
    assert error_of(posted) == (401, "invalid_client")
    assert error_of(await ask()) == (401, "invalid_client")


async def test_client_id_of_another_client_beside_good_credentials_is_unauthorised(ask: Ask, enrol: Enrol) -> None:
    one, other = await enrol(), await enrol()
    assert error_of(await ask(one.basic, client_id=other.client_id)) == (401, "invalid_client")
    assert (await ask(one.basic, client_id=one.client_id)).status_code == 200


async def test_client_by_key_cannot_use_basic(ask: Ask, key_member: Member) -> None:
    assert error_of(await ask((key_member.client_id, ""))) == (401, "invalid_client")


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ("grant_type=client_credentials&grant_type=client_credentials", "invalid_request"),
        ("grant_type=client_credentials&scope=stock:read&scope=stock:write", "invalid_request"),
        ("scope=stock:read", "invalid_request"),
        ("grant_type=", "invalid_request"),
        ("grant_type=password&username=a&password=b", "unsupported_grant_type"),
        ('grant_type="\\<script>', "unsupported_grant_type"),
    ],
)
async def test_form_that_asks_for_something_else_is_refused(
    client: httpx.AsyncClient, member: Member, form: str, expected: str
) -> None:
    answer = await client.post(
        "/oauth/token",
        content=form,
        auth=member.basic,
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    )
    assert error_of(answer) == (400, expected)
    assert "<script>" not in answer.text


async def test_credentials_in_the_query_string_are_not_read(client: httpx.AsyncClient, member: Member) -> None:
    answer = await client.post(
        f"/oauth/token?client_id={member.client_id}&client_secret={member.client_secret}",
        data={"grant_type": "client_credentials"},
    )
    assert error_of(answer) == (401, "invalid_client")


async def test_suspended_organisation_gets_no_token_until_it_is_reinstated(
    ask: Ask, member: Member, job_database: Database
) -> None:
    unknown = await ask(("client-0000000000000000", "x"))
    async with job_database.transaction(Role.JOB) as session:
        await suspend_organisation(session=session, organisation=member.id)
    refused = await ask(member.basic)
    assert (error_of(refused), refused.content) == ((401, "invalid_client"), unknown.content)
    async with job_database.transaction(Role.JOB) as session:
        await reinstate_organisation(session=session, organisation=member.id)
    assert (await ask(member.basic)).status_code == 200


async def test_metadata_is_valid_and_names_what_exists(client: httpx.AsyncClient, settings: Settings) -> None:
    answer = await client.get("/.well-known/oauth-authorization-server")
    # What the tests run on has no TLS, which RFC 8414 requires of a published issuer.
    metadata = AuthorizationServerMetadata(json.loads(answer.text.replace("http://", "https://")))
    assert answer.json()["issuer"] == settings.base_url
    metadata.validate_issuer()
    metadata.validate_token_endpoint()
    metadata.validate_jwks_uri()
    metadata.validate_token_endpoint_auth_methods_supported()
    metadata.validate_token_endpoint_auth_signing_alg_values_supported()
    keys = (await client.get(answer.json()["jwks_uri"])).json()["keys"]
    assert keys
    assert all(set(key) == {"kty", "crv", "x", "y", "kid", "use", "alg"} for key in keys), "public members only"
