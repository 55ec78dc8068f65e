"""A file over the API: received, compared, applied as a whole or not at all, reported; guarded, confirmed, retried."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from registry.platform.database import Database
from registry.sync.service.run import MAX_ATTEMPTS, Runner
from tests.conftest import Register
from tests.support import members
from tests.support import territory as territories
from tests.support.lines import open_lines
from tests.support.members import Member
from tests.support.territory import Territory

NDJSON = {"Content-Type": "application/x-ndjson"}


@dataclass
class Office:
    """A landlord that sends files, and the worker that runs them."""

    client: httpx.AsyncClient
    jobs: Database
    owner: Member
    place: Territory

    @property
    def runner(self) -> Runner:
        return Runner(self.jobs, open_file=open_lines)

    def home(self, ref: str, **changes: Any) -> dict[str, Any]:
        residence = {"ref": "R1", "commune_code": self.place.communes[0], "street": "rue des Acacias"}
        stated = {"ref": ref, "residence_ref": "R1", "typology": "T2", "rooms": 2, "status": "vacant", **changes}
        return {"home": stated, "residence": residence}

    def file(self, lines: Iterable[dict[str, Any]]) -> bytes:
        return b"".join(json.dumps(line).encode() + b"\n" for line in lines)

    async def send(self, lines: Iterable[dict[str, Any]], headers: dict[str, str] | None = None, **asked: Any) -> Any:
        query = {"mode": "full", **asked}
        answer = await self.client.post(
            "/v1/imports",
            params=query,
            content=self.file(lines),
            headers={**self.owner.headers, **NDJSON, **(headers or {})},
        )
        assert answer.status_code == 202, answer.text
        assert answer.headers["Location"] == f"/v1/imports/{answer.json()['id']}"
        return answer.json()

    async def bring(self, lines: Iterable[dict[str, Any]], **asked: Any) -> dict[str, Any]:
        """Send a file, have it run, and return what became of it."""
        sent = await self.send(lines, **asked)
        await self.runner.run_waiting(self.owner.id)
        return await self.read(f"/v1/imports/{sent['id']}")

    async def read(self, path: str) -> dict[str, Any]:
        answer = await self.client.get(path, headers=self.owner.headers)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def post(self, path: str) -> httpx.Response:
        return await self.client.post(path, headers=self.owner.headers)

    async def declare(self, **changes: Any) -> None:
        given = {"kind": "push", "format": {"kind": "ndjson"}, **changes}
        answer = await self.client.put("/v1/sources/default", json=given, headers=self.owner.headers)
        assert answer.status_code in {200, 201}, answer.text

    async def states(self) -> dict[str, str]:
        homes = await self.read("/v1/homes?limit=1000")
        return {home["ref"]: home["status"] for home in homes["items"]}


@pytest.fixture
async def office(client: httpx.AsyncClient, database: Database, job_database: Database, register: Register) -> Office:
    place = await territories.create(database, job_database, client)
    owner = await register()
    await territories.sign(database, place, [owner])
    await members.renew(owner, client)
    return Office(client, job_database, owner, place)


def counts(run: dict[str, Any]) -> dict[str, int]:
    names = ("rows", "created", "updated", "unchanged", "rejected", "withdrawn")
    return {name: run["counts"][name] for name in names if run["counts"][name]}


async def test_file_is_applied_and_the_same_file_again_changes_nothing(office: Office) -> None:
    lines = [office.home("H1"), office.home("H2")]
    first = await office.bring(lines)
    assert (first["status"], counts(first)) == ("applied", {"rows": 2, "created": 2})
    assert await office.states() == {"H1": "vacant", "H2": "vacant"}
    before = await office.read("/v1/homes")
    second = await office.bring(lines)
    assert (second["status"], counts(second)) == ("applied", {"rows": 2, "unchanged": 2})
    assert second["file_sha256"] == first["file_sha256"]
    after = await office.read("/v1/homes")
    for was, stands in zip(before["items"], after["items"], strict=True):
        assert {**stands, "confirmed_at": None} == {**was, "confirmed_at": None}
        assert stands["confirmed_at"] > was["confirmed_at"], "that it stands so is confirmed, by its source"
    source = await office.read("/v1/sources/default")
    assert source["applied_run_id"] == second["id"]
    assert source["confirmed_at"] is not None


async def test_dry_run_reports_what_would_change_and_writes_nothing(office: Office) -> None:
    run = await office.bring([office.home("H1")], dry_run="true")
    assert (run["status"], counts(run)) == ("previewed", {"rows": 1, "created": 1})
    assert await office.states() == {}
    report = await office.read(f"/v1/imports/{run['id']}/report")
    assert report == {"notes": [], "changes": [{"subject": "home", "ref": "H1", "kind": "created", "fields": None}]}


async def test_rejected_record_refuses_the_file_unless_its_source_accepts_partially(office: Office) -> None:
    lines = [office.home("H1"), {"bad": "H2"}, office.home("H3", residence_ref="R9")]
    run = await office.bring(lines)
    assert (run["status"], run["error"]["code"]) == ("refused", "records-rejected")
    assert counts(run) == {"rows": 3, "created": 1, "rejected": 2}
    assert await office.states() == {}
    report = await office.read(f"/v1/imports/{run['id']}/report")
    assert [(note["line"], note["column"], note["value"]) for note in report["notes"]] == [
        (2, "*", "H2"),
        (3, "residence_ref", "R9"),
    ]
    assert all(note["rule"] and note["remedy"] for note in report["notes"])
    await office.declare(accept_partially=True)
    run = await office.bring(lines)
    assert (run["status"], counts(run)) == ("applied", {"rows": 3, "created": 1, "rejected": 2})
    assert await office.states() == {"H1": "vacant"}


async def test_report_is_a_table_too_in_which_nothing_is_a_formula(office: Office) -> None:
    run = await office.bring([{"bad": "=HYPERLINK(1)"}])
    answer = await office.client.get(
        f"/v1/imports/{run['id']}/report",
        headers={**office.owner.headers, "Accept": "text/csv", "Accept-Language": "fr"},
    )
    assert answer.headers["content-type"].startswith("text/csv")
    assert answer.text.splitlines() == [
        "line,column,value,effect,rule,remedy",
        "1,*,'=HYPERLINK(1),ligne refusée,Mauvais,Corrigez.",
    ]


async def test_feed_that_shrinks_waits_for_a_person_and_then_passes(office: Office) -> None:
    homes = [office.home(f"H{n}") for n in range(10)]
    await office.bring(homes)
    run = await office.bring(homes[:7])
    assert (run["status"], run["guard"]["changed"], run["guard"]["limit_percent"]) == ("waiting", 3, 20)
    assert "withdrawn" not in (await office.states()).values()
    assert (await office.post(f"/v1/imports/{run['id']}/confirm")).json()["status"] == "confirmed"
    await office.runner.run_waiting(office.owner.id)
    assert (await office.read(f"/v1/imports/{run['id']}"))["status"] == "applied"
    assert list((await office.states()).values()).count("withdrawn") == 3
    again = await office.post(f"/v1/imports/{run['id']}/confirm")
    assert (again.status_code, again.json()["type"].rsplit("/")[-1]) == (409, "import-not-waiting")


async def test_confirmation_does_not_let_more_pass_than_was_shown(office: Office) -> None:
    homes = [office.home(f"H{n}") for n in range(10)]
    await office.bring(homes)
    run = await office.bring(homes[:7])
    given = {name: value for name, value in homes[0]["home"].items() if name != "ref"}
    for ref in ("H0", "H1"):
        await office.client.put(f"/v1/homes/{ref}", json={**given, "status": "works"}, headers=office.owner.headers)
    await office.post(f"/v1/imports/{run['id']}/confirm")
    await office.runner.run_waiting(office.owner.id)
    found = await office.read(f"/v1/imports/{run['id']}")
    assert (found["status"], found["guard"]["changed"]) == ("waiting", 5)


async def test_newer_file_supersedes_one_that_waits_and_an_older_one_is_refused(office: Office) -> None:
    homes = [office.home(f"H{n}") for n in range(10)]
    await office.bring(homes)
    waiting = await office.bring(homes[:5])
    newer = await office.bring(homes)
    assert newer["status"] == "applied"
    assert (await office.read(f"/v1/imports/{waiting['id']}"))["status"] == "superseded"
    older = await office.bring([office.home("H1", status="works")], as_of="2026-01-01T00:00:00Z")
    assert (older["status"], older["error"]["code"]) == ("refused", "file-older")
    assert (await office.states())["H1"] == "vacant"


async def test_record_that_names_no_home_holds_every_withdrawal_back(office: Office) -> None:
    await office.declare(accept_partially=True)
    homes = [office.home(f"H{n}") for n in range(10)]
    await office.bring(homes)
    run = await office.bring([*homes[:9], {"bad": ""}])
    assert (run["status"], run["guard"]["held_back"], counts(run)) == (
        "applied", True, {"rows": 10, "unchanged": 9, "rejected": 1},
    )  # fmt: skip


async def test_delta_withdraws_nothing(office: Office) -> None:
    await office.bring([office.home("H1"), office.home("H2")])
    run = await office.bring([office.home("H1", rent_cents=1)], mode="delta")
    assert counts(run) == {"rows": 1, "updated": 1} or run["status"] == "waiting"
    assert "withdrawn" not in (await office.states()).values()


async def test_file_of_another_kind_than_declared_or_of_none_is_refused_by_name(office: Office) -> None:
    await office.bring([office.home("H1")])
    for headers, content, code in (
        ({"Content-Type": "text/csv"}, b"a", "file-type-differs"),
        ({"Content-Type": "image/png"}, b"a", "file-type-differs"),
        (NDJSON, b"", "file-missing"),
        ({**NDJSON, "Content-Encoding": "br"}, b"a", "body-encoding-unsupported"),
    ):
        answer = await office.client.post("/v1/imports", content=content, headers={**office.owner.headers, **headers})
        assert (answer.status_code // 100, answer.json()["type"].rsplit("/")[-1]) == (4, code)


async def test_request_sent_again_with_its_key_is_one_import(office: Office) -> None:
    lines = [office.home("H1")]
    key = {"Idempotency-Key": "one"}
    assert (await office.send(lines, key))["id"] == (await office.send(lines, key))["id"]
    assert len((await office.read("/v1/imports"))["items"]) == 1


async def test_raw_file_can_be_read_back_as_it_came(office: Office) -> None:
    lines = [office.home("H1")]
    run = await office.bring(lines)
    answer = await office.client.get(f"/v1/imports/{run['id']}/file", headers=office.owner.headers)
    assert answer.content == office.file(lines)


async def test_run_that_fails_by_itself_is_tried_again_and_then_waits_for_somebody(office: Office) -> None:
    def broken(*_: Any) -> Any:
        raise OSError("disk full")

    sent = await office.send([office.home("H1")])
    for _ in range(MAX_ATTEMPTS):
        with pytest.raises(OSError, match="disk full"):
            await Runner(office.jobs, open_file=broken).run(office.owner.id, sent["id"])
    found = await office.read(f"/v1/imports/{sent['id']}")
    assert (found["status"], found["attempts"], found["error"]["code"]) == ("failed", MAX_ATTEMPTS, "OSError")
    assert (await office.post(f"/v1/imports/{sent['id']}/retry")).json()["status"] == "received"
    await office.runner.run_waiting(office.owner.id)
    assert (await office.read(f"/v1/imports/{sent['id']}"))["status"] == "applied"


async def test_imports_are_listed_newest_first_by_source_and_state(office: Office) -> None:
    runs = [await office.bring([office.home("H1")]) for _ in range(3)]
    listed = await office.read("/v1/imports?limit=2&status=applied&source=default")
    assert [item["id"] for item in listed["items"]] == [runs[2]["id"], runs[1]["id"]]
    assert [item["id"] for item in (await office.read(listed["next"]))["items"]] == [runs[0]["id"]]
    assert (await office.read("/v1/imports?source=other"))["items"] == []


async def test_another_landlord_sees_none_of_it(office: Office, register: Register) -> None:
    run = await office.bring([office.home("H1")])
    other = await register()
    for path in ("", "/report", "/file"):
        answer = await office.client.get(f"/v1/imports/{run['id']}{path}", headers=other.headers)
        assert (answer.status_code, answer.json()["type"].rsplit("/")[-1]) == (404, "import-not-found")
    for verb in ("confirm", "retry"):
        assert (await office.client.post(f"/v1/imports/{run['id']}/{verb}", headers=other.headers)).status_code == 404
    assert (await office.client.get("/v1/imports", headers=other.headers)).json()["items"] == []
