"""A landlord's file becomes its stock: compared, validated, written once, followed by its listings."""

import asyncio
import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from registry.sync.service.rpls_import import Import, Landlord
from sqlalchemy import text

from registry.access.principal import own_organisation
from registry.kernel.errors import RegistryError
from registry.platform.database import Database, Role
from registry.stock import service as stock
from registry.sync.errors import (
    FileChangedMeanwhile,
    FileOfAnotherLandlord,
    FileWithoutDwellings,
    ImportRunning,
    LineTooLong,
    OrganisationNotALandlord,
    PositionsInvalid,
    RecordCountDiffers,
)
from registry.sync.formats.positions import read_positions
from registry.sync.formats.rpls import layout as rpls
from registry.sync.formats.source import MAX_LINE, Source
from registry.sync.notes import Note, Report
from registry.sync.repository import claims
from registry.sync.service import rpls_import as service
from registry.vocabulary.stock import Status
from tests.conftest import Register
from tests.support import members
from tests.support import rpls as files
from tests.support import territory as territories
from tests.support.members import Member
from tests.support.stock import fact
from tests.support.territory import Territory

WITH_IDS = (*files.PUBLIC, "IDENT_INT", "MODE", "LOYERPRINC")
_numbers = itertools.count()


@dataclass
class Place:
    """A territory, a landlord that brings files, and another one that searches."""

    database: Database
    client: httpx.AsyncClient
    directory: Path
    territory: Territory
    owner: Member
    searcher: Member
    notes: list[Note] = field(default_factory=list)

    def row(self, **changes: str) -> dict[str, str]:
        return files.row(**{"DEPCOM": self.territory.communes[0], "CODEPOSTAL": "33000", **changes})

    def write(self, rows: Iterable[dict[str, str]], columns: Sequence[str] = files.PUBLIC) -> Path:
        return files.write(self.directory / f"{next(_numbers)}.csv", files.public(rows, columns))

    async def bring(self, path: Path, *, positions: str = "", owner: Member | None = None) -> Report:
        """Import a file as the command does, in one transaction."""
        places = files.write(self.directory / f"{next(_numbers)}.csv", f"ligne,lon,lat\n{positions}")
        landlord = await self.landlord(owner or self.owner)
        source = Source.inspect(path)
        self.notes.clear()
        run = Import(
            source, rpls.layout(source), read_positions(places), Status.OCCUPIED, self.notes.append, lambda *_: None
        )
        async with self.database.transaction(
            Role.LANDLORD, organisation=landlord.principal.organisation_id, actor="tests"
        ) as session:
            return await run.run(session=session, owner=landlord)

    async def landlord(self, owner: Member) -> Landlord:
        async with self.database.transaction(Role.AUTH, actor="tests") as session:
            return await service.landlord(session=session, organisation=owner.id)

    async def homes(self, owner: Member | None = None) -> dict[str, dict[str, Any]]:
        answer = await self.client.get("/v1/homes?limit=1000", headers=(owner or self.owner).headers)
        return {home["ref"]: home for home in answer.json()["items"]}

    async def residences(self) -> dict[str, dict[str, Any]]:
        answer = await self.client.get("/v1/residences?limit=1000", headers=self.owner.headers)
        return {residence["ref"]: residence for residence in answer.json()["items"]}

    async def put(self, ref: str, **changes: Any) -> None:
        """Change a home over HTTP, as its landlord's own system does between two files."""
        kept = (await self.homes())[ref]
        sent = {name: kept[name] for name in SENT} | {"facts": {}} | changes
        answer = await self.client.put(f"/v1/homes/{ref}", json=sent, headers=self.owner.headers)
        assert answer.status_code == 200, answer.text

    async def listed(self) -> list[dict[str, Any]]:
        asked = {"territory": self.territory.slug, "limit": "50"}
        answer = await self.client.get("/v1/listings", params=asked, headers=self.searcher.headers)
        items: list[dict[str, Any]] = answer.json()["items"]
        return items


SENT = (
    "residence_ref", "building_ref", "typology", "rooms", "area_m2", "floor", "rent_cents", "charges_cents",
    "financing", "quota_holder", "energy_label", "rpls_id", "status", "available_on", "housing_form",
)  # fmt: skip


