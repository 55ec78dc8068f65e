"""What an operator types."""

import json
import uuid
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from joserfc.jwk import ECKey
from typer.testing import Result

from registry.platform.settings import Settings
from tests.integration.identity.test_organisations import random_siren
from tests.support.commands import invoke
from tests.support.database import Server

Run = Callable[..., Result]


@pytest.fixture
def run(settings: Settings) -> Run:
    return partial(invoke, settings)


def read(result: Result) -> Any:
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


@pytest.fixture
def organisation(run: Run) -> str:
    made = read(run("organisation", "create", "Bailleur des commandes", "--kind", "landlord", "--json"))
    assert (made["status"], made["siren"]) == ("active", None)
    return str(made["id"])


def test_organisation_is_suspended_and_reinstated(run: Run, organisation: str) -> None:
    for command, status in (("suspend", "suspended"), ("reinstate", "active")):
        assert run("organisation", command, organisation).stdout == f"{organisation} is {status}\n"
        listed = {row["id"]: row for row in read(run("organisation", "list", "--json"))}
        assert listed[organisation]["status"] == status


def test_organisation_gets_the_siren_that_its_people_are_found_by(run: Run, organisation: str) -> None:
    siren = random_siren()
    assert read(run("organisation", "set-siren", organisation, siren, "--json"))["siren"] == siren
    listed = {row["id"]: row for row in read(run("organisation", "list", "--json"))}
    assert listed[organisation]["siren"] == siren


def test_client_changes_its_secret_and_ends(run: Run, organisation: str) -> None:
    made = read(
        run("client", "create", organisation, "--name", "ERP", "--scope", "stock:read",
            "--scope", "listings:read", "--json")
    )  # fmt: skip
    assert made["client_secret"].startswith("areg_")
    added = read(run("client", "add-secret", made["client_id"], "--expires", "2099-01-01", "--json"))
    third = run("client", "add-secret", made["client_id"])
    assert third.exit_code == 1
    assert "two active secrets already" in third.stderr
    assert run("client", "revoke", made["client_id"], "--secret", added["secret_id"]).exit_code == 0
    [listed] = read(run("client", "list", "--organisation", organisation, "--json"))
    assert listed["scopes"] == "listings:read stock:read"
    assert [secret["expires_at"] for secret in listed["secrets"]] == [None]
    assert made["client_secret"] not in run("client", "list", "--organisation", organisation).stdout
    assert run("client", "revoke", made["client_id"]).stdout == f"{made['client_id']} is revoked\n"


