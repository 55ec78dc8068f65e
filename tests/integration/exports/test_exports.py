"""One's own stock as a file: all of it, no formula in it, and nobody else's."""

import csv
import io
from typing import Any

import httpx
import pytest

from registry.exports.service import COLUMNS
from registry.kernel.spreadsheets import harmless
from registry.platform.database import Database
from registry.stock.service import exports
from registry.vocabulary.facts import HOME_FACTS
from tests.conftest import Register
from tests.support import territory
from tests.support.members import Member
from tests.support.stock import fact, home, publish, residence

CSV = {"Accept": "text/csv"}
GEOJSON = {"Accept": "application/geo+json"}


@pytest.fixture
async def owner(client: httpx.AsyncClient, database: Database, job_database: Database, register: Register) -> Member:
    place, made = await territory.create(database, job_database, client), await register()
    given = {
        "R1": residence(place.communes[0], place.point(), name="=HYPERLINK", equipment=["garden", "laundry"]),
        "-R2": residence(place.communes[0], None),
    }
    facts = {"lift": fact("no"), "zero_step_shower": fact()}
    homes = [
        {"ref": "H1", **home("R1", floor=-1, facts=facts)},
        {"ref": "@H2", **home("-R2", area_m2=None)},
        {"ref": 'H3 "ñ", é', **home("R1")},
    ]
    await publish(client, made, given, homes)
    return made


async def exported(client: httpx.AsyncClient, owner: Member, kind: str) -> list[dict[str, str]]:
    answer = await client.get(f"/v1/exports/{kind}", headers={**owner.headers, **CSV})
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("text/csv")
    assert answer.headers["content-disposition"] == f'attachment; filename="{kind}.csv"'
    return list(csv.DictReader(io.StringIO(answer.content.decode(), newline="")))


async def test_homes_are_rows_with_a_column_for_each_fact(client: httpx.AsyncClient, owner: Member) -> None:
    rows = await exported(client, owner, "homes")
    assert list(rows[0]) == list(COLUMNS["homes"])
    assert set(rows[0]) >= {fact.code for fact in HOME_FACTS}
    assert [row["ref"] for row in rows] == ["'@H2", "H1", 'H3 "ñ", é']
    assert (rows[1]["floor"], rows[1]["area_m2"], rows[1]["lift"], rows[1]["zero_step_shower"]) == (
        "-1", "47.5", "no", "yes",
    )  # fmt: skip
    assert (rows[0]["residence_ref"], rows[0]["area_m2"], rows[0]["lift"]) == ("'-R2", "", "")


async def test_residences_are_rows_with_their_place(client: httpx.AsyncClient, owner: Member) -> None:
    rows = await exported(client, owner, "residences")
    assert [row["ref"] for row in rows] == ["'-R2", "R1"]
    assert (rows[1]["name"], rows[1]["equipment"], rows[0]["lon"]) == ("'=HYPERLINK", "garden laundry", "")
    at = (await client.get("/v1/residences/R1", headers=owner.headers)).json()["position"]
    assert [float(rows[1][name]) for name in ("lon", "lat")] == pytest.approx([at["lon"], at["lat"]], abs=1e-6)


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        ("=1+1", "'=1+1"), ("+33", "'+33"), ("-R2", "'-R2"), ("@x", "'@x"), ("\tx", "'\tx"), ("\rx", "'\rx"),
        (-1, -1), (-0.5, -0.5), ("R-1", "R-1"), ("", ""), (None, None),
    ],
)  # fmt: skip
def test_cell_that_a_spreadsheet_would_compute_is_shown(cell: Any, shown: Any) -> None:
    assert harmless(cell) == shown


@pytest.mark.parametrize("kind", ["homes", "residences"])
async def test_features_have_a_point_where_a_position_is_known(
    client: httpx.AsyncClient, owner: Member, kind: str
) -> None:
    answer = await client.get(f"/v1/exports/{kind}", headers={**owner.headers, **GEOJSON})
    assert answer.headers["content-type"] == "application/geo+json"
    found = {feature["id"]: feature for feature in answer.json()["features"]}
    at, nowhere = {"homes": ("H1", "@H2"), "residences": ("R1", "-R2")}[kind]
    assert found[at]["geometry"]["type"] == "Point"
    assert found[nowhere]["geometry"] is None
    assert found[at]["properties"]["ref"] == at


@pytest.mark.parametrize("piece", [1, 2, 3, 1_000])
async def test_export_in_pieces_is_whole_whatever_their_size(
    client: httpx.AsyncClient, owner: Member, monkeypatch: pytest.MonkeyPatch, piece: int
) -> None:
    monkeypatch.setattr(exports, "PIECE", piece)
    assert len(await exported(client, owner, "homes")) == 3
    answer = await client.get("/v1/exports/homes", headers={**owner.headers, **GEOJSON})
    assert len(answer.json()["features"]) == 3


async def test_export_of_nothing_is_a_header_and_an_empty_collection(
    client: httpx.AsyncClient, owner: Member, other_landlord: Member
) -> None:
    assert other_landlord.id != owner.id
    assert await exported(client, other_landlord, "homes") == []
    answer = await client.get("/v1/exports/homes", headers={**other_landlord.headers, **GEOJSON})
    assert answer.json() == {"type": "FeatureCollection", "features": []}


@pytest.fixture
async def works(client: httpx.AsyncClient, owner: Member) -> Member:
    """The owner, once it has stated two adaptations, three feasible works and a lift that stands."""
    bars = {"work": "grab_bars", "delivered_on": "2025-11-20", "removable": True, "evidence_ref": "=F-1"}
    doors = {"work": "widen_front_door", "cost_from_cents": 1, "cost_to_cents": 2, "stated_on": "2026-02-10"}
    for path, given in (
        ("homes/H1/adaptations", {"adaptations": [bars, {**bars, "work": "hoist", "removable": False}]}),
        ("homes/H1/feasible-works", {"feasible_works": [doors, {**doors, "work": "hoist"}]}),
        ("residences/R1/feasible-works", {"feasible_works": [{**doors, "work": "outdoor_ramp"}]}),
    ):
        answer = await client.put(f"/v1/{path}", json=given, headers=owner.headers)
        assert answer.status_code == 200, answer.text
    answer = await client.post("/v1/residences/R1/lift-outages", json={"lift": "A"}, headers=owner.headers)
    assert answer.status_code == 201, answer.text
    return owner


@pytest.mark.parametrize("piece", [1, 1_000])
async def test_works_and_lift_outages_are_rows_of_their_own(
    client: httpx.AsyncClient, works: Member, other_landlord: Member, monkeypatch: pytest.MonkeyPatch, piece: int
) -> None:
    monkeypatch.setattr(exports, "PIECE", piece)
    done, feasible, outages = [
        await exported(client, works, kind) for kind in ("adaptations", "feasible-works", "lift-outages")
    ]
    assert {(row["home_ref"], row["work"], row["removable"], row["evidence_ref"]) for row in done} == {
        ("H1", "grab_bars", "yes", "'=F-1"), ("H1", "hoist", "no", "'=F-1"),
    }  # fmt: skip
    assert {(row["home_ref"], row["residence_ref"], row["work"]) for row in feasible} == {
        ("H1", "", "widen_front_door"), ("H1", "", "hoist"), ("", "R1", "outdoor_ramp"),
    }  # fmt: skip
    (outage,) = outages
    assert (outage["residence_ref"], outage["building_ref"], outage["lift"], outage["ended_at"]) == ("R1", "", "A", "")
    assert await exported(client, other_landlord, "adaptations") == []
