"""`make run` with REGISTRY_DATABASE_URL: another PostgreSQL, good or not, and what is said of it."""

import signal
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
import pytest

from deploy.local import prepare
from deploy.local.cluster import Cluster, free_port
from registry.platform import preparation
from registry.platform.preparation import PreparationRefused, prepare_cluster, prepare_database
from tests.deploy.checkout import Checkout, answered
from tests.support.database import PASSWORD, Server

ADMIN = "somebody"


@pytest.fixture(scope="module")
def provider() -> Iterator[Server]:
    """A server on which nothing of ours was ever made, and a role that may make roles but is no superuser."""
    with TemporaryDirectory(prefix="registry-provider-") as directory:
        cluster = Cluster(Path(directory), throwaway=True)
        server = Server(cluster.start())
        try:
            with server.connect() as superuser:
                superuser.execute(f"CREATE ROLE {ADMIN} LOGIN CREATEROLE PASSWORD '{PASSWORD}'".encode())
                superuser.execute(f"CREATE ROLE nobody LOGIN PASSWORD '{PASSWORD}'".encode())
                superuser.execute(f"CREATE DATABASE managed OWNER {ADMIN}".encode())
                superuser.execute(f"CREATE DATABASE bare OWNER {ADMIN}".encode())
                superuser.execute(b"CREATE DATABASE foreign_")
            with server.connect("managed") as superuser:
                superuser.execute("CREATE EXTENSION postgis")
            yield server
        finally:
            cluster.stop()


def test_run_on_a_managed_server_says_what_is_lost_and_serves(provider: Server, checkout: Checkout) -> None:
    run = checkout.make("run", REGISTRY_DATABASE_URL=provider.url("managed", ADMIN)).until_it_serves()

    assert "note: not done without a superuser: leak-proof operators" in run.said
    assert "note: not done without a superuser: set_config stays callable" in run.said
    assert answered(f"{run.url}/readyz") == {"status": "ready"}
    assert PASSWORD not in run.said
    run.send(signal.SIGINT).ended()
    checkout.assert_nothing_runs()
    with provider.connect() as still_there:
        assert still_there.execute("SELECT 1").fetchone() == (1,)


def test_run_on_a_server_that_does_not_answer_says_which_and_what_to_do(checkout: Checkout) -> None:
    port = free_port()
    done = checkout.module(
        "deploy.local.prepare", "--base-url", "http://127.0.0.1:1",
        REGISTRY_DATABASE_URL=f"postgresql://{ADMIN}:{PASSWORD}@127.0.0.1:{port}/registry",
    )  # fmt: skip

    assert done.returncode == 1
    assert f"127.0.0.1:{port}/registry as {ADMIN}" in done.stderr
    assert "Connection refused" in done.stderr
    assert "leave REGISTRY_DATABASE_URL out" in done.stderr
    assert "Traceback" not in done.stderr
    assert PASSWORD not in done.stderr


@pytest.mark.parametrize("url", ["postgresql://127.0.0.1:notaport/x", "http://127.0.0.1/x", "not an address"])
def test_run_with_something_that_is_no_address_says_so(checkout: Checkout, url: str) -> None:
    done = checkout.module("deploy.local.prepare", "--base-url", "http://127.0.0.1:1", REGISTRY_DATABASE_URL=url)

    assert done.returncode == 1
    assert "REGISTRY_DATABASE_URL" in done.stderr
    assert "Traceback" not in done.stderr


def connected(provider: Server, database: str, user: str) -> psycopg.Connection:
    return psycopg.connect(provider.url(database, user), autocommit=True)


def test_server_without_postgis_is_refused_with_its_package(provider: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preparation, "EXTENSIONS", ("postgis_of_which_nobody_heard",))
    with (
        connected(provider, "bare", ADMIN) as admin,
        pytest.raises(PreparationRefused, match=r"does not have the extension postgis_.*\n→ install it.*postgis-3"),
    ):
        prepare_database(admin)


