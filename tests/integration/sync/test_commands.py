"""``registry import rpls`` as it is typed."""

import asyncio
import json
import os
import pty
import subprocess
import sys
import uuid
from pathlib import Path

import pytest
from typer.testing import Result

from registry.platform.database import Database
from registry.platform.settings import Settings
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
    return files.write(tmp_path / "rpls.csv", files.public(rows))


async def run(settings: Settings, path: Path, owner: object, *options: str) -> Result:
    """In a thread: the command has an event loop of its own."""
    return await asyncio.to_thread(
        invoke, settings, "import", "rpls", str(path), "--organisation", str(owner), *options
    )


async def test_command_accounts_for_every_row_and_says_plainly_what_it_does(
    settings: Settings, territory: Territory, landlord: Member, tmp_path: Path
) -> None:
    path = file(tmp_path, territory, {}, {"NBPIECE": "x"}, {"ETAGE": "cave"}, {"NUMAPPT": "0"})
    done = await run(settings, path, landlord.id)
    assert done.exit_code == 0, done.output
    assert done.stderr.splitlines() == ["reading: 4 rows", "writing: 4 rows of 4"]
    said = done.stdout.splitlines()
    assert said[0].startswith("line 3, NBPIECE: 'x': unknown code;")
    assert "(row rejected)" in said[0]
    assert said[1].startswith("line 4, ETAGE: 'cave': a floor is a number")
    assert "(left as it was)" in said[1]
    assert "4 rows, 3 created, 0 updated, 0 unchanged, 1 rejected" in said
    assert "ETAGE: 1 × a floor is a number, RC or RDC (left as it was)" in said
    assert "3 homes without a position: shown to others by commune only" in said
    assert any(line.startswith("2 rows are not told apart by the file") for line in said)


async def test_report_file_holds_every_refusal_in_both_languages(
    settings: Settings, territory: Territory, landlord: Member, tmp_path: Path
) -> None:
    path = file(tmp_path, territory, {}, *({"FINAN": "78"} for _ in range(30)))
    report = tmp_path / "report.ndjson"
    done = await run(settings, path, landlord.id, "--report", str(report))
    assert done.exit_code == 0, done.output
    lines = [json.loads(line) for line in report.read_text().splitlines()]
    assert [line["line"] for line in lines] == list(range(3, 33))
    assert (lines[0]["column"], lines[0]["value"]) == ("FINAN", "78")
    assert lines[0]["rule"]["fr"].startswith("code inconnu")
    assert lines[0]["rule"]["en"].startswith("unknown code")
    assert done.stdout.count("line ") == 20
    assert "… more below, by rule; --report FILE lists them all" in done.stdout


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
    done = await run(settings, file(tmp_path, territory, {"DEPCOM": "99990"}), landlord.id)
    assert done.exit_code == 1
    assert "registry territories load" in done.stdout
    assert "No row could be imported." in done.stderr


@pytest.mark.parametrize(
    ("content", "options", "said"),
    [
        ("a;b\n1;2\n", (), "Missing columns: DEPCOM, NOMVOIE, NBPIECE."),
        (files.public([]), (), "The file holds no dwelling"),
        (files.transmission([files.row()], records=2), (), "The number of dwellings is not the one in the header"),
        (files.public([files.row()]), ("--positions", "missing.csv"), "Unreadable file"),
        (files.public([files.row()]), ("--report", "/nowhere/at/all"), "The report cannot be written"),
    ],
)
async def test_file_that_is_wrong_says_what_and_what_to_do(
    settings: Settings, landlord: Member, tmp_path: Path, content: str, options: tuple[str, ...], said: str
) -> None:
    done = await run(settings, files.write(tmp_path / "x.csv", content), landlord.id, *options)
    assert done.exit_code == 1
    assert said in done.stderr
    assert "Traceback" not in done.output


async def test_organisation_that_is_no_active_landlord_is_refused(
    settings: Settings, coordinator: Member, tmp_path: Path
) -> None:
    path = files.write(tmp_path / "x.csv", files.public([files.row()]))
    for owner, said in ((uuid.uuid4(), "Unknown organisation"), (coordinator.id, "not an active landlord")):
        done = await run(settings, path, owner)
        assert done.exit_code == 1
        assert said in done.stderr


async def test_terminal_shows_a_bar(settings: Settings, territory: Territory, landlord: Member, tmp_path: Path) -> None:
    path = file(tmp_path, territory, {}, {})
    shown, status = await asyncio.to_thread(_on_a_terminal, settings, tmp_path, path, landlord.id)
    assert status == 0, shown
    assert "reading" in shown
    assert "writing" in shown
    assert "2/2" in shown
    assert "\x1b[" in shown, "it is drawn anew in its place"
    assert "reading: 2 rows" not in shown


def _on_a_terminal(settings: Settings, directory: Path, path: Path, owner: uuid.UUID) -> tuple[str, int]:
    """Run the command as a process whose standard error is a terminal; return what it shows there."""
    given = {name: value for name, value in environment(settings).items() if value is not None}
    terminal, its_end = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "registry.cli", "import", "rpls", str(path), "--organisation", str(owner)],
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
