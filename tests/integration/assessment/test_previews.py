"""The preview of a draft's grid: it says what enacting would do, of members alone, and is forgotten."""

from collections import Counter
from dataclasses import dataclass
from typing import Any, Final

import httpx
import pytest
import pytest_asyncio
from sqlalchemy import text

from registry.assessment import service
from registry.assessment.index.preview import protected
from registry.charter import service as charter
from registry.platform.database import Database, Role
from tests.conftest import Register
from tests.support import territory as territories
from tests.support.charters import Charters
from tests.support.database import Server
from tests.support.members import Member

EACH: Final = 13
PREVIEW: Final = "/charters/draft/preview"
BEFORE: Final[dict[str, Any]] = {
    "completeness_floor": 0.0, "knock_outs": [], "weights": {"L": 0.0, "P": 1.0, "A": 0.0, "S": 0.0},
    "common_parts": [{"fact": "lift"}, {"fact": "step_free_entrance"}],
}  # fmt: skip
AFTER: Final[dict[str, Any]] = {
    **BEFORE, "completeness_floor": 0.9, "common_parts": [{"fact": "lift", "weight": 9.0}, {"fact": "video_intercom"}],
}  # fmt: skip
_FILL: Final = text(
    """
    INSERT INTO residences (id, organisation_id, ref, commune_code, facts)
    SELECT gen_random_uuid(), :organisation, 'R' || n, :commune, (ARRAY[
        '{}', '{"lift": {"value": "yes"}}', '{"lift": {"value": "no"}, "step_free_entrance": {"value": "yes"}}',
        '{"lift": {"value": "yes"}, "step_free_entrance": {"value": "yes"}, "video_intercom": {"value": "yes"}}'
        ])[1 + n % 4]::jsonb
    FROM generate_series(1, :residences) AS n
    """
)


@dataclass
class Place:
    charters: Charters
    database: Database
    jobs: Database
    server: Server
    database_name: str
    owner: Member

    @property
    def territory(self) -> territories.Territory:
        return self.charters.territory

    async def fill(self, landlord: Member, residences: int) -> None:
        values = {"organisation": landlord.id, "commune": self.territory.communes[0], "residences": residences}
        async with self.database.transaction(Role.LANDLORD, organisation=landlord.id, actor="tests") as session:
            await session.execute(_FILL, values)

    async def ask(self, method: str = "POST", status: int = 202) -> dict[str, Any]:
        asked: dict[str, Any] = await self.charters.ok(self.territory.coordinator, method, PREVIEW, status)
        return asked

    async def counted(self) -> dict[str, Any]:
        await self.ask()
        await service.compute_previews(self.jobs)
        return await self.ask("GET", 200)

    async def grades(self) -> Counter[str | None]:
        """Return how many of the owner's residences have each proven grade now."""
        await service.compute_requested(self.jobs)
        answer = await self.charters.client.get(
            "/v1/assessments", params={"limit": 1000}, headers=self.owner.headers
        )  # fmt: skip
        return Counter(item["grade_low"] for item in answer.json()["items"])

    def alter(self, statement: str) -> None:
        with self.server.connect(self.database_name) as admin:
            admin.execute(statement.encode(), (self.territory.id,))


@pytest_asyncio.fixture
async def place(
    database: Database, job_database: Database, client: httpx.AsyncClient, server: Server, database_name: str,
    register: Register,
) -> Place:  # fmt: skip
    made = await territories.create(database, job_database, client)
    owner = await register()
    await territories.sign(database, made, [owner])
    found = Place(Charters(client, made), database, job_database, server, database_name, owner)
    await found.fill(owner, 4 * EACH)
    await found.charters.draft(terms={"index_grid": BEFORE})
    await found.charters.ok(made.coordinator, "POST", "/charters/draft/propose", json={"reply_by": "2999-03-31"})
    await found.charters.enact(2)
    await found.charters.draft(terms={"index_grid": AFTER})
    return found


async def test_preview_says_what_enacting_does(place: Place) -> None:
    before = await place.grades()
    found = await place.counted()
    assert (found["status"], found["percent"], found["draft_version"], found["compared_with"]) == ("done", 100, 3, 2)
    await place.charters.ok(
        place.territory.coordinator, "POST", "/charters/draft/propose", json={"reply_by": "2999-03-31"}
    )
    await place.charters.enact(3)
    after = await place.grades()
    assert before != after
    assert {each["grade"]: (each["before"], each["after"]) for each in found["result"]["grades"]} == {
        grade: (protected(before[grade]), protected(after[grade])) for grade in ("A", "B", "C", "D", "E", None)
    }
    moves = found["result"]["moves"]
    assert moves == {"up": 15, "same": 15, "down": 15, "assessed": None, "unassessed": 15}
    (landlord,) = found["result"]["landlords"]
    assert landlord == {"landlord": {"id": str(place.owner.id), "name": place.owner.name}, "moves": moves}


async def test_landlords_that_wait_or_are_suspended_are_not_counted(place: Place, register: Register) -> None:
    waiting, suspended = await register(), await register()
    await territories.sign(place.database, place.territory, [suspended])
    async with place.database.transaction(Role.LANDLORD, organisation=waiting.id, actor="tests") as session:
        await charter.sign(
            session=session, organisation=waiting.id, territory_id=place.territory.id, signed_by="Test Person"
        )
    async with place.database.transaction(
        Role.COORDINATOR, organisation=place.territory.coordinator.id, actor="tests"
    ) as session:
        await charter.suspend(session=session, organisation=suspended.id, territory_id=place.territory.id)
    for landlord in (waiting, suspended):
        await place.fill(landlord, 40)
    found = await place.counted()
    assert [each["landlord"]["name"] for each in found["result"]["landlords"]] == [place.owner.name]
    assert found["result"]["moves"]["same"] == 15


async def test_preview_that_failed_says_so_and_is_counted_when_asked_again(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: Any) -> None:
        raise RuntimeError("no such luck")

    with monkeypatch.context() as broken_now:
        broken_now.setattr("registry.assessment.service.preview._count", broken)
        assert (await place.counted())["status"] == "failed"
    found = await place.counted()
    assert (found["status"], found["result"] is None) == ("done", False)


async def test_preview_of_a_worker_that_died_is_taken_up_again_and_an_old_one_forgotten(place: Place) -> None:
    await place.ask()
    place.alter(
        "UPDATE registry.grid_previews SET status = 'running', begun_at = now() - interval '1 minute'"
        " WHERE territory_id = %s"
    )
    assert (await place.counted())["status"] == "running", "another worker may be at it"
    place.alter("UPDATE registry.grid_previews SET begun_at = now() - interval '16 minutes' WHERE territory_id = %s")
    assert (await place.counted())["status"] == "done"
    place.alter("UPDATE registry.grid_previews SET requested_at = now() - interval '8 days' WHERE territory_id = %s")
    async with place.jobs.transaction(Role.JOB, actor="tests") as session:
        await service.expire_previews(session=session)
    await place.ask("GET", 404)