def test_client_by_key_is_created_from_a_file(run: Run, organisation: str, tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    key = ECKey.generate_key("P-256", {"kid": "1"})
    path.write_text(json.dumps({"keys": [key.as_dict(private=False)]}))
    arguments = (
        "client",
        "create",
        organisation,
        "--name",
        "ERP",
        "--scope",
        "stock:read",
        "--jwks",
        str(path),
    )
    assert read(run(*arguments, "--json"))["client_secret"] is None
    path.write_text("[1]")
    refused = run(*arguments)
    assert refused.exit_code == 1
    assert "not a JSON object" in refused.stderr


def test_keys_of_a_client_are_added_and_retired_by_the_operator(run: Run, organisation: str, tmp_path: Path) -> None:
    paths = []
    for kid in ("2026", "2027"):
        path = tmp_path / f"{kid}.json"
        path.write_text(json.dumps({"keys": [ECKey.generate_key("P-256", {"kid": kid}).as_dict(private=False)]}))
        paths.append(str(path))
    named = ("--name", "ERP", "--scope", "stock:read")
    client = read(run("client", "create", organisation, *named, "--jwks", paths[0], "--json"))["client_id"]
    assert run("client", "add-key", client, paths[1]).stdout == f"{client} has the keys 2027\n"
    assert run("client", "retire-key", client, "2026").stdout == f"key 2026 of {client} is retired\n"
    last = run("client", "retire-key", client, "2027")
    assert (last.exit_code, "only key" in last.stderr) == (1, True)
    (tmp_path / "none.json").write_text('{"keys": []}')
    assert "has no keys" in run("client", "add-key", client, str(tmp_path / "none.json")).stderr


def test_client_is_changed_in_what_is_named_and_stays_as_it_is_otherwise(run: Run, organisation: str) -> None:
    made = read(run("client", "create", organisation, "--name", "ERP", "--scope", "stock:read", "--json"))
    done = run("client", "change", made["client_id"], "--name", "ERP 2027")
    assert done.stdout == f"{made['client_id']} is changed\n"
    [listed] = read(run("client", "list", "--organisation", organisation, "--json"))
    assert (listed["name"], listed["scopes"]) == ("ERP 2027", "stock:read")
    run("client", "change", made["client_id"], "--scope", "listings:read", "--redirect-uri", "https://app.example/cb")
    [listed] = read(run("client", "list", "--organisation", organisation, "--json"))
    assert (listed["name"], listed["scopes"]) == ("ERP 2027", "listings:read")
    assert listed["grants"] == "client_credentials authorization_code refresh_token"
    refused = run("client", "change", made["client_id"], "--jwks-uri", "https://keys.example/")
    assert refused.exit_code == 1


def test_client_is_registered_and_changed_with_all_that_the_api_takes(
    server: Server, database_name: str, organisation: str
) -> None:
    run = partial(invoke, server.settings(database_name, jwks_hosts=("keys.example",)))
    named = ("client", "create", organisation, "--name", "ERP", "--scope", "stock:read", "--json")
    refused = run(*named, "--jwks-uri", "https://elsewhere.example/jwks")
    assert (refused.exit_code, "The address is not accepted" in refused.stderr) == (1, True)
    by_key = read(run(*named, "--jwks-uri", "https://keys.example/jwks"))
    by_secret = read(run(*named, "--secret-expires", "2099-01-01"))
    assert (by_key["client_secret"], by_secret["client_secret"][:5]) == (None, "areg_")

    def listed() -> dict[str, dict[str, Any]]:
        return {row["client_id"]: row for row in read(run("client", "list", "--organisation", organisation, "--json"))}

    first = listed()[by_key["client_id"]]
    assert (first["jwks_uri"], first["dpop_bound"], first["token_endpoint_audience"]) == (
        "https://keys.example/jwks", False, True,
    )  # fmt: skip
    assert [row["expires_at"] for row in listed()[by_secret["client_id"]]["secrets"]] == ["2099-01-01T00:00:00+00:00"]
    assert run("client", "change", by_key["client_id"], "--dpop", "--issuer-audience").exit_code == 0
    changed = listed()[by_key["client_id"]]
    assert (changed["dpop_bound"], changed["token_endpoint_audience"], changed["name"]) == (True, False, "ERP")
    assert run("client", "change", by_key["client_id"], "--no-dpop", "--token-endpoint-audience").exit_code == 0
    assert listed()[by_key["client_id"]] == first


def test_everything_of_an_organisation_is_stopped_by_the_operator(run: Run, organisation: str) -> None:
    assert run("organisation", "revoke-all", organisation).stdout == (
        f"{organisation}: 0 access tokens and 0 permissions stopped\n"
    )
    assert "unbroken" in run("audit", "verify", organisation).stdout
    nobody = run("organisation", "revoke-all", str(uuid.uuid4()))
    assert (nobody.exit_code, "Unknown organisation" in nobody.stderr) == (1, True)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("organisation", "create", "A", "--kind", "bank"), "kind: 'bank'"),
        (("organisation", "create", "A", "--kind", "landlord", "--siren", "123456789"), "nine digits"),
        (("organisation", "suspend", str(uuid.uuid4())), "Unknown organisation"),
        (("organisation", "set-siren", str(uuid.uuid4()), "732829320"), "Unknown organisation"),
        (("client", "revoke", "client-nobody"), "Unknown OAuth client"),
        (("client", "change", "client-nobody", "--name", "x"), "Unknown OAuth client"),
        (("client", "retire-key", "client-nobody", "1"), "Unknown OAuth client"),
        (("user", "give-role", str(uuid.uuid4()), str(uuid.uuid4()), "landlord_admin"), "no such role"),
        (
            ("client", "create", str(uuid.uuid4()), "--name", "x", "--scope", "stock:read"),
            "Unknown organisation",
        ),
    ],
)
def test_command_that_cannot_be_done_says_why(run: Run, arguments: tuple[str, ...], said: str) -> None:
    result = run(*arguments)
    assert result.exit_code == 1
    assert said in result.stderr
    assert "Traceback" not in result.output