@pytest.fixture
async def place(
    database: Database, job_database: Database, client: httpx.AsyncClient, register: Register, tmp_path: Path
) -> Place:
    territory = await territories.create(database, job_database, client)
    owner, searcher = await register(), await register()
    await territories.sign(database, territory, [owner, searcher])
    for member in (owner, searcher):
        await members.renew(member, client)
    return Place(database, client, tmp_path, territory, owner, searcher)


def counts(report: Report) -> tuple[int, int, int, int]:
    found = report.counts()
    assert found["rows"] == sum(report.homes.values())
    return found["created"], found["updated"], found["unchanged"], found["rejected"]


async def test_file_is_created_then_unchanged_then_updated_in_any_order(place: Place) -> None:
    rows = [place.row(NUMAPPT=str(n), NUMVOIE=str(n % 3 + 1)) for n in range(30)]
    first = await place.bring(place.write(rows))
    assert (counts(first), dict(first.residences)) == ((30, 0, 0, 0), {"created": 3})
    held = (await place.homes(), await place.residences())
    again = await place.bring(place.write(reversed(rows)))
    assert (counts(again), dict(again.residences)) == ((0, 0, 30, 0), {"unchanged": 3})
    assert (await place.homes(), await place.residences()) == held, "no version and no date is another"
    assert again.difference != first.difference
    assert again.difference == (await place.bring(place.write(rows))).difference, "nothing differs twice alike"
    rows[4] |= {"DPEENERGIE": "A", "CONSTRUCT": "1980"}
    rows.append(place.row(NUMAPPT="99"))
    changed = await place.bring(place.write(rows))
    assert counts(changed) == (1, 1, 29, 0)
    assert len(await place.homes()) == 31


async def test_what_a_file_leaves_empty_stays_as_the_landlord_stated_it(place: Place) -> None:
    await place.bring(place.write([place.row(IDENT_INT="H1")], WITH_IDS))
    stated = {
        "rent_cents": 41_250, "charges_cents": 6_000, "floor": 7, "status": "notice", "available_on": "2027-02-15",
        "facts": {"zero_step_shower": fact()},
    }  # fmt: skip
    await place.put("H1", **stated)
    silent = place.row(IDENT_INT="H1", ETAGE="", FINAN="", MODE="", LOYERPRINC="9999", DPEENERGIE="0")
    assert counts(await place.bring(place.write([silent], WITH_IDS))) == (0, 0, 1, 0)
    kept = (await place.homes())["H1"]
    assert {name: kept[name] for name in stated} == stated
    assert (kept["financing"], kept["energy_label"]) == ("13", "C")
    assert counts(await place.bring(place.write([{**silent, "MODE": "1"}], WITH_IDS))) == (0, 0, 1, 0)
    assert (await place.homes())["H1"]["status"] == "notice", "a tenant who has given notice is still in"
    loud = {**silent, "MODE": "2", "LOYERPRINC": "500", "ETAGE": "RDC"}
    assert counts(await place.bring(place.write([loud], WITH_IDS))) == (0, 1, 0, 0)
    kept = (await place.homes())["H1"]
    assert (kept["status"], kept["rent_cents"], kept["floor"]) == ("vacant", 50_000, 0)
    assert kept["facts"] == {"zero_step_shower": fact()}


async def test_listing_follows_the_file(place: Place) -> None:
    await place.bring(place.write([place.row(IDENT_INT="H1", MODE="1")], WITH_IDS))
    assert await place.listed() == [], "a file states no fact, and a home without facts is not shared"
    await place.put("H1", facts={"zero_step_shower": fact()})
    [listing] = await place.listed()
    assert (listing["availability"], listing["rent_cents"]) == ("occupied", None)
    await place.bring(place.write([place.row(IDENT_INT="H1", MODE="2", LOYERPRINC="412,50")], WITH_IDS))
    [listing] = await place.listed()
    assert (listing["availability"], listing["rent_cents"]) == ("now", 41_250)
    columns = (*WITH_IDS, "SORTIEPATRIM")
    await place.bring(place.write([place.row(IDENT_INT="H1", MODE="2", SORTIEPATRIM="4")], columns))
    assert (await place.homes())["H1"]["status"] == "withdrawn"
    assert await place.listed() == []


