"""A survey on foot, from the form to the index: what a whole file makes of the facts of residences."""

import csv
import io
import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import httpx
import pytest
import pytest_asyncio

from registry.assessment import service as assessment
from registry.platform import events
from registry.platform.database import Database
from registry.stock.events import ResidenceFactsChanged
from registry.stock.service import exports
from registry.sync.formats.forms import MARK
from registry.sync.service.run import Runner
from tests.conftest import Register
from tests.support import members
from tests.support import territory as territories
from tests.support.following import past
from tests.support.members import Member
from tests.support.stock import fact, home, publish, residence
from tests.support.territory import Territory

FORM: Final = "/v1/residence-facts/form"
GOOD: Final = {
    "entree.escalierNbMarche": "0", "entree.largeurPassage": "0,90", "entree.effortOuverture": "45",
    "entree.typeOuverture": "manuelle", "entree.controleAcces": "interphone", "circulation.largeurUtile": "1,40",
    "circulation.pente": "-4", "circulation.devers": "1,5", "noeud_cheminement.hauteurRessaut": "0,02",
    "escalier.nbMarches": "0", "escalier.mainCourante": "des deux côtés", "circulation.etatRevetement": "roulant",
    "path_lighting": "25", "noeud_cheminement.abaisseLargeur": "1,20",
    "noeud_cheminement.bandeEveilVigilance": "bon état", "rest_bench": "oui", "facts_date": "01/10/2026",
    "facts_source": "measured", "evidence": "REL-2026-118",
}  # fmt: skip


@dataclass
class Surveyor:
    """A landlord with R1 (two homes), R2 and R3 in a territory without a network, and the worker of its files."""

    client: httpx.AsyncClient
    jobs: Database
    territory: Territory
    owner: Member

    async def form(self, member: Member | None = None, **query: Any) -> list[dict[str, str]]:
        """Return the rows of a form by name."""
        answer = await self.client.get(FORM, params=query, headers=(member or self.owner).headers)
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-type"] == "text/csv; charset=utf-8; header=present"
        header, *rows = csv.reader(io.StringIO(answer.text.removeprefix(MARK), newline=""), delimiter=";")
        return [dict(zip(header, row, strict=True)) for row in rows]

    async def bring(self, rows: list[dict[str, str]], **query: Any) -> dict[str, Any]:
        """Send a form back, as a spreadsheet saves it; return what became of it."""
        text = io.StringIO(newline="")
        writer = csv.DictWriter(text, list(rows[0]), delimiter=";")
        writer.writeheader()
        writer.writerows(rows)
        return await self.send(text.getvalue().encode("cp1252"), "text/csv", **query)

    async def send(self, content: bytes, kind: str, **query: Any) -> dict[str, Any]:
        answer = await self.client.post(
            "/v1/imports", params={"source": "survey", **query}, content=content,
            headers={**self.owner.headers, "Content-Type": kind},
        )  # fmt: skip
        assert answer.status_code == 202, answer.text
        await Runner(self.jobs).run_waiting(self.owner.id)
        run: dict[str, Any] = await self.read(f"/v1/imports/{answer.json()['id']}")
        return run

    async def read(self, path: str) -> Any:
        answer = await self.client.get(path, headers=self.owner.headers)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def facts(self, ref: str = "R1") -> dict[str, Any]:
        found: dict[str, Any] = (await self.read(f"/v1/residences/{ref}/facts"))["facts"]
        return found

    async def state(self, ref: str, **facts: Any) -> None:
        answer = await self.client.put(f"/v1/residences/{ref}/facts", json={"facts": facts}, headers=self.owner.headers)
        assert answer.status_code == 200, answer.text


