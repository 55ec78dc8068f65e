"""A landlord's people say in a form what their columns state, try it on a sample and store it."""

import html
import re
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Register
from tests.integration.console.conftest import Office
from tests.support.files import Cell, workbook
from tests.support.people import Browser
from tests.support.seats import Seats, upload, words

PAGE = "/console/mappings"
NAME = f"{PAGE}/erp"
HEADER = "NUM;Résidence;TYPE;PIECES;LOYER;ETAT;LOCATAIRE"
CSV = f"{HEADER}\nH1;R1;F2;2;312,50;L;Mme Durand\n\nH2;R1;F3;3;abc;V;\n".encode()
COLUMNS: list[dict[str, Any]] = [
    {"from": "NUM", "to": "ref"}, {"from": "Résidence", "to": "residence_ref"},
    {"from": "TYPE", "to": "typology", "values": {"F2": "T2", "F3": "T3"}}, {"from": "PIECES", "to": "rooms"},
    {"from": "LOYER", "to": "rent_cents", "unit": "euro"},
    {"from": "ETAT", "to": "status", "values": {"L": "occupied", "V": "vacant", "?": None}},
]  # fmt: skip
TARGETS = {0: "ref", 1: "residence_ref", 2: "typology", 3: "rooms", 4: "rent_cents", 5: "status", 6: ""}


@pytest.fixture
async def publisher(office: Office, seats: Seats) -> Browser:
    return await seats.take(office.owner.id, "landlord_publisher")


def form(browser: Browser, **changes: str) -> dict[str, str]:
    """Return the fields of the form on the page as a browser would send them, with changes."""
    page = browser.page.text.partition(f'<form method="post" action="{PAGE}/')[2].partition("</form>")[0]
    fields = {}
    for tag in re.findall(r"<input[^>]*>", page):
        if name := re.search(r'name="([^"]*)"', tag):
            value = re.search(r'value="([^"]*)"', tag)
            fields[name[1]] = html.unescape(value[1]) if value else ""
    for name, options in re.findall(r'<select[^>]*name="([^"]*)"[^>]*>(.*?)</select>', page, re.DOTALL):
        picked = re.search(r'<option value="([^"]*)" selected', options)
        fields[name] = html.unescape(picked[1]) if picked else ""
    for name, text in re.findall(r'<textarea[^>]*name="([^"]*)"[^>]*>(.*?)</textarea>', page, re.DOTALL):
        fields[name] = html.unescape(text)
    return fields | changes


async def act(browser: Browser, action: str, **changes: str) -> Any:
    return await browser.send(NAME, **form(browser, action=action, **changes))


async def begin(browser: Browser, content: bytes = CSV, name: str = "parc.csv") -> Any:
    await browser.open(PAGE)
    return await upload(browser, PAGE, name, content, name="erp", content="homes")


async def stored(office: Office) -> Any:
    answer = await office.client.get("/v1/mappings/erp", headers=office.owner.headers)
    return answer.json()


async def put(office: Office, columns: list[dict[str, Any]], **rest: Any) -> None:
    answer = await office.client.put(
        "/v1/mappings/erp", json={"columns": columns, **rest}, headers=office.owner.headers
    )
    assert answer.status_code in {200, 201}, answer.text


async def test_mapping_is_written_beside_a_sample_tried_and_stored(office: Office, publisher: Browser) -> None:
    assert "No mapping is stored." in words(await publisher.open(PAGE))
    page = await begin(publisher)
    assert page.status_code == 200, page.text
    said = words(page)
    assert "2 rows of a file are read" in said
    assert "for instance 312,50 · abc" in said
    assert "seems to hold personal data" in said
    assert "Durand" not in said, "what may be of a person is not shown"
    assert (await stored(office))["status"] == 404, "nothing is written by looking"

    page = await act(publisher, "try", **{f"c{n}.to": to for n, to in TARGETS.items()})
    assert page.status_code == 200, page.text
    said = words(page)
    assert "2 rows read, 2 rejected" in said
    assert "TYPE « F2 »" in said, "codes that nobody gave a meaning are refused by line"
    given = {
        "c2.v0.ours": "T2", "c2.v1.ours": "T3", "c4.unit": "euro", "c5.v0.ours": "occupied", "c5.v1.ours": "vacant",
        "c5.v2.theirs": "?", "c5.v2.ours": "(nothing)",
    }  # fmt: skip
    page = await act(publisher, "try", **given)
    said = words(page)
    assert "2 rows read, 1 rejected" in said
    assert "2 read H1 R1 T2: 2 main room(s) 2 31250 Occupied" in said
    assert "4 rejected LOYER « abc » : a number is expected" in said
    answer = await act(publisher, "save")
    assert (answer.status_code, publisher.location) == (303, f"{NAME}?done=saved")
    assert "stored, as version 1" in words(await publisher.open(publisher.location))
    assert (await stored(office))["document"] == {"content": "homes", "columns": COLUMNS}


