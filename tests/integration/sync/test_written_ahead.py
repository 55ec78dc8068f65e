"""A first file is written while it is read; whatever is wrong with it, it does what it would have done as a whole."""

import uuid
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from registry.platform.database import Database, Role
from registry.stock.service.reconcile import Reconciliation
from registry.sync.service import reading
from registry.sync.service import run as running
from registry.sync.service.run import Runner
from tests.conftest import Register
from tests.support import members
from tests.support import territory as territories
from tests.support.members import Member
from tests.support.stock import fact, residence
from tests.support.territory import Territory

HEADER = "ref;residence_ref;typology;rooms;status;step_free_entrance"
CSV = {"Content-Type": "text/csv"}
APPLIED = text("SELECT count(*) FROM audit_events WHERE action = 'sync:file:applied' AND organisation_id = :owner")


@dataclass
class Desk:
    """A landlord with one residence and no home, that sends sheets; and how often something was written ahead."""

    client: httpx.AsyncClient
    jobs: Database
    owner: Member
    place: Territory
    ahead: list[int] = field(default_factory=list)

    async def bring(self, rows: list[str], header: str = HEADER, **asked: Any) -> dict[str, Any]:
        """Send a file, run it, and return what became of it; ``ahead`` is then how often it wrote before its end."""
        self.ahead.clear()
        sent = await self.client.post(
            "/v1/imports", params={"mode": "full", **asked}, content="\n".join([header, *rows]),
            headers={**self.owner.headers, **CSV},
        )  # fmt: skip
        assert sent.status_code == 202, sent.text
        await Runner(self.jobs).run_waiting(self.owner.id)
        return await self.read(f"/v1/imports/{sent.json()['id']}")

    async def read(self, path: str) -> dict[str, Any]:
        answer = await self.client.get(path, headers=self.owner.headers)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def put(self, path: str, given: dict[str, Any]) -> None:
        answer = await self.client.put(path, json=given, headers=self.owner.headers)
        assert answer.status_code in {200, 201}, answer.text

    async def refs(self) -> list[str]:
        return sorted(home["ref"] for home in (await self.read("/v1/homes?limit=1000"))["items"])

    async def listed(self) -> int:
        return len((await self.read(f"/v1/listings?territory={self.place.slug}&limit=50"))["items"])


@pytest.fixture
async def desk(
    client: httpx.AsyncClient, database: Database, job_database: Database, register: Register,
    monkeypatch: pytest.MonkeyPatch,
) -> Desk:  # fmt: skip
    place = await territories.create(database, job_database, client)
    owner = await register()
    await territories.sign(database, place, [owner])
    await members.renew(owner, client)
    found = Desk(client, job_database, owner, place)
    await found.put("/v1/residences/R1", residence(place.communes[0], place.point()))
    monkeypatch.setattr(reading, "CHUNK", 1)
    monkeypatch.setattr(running, "WRITTEN_AHEAD", (2, 4))
    written = Reconciliation.write_ahead

    async def counted(self: Reconciliation, sample: int) -> None:
        found.ahead.append(sample)
        await written(self, sample)

    monkeypatch.setattr(Reconciliation, "write_ahead", counted)
    return found


def row(n: int, **changes: str) -> str:
    stated = {"ref": f"H{n}", "residence_ref": "R1", "typology": "T2", "rooms": "2", "status": "vacant",
              "step_free_entrance": "yes" if n % 2 else "", **changes}  # fmt: skip
    return ";".join(stated.values())


ROWS = [row(n) for n in range(20)]
REFS = sorted(f"H{n}" for n in range(20))


def counts(run: dict[str, Any]) -> dict[str, int]:
    names = ("rows", "created", "updated", "unchanged", "rejected", "withdrawn")
    return {name: run["counts"][name] for name in names if run["counts"][name]}


async def test_first_file_is_written_while_it_is_read_and_is_one_import(desk: Desk) -> None:
    run = await desk.bring(ROWS)
    assert len(desk.ahead) == 6, "2, 4, 4, 4, 4 and what is left"
    assert (run["status"], counts(run), run["attempts"]) == ("applied", {"rows": 20, "created": 20}, 1)
    assert run["guard"]["exceeded"] is False
    assert (await desk.refs(), await desk.listed()) == (REFS, 10)
    report = await desk.read(f"/v1/imports/{run['id']}/report")
    assert [change["ref"] for change in report["changes"]] == [f"H{n}" for n in range(20)]
    async with desk.jobs.transaction(Role.JOB, actor="tests") as session:
        assert (await session.execute(APPLIED, {"owner": desk.owner.id})).scalar_one() == 1
    again = await desk.bring(ROWS)
    assert (again["status"], counts(again), desk.ahead) == ("applied", {"rows": 20, "unchanged": 20}, [])


