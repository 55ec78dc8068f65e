"""What a coordinator and its members do with charters over the API."""

from dataclasses import dataclass
from typing import Any

import httpx

from tests.support.members import Member
from tests.support.territory import Territory

REPLY_BY = "2999-03-31"


def article(code: str, text: str = "Texte", **more: Any) -> dict[str, Any]:
    return {
        "code": code, "title": {"fr": f"Article {code}", "en": f"Article {code}"}, "text": {"fr": text, "en": text},
        **more,
    }  # fmt: skip


@dataclass
class Charters:
    """The versions of one territory's charter."""

    client: httpx.AsyncClient
    territory: Territory

    @property
    def path(self) -> str:
        return f"/v1/territories/{self.territory.slug}"

    async def ask(self, who: Member, method: str, path: str, **given: Any) -> httpx.Response:
        headers = {**who.headers, **given.pop("headers", {})}
        return await self.client.request(method, f"{self.path}{path}", headers=headers, **given)

    async def ok(self, who: Member, method: str, path: str, status: int = 200, **given: Any) -> Any:
        answer = await self.ask(who, method, path, **given)
        assert answer.status_code == status, answer.text
        return answer.json() if answer.content else None

    async def draft(self, **given: Any) -> dict[str, Any]:
        """Make a draft as the coordinator."""
        made: dict[str, Any] = await self.ok(self.territory.coordinator, "PUT", "/charters/draft", 201, json=given)
        return made

    async def proposed(self, **given: Any) -> dict[str, Any]:
        """Make a draft and propose it."""
        await self.draft(**given)
        made: dict[str, Any] = await self.ok(
            self.territory.coordinator, "POST", "/charters/draft/propose", json={"reply_by": REPLY_BY}
        )
        return made

    async def enact(self, version: int) -> dict[str, Any]:
        made: dict[str, Any] = await self.ok(self.territory.coordinator, "POST", f"/charters/{version}/enact")
        return made

    async def sign(self, who: Member, version: int, **changes: Any) -> httpx.Response:
        """Read a version and sign what was read."""
        read = await self.ok(who, "GET", f"/charters/{version}")
        given = {
            "text_sha256": read["text_sha256"], "signed_by": "Jeanne Essai", "signed_as": "Directrice", **changes
        }  # fmt: skip
        return await self.ask(who, "PUT", f"/charters/{version}/signature", json=given)

    async def decide(self, who: Member, verb: str, status: int = 200) -> Any:
        """Admit or refuse a landlord as the coordinator."""
        return await self.ok(self.territory.coordinator, "POST", f"/adhesions/{who.id}/{verb}", status)

    async def adhesion(self, who: Member) -> dict[str, Any] | None:
        found: dict[str, Any] | None = (await self.ok(who, "GET", ""))["adhesion"]
        return found