async def test_what_the_api_stored_comes_back_as_it_was(office: Office, publisher: Browser) -> None:
    rest = {
        "constants": {"status": "vacant"}, "empty_values": ["NC", "N/A"], "decimal": "comma", "content": "homes",
    }  # fmt: skip
    columns: list[dict[str, Any]] = [
        *COLUMNS[:5], {"from": "ETAGE", "to": "floor", "empty": "clear", "values": {"Rez": "0", "-": None}},
        {"from": "DISPO", "to": "available_on", "date": "DD/MM/YYYY"},
    ]  # fmt: skip
    await put(office, columns, **rest)
    await publisher.open(NAME)
    assert (await act(publisher, "save")).status_code == 303
    found = await stored(office)
    assert (found["version"], found["document"]) == (1, {"columns": columns, **rest}), "saying the same is no version"
    page = await begin(publisher)
    assert "not in the sample" in words(page)
    await act(publisher, "save", **{"c6.to": "", "c3.to": ""})
    found = await stored(office)
    assert found["version"] == 2
    assert [column["to"] for column in found["document"]["columns"]] == [
        "ref", "residence_ref", "typology", "rent_cents", "floor", "available_on",
    ]  # fmt: skip


async def test_version_of_somebody_else_is_not_overwritten_unseen(office: Office, publisher: Browser) -> None:
    await put(office, COLUMNS)
    await publisher.open(NAME)
    await put(office, COLUMNS[:2])
    page = await act(publisher, "save", **{"c3.to": "", "empty_values": "NC"})
    assert page.status_code == 422
    assert "Somebody else saved another version meanwhile" in publisher.alert
    assert (await stored(office))["version"] == 2
    assert (await act(publisher, "save")).status_code == 303
    found = await stored(office)
    assert (found["version"], found["document"]["empty_values"]) == (3, ["NC"])


async def test_faults_of_a_mapping_are_named_by_column(office: Office, publisher: Browser) -> None:
    await begin(publisher)
    page = await act(publisher, "save", **{"c0.to": "", "c1.to": "ref", "c2.to": "ref"})
    assert page.status_code == 422
    assert "TYPE : 'ref' is stated already" in words(page)
    assert 'href="#c2.to"' in page.text
    assert (await stored(office))["status"] == 404
    page = await act(publisher, "try", **{"c1.to": "residence_ref", "c2.to": ""})
    assert "no column states 'ref'" in words(page)


async def test_workbook_is_a_sample_with_the_rows_of_its_sheet(publisher: Browser, tmp_path: Path) -> None:
    rows: list[list[Cell]] = [
        ["ref", "residence_ref", "typology", "rooms"],
        ["H1", "R1", "T2", 2],
        [],
        ["H2", "R1", "T9x", 2],
    ]
    file = workbook(tmp_path / "parc.xlsx", {"Parc": rows})
    await begin(publisher, file.read_bytes(), "parc.xlsx")
    said = words(await act(publisher, "try"))
    assert "2 read H1 R1 T2: 2 main room(s) 2" in said, "columns with our names are found"
    assert "4 rejected typology « T9x »" in said


@pytest.mark.parametrize(
    ("file", "content", "name", "said"),
    [
        ("parc.pdf", b"%PDF", "erp", "This file cannot be a sample"),
        ("parc.xlsx", b"no archive", "erp", "no .xlsx workbook"),
        ("parc.csv", "NUM;ETAT".encode("utf-16"), "erp", "UTF-16"),
        ("parc.csv", b"", "erp", "No file is chosen"),
        ("parc.csv", CSV, "ERP 2", "This name does not fit"),
    ],
)
async def test_sample_that_cannot_be_read_is_explained(
    publisher: Browser, file: str, content: bytes, name: str, said: str
) -> None:
    await publisher.open(PAGE)
    page = await upload(publisher, PAGE, file, content, name=name, content="homes")
    assert page.status_code == 422
    assert said in publisher.alert


async def test_sample_that_a_form_did_not_get_from_us_is_refused(publisher: Browser) -> None:
    await begin(publisher)
    token = publisher.hidden("form_token")
    for sample in ("@", "AAAA\u00e9", "AAAA"):
        given = {"form_token": token, "action": "try", "content": "homes", "sample": sample, "c0.from": "A"}
        page = await publisher.client.post(NAME, data=given)
        assert page.status_code == 422, page.text
        assert "cannot be read" in words(page) or "no column states 'ref'" in words(page)


async def test_reader_looks_and_others_see_nothing(office: Office, seats: Seats, register: Register) -> None:
    await put(office, COLUMNS)
    reader = await seats.take(office.owner.id, "landlord_reader")
    page = await reader.open(NAME)
    assert "LOYER Principal rent Your unit : euro" in words(page)
    assert 'name="action"' not in page.text
    assert (await reader.send(NAME, action="save", content="homes")).status_code == 403
    other = await seats.take((await register()).id, "landlord_admin")
    assert "No mapping is stored." in words(await other.open(PAGE))
    assert (await other.open(NAME)).status_code == 404
    searcher = await seats.take(office.owner.id, "landlord_searcher")
    assert (await searcher.open(PAGE)).status_code == 403


async def test_sources_that_read_by_an_older_version_are_named(office: Office, publisher: Browser) -> None:
    await put(office, COLUMNS)
    await office.declare("weekly", format={"kind": "csv"}, mapping={"name": "erp", "version": 1})
    assert "weekly reads by version 1" in words(await publisher.open(NAME))
    await put(office, COLUMNS[:2])
    assert "weekly still reads by version 1" in words(await publisher.open(NAME))
