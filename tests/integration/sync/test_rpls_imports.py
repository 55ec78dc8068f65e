"""A landlord's RPLS file becomes its stock: compared, validated, written once, followed by its listings."""

import asyncio
import itertools
import uuid
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from registry.access.principal import own_organisation
from registry.identity import service as identity
from registry.platform.database import Database, Role
from registry.sync.errors import FileChangedMeanwhile, OrganisationNotALandlord
from registry.sync.formats.source import MAX_LINE
from registry.sync.repository import claims
from registry.sync.service import files as kept
from registry.sync.service import imports, reading
from registry.sync.service import run as running
from registry.sync.service.imports import Given
from registry.sync.service.run import Runner, principal_of
from tests.conftest import Register
from tests.support import members
from tests.support import rpls as files
from tests.support import territory as territories
from tests.support.members import Member
from tests.support.stock import fact
from tests.support.territory import Territory

WITH_IDS = (*files.PUBLIC, "IDENT_INT", "MODE", "LOYERPRINC")
_numbers = itertools.count()


@dataclass(frozen=True)
class Brought:
    """What became of a file.

    Attributes:
        notes: Of single rows, as the report has them.
        remarks: Of the file as a whole.
    """

    id: uuid.UUID
    status: str
    error: str | None
    counts: dict[str, Any]
    difference: bytes | None
    notes: list[dict[str, Any]]
    remarks: list[str]

    @property
    def homes(self) -> tuple[int, int, int, int]:
        """Created, updated, unchanged, rejected: every row is one of them."""
        found = tuple(self.counts[name] for name in ("created", "updated", "unchanged", "rejected"))
        assert self.counts["rows"] == sum(found)
        assert self.counts["withdrawn"] == 0
        return found

    @property
    def residences(self) -> dict[str, int]:
        return {name: count for name, count in self.counts["residences"].items() if count}


@dataclass
class Place:
    """A territory, a landlord whose files the worker takes in, and another one that searches."""

    database: Database
    jobs: Database
    client: httpx.AsyncClient
    directory: Path
    territory: Territory
    owner: Member
    searcher: Member

    def row(self, **changes: str) -> dict[str, str]:
        return files.row(**{"DEPCOM": self.territory.communes[0], "CODEPOSTAL": "33000", **changes})

    def write(self, rows: Iterable[dict[str, str]], columns: Sequence[str] = files.PUBLIC) -> Path:
        return files.write(self.directory / f"{next(_numbers)}.csv", files.public(rows, columns))

    @asynccontextmanager
    async def acting(self, owner: Member) -> AsyncIterator[AsyncSession]:
        """Open a transaction in which the worker acts for a landlord."""
        async with self.jobs.transaction(Role.LANDLORD, organisation=owner.id, actor="tests") as session:
            yield session

    async def take(self, path: Path, *, positions: str = "", owner: Member | None = None) -> uuid.UUID:
        """Take a file in, into a source that accepts the rows that can be read; return the run."""
        owner = owner or self.owner
        principal = principal_of(owner.id, owner.id)
        places = files.write(self.directory / f"{next(_numbers)}.csv", f"ligne,lon,lat\n{positions}")
        async with self.acting(owner) as session:
            source = await imports.source_for(
                session=session, principal=principal, name="rpls", kind="rpls", declared={"accept_partially": True}
            )
            given = Given(name=path.name, positions=places)
            return await imports.take(
                session=session, principal=principal, source=source, path=path, given=given, cause="manual"
            )

    async def bring(self, path: Path, *, positions: str = "", owner: Member | None = None) -> Brought:
        """Take a file in and have it run; a person lets pass what it changes."""
        owner = owner or self.owner
        run = await self.take(path, positions=positions, owner=owner)
        brought = await self.run(run, owner)
        if brought.status == "waiting":
            async with self.acting(owner) as session:
                await imports.confirm(session=session, principal=principal_of(owner.id, run), id_=run)
            brought = await self.run(run, owner)
        return brought

    async def run(self, id_: uuid.UUID, owner: Member) -> Brought:
        await Runner(self.jobs).run(owner.id, id_)
        principal = principal_of(owner.id, id_)
        async with self.acting(owner) as session:
            run = (await imports.read_import(session=session, principal=principal, id_=id_)).run
            lines = imports.report(session=session, principal=principal, id_=id_)
            notes = [line["note"] async for line in lines if "note" in line] if run.report_sha256 else []
        return Brought(
            run.id, run.status, run.error["code"] if run.error else None, run.counts or {}, run.difference,
            notes=[note for note in notes if note["line"] > 1],
            remarks=[note["rule"]["en"] for note in notes if note["line"] <= 1],
        )  # fmt: skip

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
    return Place(database, job_database, client, tmp_path, territory, owner, searcher)


