"""The service as a process of its own that is its own issuer, with clients and people, for libraries of others."""

import secrets
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from joserfc.jwk import ECKey

from registry.identity.service import Registration, create_organisation, register_client
from registry.platform.database import Database, Role
from registry.platform.settings import Settings
from tests.contract.oauth.browser import Visitor
from tests.support.people import Person, join
from tests.support.served import Served, free_port, serve

CALLBACK = "https://app.example/callback"


@dataclass(frozen=True)
class Service:
    """A running service. ``settings``: with which another process is the same service."""

    served: Served
    settings: Settings

    @property
    def issuer(self) -> str:
        return self.settings.base_url

    @property
    def api(self) -> str:
        return f"{self.issuer}/v1"

    @property
    def token_endpoint(self) -> str:
        return f"{self.issuer}/oauth/token"


@dataclass(frozen=True)
class Client:
    """A registered client, and what it proves itself with: a secret, or a private key."""

    organisation: uuid.UUID
    client_id: str
    secret: str
    key: ECKey | None = field(repr=False)

    @property
    def basic(self) -> tuple[str, str]:
        return self.client_id, self.secret

    def told(self, service: Service, **more: Any) -> dict[str, Any]:
        """Return what a script has to know."""
        given = {
            "issuer": service.issuer, "api": service.api, "client_id": self.client_id, "redirect_uri": CALLBACK,
            "scope": "stock:read", **more,
        }  # fmt: skip
        if self.key is None:
            return {**given, "client_secret": self.secret}
        return {**given, "jwk": {**self.key.as_dict(private=True), "kid": self.key.kid}}


Enrol = Callable[..., Awaitable[Client]]


@pytest.fixture(scope="session")
def service(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    port = free_port()
    own = settings.model_copy(update={"base_url": f"http://127.0.0.1:{port}", "token_lifetime_s": 600})
    with serve(own, tmp_path_factory.mktemp("issuer"), port=port) as running:
        yield Service(running, own)
        assert running.complaints() == []


@pytest.fixture
def enrol(database: Database) -> Enrol:
    """Make an organisation with a client; ``by_key`` for private_key_jwt."""

    async def make(*, by_key: bool = False, **changes: Any) -> Client:
        key = ECKey.generate_key("P-256", {"kid": secrets.token_hex(4)}) if by_key else None
        given: dict[str, Any] = {"name": "Logiciel", "scopes": ("stock:read", "listings:read"), **changes}
        if key is not None:
            given |= {"auth_method": "private_key_jwt", "jwks": {"keys": [key.as_dict(private=False)]}}
        async with database.transaction(Role.AUTH, actor="tests") as session:
            organisation = await create_organisation(
                session=session, name=f"Bailleur {secrets.token_hex(4)}", kind="landlord"
            )
            made = await register_client(
                session=session, organisation=organisation.id, registration=Registration(**given)
            )
        return Client(organisation.id, made.client_id, made.secret or "", key)

    return make


@pytest.fixture
async def machine(enrol: Enrol) -> Client:
    return await enrol()


@pytest.fixture
async def by_key(enrol: Enrol) -> Client:
    return await enrol(by_key=True)


@pytest.fixture
async def application(enrol: Enrol) -> Client:
    """A client that people let act for them."""
    return await enrol(redirect_uris=(CALLBACK,))


@pytest.fixture
async def person(database: Database, settings: Settings, application: Client) -> Person:
    return await join(database, settings, application.organisation, "landlord_admin")


@pytest.fixture
async def visitor(service: Service, person: Person) -> AsyncIterator[Visitor]:
    async with Visitor(service.issuer, person) as made:
        yield made


@pytest.fixture
async def wire(service: Service) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=service.issuer) as made:
        yield made
