"""The documents' own lines, run as they stand against a real process with the demonstration's data."""

import asyncio
import json
import os
import re
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest

from deploy.local import demo
from deploy.local.cluster import free_port
from registry.sync.mapping import parse_mapping
from tests.support.commands import environment
from tests.support.database import Server, fresh_name
from tests.support.documents import document
from tests.support.tree import ROOT

READY_S: Final = 60
NEEDED: Final = ("curl", "python3", "sed")
"""What a reader of the README must have besides a shell; the guide needs what every system has, too."""


@dataclass(frozen=True)
class Place:
    """Where a reader stands: a directory with ``.local/demo.sh``, beside a service that runs."""

    directory: Path
    base_url: str
    variables: dict[str, str]
    """What the processes of the service get."""

    def bash(self, script: str, *, programs: Sequence[str] | None = None) -> str:
        """Run ``script``, with ``programs`` alone where they are given; return what it prints."""
        path = os.environ["PATH"] if programs is None else str(self._bin(programs))
        shell = shutil.which("bash")
        assert shell
        return self._run([shell, "-euo", "pipefail", "-c", script], {"PATH": path})

    def python(self, script: str, **variables: str) -> str:
        return self._run([sys.executable, "-c", script], {**self._credentials(), **variables})

    def registry(self, *arguments: str) -> str:
        return self._run([sys.executable, "-m", "registry.cli", *arguments], self.variables)

    def _run(self, command: list[str], variables: dict[str, str]) -> str:
        done = subprocess.run(
            command, cwd=self.directory, env={"LC_ALL": "C.UTF-8", "PYTHONPATH": str(ROOT), **variables},
            capture_output=True, text=True, check=False, timeout=120,
        )  # fmt: skip
        assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
        return done.stdout

    def _bin(self, programs: Sequence[str]) -> Path:
        """Return a directory with these programs and no other."""
        found = self.directory / "bin"
        found.mkdir(exist_ok=True)
        for name in programs:
            target = sys.executable if name == "python3" else shutil.which(name)
            assert target, f"{name} is not installed"
            if not (found / name).exists():
                (found / name).write_text(f'#!/bin/sh\nexec {target} "$@"\n')
                (found / name).chmod(0o755)
        return found

    def _credentials(self) -> dict[str, str]:
        client_id, secret = self.shell_variables()["LANDLORD_A"].split(":")
        return {"BASE": self.base_url, "CLIENT_ID": client_id, "CLIENT_SECRET": secret}

    def shell_variables(self) -> dict[str, str]:
        lines = (self.directory / ".local" / "demo.sh").read_text().splitlines()
        return {name: value.strip("'") for name, _, value in (line.partition("=") for line in lines)}