async def test_file_is_created_then_unchanged_then_updated_in_any_order(place: Place) -> None:
    rows = [place.row(NUMAPPT=str(n), NUMVOIE=str(n % 3 + 1)) for n in range(30)]
    first = await place.bring(place.write(rows))
    assert (first.homes, first.residences) == ((30, 0, 0, 0), {"created": 3})
    held = (await place.homes(), await place.residences())
    again = await place.bring(place.write(reversed(rows)))
    assert (again.homes, again.residences) == ((0, 0, 30, 0), {"unchanged": 3})
    assert (await place.homes(), await place.residences()) == held, "no version and no date is another"
    assert again.difference != first.difference
    assert again.difference == (await place.bring(place.write(rows))).difference, "nothing differs twice alike"
    rows[4] |= {"DPEENERGIE": "A", "CONSTRUCT": "1980"}
    rows.append(place.row(NUMAPPT="99"))
    changed = await place.bring(place.write(rows))
    assert changed.homes == (1, 1, 29, 0)
    assert len(await place.homes()) == 31


async def test_what_a_file_leaves_empty_stays_as_the_landlord_stated_it(place: Place) -> None:
    await place.bring(place.write([place.row(IDENT_INT="H1")], WITH_IDS))
    stated = {
        "rent_cents": 41_250, "charges_cents": 6_000, "floor": 7, "status": "notice", "available_on": "2027-02-15",
        "facts": {"zero_step_shower": fact()},
    }  # fmt: skip
    await place.put("H1", **stated)
    silent = place.row(IDENT_INT="H1", ETAGE="", FINAN="", MODE="", LOYERPRINC="9999", DPEENERGIE="0")
    assert (await place.bring(place.write([silent], WITH_IDS))).homes == (0, 0, 1, 0)
    kept = (await place.homes())["H1"]
    assert {name: kept[name] for name in stated} == stated
    assert (kept["financing"], kept["energy_label"]) == ("13", "C")
    assert (await place.bring(place.write([{**silent, "MODE": "1"}], WITH_IDS))).homes == (0, 0, 1, 0)
    assert (await place.homes())["H1"]["status"] == "notice", "a tenant who has given notice is still in"
    loud = {**silent, "MODE": "2", "LOYERPRINC": "500", "ETAGE": "RDC"}
    assert (await place.bring(place.write([loud], WITH_IDS))).homes == (0, 1, 0, 0)
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
    assert moved.homes == (0, 1, 0, 0)
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
    assert report.homes == (2, 0, 0, 4)
    assert [(note["line"], note["column"], note["value"], note["rejected"]) for note in report.notes] == [
        (3, "DEPCOM", "99998", True),
        (4, "IDENT_INT/IDENT_REP", "H1", True),
        (5, "NBPIECE", "", True),
        (6, "SURFHAB", "beaucoup", False),
        (7, "*", "2", True),
    ]
    assert "line 2" in report.notes[1]["remedy"]["en"]
    assert [(rule["column"], rule["count"]) for rule in report.counts["rules"] if rule["rejected"]] == [
        ("DEPCOM", 1), ("IDENT_INT/IDENT_REP", 1), ("NBPIECE", 1), ("*", 1),
    ]  # fmt: skip
    homes = await place.homes()
    assert set(homes) == {"H1", "H4"}
    assert homes["H1"]["floor"] == 2
    assert homes["H4"]["area_m2"] is None


async def test_residence_of_refused_rows_only_is_not_created(place: Place) -> None:
    await place.bring(place.write([place.row(), place.row(NUMVOIE="77", NBPIECE="")]))
    assert [residence["number"] for residence in (await place.residences()).values()] == ["12"]


async def test_name_that_may_be_a_persons_number_is_left_out_and_noted(place: Place) -> None:
    brought = await place.bring(place.write([place.row(COMPLGEO="Résidence 06 12 34 56 78")]))
    [residence] = (await place.residences()).values()
    assert residence["name"] is None
    assert [(note["line"], note["column"], note["rejected"]) for note in brought.notes] == [(2, "COMPLGEO", False)]


async def test_retired_commune_is_resolved(place: Place, job_database: Database) -> None:
    async with job_database.transaction(Role.JOB, actor="tests") as session:
        await session.execute(
            text("INSERT INTO former_communes (code, name, kind, current_code) VALUES (:old, 'Old', 'x', :new)"),
            {"old": "B" + place.territory.communes[0][1:], "new": place.territory.communes[0]},
        )
    assert (await place.bring(place.write([place.row()]))).homes == (1, 0, 0, 0)
    old = place.row(DEPCOM="B" + place.territory.communes[0][1:])
    assert (await place.bring(place.write([old]))).homes == (0, 0, 1, 0), "the same home under the code of its time"