@pytest_asyncio.fixture
async def surveyor(
    database: Database, job_database: Database, client: httpx.AsyncClient, register: Register
) -> AsyncIterator[Surveyor]:
    territory = await territories.create(database, job_database, client)
    owner = await register()
    await territories.sign(database, territory, [owner])
    await members.renew(owner, client)
    commune = territory.communes[0]
    given = {ref: residence(commune, territory.point(), number="7 BIS", postcode="33000") for ref in ("R1", "R2", "R3")}
    await publish(client, owner, given, [{"ref": "H1", **home("R1")}, {"ref": "H2", **home("R1", {})}])
    made = Surveyor(client, job_database, territory, owner)
    answer = await client.put(
        "/v1/sources/survey", json={"kind": "push", "format": {"kind": "csv", "content": "residences"}},
        headers=owner.headers,
    )  # fmt: skip
    assert answer.status_code == 201, answer.text
    yield made


def filled(row: Mapping[str, str], **cells: str) -> dict[str, str]:
    assert set(cells) <= set(row)
    return {**row, **cells}


def counts(run: Mapping[str, Any]) -> dict[str, int]:
    return {name: count for name, count in run["counts"].items() if name not in {"rules", "residences"} and count}


async def test_survey_of_a_residence_makes_its_surroundings_known_without_a_network(surveyor: Surveyor) -> None:
    before = (await surveyor.read("/v1/residences/R1/assessment"))["index"]["components"]["A"]
    assert (before["low"], before["high"], before["completeness"]) == (0, 100, 0)
    rows = await surveyor.form(labels="fr")
    names = {name.partition(" (")[0]: name for name in rows[0]}
    assert set(GOOD) <= set(names)
    run = await surveyor.bring([filled(rows[0], **{names[name]: cell for name, cell in GOOD.items()}), *rows[1:]])
    assert (run["status"], counts(run)) == ("applied", {"rows": 3, "updated": 1, "unchanged": 2})
    await assessment.compute_requested(surveyor.jobs)
    (kept,) = [item for item in (await surveyor.read("/v1/assessments"))["items"] if item["ref"] == "R1"]
    now = await surveyor.read("/v1/residences/R1/assessment")
    part = now["index"]["components"]["A"]
    assert part == kept["components"]["A"]
    assert part["completeness"] == 1, "the worst of the first 200 m is to the text's measure: all of them is passable"
    assert part["low"] == part["high"] > 95
    assert "impassable_surroundings" not in now["index"]["knock_outs"]
    width = next(row for row in now["criteria"] if row["code"] == "path_width")
    assert (width["value"], width["declarant"], width["stated_on"]) == (140, "measured", "2026-10-01")
    stated = (await surveyor.facts())["path_width"]
    assert stated == {"value": 140, "source": "measured", "date": "2026-10-01", "evidence": "REL-2026-118"}


async def test_form_that_comes_back_as_it_is_changes_nothing(surveyor: Surveyor) -> None:
    await surveyor.state(
        "R1", path_width=fact(140, "measured"), path_surface=fact("uneven"), step_free_entrance=fact("no"),
        path_slope={**fact(4), "until": "2036-01-01"},
    )  # fmt: skip
    held, versions = await surveyor.facts(), await surveyor.read("/v1/residences")
    for query in ({}, {"labels": "en"}, {"section": ["path", "levels"]}, {"prefilled": "false"}):
        run = await surveyor.bring(await surveyor.form(**query))
        assert (run["status"], counts(run)) == ("applied", {"rows": 3, "unchanged": 3})
    assert (await surveyor.facts(), await surveyor.read("/v1/residences")) == (held, versions)


async def test_same_survey_again_changes_nothing(surveyor: Surveyor) -> None:
    rows = [filled(row, **GOOD) for row in await surveyor.form()]
    assert counts(await surveyor.bring(rows)) == {"rows": 3, "updated": 3}
    held = await surveyor.read("/v1/residences")
    assert counts(await surveyor.bring(rows)) == {"rows": 3, "unchanged": 3}
    assert await surveyor.read("/v1/residences") == held