async def test_listing_follows_when_only_the_residence_moves(
    place: Place, database: Database, job_database: Database, client: httpx.AsyncClient
) -> None:
    elsewhere = await territories.create(database, job_database, client)
    await place.bring(place.write([place.row(IDENT_INT="H1")], WITH_IDS))
    await place.put("H1", facts={"zero_step_shower": fact()})
    assert len(await place.listed()) == 1
    moved = await place.bring(place.write([place.row(IDENT_INT="H1", DEPCOM=elsewhere.communes[0])], WITH_IDS))
    assert counts(moved) == (0, 1, 0, 0)
    assert await place.listed() == []


async def test_row_that_cannot_be_taken_is_named_and_the_others_are_taken(place: Place) -> None:
    rows = [
        place.row(IDENT_INT="H1"),
        place.row(IDENT_INT="H2", DEPCOM="99998"),
        place.row(IDENT_INT="H1", ETAGE="5"),
        place.row(IDENT_INT="H3", NBPIECE="0"),
        place.row(IDENT_INT="H4", SURFHAB="beaucoup"),
    ]
    path = place.write(rows, WITH_IDS)
    path.write_text(path.read_text() + "trop;court\n")
    report = await place.bring(path)
    assert counts(report) == (2, 0, 0, 4)
    assert [(note.line, note.column, note.value, note.rejected) for note in place.notes] == [
        (3, "DEPCOM", "99998", True),
        (4, "IDENT_INT/IDENT_REP", "H1", True),
        (5, "NBPIECE", "", True),
        (6, "SURFHAB", "beaucoup", False),
        (7, "*", "2", True),
    ]
    assert "line 2" in place.notes[1].remedy.en
    assert sum(report.notes.values()) == 5
    homes = await place.homes()
    assert set(homes) == {"H1", "H4"}
    assert homes["H1"]["floor"] == 2
    assert homes["H4"]["area_m2"] is None


async def test_residence_of_refused_rows_only_is_not_created(place: Place) -> None:
    await place.bring(place.write([place.row(), place.row(NUMVOIE="77", NBPIECE="")]))
    assert [residence["number"] for residence in (await place.residences()).values()] == ["12"]


async def test_name_that_may_be_a_persons_number_is_left_out_and_noted(place: Place) -> None:
    await place.bring(place.write([place.row(COMPLGEO="Résidence 06 12 34 56 78")]))
    [residence] = (await place.residences()).values()
    assert residence["name"] is None
    assert [(note.line, note.column, note.rejected) for note in place.notes] == [(2, "COMPLGEO", False)]


async def test_retired_commune_is_resolved(place: Place, job_database: Database) -> None:
    async with job_database.transaction(Role.JOB, actor="tests") as session:
        await session.execute(
            text("INSERT INTO former_communes (code, name, kind, current_code) VALUES (:old, 'Old', 'x', :new)"),
            {"old": "B" + place.territory.communes[0][1:], "new": place.territory.communes[0]},
        )
    assert counts(await place.bring(place.write([place.row()]))) == (1, 0, 0, 0)
    old = place.row(DEPCOM="B" + place.territory.communes[0][1:])
    assert counts(await place.bring(place.write([old]))) == (0, 0, 1, 0), "the same home under the code of its time"


async def test_positions_go_to_the_rows_of_their_rank(place: Place) -> None:
    here = place.territory.point()
    rows = [place.row(NUMVOIE="1"), place.row(NUMVOIE="2"), place.row(NUMVOIE="3")]
    report = await place.bring(place.write(rows), positions=f"1,,\n3,{here['lon']},{here['lat']}\n")
    assert report.without_position == 2
    found = {residence["number"]: residence["position"] for residence in (await place.residences()).values()}
    assert found == {"1": None, "2": None, "3": here}
    assert dict((await place.bring(place.write(rows))).residences) == {"unchanged": 3}, "no positions: they stay"


