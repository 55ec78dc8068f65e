"""The social homes of Cannes, really imported: a registry that the contract tests look at from all sides."""

import asyncio
import csv
import gzip
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
from typer.testing import Result

from registry.charter import service as charter
from registry.charter.schemas import Terms
from registry.platform.database import Database, Role
from registry.platform.settings import Settings
from registry.territories import service as territories
from tests.support import members
from tests.support.application import serving
from tests.support.commands import invoke
from tests.support.database import Server, fresh_name
from tests.support.members import Member
from tests.support.stock import fact
from tests.support.tree import ROOT

DATA = ROOT.parent / "shared" / "data"
HOMES, POSITIONS = DATA / "rpls-cannes" / "rpls_cannes.csv.gz", DATA / "rpls-cannes" / "positions.csv.gz"
PLACES = [DATA / "territoires" / name for name in ("communes-france.csv.gz", "communes-anciennes.csv.gz")]
PRESENT = all(path.exists() for path in (HOMES, POSITIONS, *PLACES))

CANNES, LE_CANNET = "06029", "06030"
EXACT_DATE, FACT_DATE = "2027-03-17", "2026-02-11"
Point = tuple[float, float]


def rows() -> list[dict[str, str]]:
    """The file's rows, each with its position in ``lon`` and ``lat``."""
    with gzip.open(HOMES, "rt", encoding="utf-8") as homes, gzip.open(POSITIONS, "rt", encoding="utf-8") as positions:
        return [
            {**row, **place}
            for row, place in zip(csv.DictReader(homes, delimiter=";"), csv.DictReader(positions), strict=True)
        ]


SENT = (
    "residence_ref", "building_ref", "typology", "rooms", "area_m2", "floor", "charges_cents", "financing",
    "quota_holder", "energy_label", "rpls_id", "housing_form",
)  # fmt: skip


@dataclass
class Cannes:
    """The registry after the main job.

    Attributes:
        first: What the first import printed.
        homes: The owner's homes by reference, as its API shows them before facts were put on some.
        residences: The owner's residences by reference.
        adapted: References of the homes that got facts, and what was sent of each.
        heard: The body of every answer that anyone but the owner got.
    """

    settings: Settings
    database: Database
    jobs: Database
    client: httpx.AsyncClient
    owner: Member
    searcher: Member
    coordinator: Member
    outsider: Member
    first: Result
    homes: dict[str, dict[str, Any]] = field(default_factory=dict)
    residences: dict[str, dict[str, Any]] = field(default_factory=dict)
    adapted: dict[str, dict[str, Any]] = field(default_factory=dict)
    heard: list[str] = field(default_factory=list)

    async def ask(self, member: Member, path: str, *, body: Any = None, **headers: str) -> httpx.Response:
        """Ask as ``member``; what others than the owner hear is kept."""
        method = "GET" if body is None else "POST"
        answer = await self.client.request(method, path, json=body, headers={**member.headers, **headers})
        if member is not self.owner:
            self.heard.append(answer.text)
        return answer

    async def pages(self, member: Member, path: str, *, body: Any = None, key: str = "items", **headers: str) -> Any:
        """Return what all pages of a list hold together, the last one reached by its links alone."""
        found, following = [], path
        for _ in range(200):
            answer = await self.ask(member, following, body=body, **headers)
            assert answer.status_code == 200, answer.text
            page = answer.json()
            found += page[key]
            if page["next"] is None:
                return found
            assert page[key], "a page that is not the last is not empty"
            following = page["next"]
        raise AssertionError("the pages do not end")

    async def run_import(self) -> Result:
        """Type the command, in a thread: it has an event loop of its own."""
        return await asyncio.to_thread(
            invoke, self.settings, "sync", "import", str(HOMES), "--organisation", str(self.owner.id),
            "--format", "rpls", "--positions", str(POSITIONS),
        )  # fmt: skip

    @property
    def listed(self) -> dict[str, dict[str, Any]]:
        """What was sent of the adapted homes that the territory's charter shares, by listing id."""
        return {
            self.homes[ref]["listing_id"]: given
            for ref, given in self.adapted.items()
            if self.residences[given["residence_ref"]]["commune_code"] == CANNES
        }

    def true_place(self, listing: str) -> Point | None:
        position = self.residences[self.listed[listing]["residence_ref"]]["position"]
        return (position["lon"], position["lat"]) if position else None