async def test_preview_shows_each_fact_before_and_after_and_writes_nothing(surveyor: Surveyor) -> None:
    await surveyor.state("R1", path_width=fact(100))
    first, *_ = await surveyor.form()
    given = filled(first, **{"circulation.largeurUtile": "1,4", "facts_date": "2026-10-01"})
    run = await surveyor.bring([given], dry_run="true")
    assert (run["status"], counts(run)) == ("previewed", {"rows": 1, "updated": 1})
    assert run["counts"]["residences"]["updated"] == 1
    (change,) = (await surveyor.read(f"/v1/imports/{run['id']}/report"))["changes"]
    after = {"path_width": {"value": 140, "source": "declared", "date": "2026-10-01"}}
    assert change == {
        "subject": "residence", "ref": "R1", "kind": "updated",
        "fields": {"facts": [{"path_width": fact(100)}, after]},
    }  # fmt: skip
    assert await surveyor.facts() == {"path_width": fact(100)}


@pytest.mark.parametrize(
    ("held", "about", "wins"),
    [
        (fact(100, "measured", "2025-01-01"), {"facts_source": "declared", "facts_date": "2026-10-01"}, False),
        (fact(100, "declared", "2026-06-01"), {"facts_source": "measured", "facts_date": "2025-10-01"}, True),
        (fact(100, "measured", "2026-06-01"), {"facts_source": "measured", "facts_date": "2026-10-01"}, True),
        (fact(100, "measured", "2026-06-01"), {"facts_source": "measured", "facts_date": "2025-10-01"}, False),
        (fact(100, "declared", "2026-06-01"), {}, True),
        ({**fact(100, "measured", "2025-01-01"), "until": "2025-06-01"}, {"facts_date": "2025-10-01"}, True),
    ],
)
async def test_better_source_outranks_and_of_one_rank_the_newer_counts(
    surveyor: Surveyor, held: dict[str, Any], about: dict[str, str], wins: bool
) -> None:
    await surveyor.state("R1", path_width=held, rest_bench=fact())
    (first, *_) = await surveyor.form(prefilled="false", section="path")
    await surveyor.bring([filled(first, **{"circulation.largeurUtile": "1,4", **about})])
    found = await surveyor.facts()
    assert (found["path_width"]["value"] == 140) is wins
    assert found["rest_bench"] == fact(), "silence never blanks"


async def test_what_gives_way_is_in_the_history_and_unknown_withdraws(surveyor: Surveyor) -> None:
    await surveyor.state("R1", path_width=fact(100), rest_bench=fact())
    (first, *_) = await surveyor.form()
    await surveyor.bring([filled(first, **{"circulation.largeurUtile": "1,4", "rest_bench": "inconnu"})])
    assert set(await surveyor.facts()) == {"path_width"}
    history = (await surveyor.read("/v1/residences/R1/facts/history"))["items"]
    assert {(item["code"], item["value"]) for item in history} == {("path_width", 100), ("rest_bench", "yes")}


async def test_wrong_cell_is_told_with_its_line_and_column_and_nothing_is_written(surveyor: Surveyor) -> None:
    first, second, third = await surveyor.form()
    wrong = {"circulation.largeurUtile": "140"}
    run = await surveyor.bring([filled(first, rest_bench="oui"), filled(second, **wrong), filled(third, ref="R-9")])
    assert (run["status"], counts(run)) == ("refused", {"rows": 3, "updated": 1, "rejected": 2})
    notes = (await surveyor.read(f"/v1/imports/{run['id']}/report"))["notes"]
    told = [(note["line"], note["column"], note["value"]) for note in notes]
    assert told == [(3, "circulation.largeurUtile", "140"), (4, "commune_code", "")]
    assert "not plausible (20 to 2000 cm)" in notes[0]["rule"]
    assert all(note["remedy"] for note in notes)
    assert await surveyor.facts() == {}


