"""Whoever migrates, and however many at once; and what starts only on the schema that it was written for."""

import os
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final

import psycopg
import pytest
from alembic import command
from pydantic import SecretStr

from registry import worker
from registry.asgi import create_application
from registry.platform import schema_version
from registry.platform.database import Database, create_engine
from registry.platform.row_security import LoginNotHeldBack
from registry.platform.schema_version import SchemaOutdated
from registry.platform.settings import Settings
from tests.migrations.conftest import BYPASSING, INHERITED, INHERITED_SAID, Unheld
from tests.support.commands import environment, invoke
from tests.support.database import Server
from tests.support.tree import ROOT

HEAD: Final = schema_version.expected()
LOCK_TIMEOUT_S: Final = 5
MIGRATE_FIRST: Final = "run 'registry database migrate'"
START_THE_NEWER: Final = "a newer version of the service migrated it, start that one"


@pytest.fixture
def outdated(server: Server, migrated: str) -> tuple[str, str]:
    """A database one step behind, and the step that it has."""
    command.downgrade(server.alembic(migrated), "-1")
    with server.connect(migrated) as admin:
        row = admin.execute("SELECT version_num FROM registry.alembic_version").fetchone()
    assert row is not None
    return migrated, row[0]


def start_migrating(settings: Settings, directory: Path) -> subprocess.Popen[str]:
    given = {name: value for name, value in environment(settings).items() if value is not None}
    return subprocess.Popen(
        [sys.executable, "-m", "registry.cli", "database", "migrate"],
        cwd=directory, env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **given},
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip


def wait_until_waiting(admin: psycopg.Connection, count: int) -> None:
    """Return once ``count`` sessions wait for the advisory lock; give up after 30 s."""
    for _ in range(300):
        row = admin.execute(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        ).fetchone()
        if row == (count,):
            return
        time.sleep(0.1)
    pytest.fail(f"{count} runs were expected to wait, {row} do")


def test_runs_at_the_same_moment_follow_each_other_however_long_the_first_one_takes(
    server: Server, prepared: str, tmp_path: Path
) -> None:
    with server.connect(prepared) as admin:
        admin.execute("SELECT pg_advisory_lock(7301948)")  # a third run, in the middle of something long
        runs = [start_migrating(server.settings(prepared), tmp_path) for _ in range(2)]
        try:
            wait_until_waiting(admin, 2)
            time.sleep(LOCK_TIMEOUT_S + 0.5)
            wait_until_waiting(admin, 2)
            admin.execute("SELECT pg_advisory_unlock(7301948)")
            said = [run.communicate(timeout=60)[0] for run in runs]
        finally:
            for run in runs:
                run.kill()
        assert [run.returncode for run in runs] == [0, 0], said
        assert said == [f"schema {HEAD}\n"] * 2
        assert admin.execute("SELECT version_num FROM registry.alembic_version").fetchall() == [(HEAD,)]


def test_migration_gives_up_rather_than_queue_behind_a_long_write(server: Server, prepared: str) -> None:
    database, before = prepared, "20261123_0950"
    command.upgrade(server.alembic(database), before)
    with server.connect(database) as admin, admin.transaction():
        admin.execute("LOCK TABLE registry.organisations IN ROW EXCLUSIVE MODE")  # a foreign key to it waits
        result = invoke(server.settings(database), "database", "migrate")
    assert result.exit_code == 1
    assert result.stderr.startswith("canceling statement due to lock timeout")
    assert "'registry doctor' looks at each part" in result.stderr
    with server.connect(database) as admin:
        assert admin.execute("SELECT version_num FROM registry.alembic_version").fetchall() == [(before,)]
        assert admin.execute("SELECT to_regclass('registry.users')").fetchone() == (None,)
    assert invoke(server.settings(database), "database", "migrate").stdout == f"schema {HEAD}\n"


Refused = Callable[[Settings], Awaitable[str]]
"""Start a process, and return what it says as it refuses."""


async def refused_by_web(settings: Settings) -> str:
    assert settings.web_database_url
    app = create_application(settings, Database(create_engine(settings.web_database_url.get_secret_value())))
    with pytest.raises((LoginNotHeldBack, SchemaOutdated)) as refused:
        async with app.router.lifespan_context(app):
            pytest.fail("the web started")
    await app.state.database.dispose()
    return str(refused.value)