async def test_positions_go_to_the_rows_of_their_rank(place: Place) -> None:
    here = place.territory.point()
    rows = [place.row(NUMVOIE="1"), place.row(NUMVOIE="2"), place.row(NUMVOIE="3")]
    report = await place.bring(place.write(rows), positions=f"1,,\n3,{here['lon']},{here['lat']}\n")
    assert "2 homes are given no position" in report.remarks
    found = {residence["number"]: residence["position"] for residence in (await place.residences()).values()}
    assert found == {"1": None, "2": None, "3": here}
    assert (await place.bring(place.write(rows))).residences == {"unchanged": 3}, "no positions: they stay"


async def test_buildings_of_the_file_join_those_that_are_held(place: Place) -> None:
    await place.bring(place.write([place.row(BAT="A", NUMAPPT="1")]))
    [(ref, residence)] = (await place.residences()).items()
    sent = {name: residence[name] for name in ("street", "commune_code", "equipment")} | {
        "buildings": [{"ref": "A", "levels": 5}, {"ref": "Z"}], "equipment": ["garden"],
    }  # fmt: skip
    answer = await place.client.put(f"/v1/residences/{ref}", json=sent, headers=place.owner.headers)
    assert answer.status_code == 200, answer.text
    report = await place.bring(place.write([place.row(BAT="A", NUMAPPT="1"), place.row(IMMEU="B", NUMAPPT="2")]))
    assert report.homes == (1, 0, 1, 0)
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
    assert (await place.bring(path)).residences == {"updated": 1}
    assert [residence["version"] for residence in (await place.residences()).values()] == [2]
    assert (await place.bring(path)).residences == {"unchanged": 1}
    assert [residence["version"] for residence in (await place.residences()).values()] == [2]


async def test_transmission_file_is_imported_with_its_own_references(place: Place) -> None:
    rows = [
        place.row(IDENT_REP="R000000001", IDENT_INT="LGT/1", MODE="2", LOYERPRINC="350", CONTRESLOG="7"),
        place.row(IDENT_REP="R000000002", IDENT_INT="LGT/2", MODE="3"),
    ]
    path = files.write(place.directory / "rpls.txt", files.transmission(rows), "latin-1")
    assert (await place.bring(path)).homes == (2, 0, 0, 0)
    homes = await place.homes()
    assert (homes["LGT/1"]["rpls_id"], homes["LGT/1"]["status"], homes["LGT/2"]["status"]) == (
        "R000000001", "vacant", "works",
    )  # fmt: skip


async def audited(place: Place) -> list[str]:
    async with place.acting(place.owner) as session:
        found = await session.execute(text("SELECT action FROM audit_events ORDER BY sequence"))
        return list(found.scalars())


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda content: content + "x" * (MAX_LINE + 1), "line-too-long"),
        (lambda content: content.split("\n")[0] + "\n", "file-without-dwellings"),
        (lambda content: content.replace("NBPIECE", "PIECES"), "layout-not-recognised"),
    ],
)
async def test_file_that_fails_leaves_the_last_good_state(
    place: Place, monkeypatch: pytest.MonkeyPatch, change: Any, code: str
) -> None:
    monkeypatch.setattr(reading, "CHUNK", 2)
    monkeypatch.setattr(reading, "CUT_AT_ONCE", 2)
    monkeypatch.setattr(running, "CUT_AT_ONCE", 2)
    path = place.write([place.row(NUMAPPT=str(n)) for n in range(5)])
    await place.bring(path)
    before = (await place.homes(), await place.residences(), await audited(place))
    path.write_text(change(path.read_text().replace(";65;", ";66;")))
    failed = await place.bring(path)
    assert (failed.status, failed.error) == ("refused", code)
    assert (await place.homes(), await place.residences(), await audited(place)) == before


