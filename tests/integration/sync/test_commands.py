"""``registry sync import`` as it is typed, with RPLS files."""

import asyncio
import json
import os
import pty
import re
import subprocess
import sys
import uuid
from pathlib import Path

import pytest
from typer.testing import Result

from registry.access.principal import own_organisation
from registry.platform.database import Database, Role
from registry.platform.settings import Settings
from registry.sync.repository import claims
from registry.sync.service.run import principal_of
from tests.support import rpls as files
from tests.support import territory as territories
from tests.support.commands import environment, invoke
from tests.support.members import Member
from tests.support.territory import Territory


@pytest.fixture
async def territory(database: Database, job_database: Database, client: object) -> Territory:
    return await territories.create(database, job_database, client)  # type: ignore[arg-type]


def file(tmp_path: Path, territory: Territory, *changes: dict[str, str]) -> Path:
    rows = [files.row(**{"DEPCOM": territory.communes[0], "NUMAPPT": str(n), **each}) for n, each in enumerate(changes)]
    return files.write(tmp_path / "rpls.csv", files.public(rows, (*files.PUBLIC, "PMR")))


async def run(settings: Settings, path: Path, owner: object, *options: str) -> Result:
    """In a thread: the command has an event loop of its own."""
    return await asyncio.to_thread(
        invoke, settings, "sync", "import", str(path), "--organisation", str(owner), "--format", "rpls", *options
    )


async def test_command_accounts_for_every_row_and_says_plainly_what_it_does(
    settings: Settings, territory: Territory, landlord: Member, tmp_path: Path
) -> None:
    path = file(tmp_path, territory, {}, {"NBPIECE": "x"}, {"ETAGE": "cave"}, {"NUMAPPT": "0", "PMR": "3"})
    done = await run(settings, path, landlord.id, "--partially")
    assert done.exit_code == 0, done.output
    assert done.stderr.splitlines() == ["comparing: 4 records of 4", "applying: 4 records of 4"]
    said = done.stdout.splitlines()
    assert said[0].startswith("line 3, NBPIECE: 'x': unknown code;")
    assert "(row rejected)" in said[0]
    assert said[1].startswith("line 4, ETAGE: 'cave': a floor is a number")
    assert "(left as it was)" in said[1]
    assert "4 rows, 3 created, 0 updated, 0 unchanged, 1 rejected, 0 withdrawn" in said
    assert "residences: 1 created, 0 updated, 0 unchanged, 0 rejected" in said
    assert "ETAGE: 1 × a floor is a number, RC or RDC" in said
    assert "ligne: 1 × 3 homes are given no position" in said
    assert "IDENT_INT/IDENT_REP: 1 × 2 rows are not told apart by the file" in said
    assert "PMR: 1 × PMR is stated of 1 homes (3: 1)" in said
    assert re.fullmatch(r"import [0-9a-f-]{36}: applied", said[-1])


async def test_file_with_a_row_that_cannot_be_taken_is_refused_unless_it_may_be_in_part(
    settings: Settings, territory: Territory, landlord: Member, tmp_path: Path
) -> None:
    path = file(tmp_path, territory, {}, {"NBPIECE": "x"})
    done = await run(settings, path, landlord.id)
    assert done.exit_code == 1
    assert "Records are rejected: nothing was applied" in done.stderr
    done = await run(settings, path, landlord.id, "--partially")
    assert done.exit_code == 1
    assert "The source 'operator' is declared otherwise: accept_partially is False." in done.stderr
    done = await run(settings, path, landlord.id, "--partially", "--source", "second")
    assert done.exit_code == 0, done.output
    assert "2 rows, 1 created, 0 updated, 0 unchanged, 1 rejected, 0 withdrawn" in done.stdout


async def test_dry_run_says_what_would_be_and_writes_nothing(
    settings: Settings, territory: Territory, landlord: Member, tmp_path: Path
) -> None:
    path = file(tmp_path, territory, {}, {})
    for _ in range(2):
        done = await run(settings, path, landlord.id, "--dry-run")
        assert done.exit_code == 0, done.output
        assert "2 rows, 2 created, 0 updated, 0 unchanged, 0 rejected, 0 withdrawn" in done.stdout


async def test_full_file_that_takes_much_away_waits_for_a_person_who_may_confirm_at_once(
    settings: Settings, territory: Territory, landlord: Member, tmp_path: Path
) -> None:
    assert (await run(settings, file(tmp_path, territory, {}, {}, {}), landlord.id)).exit_code == 0
    shorter = file(tmp_path, territory, {}, {})
    done = await run(settings, shorter, landlord.id, "--mode", "full")
    assert done.exit_code == 1
    assert "1 of 3 homes would change: --confirm lets it pass" in done.stderr
    done = await run(settings, shorter, landlord.id, "--mode", "full", "--confirm")
    assert done.exit_code == 0, done.output
    assert "2 rows, 0 created, 0 updated, 2 unchanged, 0 rejected, 1 withdrawn" in done.stdout


