"""A reader who follows a feed of changes and keeps what it is given."""

from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.support.members import Member


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
        before = len(self.given)
        while await self.page():
            pass
        return self.given[before:]