async def test_file_that_changes_while_it_is_taken_in_is_not_kept(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between its digest and its content: the one would not be the other's."""
    path = place.write([place.row(NUMAPPT=str(n)) for n in range(5)])
    measured = kept._measure

    def changed(measuring: Path) -> tuple[bytes, int]:
        found = measured(measuring)
        with measuring.open("a") as file:
            file.write(files.line(place.row(NUMAPPT="9")) + "\n")
        return found

    monkeypatch.setattr(kept, "_measure", changed)
    with pytest.raises(FileChangedMeanwhile):
        await place.take(path)
    async with place.acting(place.owner) as session:
        assert (await session.execute(text("SELECT count(*) FROM sync_files"))).scalar_one() == 0


async def test_small_chunks_import_the_same_as_one(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [place.row(NUMAPPT=str(n % 7), NUMVOIE=str(n % 4)) for n in range(40)]
    monkeypatch.setattr(reading, "CHUNK", 3)
    monkeypatch.setattr(reading, "CUT_AT_ONCE", 5)
    monkeypatch.setattr(running, "CUT_AT_ONCE", 5)
    assert (await place.bring(place.write(rows))).homes == (40, 0, 0, 0)
    monkeypatch.undo()
    assert (await place.bring(place.write(reversed(rows)))).homes == (0, 0, 40, 0)


async def test_import_is_one_event_of_the_audit(place: Place) -> None:
    before = await audited(place)
    await place.bring(place.write([place.row(NUMAPPT=str(n)) for n in range(5)]))
    assert await audited(place) == [*before, "sync:source:declared", "sync:file:applied"]
    await place.bring(place.write([place.row(NUMAPPT=str(n)) for n in range(7)]))
    assert await audited(place) == [*before, "sync:source:declared", "sync:file:applied", "sync:file:applied"]


async def test_second_import_of_a_landlord_waits_for_nothing_and_is_run_later(place: Place) -> None:
    path = place.write([place.row()])
    second = await place.take(path)
    async with place.acting(place.owner) as session:
        assert await claims.claim(session, own_organisation(principal_of(place.owner.id, second)))
        left = await asyncio.wait_for(place.run(second, place.owner), 10)
        assert (left.status, left.error, left.counts) == ("received", None, {})
        theirs = await place.bring(path, owner=place.searcher)
        assert theirs.homes == (1, 0, 0, 0), "another landlord's may run"
    assert (await place.run(second, place.owner)).homes == (1, 0, 0, 0)


async def test_same_file_of_two_landlords_is_two_stocks(place: Place) -> None:
    path = place.write([place.row(NUMAPPT=str(n)) for n in range(4)])
    assert (await place.bring(path)).homes == (4, 0, 0, 0)
    assert (await place.bring(path, owner=place.searcher)).homes == (4, 0, 0, 0)
    mine, theirs = await place.homes(), await place.homes(place.searcher)
    assert set(mine) == set(theirs), "references come from the content alone"
    assert not {home["listing_id"] for home in mine.values()} & {home["listing_id"] for home in theirs.values()}


async def test_header_that_states_another_number_of_dwellings_is_refused(place: Place) -> None:
    content = files.transmission([place.row(IDENT_INT="1"), place.row(IDENT_INT="2")], records=3)
    refused = await place.bring(files.write(place.directory / "cut.txt", content))
    assert (refused.status, refused.error) == ("refused", "record-count-differs")
    assert await place.homes() == {}


async def test_header_of_another_landlord_is_refused(place: Place) -> None:
    async with place.jobs.transaction(Role.JOB, actor="tests") as session:
        await identity.set_siren(session=session, organisation=place.owner.id, siren="443061841")
    content = files.transmission([place.row(IDENT_INT="1")], siret="55210055400013")
    refused = await place.bring(files.write(place.directory / "theirs.txt", content))
    assert (refused.status, refused.error) == ("refused", "file-of-another-landlord")
    assert await place.homes() == {}
    content = files.transmission([place.row(IDENT_INT="1")], siret="44306184100047")
    assert (await place.bring(files.write(place.directory / "mine.txt", content))).homes == (1, 0, 0, 0)


@pytest.mark.parametrize(
    "positions",
    ["2,4.8,45.7", "1,4.8,45.7\n1,4.8,45.7", "0,4.8,45.7", "1,45.7,4.8", "1,4.8", "1,x,y", "1,4.8,"],
)
async def test_positions_that_cannot_be_right_are_refused(place: Place, positions: str) -> None:
    refused = await place.bring(place.write([place.row()]), positions=positions)
    assert (refused.status, refused.error) == ("refused", "positions-invalid")
    assert await place.homes() == {}


async def test_who_is_no_landlord_has_no_file(place: Place) -> None:
    for organisation in (place.territory.coordinator.id, uuid.uuid4()):
        with pytest.raises(OrganisationNotALandlord):
            await imports.require_landlord(place.jobs, organisation)


async def test_what_the_file_as_a_whole_leaves_open_is_said(place: Place) -> None:
    columns = (*files.PUBLIC, "PMR")
    rows = [place.row(PMR="1"), place.row(PMR="3"), place.row(NUMAPPT="2", PMR="2"), place.row(NUMAPPT="3")]
    brought = await place.bring(place.write(rows, columns))
    assert brought.homes == (4, 0, 0, 0)
    assert brought.notes == []
    assert brought.remarks == [
        "4 homes are given no position",
        "2 rows are not told apart by the file",
        "PMR is stated of 3 homes (1: 1, 2: 1, 3: 1)",
    ]
