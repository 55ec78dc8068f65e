"""Transfer cases as a landlord sends them."""

import datetime as dt
import secrets
from typing import Any

import httpx
from sqlalchemy import text

from registry.identity import tasks as identity
from registry.kernel.clock import today
from registry.platform.crypto import Keyring
from registry.platform.database import Database, Role
from registry.platform.mail import Message
from tests.support.members import Member

_MOVE = text(
    "WITH made AS (INSERT INTO transfer_proposals (organisation_id, owner_id, territory_id, listing_id, state,"
    " shared_until, answer_by) VALUES (:own, :own, :territory, gen_random_uuid(), 'moved', CURRENT_DATE, CURRENT_DATE)"
    " RETURNING id) INSERT INTO transfer_moves (proposal_id, organisation_id, territory_id, moved_on, rooms_before,"
    " rooms_after) SELECT id, :own, :territory, CURRENT_DATE, :before, :after FROM made"
)


def reference() -> str:
    """Return a reference as a landlord mints one."""
    return secrets.token_hex(16)


def need(**changes: Any) -> dict[str, Any]:
    """Return the need of somebody with a walker who needs a level shower."""
    return {"aid_indoors": "stick", "shower": "zero_step", "residents": 1, **changes}


def case(need_: dict[str, Any] | None = None, **changes: Any) -> dict[str, Any]:
    """Return a case with a year's consent; without a home, so with an area in its need unless it is a first entry."""
    return {
        "kind": "transfer", "need": need() if need_ is None else need_,
        "consent": {
            "basis": "explicit_consent", "version": "2026-1", "until": (today() + dt.timedelta(days=365)).isoformat(),
        },
        **changes,
    }  # fmt: skip


async def open_case(
    client: httpx.AsyncClient, member: Member, given: dict[str, Any], ref: str | None = None
) -> dict[str, Any]:  # fmt: skip
    """Open a case over the API; return the answer."""
    answer = await client.put(f"/v1/transfer-cases/{ref or reference()}", json=given, headers=member.headers)
    assert answer.status_code in {200, 201}, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def move(database: Database, territory: int, member: Member, count: int, rooms: tuple[int, int]) -> None:
    """Leave moves of a landlord's cases to homes of its own, today: rooms before and after."""
    values = {"own": member.id, "territory": territory, "before": rooms[0], "after": rooms[1]}
    async with database.transaction(Role.LANDLORD, organisation=member.id, actor="tests") as session:
        for _ in range(count):
            await session.execute(_MOVE, values)


class Kept:
    """A transport that keeps what it is given."""

    def __init__(self) -> None:
        self.messages: list[Message] = []

    async def send(self, message: Message) -> None:
        self.messages.append(message)


async def mails_of(
    database: Database, jobs: Database, keys: Keyring, member: Member, kind: str
) -> list[Message]:  # fmt: skip
    """Deliver and return what waits of a kind for a member's people."""
    kept = Kept()
    async with database.transaction(Role.AUTH, actor="tests") as session:
        asked = text("SELECT id FROM mails WHERE organisation_id = :own AND kind = :kind ORDER BY id")
        waiting = list((await session.execute(asked, {"own": member.id, "kind": kind})).scalars())
    for mail in waiting:
        await identity.deliver_mail(jobs, keys, kept, mail)
    return kept.messages
