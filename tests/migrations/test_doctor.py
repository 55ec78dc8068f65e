"""``registry doctor``: what it says of a set-up in order, and of each thing that can be wrong with one."""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Final

import pytest
from alembic import command

from registry.platform import diagnosis, schema_version
from registry.platform.settings import Settings
from tests.migrations.conftest import BYPASSING, INHERITED, INHERITED_SAID, Unheld
from tests.support import ground
from tests.support.commands import invoke
from tests.support.database import Server

HEAD: Final = schema_version.expected()
ARROW: Final = "\n       → "


def hear_of_a_worker(server: Server, database: str, seconds_ago: int) -> None:
    with server.connect(database) as admin:
        admin.execute(
            "INSERT INTO registry.procrastinate_workers (last_heartbeat) VALUES (now() - %s * interval '1 second')",
            [seconds_ago],
        )


@pytest.fixture
def healthy(server: Server, migrated: str) -> Settings:
    """A set-up in order; tests spoil one thing each."""
    hear_of_a_worker(server, migrated, 5)
    return server.settings(migrated)


def examined(settings: Settings) -> tuple[int, dict[str, str]]:
    """Return the doctor's exit status and what it says of each part, with what to do where it says so."""
    result = invoke(settings, "doctor")
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    found = re.findall(r"^(ok  |FAIL) ([^:]+): (.*(?:\n {7}→ .*)?)$", result.stdout, re.MULTILINE)
    assert len(found) == len(re.findall(r"^\S", result.stdout, re.MULTILINE)), result.stdout
    return result.exit_code, {part: f"{mark} {said}" for mark, part, said in found}


def failing(settings: Settings) -> dict[str, str]:
    """Return what the doctor finds wrong; its exit status says so too."""
    status, said = examined(settings)
    wrong = {part: what.removeprefix("FAIL ") for part, what in said.items() if what.startswith("FAIL")}
    assert status == (1 if wrong else 0)
    return wrong


def test_set_up_in_order_is_good_in_every_part(healthy: Settings) -> None:
    status, said = examined(healthy)
    assert status == 0, said
    assert list(said) == [
        "master key", "mail", "login registry_owner", "login registry_web", "login registry_worker", "extensions",
        "roles of registry_web", "roles of registry_worker", "leak-proof operators", "set_config", "statistics",
        "schema", "worker", "base map",
    ]  # fmt: skip
    assert said["schema"] == f"ok   {HEAD}"
    assert said["leak-proof operators"] == "ok   present"
    assert said["set_config"] == "ok   closed to the service's roles"
    assert said["statistics"] == "ok   PostGIS's readers are closed to the service's roles"
    assert re.fullmatch(r"ok   PostgreSQL \d+\.\d+", said["login registry_web"])
    assert said["base map"] == "ok   none is set: the map has communes and quarters as its ground"
    assert re.fullmatch(r"ok   last heard of \d+ s ago", said["worker"])


def test_mail_that_would_reach_nobody_is_found(healthy: Settings, server: Server, migrated: str) -> None:
    del healthy
    found = failing(server.settings(migrated, environment="production"))
    assert found["mail"].startswith(
        "REGISTRY_SMTP_HOST is not set: invitations, resets and warnings would reach nobody"
    )
    assert "no worker starts before" in found["mail"]
    by_smtp = server.settings(migrated, environment="production", smtp_host="mail.example")
    assert failing(by_smtp) == {}