async def test_listings_and_indexes_follow_once_a_file(surveyor: Surveyor, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[int] = []

    async def note(_session: Any, event: ResidenceFactsChanged) -> None:
        told.append(len(event.residence_ids))

    monkeypatch.setitem(events._handlers, ResidenceFactsChanged, [*events._handlers[ResidenceFactsChanged], note])
    before = (await surveyor.read("/v1/residences/R1"))["version"]
    await surveyor.bring([filled(row, **GOOD) for row in await surveyor.form()])
    assert told == [3]
    assert (await surveyor.read("/v1/residences/R1"))["version"] == before + 1
    await past()
    changes = (await surveyor.read("/v1/changes"))["items"]
    assert {change["ref"] for change in changes if change["kind"] == "residence"} == {"R1", "R2", "R3"}


async def test_residences_of_a_file_may_be_new_and_in_lines(surveyor: Surveyor) -> None:
    answer = await surveyor.client.put(
        "/v1/sources/lines", json={"kind": "push", "format": {"kind": "ndjson", "content": "residences"}},
        headers=surveyor.owner.headers,
    )  # fmt: skip
    assert answer.status_code == 201, answer.text
    line = (
        f'{{"ref": "R9", "commune_code": "{surveyor.territory.communes[0]}", "street": "rue des Lilas",'
        ' "facts": {"path_width": {"value": 140, "source": "measured", "date": "2026-10-01"}}}\n'
    )
    run = await surveyor.send(line.encode(), "application/x-ndjson", source="lines")
    assert (run["status"], counts(run)) == ("applied", {"rows": 1, "created": 1})
    assert await surveyor.facts("R9") == {"path_width": fact(140, "measured", "2026-10-01")}


@pytest.mark.parametrize("piece", [1, 2, 1_000])
async def test_form_in_pieces_is_whole_and_of_ones_own_residences(
    surveyor: Surveyor, monkeypatch: pytest.MonkeyPatch, register: Register, piece: int
) -> None:
    monkeypatch.setattr(exports, "PIECE", piece)
    rows = await surveyor.form()
    assert [row["ref"] for row in rows] == ["R1", "R2", "R3"]
    assert rows[0]["address"] == "Les Tilleuls, 7 BIS rue des Acacias, 33000"
    assert await surveyor.form(await register()) == []


async def test_landlord_without_residences_gets_a_form_for_new_ones(surveyor: Surveyor, register: Register) -> None:
    answer = await surveyor.client.get(FORM, headers=(await register()).headers)
    assert answer.text.startswith(f"{MARK}ref;name;number;street;postcode;commune_code;entree.escalierNbMarche;")
    assert answer.text.count("\n") == 1


async def test_end_and_evidence_of_facts_of_homes_are_kept_from_a_table_as_from_lines(surveyor: Surveyor) -> None:
    about = {"source": "measured", "date": "2026-03-01", "until": "2036-03-01", "evidence": "REL-7"}
    table = "ref;entrance_door_width;facts_source;facts_date;facts_until;evidence\nH1;85;measured;01/03/2026;{};{}\n"
    sent = table.format("2036-03-01", "REL-7").encode()
    run = await surveyor.send(sent, "text/csv", source="table")
    assert (run["status"], counts(run)) == ("applied", {"rows": 1, "updated": 1})
    lines = {"ref": "H2", "facts": {"entrance_door_width": {"value": 85, **about}}}
    await surveyor.send(json.dumps(lines).encode(), "application/x-ndjson", source="lines")
    by_table, by_lines = [(await surveyor.read(f"/v1/homes/{ref}"))["facts"] for ref in ("H1", "H2")]
    assert by_table["entrance_door_width"] == by_lines["entrance_door_width"] == {"value": 85, **about}
    refused = await surveyor.send(table.format("2025-12-31", "jean@example.org").encode(), "text/csv", source="table")
    assert (refused["status"], counts(refused)) == ("refused", {"rows": 1, "rejected": 1})
    notes = (await surveyor.read(f"/v1/imports/{refused['id']}/report"))["notes"]
    assert {note["column"] for note in notes} == {"facts_until", "evidence"}
    assert "jean@example.org" not in str(notes)