async def test_the_same_is_written_as_by_a_whole_comparison(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    await desk.bring(ROWS)
    ahead = (await desk.read("/v1/homes?limit=1000"))["items"]
    for home in ahead:
        gone = await desk.client.delete(f"/v1/homes/{home['ref']}", headers=desk.owner.headers)
        assert gone.status_code == 204, gone.text
    monkeypatch.setattr(running, "WRITTEN_AHEAD", (1_000, 1_000))
    run = await desk.bring(ROWS)
    assert (run["status"], counts(run), desk.ahead) == ("applied", {"rows": 20, "created": 20}, [])
    whole = (await desk.read("/v1/homes?limit=1000"))["items"]
    moments = {"confirmed_at": None, "updated_at": None, "listing_id": None}
    assert [{**home, **moments} for home in whole] == [{**home, **moments} for home in ahead]
    assert await desk.listed() == 10


@pytest.mark.parametrize("n", [1, 3, 18])
async def test_reference_that_is_repeated_is_told_with_both_lines_and_nothing_is_written(desk: Desk, n: int) -> None:
    run = await desk.bring([*ROWS, row(n)])
    assert (run["status"], run["error"]["code"]) == ("refused", "records-rejected")
    assert counts(run) == {"rows": 21, "created": 20, "rejected": 1}
    assert await desk.refs() == []
    (note,) = (await desk.read(f"/v1/imports/{run['id']}/report"))["notes"]
    assert (note["line"], note["value"]) == (22, f"H{n}")
    assert f"(line {n + 2})" in note["rule"]


@pytest.mark.parametrize("bad", [row(19, rooms="many"), row(19, residence_ref="R9")])
async def test_record_that_cannot_be_taken_refuses_the_file_unless_its_source_accepts_partially(
    desk: Desk, bad: str
) -> None:
    rows = [*ROWS[:19], bad]
    run = await desk.bring(rows)
    assert (run["status"], counts(run)) == ("refused", {"rows": 20, "created": 19, "rejected": 1})
    assert (await desk.refs(), await desk.listed(), len(desk.ahead) > 1) == ([], 0, True)
    await desk.put(
        "/v1/sources/default",
        {"kind": "push", "mode": "full", "format": {"kind": "csv"}, "accept_partially": True},
    )
    run = await desk.bring(rows)
    assert (run["status"], counts(run)) == ("applied", {"rows": 20, "created": 19, "rejected": 1})
    assert await desk.refs() == sorted(set(REFS) - {"H19"})


async def test_home_that_somebody_makes_meanwhile_is_compared(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    written = Reconciliation.write_ahead

    async def interrupted(self: Reconciliation, sample: int) -> None:
        await written(self, sample)
        if len(desk.ahead) == 1:
            given = {"residence_ref": "R1", "typology": "T3", "rooms": 3, "status": "occupied"}
            await desk.put("/v1/homes/H15", {**given, "facts": {"lift": fact("yes")}})

    monkeypatch.setattr(Reconciliation, "write_ahead", interrupted)
    run = await desk.bring(ROWS)
    assert (run["status"], counts(run)) == ("applied", {"rows": 20, "created": 19, "updated": 1})
    assert (await desk.refs(), len(desk.ahead)) == (REFS, 5), "ahead up to where it is in the way, then as a whole"
    assert (await desk.read("/v1/homes/H15"))["facts"]["lift"]["value"] == "yes"


async def test_run_that_ends_in_the_middle_leaves_nothing_and_is_begun_again(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = Reconciliation.write_ahead

    async def lost(self: Reconciliation, sample: int) -> None:
        await written(self, sample)
        if len(desk.ahead) == 3:
            raise ConnectionResetError

    monkeypatch.setattr(Reconciliation, "write_ahead", lost)
    with pytest.raises(ConnectionResetError):
        await desk.bring(ROWS)
    assert (await desk.refs(), await desk.listed()) == ([], 0)
    (waiting,) = (await desk.read("/v1/imports"))["items"]
    await Runner(desk.jobs).run(desk.owner.id, uuid.UUID(waiting["id"]))
    run = await desk.read(f"/v1/imports/{waiting['id']}")
    assert (run["status"], counts(run), run["attempts"]) == ("applied", {"rows": 20, "created": 20}, 2)
    assert (await desk.refs(), await desk.listed()) == (REFS, 10)


async def test_trial_writes_nothing_ahead(desk: Desk) -> None:
    run = await desk.bring(ROWS, dry_run="true")
    assert (run["status"], counts(run), desk.ahead) == ("previewed", {"rows": 20, "created": 20}, [])
    assert await desk.refs() == []


@pytest.mark.parametrize("column", ["residence.commune_code", "building_ref"])
async def test_file_that_says_something_of_residences_or_buildings_is_compared_as_a_whole(
    desk: Desk, column: str
) -> None:
    value = {"residence.commune_code": desk.place.communes[0], "building_ref": "B1"}[column]
    run = await desk.bring([f"{line};{value}" for line in ROWS], f"{HEADER};{column}")
    assert (run["status"], run["counts"]["created"], desk.ahead) == ("applied", 20, [])