def test_base_map_that_is_out_of_reach_is_found(
    healthy: Settings, server: Server, migrated: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    del healthy
    with ground.provided(tmp_path) as running:
        there = server.settings(migrated, **running.settings())
        assert failing(there)["base map"].startswith("localhost: no connection"), "nobody vouches for its certificate"
        monkeypatch.setenv("SSL_CERT_FILE", str(running.certificate))
        assert examined(there)[1]["base map"].startswith("ok   localhost answers")
    assert "the map goes on without it" in failing(there)["base map"]


class Provider(BaseHTTPRequestHandler):
    """Answers everything with one status and body, or nothing at all where there is no body."""

    answer: tuple[int, str | None] = 200, "{}"

    def do_GET(self) -> None:  # the name that http.server wants
        status, body = self.answer
        if body is None:
            self.server.released.wait(20)  # type: ignore[attr-defined]
            return
        self.send_response(status)
        self.send_header("Location", "https://elsewhere.example/")
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # as there
        """Say nothing."""


@contextmanager
def provider(status: int, body: str | None) -> Iterator[str]:
    """Serve a provider's description; ``ISSUER`` in it is the provider's own address, which is given."""

    class Answering(Provider):
        """The answers of this provider alone."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    server.released = threading.Event()  # type: ignore[attr-defined]
    issuer = f"http://127.0.0.1:{server.server_port}/oidc"
    Answering.answer = status, body and body.replace("ISSUER", issuer)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield issuer
    finally:
        server.released.set()  # type: ignore[attr-defined]
        server.shutdown()
        thread.join()
        server.server_close()


DESCRIPTIONS: Final = {
    "as it should": (200, '{"issuer": "ISSUER"}', None),
    "another issuer": (200, '{"issuer": "ISSUER/"}', "it names itself 'http://127.0.0.1"),
    "no issuer": (200, "{}", "does not describe it: KeyError"),
    "a list": (200, "[]", "does not describe it: TypeError"),
    "no JSON": (200, "<html>", "does not describe it: JSONDecodeError"),
    "an error": (500, '{"issuer": "ISSUER"}', "does not describe it: HTTPStatusError"),
    "a redirect": (302, '{"issuer": "ISSUER"}', "does not describe it: HTTPStatusError"),
    "nothing": (200, None, "does not describe it: "),
}


@pytest.mark.parametrize("case", DESCRIPTIONS)
def test_openid_provider_is_asked_who_it_is(
    healthy: Settings, server: Server, migrated: str, monkeypatch: pytest.MonkeyPatch, case: str
) -> None:
    del healthy
    monkeypatch.setattr(diagnosis, "PROVIDER_WAIT_S", 1 if case == "nothing" else 5)
    status, body, wrong = DESCRIPTIONS[case]
    with provider(status, body) as issuer:
        settings = server.settings(
            migrated, upstream_issuer=issuer, upstream_client_id="registry", upstream_client_secret="a secret of it"
        )  # fmt: skip
        if wrong is None:
            assert examined(settings)[1]["OpenID provider"] == f"ok   {issuer}"
        else:
            assert wrong in failing(settings)["OpenID provider"]


def test_openid_provider_that_is_not_there_is_found(healthy: Settings, server: Server, migrated: str) -> None:
    del healthy
    with provider(200, "{}") as issuer:
        pass
    settings = server.settings(
        migrated, upstream_issuer=issuer, upstream_client_id="registry", upstream_client_secret="a secret of it"
    )  # fmt: skip
    assert "does not describe it: ConnectError" in failing(settings)["OpenID provider"]


@pytest.mark.parametrize(
    ("key", "what"),
    [
        (None, "REGISTRY_MASTER_KEY is not set; the set-up writes one into .local/env"),
        ("no base64!", "REGISTRY_MASTER_KEY is not base64"),
        ("c2hvcnQ=", "the master key must be 32 bytes, not 5"),
    ],
)
def test_master_key_that_is_absent_or_malformed_is_named(
    healthy: Settings, server: Server, migrated: str, key: str | None, what: str
) -> None:
    del healthy
    remedy = "set REGISTRY_MASTER_KEY to 32 random bytes in base64, and keep it: without it no signing key opens again"
    assert failing(server.settings(migrated, master_key=key)) == {"master key": f"{what}{ARROW}{remedy}"}


@pytest.mark.parametrize("login", ["owner", "web", "worker"])
def test_wrong_password_is_named_with_the_login_and_the_remedy(
    healthy: Settings, server: Server, migrated: str, login: str
) -> None:
    del healthy
    wrong = server.url(migrated, f"registry_{login}").replace("for-tests-only", "wrong")
    said = failing(server.settings(migrated, **{f"{login}_database_url": wrong}))
    assert list(said) == [f"login registry_{login}"]
    what, remedy = said[f"login registry_{login}"].split(ARROW)
    assert f'password authentication failed for user "registry_{login}"' in what
    assert remedy == (
        f"start PostgreSQL ('make run', or the server of REGISTRY_{login.upper()}_DATABASE_URL); a wrong password:"
        " 'registry database prepare' sets it"
    )


def test_server_that_is_not_there_is_named(server: Server, migrated: str) -> None:
    nowhere = "postgresql://registry_web:x@127.0.0.1:1/registry"
    said = failing(server.settings(migrated, web_database_url=nowhere))
    assert "refused" in said["login registry_web"]
    assert "start PostgreSQL" in said["login registry_web"]


def test_address_that_is_not_set_is_named(healthy: Settings, server: Server, migrated: str) -> None:
    del healthy
    assert failing(server.settings(migrated, worker_database_url=None)) == {
        "login registry_worker": f"REGISTRY_WORKER_DATABASE_URL is not set{ARROW}'make run' writes it into .local/env"
    }


def test_login_that_row_level_security_does_not_hold_is_named(healthy: Settings, server: Server, migrated: str) -> None:
    del healthy
    for url, who in (
        (server.url(migrated), "registry_admin, a superuser"),
        (server.url(migrated, "registry_worker"), "registry_worker"),
    ):
        remedy = "use the login registry_web: another one is not held back by row-level security"
        assert failing(server.settings(migrated, web_database_url=url)) == {
            "login registry_web": f"REGISTRY_WEB_DATABASE_URL logs in as {who}{ARROW}{remedy}"
        }


def test_login_that_may_become_what_no_policy_holds_is_named(
    healthy: Settings, server: Server, migrated: str, unheld: Unheld
) -> None:
    del healthy
    for how, what in ((BYPASSING, "which bypasses row-level security"), (INHERITED, INHERITED_SAID)):
        login = unheld(how)
        remedy = "use the login registry_web: another one is not held back by row-level security"
        assert failing(server.settings(migrated, web_database_url=server.url(migrated, login))) == {
            "login registry_web": f"REGISTRY_WEB_DATABASE_URL logs in as {login}, {what.format(login)}{ARROW}{remedy}"
        }


def test_open_statistics_are_named(healthy: Settings, server: Server, migrated: str) -> None:
    with server.connect(migrated) as admin:
        admin.execute("GRANT EXECUTE ON FUNCTION public._postgis_stats(regclass, text, text) TO PUBLIC")
    assert failing(healthy) == {
        "statistics": f"_postgis_stats callable by the service's roles{ARROW}a superuser's 'registry database prepare'"
        " closes them: they count rows that row-level security hides"
    }


def test_missing_extension_is_named(healthy: Settings, server: Server, migrated: str) -> None:
    with server.connect(migrated) as admin:
        admin.execute("DROP EXTENSION pg_trgm CASCADE")
    said = failing(healthy)
    assert list(said) == ["extensions"]
    assert said["extensions"].endswith(f", pg_trgm absent{ARROW}'registry database prepare' creates them")


def test_open_set_config_is_named(healthy: Settings, server: Server, migrated: str) -> None:
    with server.connect(migrated) as admin:
        admin.execute("GRANT EXECUTE ON FUNCTION pg_catalog.set_config(text, text, boolean) TO PUBLIC")
    remedy = "a superuser's 'registry database prepare' closes it: injected SQL could bind another organisation"
    assert failing(healthy) == {"set_config": f"callable by the service's roles{ARROW}{remedy}"}


def test_old_schema_is_named(healthy: Settings, server: Server, migrated: str) -> None:
    command.downgrade(server.alembic(migrated), "-1")
    with server.connect(migrated) as admin:
        row = admin.execute("SELECT version_num FROM registry.alembic_version").fetchone()
    assert row is not None
    remedy = "run 'registry database migrate'"
    assert failing(healthy) == {"schema": f"{row[0]}, needed {HEAD}{ARROW}{remedy}"}


def test_schema_of_a_newer_version_is_named(healthy: Settings, server: Server, migrated: str) -> None:
    with server.connect(migrated) as admin:
        admin.execute("UPDATE registry.alembic_version SET version_num = '29990101_0000'")
    remedy = "a newer version of the service migrated it, start that one"
    assert failing(healthy) == {"schema": f"29990101_0000, needed {HEAD}{ARROW}{remedy}"}


def test_database_that_nobody_migrated_is_named(server: Server, prepared: str) -> None:
    remedy = "run 'registry database migrate'"
    assert failing(server.settings(prepared)) == {"schema": f"none, needed {HEAD}{ARROW}{remedy}"}


def test_unmigrated_database_without_a_web_login_is_not_asked_for_its_worker(server: Server, prepared: str) -> None:
    assert list(failing(server.settings(prepared, web_database_url=None))) == ["login registry_web"]


def test_worker_that_never_ran_is_named(server: Server, migrated: str) -> None:
    remedy = "'registry worker' starts one: zones and audit need it"
    assert failing(server.settings(migrated)) == {"worker": f"none has ever run{ARROW}{remedy}"}


def test_worker_that_fell_silent_is_named(server: Server, migrated: str) -> None:
    hear_of_a_worker(server, migrated, 3600)
    said = failing(server.settings(migrated))
    assert re.fullmatch(rf"last heard of 36\d\d s ago{ARROW}'registry worker' starts one", said["worker"])
