"""A whole file against the stock: what is compared, written, withdrawn, refused, and left as it is."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx
import pytest

from registry.access.principal import Principal
from registry.listings import tasks
from registry.platform.database import Database, Role
from registry.stock.repository.comparison import MAX_BUILDINGS
from registry.stock.service import sources
from registry.stock.service.reconcile import Plan, Reconciliation, home_row
from tests.conftest import Register
from tests.support import members
from tests.support import territory as territories
from tests.support.members import Member
from tests.support.stock import fact
from tests.support.territory import Territory

ON = date(2026, 3, 1)


@dataclass
class Desk:
    """A landlord with one source of files, in a territory of its own."""

    client: httpx.AsyncClient
    jobs: Database
    owner: Member
    place: Territory
    source: uuid.UUID = field(default_factory=uuid.uuid4)
    refused: list[tuple[int, str, str]] = field(default_factory=list)

    def home(self, ref: str = "H1", **changes: Any) -> dict[str, Any]:
        return {"ref": ref, "residence_ref": "R1", "typology": "T2", "rooms": 2, "status": "vacant", **changes}

    def residence(self, ref: str = "R1", **changes: Any) -> dict[str, Any]:
        return {"ref": ref, "commune_code": self.place.communes[0], "street": "rue des Acacias", **changes}

    async def bring(
        self,
        homes: Iterable[dict[str, Any]],
        residences: Iterable[dict[str, Any]] | None = None,
        *,
        full: bool = True,
        coarse: bool = False,
        hashes: Mapping[str, int] | None = None,
        cleared: Mapping[str, Sequence[str]] | None = None,
        unread: Iterable[str] = (),
        apply: bool = True,
        source: uuid.UUID | None = None,
    ) -> Plan:
        """Reconcile as the worker does; records that are held with the same digest are skipped."""
        principal = Principal(self.owner.id, "landlord", "test", frozenset())
        async with self.jobs.transaction(Role.LANDLORD, organisation=self.owner.id, actor="test") as session:
            run = Reconciliation(session, principal, source or self.source, full=full, coarse=coarse, fact_date=ON)
            held = await run.begin()
            new = [
                home_row(line, home, (cleared or {}).get(home["ref"], ()), (hashes or {}).get(home["ref"]))
                for line, home in enumerate(homes, start=2)
                if not held.see((hashes or {}).get(home["ref"], 0))
            ]
            given = [self.residence()] if residences is None else residences
            await run.stage(new, [(line, residence, False) for line, residence in enumerate(given, start=2)])
            plan = await run.compare(held, unread)
            self.refused = [(each.line, each.fault.field, each.fault.message.en) for each in await run.refused()]
            if apply:
                await run.apply(confirmed_at=datetime.now(UTC) if full else None)
        return plan

    async def read(self, ref: str = "H1") -> dict[str, Any]:
        answer = await self.client.get(f"/v1/homes/{ref}", headers=self.owner.headers)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found


@pytest.fixture
async def desk(client: httpx.AsyncClient, database: Database, job_database: Database, register: Register) -> Desk:
    place = await territories.create(database, job_database, client)
    owner = await register()
    await territories.sign(database, place, [owner])
    await members.renew(owner, client)
    return Desk(client, job_database, owner, place)


async def test_new_file_creates_its_residences_buildings_and_homes(desk: Desk) -> None:
    plan = await desk.bring([desk.home(building_ref="A", area_m2="47.50", facts={"grab_bars": {"value": "yes"}})])
    assert (plan.homes, plan.residences, plan.held) == ({"created": 1, "withdrawn": 0}, {"created": 1}, 0)
    found = await desk.read()
    assert (found["building_ref"], found["area_m2"]) == ("A", 47.5)
    assert found["facts"] == {"grab_bars": {"value": "yes", "source": "declared", "date": "2026-03-01"}}


async def test_same_file_again_is_unchanged_and_writes_nothing(desk: Desk) -> None:
    await desk.bring([desk.home(facts={"grab_bars": {"value": "yes"}})])
    before = await desk.read()
    plan = await desk.bring([desk.home(facts={"grab_bars": {"value": "yes"}})])
    assert plan.homes == {"unchanged": 1, "withdrawn": 0}
    assert (await desk.read())["version"] == before["version"]


async def test_line_that_is_held_is_known_by_its_digest_until_somebody_else_writes_the_home(desk: Desk) -> None:
    lines = {"H1": 11, "H2": 22}
    homes = [desk.home(), desk.home("H2")]
    await desk.bring(homes, hashes=lines)
    assert (await desk.bring(homes, hashes=lines)).homes == {"withdrawn": 0}, "both are skipped, neither is absent"
    given = {name: value for name, value in desk.home(status="works").items() if name != "ref"}
    assert (await desk.client.put("/v1/homes/H1", json=given, headers=desk.owner.headers)).status_code == 200
    assert (await desk.bring(homes, hashes=lines)).homes == {"updated": 1, "withdrawn": 0}
    assert (await desk.read())["status"] == "vacant", "the file says so again"
    assert (await desk.bring(homes, hashes=lines)).homes == {"withdrawn": 0}


async def test_silence_never_erases_and_what_is_said_to_be_empty_is_emptied(desk: Desk) -> None:
    await desk.bring([desk.home(rent_cents=40_000, floor=2, facts={"grab_bars": {"value": "yes"}})])
    await desk.bring([{"ref": "H1", "status": "occupied"}], [], cleared={"H1": ["floor"]})
    found = await desk.read()
    assert (found["rent_cents"], found["floor"], found["status"], found["rooms"]) == (40_000, None, "occupied", 2)
    assert found["facts"]["grab_bars"]["value"] == "yes"


async def test_full_file_withdraws_only_what_its_source_created_and_a_delta_nothing(desk: Desk) -> None:
    await desk.bring([desk.home("H1"), desk.home("H2"), desk.home("H3")])
    other = uuid.uuid4()
    await desk.bring([desk.home("H9")], source=other)
    assert (await desk.bring([desk.home("H1")], full=False)).homes["withdrawn"] == 0
    plan = await desk.bring([desk.home("H1")], unread=["H3"])
    assert plan.homes == {"unchanged": 1, "withdrawn": 1}
    states = [(await desk.read(ref))["status"] for ref in ("H1", "H2", "H3", "H9")]
    assert states == ["vacant", "withdrawn", "vacant", "vacant"]


async def test_home_that_comes_back_without_a_status_is_in_the_stock_again(desk: Desk) -> None:
    await desk.bring([desk.home("H1"), desk.home("H2")])
    await desk.bring([desk.home("H1")])
    silent = {name: value for name, value in desk.home("H2").items() if name != "status"}
    assert (await desk.bring([desk.home("H1"), silent])).homes == {"unchanged": 1, "updated": 1, "withdrawn": 0}
    assert (await desk.read("H2"))["status"] == "occupied"


async def test_better_source_of_a_fact_outranks_the_file(desk: Desk) -> None:
    await desk.bring([desk.home()])
    given = {name: value for name, value in desk.home().items() if name != "ref"}
    measured = {**given, "facts": {"grab_bars": fact("yes", "measured")}}
    assert (await desk.client.put("/v1/homes/H1", json=measured, headers=desk.owner.headers)).status_code == 200
    for stated in ({"value": "no"}, None):
        assert (await desk.bring([desk.home(facts={"grab_bars": stated})])).homes == {"unchanged": 1, "withdrawn": 0}
    better = {"value": "no", "source": "occupational_therapist", "date": "2026-02-01"}
    await desk.bring([desk.home(facts={"grab_bars": better})])
    assert (await desk.read())["facts"]["grab_bars"] == better


async def test_unknown_withdraws_a_fact_that_the_file_stated(desk: Desk) -> None:
    await desk.bring([desk.home(facts={"grab_bars": {"value": "yes"}})])
    await desk.bring([desk.home(facts={"grab_bars": None})])
    assert (await desk.read())["facts"] == {}


async def test_what_cannot_be_taken_beside_the_rest_is_refused_by_name(desk: Desk) -> None:
    await desk.bring([desk.home("H0")], hashes={"H0": 5})
    homes = [
        desk.home("H1"), desk.home("H1"), desk.home("H2", residence_ref="R9"), {"ref": "H3", "residence_ref": "R1"},
        {"ref": "H4", "rooms": 1, "typology": "T1"}, desk.home("H0"), desk.home("H0"),
    ]  # fmt: skip
    residences = [desk.residence(), {"ref": "R7"}, desk.residence("R8", commune_code="99999")]
    far = {"lon": desk.place.lon + 0.5, "lat": desk.place.lat}
    residences += [desk.residence("R6", territory="elsewhere"), desk.residence("R5", position=far)]
    plan = await desk.bring(homes, residences, full=False)
    assert plan.homes == {"created": 1, "rejected": 5, "unchanged": 1, "withdrawn": 0}
    assert plan.residences == {"unchanged": 1, "rejected": 4}
    assert sorted(field for _, field, _ in desk.refused) == [
        "commune_code", "commune_code", "position", "ref", "ref", "residence_ref", "residence_ref", "rooms",
        "territory",
    ]  # fmt: skip


async def test_reference_whose_line_stands_in_the_file_unchanged_is_there_twice(desk: Desk) -> None:
    await desk.bring([desk.home("H1")], hashes={"H1": 7})
    principal = Principal(desk.owner.id, "landlord", "test", frozenset())
    async with desk.jobs.transaction(Role.LANDLORD, organisation=desk.owner.id, actor="test") as session:
        run = Reconciliation(session, principal, desk.source, full=True, fact_date=ON)
        held = await run.begin()
        assert held.see(7)
        await run.stage([home_row(3, desk.home("H1", rent_cents=1), (), 8)], [])
        assert (await run.compare(held, ())).homes == {"rejected": 1, "withdrawn": 0}


async def test_file_that_cannot_tell_leaves_the_finer_value(desk: Desk) -> None:
    await desk.bring([desk.home("H1", status="notice", typology="T1bis", rooms=1)], [desk.residence(name="Les Pins")])
    coarse = desk.home("H1", status="occupied", typology="T1", rooms=1)
    plan = await desk.bring([coarse], [desk.residence(name="LOT 4")], coarse=True)
    assert (plan.homes["unchanged"], plan.residences) == (1, {"unchanged": 1})


@pytest.mark.parametrize(
    ("held", "stated", "status"),
    [
        ("notice", "occupied", "notice"),
        ("reserved", "vacant", "reserved"),
        ("vacant", "occupied", "occupied"),
        ("notice", "vacant", "vacant"),
        ("reserved", "occupied", "occupied"),
        ("works", "vacant", "vacant"),
        ("occupied", "withdrawn", "withdrawn"),
    ],
)
async def test_finer_status_than_the_file_can_state_stays(desk: Desk, held: str, stated: str, status: str) -> None:
    await desk.bring([desk.home(status=held)])
    await desk.bring([desk.home(status=stated)], coarse=True)
    assert (await desk.read())["status"] == status


async def test_typology_that_the_file_cannot_tell_stays_where_the_number_of_rooms_does(desk: Desk) -> None:
    await desk.bring([desk.home("H1", typology="T1bis", rooms=1), desk.home("H2", typology="T1bis", rooms=1)])
    homes = [desk.home("H1", typology="T1", rooms=1), desk.home("H2", typology="T2", rooms=2)]
    await desk.bring(homes, coarse=True)
    assert [(await desk.read(ref))["typology"] for ref in ("H1", "H2")] == ["T1bis", "T2"]


async def test_building_stays_within_its_residence_only(desk: Desk) -> None:
    residences = [desk.residence(), desk.residence("R2")]
    await desk.bring([desk.home(ref, building_ref="B") for ref in ("H1", "H2", "H3")], residences)
    homes = [
        desk.home("H1"),
        desk.home("H2", residence_ref="R2"),
        desk.home("H3", residence_ref="R2", building_ref="C"),
    ]
    await desk.bring(homes, residences)
    assert [(await desk.read(ref))["building_ref"] for ref in ("H1", "H2", "H3")] == ["B", None, "C"]


async def test_residence_that_gets_a_building_has_a_new_version_stated_or_not(desk: Desk) -> None:
    versions = []
    for name, residences in (("A", None), ("B", None), ("C", []), ("C", [])):
        await desk.bring([desk.home(building_ref=name)], residences)
        answer = await desk.client.get("/v1/residences/R1", headers=desk.owner.headers)
        versions.append((answer.json()["version"], len(answer.json()["buildings"])))
    assert versions == [(1, 1), (2, 2), (3, 3), (3, 3)]


async def test_building_that_only_a_refused_home_names_is_not_made(desk: Desk) -> None:
    await desk.bring([desk.home()])
    plan = await desk.bring([desk.home(), {"ref": "H2", "residence_ref": "R1", "building_ref": "B"}])
    assert (plan.homes["rejected"], plan.residences) == (1, {"unchanged": 1})
    answer = await desk.client.get("/v1/residences/R1", headers=desk.owner.headers)
    assert (answer.json()["version"], answer.json()["buildings"]) == (1, [])


async def test_residence_takes_as_many_buildings_as_its_model_allows(desk: Desk) -> None:
    plan = await desk.bring([desk.home(f"H{n}", building_ref=f"B{n}") for n in range(MAX_BUILDINGS + 2)])
    assert plan.homes == {"created": MAX_BUILDINGS, "rejected": 2, "withdrawn": 0}
    assert {field for _, field, _ in desk.refused} == {"building_ref"}


async def test_residence_takes_what_the_file_changes_and_keeps_what_it_is_silent_about(desk: Desk) -> None:
    for given, outcome in (
        ({"declared_homes": 48, "name": "Les Pins"}, "created"), ({"declared_homes": 48}, "unchanged"),
        ({"declared_homes": 50}, "updated"),
    ):  # fmt: skip
        assert (await desk.bring([desk.home()], [desk.residence(**given)])).residences == {outcome: 1}
    held = (await desk.client.get("/v1/residences/R1", headers=desk.owner.headers)).json()
    assert (held["declared_homes"], held["name"], held["version"]) == (50, "Les Pins", 2)


async def test_buildings_take_what_the_file_says_of_them_and_keep_the_rest(desk: Desk) -> None:
    for building, outcome in (
        ({"ref": "A", "name": "Tour", "levels": 7}, "created"), ({"ref": "A", "levels": 7}, "unchanged"),
        ({"ref": "A", "levels": 8}, "updated"), ({"ref": "A"}, "unchanged"),
    ):  # fmt: skip
        given = [desk.residence(buildings=[building])]
        assert (await desk.bring([desk.home(building_ref="A")], given)).residences == {outcome: 1}
    held = (await desk.client.get("/v1/residences/R1", headers=desk.owner.headers)).json()
    [building] = held["buildings"]
    assert (building["name"], building["levels"], held["version"]) == ("Tour", 8, 2)


async def test_comparison_alone_writes_nothing(desk: Desk) -> None:
    plan = await desk.bring([desk.home()], apply=False)
    assert plan.homes["created"] == 1
    assert (await desk.client.get("/v1/homes/H1", headers=desk.owner.headers)).status_code == 404


async def test_full_file_confirms_homes_and_their_listings_without_a_write_to_them(desk: Desk) -> None:
    homes = [desk.home("H1", facts={"zero_step_shower": {"value": "yes"}})]
    async with desk.jobs.transaction(Role.LANDLORD, organisation=desk.owner.id, actor="test") as session:
        principal = Principal(desk.owner.id, "landlord", "test", frozenset())
        await sources.add_source(session=session, principal=principal, source=desk.source)
    await desk.bring(homes)
    before = await desk.read()
    async with desk.jobs.transaction(Role.LANDLORD, organisation=desk.owner.id, actor="test") as session:
        await sources.confirm_source(
            session=session, principal=principal, source=desk.source, at=datetime.now(UTC) + timedelta(days=8)
        )
    after = await desk.read()
    assert (after["version"], after["updated_at"]) == (before["version"], before["updated_at"])
    assert after["confirmed_at"] > before["confirmed_at"]
    assert await tasks.show_confirmed(desk.jobs) == 1
    assert await tasks.show_confirmed(desk.jobs) == 0
    seen = await desk.client.get(f"/v1/listings?territory={desk.place.slug}", headers=desk.owner.headers)
    week = (datetime.now(UTC) + timedelta(days=8)).strftime("%G-W%V")
    assert [item["fresh_week"] for item in seen.json()["items"]] == [week]


async def test_listings_follow_what_a_file_changes(desk: Desk) -> None:
    shared = {"zero_step_shower": {"value": "yes"}}
    await desk.bring([desk.home("H1", facts=shared), desk.home("H2", facts=shared)])
    listed = {(await desk.read(ref))["listing_id"] for ref in ("H1", "H2")}
    seen = await desk.client.get(f"/v1/listings?territory={desk.place.slug}", headers=desk.owner.headers)
    assert {item["id"] for item in seen.json()["items"]} == listed
    await desk.bring([desk.home("H1")])
    seen = await desk.client.get(f"/v1/listings?territory={desk.place.slug}", headers=desk.owner.headers)
    assert [item["id"] for item in seen.json()["items"]] == [(await desk.read("H1"))["listing_id"]]


async def test_fact_that_a_later_file_changes_is_in_the_history_of_its_home_and_no_other_is(desk: Desk) -> None:
    async def history(ref: str) -> list[tuple[str, Any]]:
        answer = await desk.client.get(f"/v1/homes/{ref}/facts/history", headers=desk.owner.headers)
        assert answer.status_code == 200, answer.text
        return [(item["code"], item["value"]) for item in answer.json()["items"]]

    first = {"grab_bars": {"value": "no"}, "steps_to_door": {"value": 3}}
    await desk.bring([desk.home(ref, facts=first) for ref in ("H1", "H2", "H3")])
    assert await history("H1") == [], "what a first file states takes the place of nothing"
    changed = {"grab_bars": {"value": "yes"}, "steps_to_door": {"value": 3}}
    await desk.bring([desk.home(facts=changed), desk.home("H2", facts=first, rooms=3)])
    assert [await history(ref) for ref in ("H1", "H2", "H3")] == [[("grab_bars", "no")], [], []]
