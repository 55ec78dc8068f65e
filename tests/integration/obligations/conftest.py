"""A market whose charter is reciprocal: the owner shares two homes, the searcher none."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest_asyncio
from sqlalchemy import text

from registry.charter.schemas import Terms
from registry.identity import tasks as identity
from registry.kernel.clock import now
from registry.obligations import service
from registry.platform.crypto import Keyring, keyring
from registry.platform.database import Database, Role
from registry.platform.mail import Message
from registry.platform.settings import Settings
from tests.conftest import Register
from tests.support import members
from tests.support.market import Market, market
from tests.support.measuring import alone, measure
from tests.support.members import Member
from tests.support.people import join
from tests.support.stock import fact, home, publish, residence

FLOOR = 5
"""Per cent: two facts of those that count of a home are less, four are more."""
GOOD = {code: fact() for code in ("zero_step_shower", "grab_bars", "turning_space", "non_slip_floor")}


class Kept:
    """A transport that keeps what it is given."""

    def __init__(self) -> None:
        self.messages: list[Message] = []

    async def send(self, message: Message) -> None:
        self.messages.append(message)


@dataclass
class Scene:
    """A reciprocal territory, its clock, and the mail of its members."""

    market: Market
    keys: Keyring
    today: datetime

    @property
    def path(self) -> str:
        return f"/v1/territories/{self.market.territory.slug}"

    async def night(self, days: int = 0) -> None:
        """Let days pass, then do what the worker does each night."""
        self.today += timedelta(days=days)
        await measure(self.market.jobs, self.keys, self.market.territory.id, at=self.today)

    async def minute(self) -> int:
        """Do what the worker does each minute."""
        with alone(self.market.territory.id):
            return await service.measure_changed(self.market.jobs, self.keys, at=self.today)

    async def ask(self, member: Member, path: str, **asked: Any) -> httpx.Response:
        """Ask with a token that knows what holds now."""
        await members.renew(member, self.market.client)
        return await self.market.client.get(path, params=asked, headers=member.headers)

    async def read(self, member: Member, path: str, **asked: Any) -> Any:
        answer = await self.ask(member, f"{self.path}{path}", **asked)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def states(self, member: Member, ref: str, facts: dict[str, Any]) -> None:
        """Have a home stated anew by its landlord."""
        given = home("R1", facts=facts)
        answer = await self.market.client.put(f"/v1/homes/{ref}", json=given, headers=member.headers)
        assert answer.status_code in {200, 201}, answer.text

    async def mails(self, member: Member) -> list[Message]:
        """Deliver and return what waits for a member's people."""
        kept = Kept()
        async with self.market.database.transaction(Role.AUTH) as session:
            asked = text(
                "SELECT id FROM mails WHERE organisation_id = :own AND kind ~ '^(standing|obligations)' ORDER BY id"
            )
            waiting = list((await session.execute(asked, {"own": member.id})).scalars())
        for mail in waiting:
            await identity.deliver_mail(self.market.jobs, self.keys, kept, mail)
        return kept.messages


@pytest_asyncio.fixture
async def scene(
    database: Database, job_database: Database, client: httpx.AsyncClient, register: Register, settings: Settings
) -> Scene:
    terms = Terms(reciprocity="completeness", completeness_floor_percent=FLOOR, reciprocity_warning_days=10)
    made = await market(database, job_database, client, register, terms)
    given = residence(made.territory.communes[0], made.territory.point())
    lines = [
        {"ref": "H1", **home("R1", facts=GOOD)},
        {"ref": "H2", **home("R1", facts={"zero_step_shower": fact(), "grab_bars": fact()})},
    ]
    assert (await publish(client, made.owner, {"R1": given}, lines))["rejected"] == 0
    for member in (made.owner, made.searcher):
        await join(database, settings, member.id, "landlord_admin")
    return Scene(made, keyring(settings), now())
