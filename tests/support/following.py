"""A reader who follows a feed of changes and keeps what it is given."""

import asyncio
import os
from dataclasses import dataclass, field
from typing import Any

import httpx
import psycopg
import pytest

from tests.support.members import Member


async def past() -> None:
    """Return once no transaction of the cluster runs that began before now: a feed holds back what came after one.

    Tests that run beside this one work in databases of their own, and their transactions count all the same.
    """
    url = os.environ["REGISTRY_TEST_ADMIN_URL"]
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as admin:
        row = await (await admin.execute("SELECT pg_current_xact_id()::text")).fetchone()
        assert row
        for _ in range(6_000):
            found = await admin.execute("SELECT pg_snapshot_xmin(pg_current_snapshot()) > %s::text::xid8", row)
            if (await found.fetchone()) == (True,):
                return
            await asyncio.sleep(0.01)
    pytest.fail("something runs that does not end")


@dataclass
class Follower:
    """``held``: what stands, by kind and reference (``home``, ``residence``) or by ``listing`` and id."""

    client: httpx.AsyncClient
    member: Member
    address: str
    held: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    given: list[dict[str, Any]] = field(default_factory=list)

    async def page(self) -> int:
        """Take one page over; return how many changes it held."""
        answer = await self.client.get(self.address, headers=self.member.headers)
        assert answer.status_code == 200, answer.text
        body = answer.json()
        assert answer.headers["Link"] == f'<{body["next"]}>; rel="next"'
        self.address = body["next"]
        for item in body["items"]:
            self.given.append(item)
            key = (item.get("kind", "listing"), item.get("ref", item.get("id")))
            if item["change"] == "deleted":
                self.held.pop(key, None)
            else:
                self.held[key] = item[key[0]]
        return len(body["items"])

    async def catch_up(self) -> list[dict[str, Any]]:
        """Take over whatever there is; return it."""
        await past()
        before = len(self.given)
        while await self.page():
            pass
        return self.given[before:]
