"""What comes of a code: tokens, refreshed, and whether they work."""

from typing import Any

import httpx

from registry.identity.service import account, active_client, change_client
from registry.platform.database import Database, Role
from tests.support.database import BELIEVED_S
from tests.support.identity import Member
from tests.support.people import CALLBACK, App, Browser, Person

BOTH = "listings:read stock:read"
WAIT_S = BELIEVED_S + 0.1
"""After that a token that was verified before is verified anew."""


async def exchange(client: httpx.AsyncClient, app: App, granted: str, **changes: Any) -> httpx.Response:
    form = {
        "grant_type": "authorization_code", "code": granted, "redirect_uri": CALLBACK, "code_verifier": app.verifier,
        **changes,
    }  # fmt: skip
    given = {name: value for name, value in form.items() if value is not None}
    return await client.post("/oauth/token", data=given, auth=app.basic)


async def tokens(client: httpx.AsyncClient, browser: Browser, app: App, **changes: Any) -> dict[str, Any]:
    await browser.allow(app, **changes)
    answer = await exchange(client, app, browser.answer["code"])
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def refresh(client: httpx.AsyncClient, app: App, token: str, **form: str) -> httpx.Response:
    given = {"grant_type": "refresh_token", "refresh_token": token, **form}
    return await client.post("/oauth/token", data=given, auth=app.basic)


async def works(client: httpx.AsyncClient, token: str) -> int:
    return (await client.get("/v1/homes?limit=1", headers={"Authorization": f"Bearer {token}"})).status_code


async def allow_client(database: Database, app: App, *scopes: str) -> None:
    """Let a client do these things from now on, and nothing else."""
    async with database.transaction(Role.AUTH, actor="tests") as session:
        row = await active_client(session, app.client_id)
        await change_client(session=session, client=row, changes={"scopes": list(scopes)})


async def become(database: Database, person: Person, member: Member, role: str, instead_of: str) -> None:
    async with database.transaction(Role.AUTH, actor="tests") as session:
        await account.give_role(session=session, organisation=member.id, user=person.id, role=role)
        await account.remove_member(session=session, organisation=member.id, user=person.id, role=instead_of)


async def lose(what: str, database: Database, app: App, person: Person, member: Member) -> None:
    """Take ``stock:read`` from a client, or from the role of the person who let it act (``what``)."""
    if what == "client":
        await allow_client(database, app, "listings:read")
    else:
        await become(database, person, member, "landlord_searcher", "landlord_admin")