@pytest.fixture(scope="module")
def place(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """Seed a database of its own with the demonstration, and serve it by ``registry web``."""
    name, port = fresh_name(), free_port()
    server.clone(name)
    base_url = f"http://127.0.0.1:{port}"
    given = environment(server.settings(name, base_url=base_url))
    variables = {variable: value for variable, value in given.items() if value is not None}
    directory = tmp_path_factory.mktemp("reader")
    _seed(directory / ".local", base_url, variables)
    log = directory / "web.log"
    with log.open("wb") as written:
        web = subprocess.Popen(
            [sys.executable, "-m", "registry.cli", "web", "--port", str(port)], cwd=directory,
            env={"PYTHONPATH": str(ROOT), **variables}, stdin=subprocess.DEVNULL, stdout=written, stderr=written,
        )  # fmt: skip
    try:
        _wait_until_ready(base_url, web, log)
        yield Place(directory, base_url, variables)
    finally:
        web.terminate()
        web.wait(30)
        server.drop(name)


def _seed(local: Path, base_url: str, variables: dict[str, str]) -> None:
    local.mkdir()
    with pytest.MonkeyPatch.context() as patched:
        for variable, value in variables.items():
            patched.setenv(variable, value)
        patched.setattr(demo, "DEMO", local / "demo.json")
        patched.setattr(demo, "DEMO_SHELL", local / "demo.sh")
        asyncio.run(demo.seed(base_url))


def _wait_until_ready(base_url: str, web: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + READY_S
    while time.monotonic() < until:
        assert web.poll() is None, log.read_text()
        try:
            with urllib.request.urlopen(f"{base_url}/readyz", timeout=2):
                return
        except urllib.error.URLError:
            time.sleep(0.1)
    pytest.fail(f"not ready after {READY_S} s:\n{log.read_text()}")


def printed_objects(output: str) -> list[dict[str, Any]]:
    """Return the JSON objects among what was printed, in order."""
    decoder, found, position = json.JSONDecoder(), [], 0
    while (position := output.find("{", position)) >= 0:
        value, position = decoder.raw_decode(output, position)
        found.append(value)
    return found


def test_readme_home_published_by_landlord_a_is_found_by_landlord_b_and_matched_with_a_case(place: Place) -> None:
    (script,) = document("README.md").blocks("bash")

    printed = place.bash(script, programs=NEEDED)
    published, found = printed_objects(printed)

    (listing,) = found["items"]
    assert listing["id"] == published["listing_id"]
    assert listing["landlord"]["name"] == demo.LANDLORDS[0]
    assert published["ref"].startswith("TILLEULS")
    assert "TILLEULS" not in json.dumps(found)
    assert re.search(
        r"^T2 in Bordeaux: possible fit, [0-9.]+ points of 100\n +[0-9.]+  Demands that are proven: 2 of 3\n",
        printed,
        re.MULTILINE,
    )


def test_readme_lines_run_again_give_the_same(place: Place) -> None:
    (script,) = document("README.md").blocks("bash")

    first, second = (printed_objects(place.bash(script)) for _ in range(2))

    assert first[1]["items"] == second[1]["items"]


def test_integration_guide_lines_answer_as_it_says(place: Place) -> None:
    guide = document("docs/integration.md")

    output = place.bash("\n".join(guide.blocks("bash")))

    (
        territories, residence, home, to_review, stated, stated_batch, facts, before, survey, surveyed, batch, promised,
        around, inside, problem, me, secret, client, audited, verified, first_event, sent, reached, assessed, simulated,
        signature,
    ) = printed_objects(output)  # fmt: skip
    assert (stated["residence_ref"], stated["facts"]["path_slope"]["value"]) == (residence["ref"], 4)
    assert (stated_batch["updated"], facts["facts"]["path_slope"]["value"]) == (1, 5)
    assert [(fact["code"], fact["value"]) for fact in before["items"]] == [("path_slope", 4)]
    assert survey["format"]["content"] == "residences"
    assert (surveyed["status"], surveyed["source"]) == ("received", "survey")
    assert (signature["charter_version"], signature["signed_by"]) == (1, "Jeanne Essai")
    assert to_review == {"items": [], "next": None}
    assert (sent["status"], sent["dry_run"], sent["mode"], sent["source"]) == ("received", True, "full", "erp")
    assert (reached["profile"], reached["first_metres"]) == ("wheelchair", None), "no network is loaded"
    assert assessed["residence_ref"] == simulated["residence_ref"] == "LILAS"
    assert simulated["after"]["low"] > simulated["before"]["low"]
    assert me["organisation"]["name"] == demo.LANDLORDS[0]
    assert "organisation:manage" in {scope["scope"] for scope in me["scopes"]}
    assert secret["client_secret"].startswith("areg_")
    assert [one["id"] for one in client["secrets"]][1:] == [secret["id"]]
    assert {event["action"].rpartition(":")[0] for event in audited["items"]} == {"stock:home"}
    assert (verified["intact"], verified["next"], first_event["sequence"]) == (True, None, 1)
    assert "\n204\n" in output, "the client is disabled"
    assert territories["items"][0]["adhesion"]["status"] == "in_force"
    assert residence["ref"] == home["residence_ref"]
    assert (batch["created"], batch["rejected"]) == (2, 1)
    (convention,) = promised["conventions"]
    assert (convention["own_transfers"], convention["others_transfers"]) == (True, None)
    assert demo.LANDLORDS[0] in {listing["landlord"]["name"] for listing in around["items"]}
    assert around["count"] >= len(around["items"]) > 0
    assert {feature["geometry"]["type"] for feature in inside["features"]} == {"Point"}
    examples = [json.loads(block) for block in guide.blocks("json")]
    (example,) = [each for each in examples if "errors" in each]
    (mapping,) = [each for each in examples if "columns" in each]
    assert len(parse_mapping(mapping).columns) == len(mapping["columns"])
    assert problem.keys() == example.keys()
    assert {name: problem[name] for name in ("type", "status", "code", "instance")} == {
        name: example[name] for name in ("type", "status", "code", "instance")
    }
    assert [fault["field"] for fault in problem["errors"]] == [fault["field"] for fault in example["errors"]]


def test_integration_guide_python_runs_with_secret_and_with_key(place: Place) -> None:
    by_secret, make_key, by_key, all_pages = document("docs/integration.md").blocks("python")

    assert "€" in place.python(by_secret)
    place.python(make_key)
    owner = next(row["id"] for row in _demo(place)["organisations"] if row["name"] == demo.LANDLORDS[0])
    made = place.registry(
        "client",
        "create",
        owner,
        "--name",
        "by key",
        "--scope",
        "territories:read",
        "--jwks",
        "public.jwks.json",
        "--json",
    )
    assert demo.NAME in place.python(by_key, KEY_CLIENT_ID=json.loads(made)["client_id"])
    assert int(place.python(all_pages).split()[0]) > 0


def _demo(place: Place) -> dict[str, Any]:
    described: dict[str, Any] = json.loads((place.directory / ".local" / "demo.json").read_text())
    return described