async def refused_by_worker(settings: Settings) -> str:
    with pytest.raises((LoginNotHeldBack, SchemaOutdated)) as refused:
        await worker.run(settings, wait=False)
    return str(refused.value)


@pytest.mark.parametrize("refused", [refused_by_web, refused_by_worker], ids=["web", "worker"])
async def test_process_refuses_a_schema_that_is_not_its_own(
    server: Server, outdated: tuple[str, str], refused: Refused
) -> None:
    database, before = outdated
    settings = server.settings(database)
    assert await refused(settings) == f"the database has schema {before}, this version needs {HEAD}: {MIGRATE_FIRST}"
    with server.connect(database) as admin:
        admin.execute("UPDATE registry.alembic_version SET version_num = '29990101_0000'")
    newer = f"the database has schema 29990101_0000, this version needs {HEAD}: {START_THE_NEWER}"
    assert await refused(settings) == newer


@pytest.mark.parametrize("how", [BYPASSING, INHERITED, None], ids=str)
@pytest.mark.parametrize("refused", [refused_by_web, refused_by_worker], ids=["web", "worker"])
async def test_process_refuses_a_login_that_row_level_security_does_not_hold_back(
    server: Server, migrated: str, unheld: Unheld, refused: Refused, how: str | None
) -> None:
    login = unheld(how) if how else None
    url = SecretStr(server.url(migrated, login))
    settings = server.settings(migrated, web_database_url=url, worker_database_url=url)
    what = {BYPASSING: "which bypasses row-level security", INHERITED: INHERITED_SAID, None: "a superuser"}[how]
    assert await refused(settings) == (
        f"the process logs in as {login or 'registry_admin'}, {what.format(login)}: no policy would keep one"
        " organisation's rows from another; use the logins that 'registry database prepare' makes"
    )


@pytest.mark.parametrize("refused", [refused_by_web, refused_by_worker], ids=["web", "worker"])
async def test_process_refuses_a_database_that_nobody_migrated(server: Server, prepared: str, refused: Refused) -> None:
    settings = server.settings(prepared)
    assert await refused(settings) == f"the database has schema none, this version needs {HEAD}: {MIGRATE_FIRST}"


def test_migrate_brings_an_old_schema_up_and_says_so_again_when_nothing_is_left(
    server: Server, outdated: tuple[str, str]
) -> None:
    settings = server.settings(outdated[0])
    for _ in range(2):
        result = invoke(settings, "database", "migrate")
        assert (result.exit_code, result.stdout) == (0, f"schema {HEAD}\n")


def test_migrate_that_cannot_be_done_says_why(server: Server, prepared: str) -> None:
    nowhere = invoke(server.settings(prepared, owner_database_url=None), "database", "migrate")
    assert (nowhere.exit_code, nowhere.stderr) == (
        1, "REGISTRY_OWNER_DATABASE_URL is not set: migrations run as registry_owner\n"
    )  # fmt: skip
    wrong = server.url(prepared, "registry_owner").replace("for-tests-only", "wrong")
    result = invoke(server.settings(prepared, owner_database_url=wrong), "database", "migrate")
    assert result.exit_code == 1
    assert 'password authentication failed for user "registry_owner"' in result.stderr
    assert "Traceback" not in result.output


def test_check_compares_the_schema_with_the_one_that_is_needed(server: Server, outdated: tuple[str, str]) -> None:
    database, before = outdated
    settings = server.settings(database)
    old = invoke(settings, "database", "check")
    assert old.exit_code == 1
    assert old.stdout == f"FAIL schema: {before}, needed {HEAD}\n       → {MIGRATE_FIRST}\n"
    assert invoke(settings, "database", "migrate").exit_code == 0
    new = invoke(settings, "database", "check")
    assert (new.exit_code, new.stdout) == (0, f"ok   schema: {HEAD}\n")


def test_check_of_a_database_that_does_not_answer_says_so(server: Server, prepared: str) -> None:
    unset = invoke(server.settings(prepared, web_database_url=None), "database", "check")
    assert (unset.exit_code, unset.stderr) == (1, "REGISTRY_WEB_DATABASE_URL is not set\n")
    gone = server.url("no_such_database", "registry_web")
    result = invoke(server.settings(prepared, web_database_url=gone), "database", "check")
    assert result.exit_code == 1
    assert 'database "no_such_database" does not exist' in result.stderr
    assert "'registry doctor' looks at each part" in result.stderr