async def test_report_file_holds_every_refusal_in_both_languages(
    settings: Settings, territory: Territory, landlord: Member, tmp_path: Path
) -> None:
    path = file(tmp_path, territory, {}, *({"FINAN": "78"} for _ in range(30)))
    report = tmp_path / "report.ndjson"
    done = await run(settings, path, landlord.id, "--report", str(report))
    assert done.exit_code == 0, done.output
    lines = [json.loads(line) for line in report.read_text().splitlines()]
    notes = [line["note"] for line in lines if "note" in line]
    assert [note["line"] for note in notes] == [*range(3, 33), 1]
    assert (notes[0]["column"], notes[0]["value"]) == ("FINAN", "78")
    assert notes[0]["rule"]["fr"].startswith("code inconnu")
    assert notes[0]["rule"]["en"].startswith("unknown code")
    assert {line["change"]["kind"] for line in lines if "change" in line} == {"created"}
    assert done.stdout.count("line ") == 20
    assert "… 11 more, below by rule; --report FILE lists them all" in done.stdout


async def test_status_of_homes_whose_occupation_is_not_stated_may_be_chosen(
    settings: Settings, territory: Territory, landlord: Member, tmp_path: Path
) -> None:
    done = await run(settings, file(tmp_path, territory, {}), landlord.id, "--status", "works")
    assert done.exit_code == 0, done.output
    assert "1 created" in done.stdout
    assert (await run(settings, file(tmp_path, territory, {}), landlord.id, "--status", "sold")).exit_code == 2


async def test_file_of_which_no_row_can_be_imported_fails(
    settings: Settings, territory: Territory, landlord: Member, tmp_path: Path
) -> None:
    done = await run(settings, file(tmp_path, territory, {"DEPCOM": "99990"}), landlord.id, "--partially")
    assert done.exit_code == 1
    assert "registry territories load" in done.stdout
    assert "No row could be imported." in done.stderr


@pytest.mark.parametrize(
    ("content", "options", "said"),
    [
        ("a;b\n1;2\n", (), "Missing columns: DEPCOM, NOMVOIE, NBPIECE."),
        (files.public([]), (), "The file holds no dwelling"),
        (files.transmission([files.row()], records=2), (), "The number of dwellings is not the one in the header"),
        (files.transmission([files.row()], records=2), (), "  line 1: '2 ≠ 1': "),
        (files.public([files.row()]), ("--positions", "missing.csv"), "missing.csv is no file"),
        (files.public([files.row()]), ("--report", "/nowhere/at/all"), "The report cannot be written"),
        (files.public([files.row()]), ("--mode", "half"), "--mode is one of: full, delta"),
    ],
)
async def test_file_that_is_wrong_says_what_and_what_to_do(
    settings: Settings, landlord: Member, tmp_path: Path, content: str, options: tuple[str, ...], said: str
) -> None:
    done = await run(settings, files.write(tmp_path / "x.csv", content), landlord.id, *options)
    assert done.exit_code == 1
    assert said in done.stderr
    assert "Traceback" not in done.output


async def test_nothing_is_imported_where_the_report_could_not_be_written(
    settings: Settings, territory: Territory, landlord: Member, tmp_path: Path
) -> None:
    path = file(tmp_path, territory, {})
    assert (await run(settings, path, landlord.id, "--report", "/nowhere/at/all")).exit_code == 1
    assert "1 created" in (await run(settings, path, landlord.id)).stdout


async def test_import_beside_another_of_the_landlord_says_who_does_it_and_when(
    settings: Settings, database: Database, territory: Territory, landlord: Member, tmp_path: Path
) -> None:
    principal = principal_of(landlord.id, landlord.id)
    async with database.transaction(Role.LANDLORD, organisation=landlord.id, actor="tests") as session:
        assert await claims.claim(session, own_organisation(principal))
        done = await run(settings, file(tmp_path, territory, {}), landlord.id)
    assert done.exit_code == 1
    assert "a worker takes this one up when it has ended" in done.stderr


async def test_organisation_that_is_no_active_landlord_is_refused(
    settings: Settings, coordinator: Member, tmp_path: Path
) -> None:
    path = files.write(tmp_path / "x.csv", files.public([files.row()]))
    for owner in (uuid.uuid4(), coordinator.id):
        done = await run(settings, path, owner)
        assert done.exit_code == 1
        assert "not an active landlord" in done.stderr
        assert "registry organisation list" in done.stderr


async def test_terminal_shows_a_bar(settings: Settings, territory: Territory, landlord: Member, tmp_path: Path) -> None:
    path = file(tmp_path, territory, {}, {})
    shown, status = await asyncio.to_thread(_on_a_terminal, settings, tmp_path, path, landlord.id)
    assert status == 0, shown
    assert "applying" in shown
    assert "2/2" in shown
    assert "\x1b[" in shown, "it is drawn anew in its place"
    assert "applying: 2 records" not in shown


def _on_a_terminal(settings: Settings, directory: Path, path: Path, owner: uuid.UUID) -> tuple[str, int]:
    """Run the command as a process whose standard error is a terminal; return what it shows there."""
    given = {name: value for name, value in environment(settings).items() if value is not None}
    terminal, its_end = pty.openpty()
    command = ["sync", "import", str(path), "--organisation", str(owner), "--format", "rpls"]
    with subprocess.Popen(
        [sys.executable, "-m", "registry.cli", *command],
        cwd=directory, env={**os.environ, **given, "TERM": "xterm"}, stdout=subprocess.PIPE, stderr=its_end,
    ) as process:  # fmt: skip
        os.close(its_end)
        shown = b""
        try:
            while part := os.read(terminal, 4_096):
                shown += part
        except OSError:  # the terminal's last writer has gone
            pass
        os.close(terminal)
        process.communicate(timeout=60)
    return shown.decode(), process.returncode
