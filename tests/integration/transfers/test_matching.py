"""The homes for a case: proven, possible, nearly; ranked, explained, and counted as seen."""

import secrets
from dataclasses import dataclass
from typing import Any

import httpx
import pytest_asyncio
from sqlalchemy import text

from registry.listings.service.place import place_requested
from registry.platform.database import Database, Role
from registry.transfers.matching.requirements import requirements, wanted
from registry.transfers.need import NeedProfile
from tests.conftest import Register
from tests.support.market import Market, market
from tests.support.stock import fact, home, publish, residence

BATHROOM = {"zero_step_shower": fact(), "grab_bars": fact()}
_OPEN = text(
    """
    INSERT INTO transfer_cases (organisation_id, territory_id, ref, kind, ground, home_ref, need, consent_basis,
        consent_version, consent_until, wanted, rent_limit_cents, rooms_least, rooms_most, communes)
    VALUES (:organisation, :territory, :ref, 'transfer', :ground, :home_ref, CAST(:need AS jsonb), 'explicit_consent',
        '2026-1', CURRENT_DATE + 300, :wanted, :rent_limit, :least, :most, :communes) RETURNING id
    """
)


@dataclass
class Desk:
    """The searcher's desk: its own stock and cases, in the market of another landlord."""

    market: Market

    async def stock(self, lines: list[dict[str, Any]], **residences: dict[str, Any]) -> None:
        """Publish own homes, in residence R1 at the market's centre unless others are given."""
        given = residences or {"R1": residence(self.market.territory.communes[0], self.market.territory.point())}
        answer = await publish(self.market.client, self.market.searcher, given, lines)
        assert answer["rejected"] == 0, answer
        await place_requested(self.market.jobs)

    async def offer(self, lines: list[dict[str, Any]], **residences: dict[str, Any]) -> None:
        """Publish the other landlord's homes."""
        given = residences or {"R1": residence(self.market.territory.communes[0], self.market.territory.point())}
        answer = await publish(self.market.client, self.market.owner, given, lines)
        assert answer["rejected"] == 0, answer
        await place_requested(self.market.jobs)

    async def open(self, home_ref: str | None = None, ground: str | None = None, **need: Any) -> str:
        profile = NeedProfile.model_validate(need)
        ref = secrets.token_urlsafe(16)
        given = {
            "organisation": self.market.searcher.id, "territory": self.market.territory.id, "ref": ref,
            "ground": ground, "home_ref": home_ref, "need": profile.model_dump_json(),
            "wanted": wanted(requirements(profile)), "rent_limit": profile.rent_max_cents,
            "least": profile.rooms_needed, "most": profile.rooms_most, "communes": list(profile.communes),
        }  # fmt: skip
        async with self.market.database.transaction(
            Role.LANDLORD, organisation=self.market.searcher.id, actor="tests"
        ) as session:
            await session.execute(_OPEN, given)
        return ref

    async def ask(self, ref: str, **asked: Any) -> httpx.Response:
        return await self.market.client.get(
            f"/v1/transfer-cases/{ref}/matches", params=asked, headers=self.market.searcher.headers
        )

    async def matches(self, ref: str, **asked: Any) -> dict[str, Any]:
        answer = await self.ask(ref, **asked)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def refs(self, found: list[dict[str, Any]]) -> list[str]:
        """Return the references of homes: own ones as they are, others' after a star."""
        others = await self.market.refs()
        return [each["home_ref"] or f"*{others[each['listing']['id']]}" for each in found]


@pytest_asyncio.fixture
async def desk(database: Database, job_database: Database, client: httpx.AsyncClient, register: Register) -> Desk:
    return Desk(await market(database, job_database, client, register))


async def test_homes_for_a_need_proven_before_possible_and_what_is_missing_named(desk: Desk) -> None:
    await desk.offer([
        {"ref": "proven", **home(facts=BATHROOM, rent_cents=40_000)},
        {"ref": "unknown", **home(facts={"zero_step_shower": fact()}, rent_cents=40_000)},
        {"ref": "none", **home(facts={"zero_step_shower": fact("no"), "grab_bars": fact("no"), "raised_wc": fact()})},
    ])  # fmt: skip
    case = await desk.open(shower="zero_step", grab_bars=True)
    found = await desk.matches(case)
    assert await desk.refs(found["items"]) == ["*proven", "*unknown"]
    proven, possible = found["items"]
    assert (proven["fit"], proven["missing"]) == ("proven", None)
    assert (possible["fit"], possible["missing"]["code"], possible["missing"]["fit"]) == (
        "possible", "grab_bars", "possible",
    )  # fmt: skip
    for each in found["items"]:
        assert abs(sum(line["points"] for line in each["lines"]) - each["score"]) < 0.1
        assert all(line["source"]["fr"] and line["source_date"] for line in each["lines"])