async def test_buildings_of_the_file_join_those_that_are_held(place: Place) -> None:
    await place.bring(place.write([place.row(BAT="A", NUMAPPT="1")]))
    [(ref, residence)] = (await place.residences()).items()
    sent = {name: residence[name] for name in ("street", "commune_code", "equipment")} | {
        "buildings": [{"ref": "A", "levels": 5}, {"ref": "Z"}], "equipment": ["garden"],
    }  # fmt: skip
    answer = await place.client.put(f"/v1/residences/{ref}", json=sent, headers=place.owner.headers)
    assert answer.status_code == 200, answer.text
    report = await place.bring(place.write([place.row(BAT="A", NUMAPPT="1"), place.row(IMMEU="B", NUMAPPT="2")]))
    assert counts(report) == (1, 0, 1, 0)
    [after] = (await place.residences()).values()
    assert [(building["ref"], building["levels"]) for building in after["buildings"]] == [
        ("A", 5), ("B", None), ("Z", None),
    ]  # fmt: skip
    assert after["equipment"] == ["garden"]
    assert after["version"] > answer.json()["version"]
    assert {home["building_ref"] for home in (await place.homes()).values()} == {"A", "B"}


async def test_residence_that_gets_a_building_is_updated_once(place: Place) -> None:
    await place.bring(place.write([place.row(NUMAPPT="1")]))
    path = place.write([place.row(NUMAPPT="1"), place.row(BAT="B", NUMAPPT="2")])
    assert dict((await place.bring(path)).residences) == {"updated": 1}
    assert [residence["version"] for residence in (await place.residences()).values()] == [2]
    assert dict((await place.bring(path)).residences) == {"unchanged": 1}
    assert [residence["version"] for residence in (await place.residences()).values()] == [2]


async def test_transmission_file_is_imported_with_its_own_references(place: Place) -> None:
    rows = [
        place.row(IDENT_REP="R000000001", IDENT_INT="LGT/1", MODE="2", LOYERPRINC="350", CONTRESLOG="7"),
        place.row(IDENT_REP="R000000002", IDENT_INT="LGT/2", MODE="3"),
    ]
    path = files.write(place.directory / "rpls.txt", files.transmission(rows), "latin-1")
    assert counts(await place.bring(path)) == (2, 0, 0, 0)
    homes = await place.homes()
    assert (homes["LGT/1"]["rpls_id"], homes["LGT/1"]["status"], homes["LGT/2"]["status"]) == (
        "R000000001", "vacant", "works",
    )  # fmt: skip


async def audited(place: Place) -> list[str]:
    async with place.database.transaction(Role.LANDLORD, organisation=place.owner.id, actor="tests") as session:
        found = await session.execute(text("SELECT action FROM audit_events ORDER BY sequence"))
        return list(found.scalars())


@pytest.mark.parametrize(
    ("change", "error"),
    [
        (lambda content: content + "x" * (MAX_LINE + 1), LineTooLong),
        (lambda content: content.split("\n")[0] + "\n", FileWithoutDwellings),
    ],
)
async def test_file_that_fails_leaves_the_last_good_state(
    place: Place, monkeypatch: pytest.MonkeyPatch, change: Any, error: type[RegistryError]
) -> None:
    monkeypatch.setattr(service, "CHUNK", 2)
    path = place.write([place.row(NUMAPPT=str(n)) for n in range(5)])
    await place.bring(path)
    before = (await place.homes(), await place.residences(), await audited(place))
    path.write_text(change(path.read_text().replace(";65;", ";66;")))
    with pytest.raises(error):
        await place.bring(path)
    assert (await place.homes(), await place.residences(), await audited(place)) == before