@asynccontextmanager
async def registry_of_france(server: Server) -> AsyncIterator[Cannes]:
    """Give a database of its own: the communes of France are in it, which territories of other tests would meet.

    Nothing is imported yet, and ``first`` is what loading the communes printed.
    """
    name = fresh_name()
    server.clone(name)
    async with serving(server, name) as (settings, _, client, database, jobs):
        loaded = await asyncio.to_thread(invoke, settings, "territories", "load", *map(str, PLACES))
        assert loaded.exit_code == 0, loaded.output
        made = [await members.register(database, client) for _ in range(3)]
        coordinator = await members.register(database, client, kind="coordinator")
        yield Cannes(settings, database, jobs, client, made[0], made[1], coordinator, made[2], loaded)
    server.drop(name)


async def sign(place: Cannes) -> None:
    """Found the territory of one commune; the owner and the searcher sign, the outsider does not."""
    coordinator = place.coordinator.id
    async with place.database.transaction(Role.COORDINATOR, organisation=coordinator, actor="tests") as session:
        territory = await territories.create_territory(
            session=session, coordinator=coordinator, slug="cannes", name="Cannes", communes=[CANNES]
        )
        await charter.put_in_force(session=session, organisation=coordinator, territory_id=territory, terms=Terms())
    for member in (place.owner, place.searcher):
        async with place.database.transaction(Role.LANDLORD, organisation=member.id, actor="tests") as session:
            await charter.sign(session=session, organisation=member.id, territory_id=territory, signed_by="Test Person")
        async with place.database.transaction(Role.COORDINATOR, organisation=coordinator, actor="tests") as session:
            await charter.admit(session=session, organisation=member.id, territory_id=territory)
    for member in (place.owner, place.searcher, place.coordinator):
        await members.renew(member, place.client)


async def adapt(place: Cannes) -> None:
    """Put facts on 300 homes: the 281 of two rooms on the ground floor, and 19 in the commune beside.

    Thirty are sent one by one, the others as a batch. All have a step-free entrance; every third a level shower, every
    fourth grab bars that are stated not to be there, every fifth a door of 80 cm; ten each are vacant and on notice.
    """
    ground = [ref for ref, home in place.homes.items() if home["floor"] == 0 and home["rooms"] == 2]
    beside = [
        ref for ref, home in place.homes.items() if place.residences[home["residence_ref"]]["commune_code"] == LE_CANNET
    ]
    for n, ref in enumerate([*sorted(ground), *sorted(beside)[:19]]):
        facts: dict[str, Any] = {"step_free_entrance": fact(date=FACT_DATE)}
        if n % 3 == 0:
            facts["zero_step_shower"] = fact(source="works_delivered", date=FACT_DATE)
        if n % 4 == 0:
            facts["grab_bars"] = fact("no", date=FACT_DATE)
        if n % 5 == 0:
            facts["interior_door_width"] = fact(80, date=FACT_DATE)
        status = {0: "vacant", 1: "notice"}.get(n % 28, "occupied")
        place.adapted[ref] = {
            **{name: place.homes[ref][name] for name in SENT}, "facts": facts, "status": status,
            "rent_cents": 30_000 + 100 * n, "available_on": EXACT_DATE if status == "notice" else None,
        }  # fmt: skip
    one_by_one, together = list(place.adapted.items())[::10], list(place.adapted.items())
    for ref, given in one_by_one:
        answer = await place.client.put(f"/v1/homes/{ref}", json=given, headers=place.owner.headers)
        assert answer.status_code == 200, answer.text
    answer = await place.client.post(
        "/v1/homes:batch",
        content="\n".join(json.dumps({"ref": ref, **given}) for ref, given in together),
        headers={**place.owner.headers, "Content-Type": "application/x-ndjson"},
    )
    counts = {name: answer.json()[name] for name in ("created", "updated", "unchanged", "rejected")}
    assert counts == {"created": 0, "updated": 270, "unchanged": 30, "rejected": 0}
