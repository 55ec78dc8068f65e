"""Organisations and clients made for one test, and the requests they send."""

import json
import secrets
import time
import uuid
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from joserfc import jws
from joserfc.jwk import ECKey

from registry.identity.events import OrganisationReinstated, OrganisationSuspended
from registry.identity.models import OAuthClient
from registry.identity.service import create_client, create_organisation
from registry.platform import events
from registry.platform.database import Database, Role
from registry.platform.settings import Settings
from tests.support.database import BASE_URL, Server, fresh_name
from tests.support.identity import ALL_SCOPES, ASSERTION_TYPE, Ask, Enrol, InsertClient, Member, Sign, claims_at
from tests.support.people import App, Browser, Person, join, register_app
from tests.support.upstream import Upstream, provided
from tests.support.upstream_service import Employee, Service, employ, service


@pytest.fixture(autouse=True)
def followed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Suspensions are followed by somebody, whatever this process has wired."""

    async def follow(session: object, event: object) -> None: ...

    for kind in (OrganisationSuspended, OrganisationReinstated):
        if not events._handlers.get(kind):
            monkeypatch.setitem(events._handlers, kind, [follow])


@pytest.fixture
def enrol(database: Database) -> Enrol:
    """Make an organisation and a client of it; ``by_key`` for private_key_jwt."""

    async def make(*, kind: str = "landlord", scopes: tuple[str, ...] = ALL_SCOPES, by_key: bool = False) -> Member:
        key = ECKey.generate_key("P-256", {"kid": secrets.token_hex(4)})
        async with database.transaction(Role.AUTH) as session:
            organisation = await create_organisation(
                session=session, name=f"Bailleur {secrets.token_hex(4)}", kind=kind
            )
            made = await create_client(
                session=session,
                organisation=organisation.id,
                name="test",
                scopes=scopes,
                auth_method="private_key_jwt" if by_key else "client_secret_basic",
                jwks={"keys": [key.as_dict(private=False)]} if by_key else None,
            )
        return Member(organisation.id, made.client_id, made.secret or "", key)

    return make


@pytest.fixture
def insert_client(database: Database) -> InsertClient:
    """Make a client that has scopes which its organisation's kind does not allow, or no longer."""

    async def insert(organisation: uuid.UUID, scopes: list[str]) -> str:
        client_id = secrets.token_hex(8)
        async with database.transaction(Role.AUTH) as session:
            session.add(
                OAuthClient(
                    client_id=client_id,
                    organisation_id=organisation,
                    name="test",
                    scopes=scopes,
                    auth_method="client_secret_basic",
                )
            )
        return client_id

    return insert


@pytest.fixture
async def member(enrol: Enrol) -> Member:
    return await enrol()


@pytest.fixture
async def key_member(enrol: Enrol) -> Member:
    """A member that authenticates by key."""
    return await enrol(by_key=True)


@pytest.fixture
def ask(client: httpx.AsyncClient) -> Ask:
    """Ask the token endpoint."""

    async def send(
        basic: tuple[str, str] | None = None, headers: dict[str, str] | None = None, **form: str
    ) -> httpx.Response:
        return await client.post(
            "/oauth/token",
            data={"grant_type": "client_credentials", **form},
            auth=basic if basic is not None else httpx.USE_CLIENT_DEFAULT,
            headers=headers,
        )

    return send


@pytest.fixture
def assertion(settings: Settings) -> Sign:
    """The form fields of a signed assertion; ``claims`` and ``header`` override what a good client sends."""

    def sign(member: Member, *, key: Any = None, header: dict[str, Any] | None = None, **claims: Any) -> dict[str, str]:
        now = int(time.time())
        body = {
            "iss": member.client_id,
            "sub": member.client_id,
            "aud": settings.base_url,
            "iat": now,
            "exp": now + 60,
            "jti": secrets.token_hex(8),
            **claims,
        }
        head = {"alg": "ES256", "kid": member.key.kid, **(header or {})}
        body = claims_at(now, body)
        head = {name: value for name, value in head.items() if value is not None}
        signed = jws.serialize_compact(head, json.dumps(body), key or member.key, algorithms=[head["alg"]])
        return {"client_assertion_type": ASSERTION_TYPE, "client_assertion": signed}

    return sign


@pytest.fixture
async def person(database: Database, settings: Settings, member: Member) -> Person:
    """An administrator of the member."""
    return await join(database, settings, member.id, "landlord_admin")


@pytest.fixture
async def browser(app: FastAPI, settings: Settings, person: Person) -> Browser:
    """The person's, signed in."""
    made = Browser(app, settings)
    await made.sign_in(person)
    return made


@pytest.fixture
async def application(database: Database, member: Member) -> App:
    """A client of the member that people may let act for them."""
    return await register_app(database, member.id)


@pytest.fixture
def apart(server: Server) -> Iterator[Settings]:
    """A database of the test's own: what stands in it is sealed anew, or tampered with."""
    name = fresh_name()
    server.clone(name)
    yield server.settings(name)
    server.drop(name)


@pytest.fixture(scope="module")
def generic_provider() -> Iterator[Upstream]:
    with provided(profile="generic", algorithm="RS256", base_url=BASE_URL) as provider:
        yield provider


@pytest.fixture(scope="module")
def pro_connect_provider() -> Iterator[Upstream]:
    with provided(profile="proconnect", algorithm="ES256", base_url=BASE_URL) as provider:
        yield provider


@pytest.fixture(scope="module")
async def generic(server: Server, database_name: str, generic_provider: Upstream) -> AsyncIterator[Service]:
    async with service(server, database_name, generic_provider) as made:
        yield made


@pytest.fixture(scope="module")
async def pro_connect(server: Server, database_name: str, pro_connect_provider: Upstream) -> AsyncIterator[Service]:
    async with service(server, database_name, pro_connect_provider) as made:
        yield made


@pytest.fixture
async def employee(pro_connect: Service) -> Employee:
    return await employ(pro_connect)