async def test_file_that_changes_under_the_import_leaves_the_last_good_state(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After everything was written, before the commit."""
    path = place.write([place.row(NUMAPPT=str(n)) for n in range(5)])
    checked = Source.check_unchanged

    def changed(source: Source) -> None:
        path.write_text(path.read_text() + files.line(place.row(NUMAPPT="9")) + "\n")
        checked(source)

    monkeypatch.setattr(Source, "check_unchanged", changed)
    with pytest.raises(FileChangedMeanwhile):
        await place.bring(path)
    assert await place.homes() == {}
    assert "sync:rpls:imported" not in await audited(place)


async def test_small_chunks_import_the_same_as_one(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [place.row(NUMAPPT=str(n % 7), NUMVOIE=str(n % 4)) for n in range(40)]
    monkeypatch.setattr(service, "CHUNK", 3)
    assert counts(await place.bring(place.write(rows))) == (40, 0, 0, 0)
    monkeypatch.undo()
    assert counts(await place.bring(place.write(reversed(rows)))) == (0, 0, 40, 0)


async def test_import_is_one_event_of_the_audit(place: Place) -> None:
    before = await audited(place)
    await place.bring(place.write([place.row(NUMAPPT=str(n)) for n in range(5)]))
    assert await audited(place) == [*before, "sync:rpls:imported"]


async def test_second_import_of_a_landlord_waits_for_nothing_and_is_refused(place: Place) -> None:
    path = place.write([place.row()])
    landlord = await place.landlord(place.owner)
    async with place.database.transaction(Role.LANDLORD, organisation=place.owner.id, actor="tests") as session:
        assert await claims.claim(session, own_organisation(landlord.principal))
        with pytest.raises(ImportRunning):
            await asyncio.wait_for(place.bring(path), 10)
        assert counts(await place.bring(path, owner=place.searcher)) == (1, 0, 0, 0), "another landlord's may run"
    assert counts(await place.bring(path)) == (1, 0, 0, 0)


async def test_same_file_of_two_landlords_is_two_stocks(place: Place) -> None:
    path = place.write([place.row(NUMAPPT=str(n)) for n in range(4)])
    assert counts(await place.bring(path)) == (4, 0, 0, 0)
    assert counts(await place.bring(path, owner=place.searcher)) == (4, 0, 0, 0)
    mine, theirs = await place.homes(), await place.homes(place.searcher)
    assert set(mine) == set(theirs), "references come from the content alone"
    assert not {home["listing_id"] for home in mine.values()} & {home["listing_id"] for home in theirs.values()}


async def test_held_stock_is_the_callers_own(place: Place) -> None:
    await place.bring(place.write([place.row(IDENT_INT="H1")], WITH_IDS))
    residences = list(await place.residences())
    for member, expected in ((place.owner, 1), (place.searcher, 0)):
        principal = (await place.landlord(member)).principal
        async with place.database.transaction(Role.LANDLORD, organisation=member.id, actor="tests") as session:
            homes = await stock.held_homes(session=session, principal=principal, refs=["H1", "H2"])
            held = await stock.held_residences(session=session, principal=principal, refs=residences)
        assert (len(homes), len(held)) == (expected, expected)


async def test_header_that_states_another_number_of_dwellings_is_refused(place: Place) -> None:
    content = files.transmission([place.row(IDENT_INT="1"), place.row(IDENT_INT="2")], records=3)
    with pytest.raises(RecordCountDiffers):
        await place.bring(files.write(place.directory / "cut.txt", content))
    assert await place.homes() == {}


async def test_header_of_another_landlord_is_refused(place: Place) -> None:
    landlord = await place.landlord(place.owner)
    path = files.write(
        place.directory / "x.txt", files.transmission([place.row(IDENT_INT="1")], siret="55210055400013")
    )
    source = Source.inspect(path)
    run = Import(source, rpls.layout(source), {}, Status.OCCUPIED, place.notes.append, lambda *_: None)
    async with place.database.transaction(Role.LANDLORD, organisation=place.owner.id, actor="tests") as session:
        with pytest.raises(FileOfAnotherLandlord):
            await run.run(session=session, owner=Landlord(landlord.principal, "443061841"))
        assert counts(await run.run(session=session, owner=Landlord(landlord.principal, "552100554"))) == (1, 0, 0, 0)


@pytest.mark.parametrize(
    "positions",
    ["2,4.8,45.7", "1,4.8,45.7\n1,4.8,45.7", "0,4.8,45.7", "1,45.7,4.8", "1,4.8", "1,x,y", "1,4.8,"],
)
async def test_positions_that_cannot_be_right_are_refused(place: Place, positions: str) -> None:
    with pytest.raises(PositionsInvalid):
        await place.bring(place.write([place.row()]), positions=positions)
    assert await place.homes() == {}


async def test_who_is_no_landlord_has_no_file(place: Place) -> None:
    with pytest.raises(OrganisationNotALandlord):
        await place.landlord(place.territory.coordinator)