def test_role_that_may_not_create_postgis_is_told_what_a_superuser_has_to_say(provider: Server) -> None:
    with (
        connected(provider, "bare", ADMIN) as admin,
        pytest.raises(PreparationRefused, match=r"as a superuser, in the database bare: CREATE EXTENSION postgis"),
    ):
        prepare_database(admin)


def test_role_that_may_not_make_roles_is_told_what_it_needs(provider: Server) -> None:
    with (
        connected(provider, "postgres", "nobody") as admin,
        pytest.raises(PreparationRefused, match=r"nobody may not make the service's roles .*\n.*CREATEROLE"),
    ):
        prepare_cluster(admin, {})


def test_role_that_does_not_own_the_database_is_told_how_it_would(provider: Server) -> None:
    with provider.connect("foreign_") as superuser:
        for extension in preparation.EXTENSIONS:
            superuser.execute(f"CREATE EXTENSION IF NOT EXISTS {extension}".encode())
    with connected(provider, "foreign_", ADMIN) as admin:
        prepare_cluster(admin, {})
        with pytest.raises(PreparationRefused, match=f'ALTER DATABASE "foreign_" OWNER TO "{ADMIN}"'):
            prepare_database(admin)


def test_extensions_in_another_schema_are_refused(provider: Server) -> None:
    with provider.connect() as superuser:
        superuser.execute("CREATE DATABASE moved")
    with provider.connect("moved") as superuser:
        superuser.execute("CREATE SCHEMA extensions")
        superuser.execute("CREATE EXTENSION postgis SCHEMA extensions")

        with pytest.raises(PreparationRefused, match="must be in the schema public; it has postgis in extensions"):
            prepare_database(superuser)


def test_server_that_is_too_old_is_refused(provider: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preparation, "LEAST_SERVER", 990_000)  # as a server of today looks to a later version
    with (
        connected(provider, "bare", ADMIN) as admin,
        pytest.raises(PreparationRefused, match="and 99 or newer is needed"),
    ):
        prepare_cluster(admin, {})


@pytest.mark.parametrize(
    ("admin_url", "expected"),
    [
        ("postgresql://a:b@db.example:5433/x", "postgresql://registry_web:s%2B1@db.example:5433/x"),
        (
            "postgresql://a:b@db.example/x?sslmode=require",
            "postgresql://registry_web:s%2B1@db.example/x?sslmode=require",
        ),
        ("postgresql:///x?host=/run/pg&user=a", "postgresql://registry_web:s%2B1@/x?host=%2Frun%2Fpg"),
        ("postgresql://a@db.example", "postgresql://registry_web:s%2B1@db.example/a"),
        ("host=db.example dbname=x user=a", "postgresql://registry_web:s%2B1@db.example/x"),
    ],
)
def test_address_of_a_login_is_the_administrators_with_its_own_name(admin_url: str, expected: str) -> None:
    assert prepare.login_url(admin_url, "registry_web", "s+1") == expected


@pytest.fixture
def keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(prepare, "CLUSTER", tmp_path)
    monkeypatch.delenv("REGISTRY_MASTER_KEY", raising=False)
    return tmp_path


def test_master_key_of_the_private_cluster_survives_the_settings(keys: Path) -> None:
    made = prepare.master_key({}, private=True)

    assert prepare.master_key({}, private=True) == made, ".local/env was lost"
    assert prepare.master_key({"REGISTRY_MASTER_KEY": "another server's"}, private=True) == made
    assert (keys / "master-key").stat().st_mode & 0o077 == 0


def test_master_key_of_another_server_is_the_one_given_then_the_one_kept(
    keys: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepare.master_key({}, private=True)

    assert prepare.master_key({"REGISTRY_MASTER_KEY": "kept"}, private=False) == "kept"
    monkeypatch.setenv("REGISTRY_MASTER_KEY", "given")
    assert prepare.master_key({"REGISTRY_MASTER_KEY": "kept"}, private=False) == "given"
