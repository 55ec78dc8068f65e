"""Proposals between two landlords of a market: the searcher's case, the owner's home."""

import secrets
import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from registry.kernel.clock import today
from registry.platform.crypto import Keyring
from registry.platform.database import Database, Role
from registry.transfers.repository.deadlines import untold
from registry.transfers.service import deadlines
from tests.support.market import Market
from tests.support.members import Member
from tests.support.stock import home
from tests.support.transfers import case, open_case

BASE = "https://registry.example"
NEED: dict[str, Any] = {
    "aid_indoors": "walker",
    "shower": "zero_step",
    "current_rent_cents": 52_000,
    "current_rooms": 4,
}


async def follow(jobs: Database, keys: Keyring) -> None:
    """Do what the worker does every minute until nothing is left to tell: steps of other tests may come first."""
    for _ in range(100):
        await deadlines.follow(jobs, keys, BASE)
        async with jobs.transaction(Role.JOB, actor="tests") as session:
            if not await untold(session):
                return
    pytest.fail("steps that are never told")


@dataclass
class Affairs:
    """What the two landlords of a market do with proposals."""

    market: Market

    @property
    def client(self) -> httpx.AsyncClient:
        return self.market.client

    async def home(self, **changes: Any) -> tuple[str, str]:
        """Publish a home of the owner; return its reference and its listing."""
        ref = f"H-{secrets.token_hex(4)}"
        await self.market.publish([{"ref": ref, **home(**changes)}])
        answer = await self.client.get(f"/v1/homes/{ref}", headers=self.market.owner.headers)
        return ref, answer.json()["listing_id"]

    async def case(
        self, member: Member | None = None, *, need: dict[str, Any] | None = None, days: int = 365
    ) -> str:  # fmt: skip
        """Open a case of the searcher, or another landlord, with a consent of so many days; return its reference."""
        until = (today() + timedelta(days=days)).isoformat()
        given = case(
            NEED if need is None else need, kind="first_entry",
            consent={"basis": "explicit_consent", "version": "2026-1", "until": until},
        )  # fmt: skip
        made = await open_case(self.client, member or self.market.searcher, given)
        ref: str = made["ref"]
        return ref

    async def propose(
        self, ref: str, listing: str, member: Member | None = None, **headers: str
    ) -> httpx.Response:  # fmt: skip
        who = member or self.market.searcher
        given = {"case_ref": ref, "listing_id": listing}
        return await self.client.post("/v1/proposals", json=given, headers={**who.headers, **headers})

    async def made(self, member: Member | None = None) -> str:
        """Propose a new home of the owner for a new case; return the proposal's id."""
        _, listing = await self.home()
        return await self.proposed(await self.case(member), listing, member)

    async def proposed(self, ref: str, listing: str, member: Member | None = None) -> str:
        answer = await self.propose(ref, listing, member)
        assert answer.status_code == 201, answer.text
        id_: str = answer.json()["id"]
        return id_

    async def step(
        self, id_: str, who: Member, action: str, reason: str | None = None, **headers: str
    ) -> httpx.Response:  # fmt: skip
        given = {"action": action} | ({"reason": reason} if reason else {})
        return await self.client.post(f"/v1/proposals/{id_}/steps", json=given, headers={**who.headers, **headers})

    async def through(self, id_: str, *actions: str, origin: Member | None = None) -> dict[str, Any]:
        """Take steps, each by the side whose it is; return the proposal as it stands for that side."""
        answer: dict[str, Any] = {}
        for action in actions:
            owners = action in {"study", "decline", "file", "grant", "reject", "lease"}
            who = self.market.owner if owners else origin or self.market.searcher
            given = await self.step(id_, who, action)
            assert given.status_code == 200, (action, given.text)
            answer = given.json()
        return answer

    async def read(self, id_: str, who: Member) -> dict[str, Any]:
        answer = await self.client.get(f"/v1/proposals/{id_}", headers=who.headers)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def as_job(self, statement: str, **values: Any) -> Any:
        """Run a statement as the job; return its first value, if it has one."""
        async with self.market.jobs.transaction(Role.JOB, actor="tests") as session:
            result = await session.execute(text(statement), values)
            return result.scalar() if statement.startswith("SELECT") else None

    async def back(self, id_: str, **intervals: str) -> None:
        """Have a proposal's moments lie as far back as the intervals say."""
        for column, interval in intervals.items():
            await self.as_job(
                f"UPDATE transfer_proposals SET {column} = {column} - CAST('{interval}' AS interval) WHERE id = :id",
                id=uuid.UUID(id_),
            )
        if "held_until" in intervals:
            await self.as_job(
                "UPDATE home_holds SET during = tstzrange(lower(during) - CAST(:by AS interval),"
                " upper(during) - CAST(:by AS interval)) WHERE proposal_id = :id",
                by=intervals["held_until"], id=uuid.UUID(id_),
            )  # fmt: skip
