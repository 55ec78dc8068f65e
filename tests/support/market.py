"""A market: a territory where one landlord shares homes and another searches."""

from dataclasses import dataclass
from typing import Any

import httpx

from registry.charter.schemas import Terms
from registry.listings.service.place import place_requested
from registry.platform.database import Database
from tests.conftest import Register
from tests.support import members
from tests.support import territory as territories
from tests.support.members import Member
from tests.support.stock import publish, residence
from tests.support.territory import Territory


@dataclass
class Market:
    """What happens in the territory, by the landlords' own references."""

    client: httpx.AsyncClient
    database: Database
    jobs: Database
    territory: Territory
    owner: Member
    searcher: Member

    @property
    def near(self) -> dict[str, Any]:
        return {"near": f"{self.territory.lon},{self.territory.lat}", "within_m": 30_000}

    async def publish(self, lines: list[dict[str, Any]]) -> None:
        given = residence(self.territory.communes[0], self.territory.point())
        result = await publish(self.client, self.owner, {"R1": given}, lines)
        assert result["rejected"] == 0, result

    async def refs(self) -> dict[str, str]:
        """Return the owner's reference of each listing."""
        answer = await self.client.get("/v1/homes", params={"limit": 1000}, headers=self.owner.headers)
        return {row["listing_id"]: row["ref"] for row in answer.json()["items"]}

    async def pages(self, **asked: Any) -> list[list[str]]:
        """Return the references on every page of a search, in their order."""
        refs, found = await self.refs(), []
        url: str | None = str(httpx.URL("/v1/listings", params=asked))
        while url:
            answer = await self.client.get(url, headers=self.searcher.headers)
            assert answer.status_code == 200, answer.text
            found.append([refs[item["id"]] for item in answer.json()["items"]])
            url = answer.json()["next"]
            assert len(found) <= 30
        return found

    async def listings(self, **asked: Any) -> list[dict[str, Any]]:
        """Return the first 50 listings of the territory as the searcher sees them."""
        given = {"territory": self.territory.slug, "limit": 50, **asked}
        answer = await self.client.get("/v1/listings", params=given, headers=self.searcher.headers)
        assert answer.status_code == 200, answer.text
        items: list[dict[str, Any]] = answer.json()["items"]
        return items

    async def shown(self) -> set[str]:
        """Return the references of what the territory shows the searcher, once the job has done what was asked."""
        await place_requested(self.jobs)
        refs = await self.refs()
        return {refs[item["id"]] for item in await self.listings()}

    async def find(self, **asked: Any) -> list[str]:
        return [ref for page in await self.pages(**asked) for ref in page]


async def market(
    database: Database,
    job_database: Database,
    client: httpx.AsyncClient,
    register: Register,
    terms: Terms | None = None,
    *,
    communes: int = 1,
) -> Market:
    """Found a territory with a charter of ``terms``, where two landlords sign."""
    territory = await territories.create(database, job_database, client, communes=communes, terms=terms)
    owner, searcher = await register(), await register()
    await territories.sign(database, territory, [owner, searcher])
    for member in (owner, searcher):
        await members.renew(member, client)
    return Market(client, database, job_database, territory, owner, searcher)
