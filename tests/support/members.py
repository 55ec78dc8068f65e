"""Organisations that take part in a test, each with one client and a token."""

import uuid
from dataclasses import dataclass, field

import httpx

from registry.access.scopes import allowed_for
from registry.identity import service as identity
from registry.platform.database import Database, Role


@dataclass
class Member:
    """An organisation with one client; ``headers`` carry a valid token."""

    id: uuid.UUID
    name: str
    kind: str
    client_id: str
    client_secret: str
    headers: dict[str, str] = field(default_factory=dict)


async def register(
    database: Database,
    client: httpx.AsyncClient,
    *,
    kind: str = "landlord",
    scopes: tuple[str, ...] | None = None,
) -> Member:
    """Register an organisation of ``kind`` with a client of ``scopes`` (all that the kind allows) and a token."""
    name = f"{kind} {uuid.uuid4().hex[:8]}"
    async with database.transaction(Role.AUTH, actor="tests") as session:
        organisation = await identity.create_organisation(session=session, name=name, kind=kind)
        made = await identity.create_client(
            session=session,
            organisation=organisation.id,
            name="tests",
            scopes=scopes if scopes is not None else tuple(scope.value for scope in allowed_for(kind)),
        )
    assert made.secret is not None
    member = Member(organisation.id, name, kind, made.client_id, made.secret)
    await renew(member, client)
    return member


async def renew(member: Member, client: httpx.AsyncClient) -> None:
    """Ask the real token endpoint for a token."""
    answer = await client.post(
        "/oauth/token",
        data={"grant_type": "client_credentials"},
        auth=(member.client_id, member.client_secret),
    )
    answer.raise_for_status()
    member.headers = {"Authorization": f"Bearer {answer.json()['access_token']}"}
