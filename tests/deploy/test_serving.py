"""What `make run` serves, says and writes down: the contract of the set-up."""

import base64
import json
import re
import shutil
import urllib.request
from collections.abc import Iterator
from urllib.parse import urljoin

import httpx
import pytest

from tests.deploy.checkout import Checkout, Run, answered
from tests.support.documents import document

CONTRACT = {
    "base_url": str, "issuer": str, "territory": {"id": str, "name": str}, "organisations": list, "console": dict,
    "people": list,
}  # fmt: skip
PERSON = {"organisation_id", "organisation", "name", "role", "email", "password", "totp_secret"}
ORGANISATION = {"id", "name", "kind", "client_id", "client_secret", "scopes"}


def listings_seen_by(run: Run, organisation: dict[str, str]) -> list[dict[str, object]]:
    """Return all listings that an organisation finds, page after page."""
    basic = base64.b64encode(f"{organisation['client_id']}:{organisation['client_secret']}".encode()).decode()
    asked = urllib.request.Request(
        f"{run.url}/oauth/token", data=b"grant_type=client_credentials", headers={"Authorization": f"Basic {basic}"}
    )
    with urllib.request.urlopen(asked, timeout=10) as answer:
        token = json.load(answer)["access_token"]
    found: list[dict[str, object]] = []
    url: str | None = f"{run.url}/v1/listings?territory=bordeaux-metropole-demo&limit=50"
    for _ in range(100):
        if url is None:
            return found
        page = answered(url, Authorization=f"Bearer {token}")
        found += page["items"]
        url = urljoin(run.url, page["next"]) if page["next"] else None
    raise AssertionError("the pages do not end")


@pytest.fixture(scope="module")
def running(shared_checkout: Checkout) -> Iterator[Run]:
    shared_checkout.assert_nothing_runs()
    yield shared_checkout.make("run").until_it_serves()
    shared_checkout.kill_everything()


def test_demo_file_and_what_it_opens_are_as_the_contract_says(running: Run, shared_checkout: Checkout) -> None:
    demo = shared_checkout.demo()

    assert demo.keys() == CONTRACT.keys()
    assert demo["base_url"] == demo["issuer"] == running.url
    assert demo["territory"] == {"id": "bordeaux-metropole-demo", "name": "Bordeaux Métropole (démonstration)"}
    assert demo["console"].keys() == {"url", "email", "password", "totp_secret"}
    assert demo["console"]["url"] == f"{running.url}/console"
    assert all(row.keys() == ORGANISATION for row in demo["organisations"])
    assert [row["kind"] for row in demo["organisations"]] == ["coordinator", "landlord", "landlord", "landlord"]
    assert all("stock:write" in row["scopes"].split(" ") for row in demo["organisations"] if row["kind"] == "landlord")
    assert (shared_checkout.local / "demo.json").stat().st_mode & 0o077 == 0

    landlords = [row for row in demo["organisations"] if row["kind"] == "landlord"]
    found = listings_seen_by(running, landlords[0])
    shown = {row["location"]["precision"] for row in found}  # type: ignore[index]
    assert shown == {"cell", "commune"}, "a dense centre and communes with few registered homes"
    for landlord in landlords:
        own = [row for row in found if row["landlord"]["id"] == landlord["id"]]  # type: ignore[index]
        assert len(own) >= 50, landlord["name"]
        assert "fictif" in landlord["name"]
    assert len(listings_seen_by(running, demo["organisations"][0])) == len(found), "the coordinator sees the same"


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed: run 'make setup' as root")
def test_lines_that_run_prints_work_as_they_are_pasted(running: Run, shared_checkout: Checkout) -> None:
    running.until("limit=3")
    pasted = "".join(line for line in running.lines if line.startswith("  "))

    done = shared_checkout.shell(pasted)

    assert done.returncode == 0, done.stderr
    assert done.stdout.count('"landlord"') == 3, done.stdout
    assert "(fictif)" in done.stdout


def test_person_whom_the_command_of_the_readme_names_signs_in_at_the_console(
    running: Run, shared_checkout: Checkout
) -> None:
    (line,) = [line for block in document("README.md").blocks("sh") for line in block.splitlines() if "people" in line]

    printed = shared_checkout.shell(line.replace("make ", "make PYTHON=.venv/bin/python "))

    assert printed.returncode == 0, printed.stderr
    console, *_ = printed.stdout.split()
    assert console == f"{running.url}/console"
    people = re.findall(
        r"^(.+), (\w+) of (.+)\n  address   (\S+)\n  password  (\S+)\n  code      (\d{6})$",
        printed.stdout,
        re.MULTILINE,
    )
    described = shared_checkout.demo()
    assert [(name, role, email) for name, role, _, email, _, _ in people] == [
        (row["name"], row["role"], row["email"]) for row in described["people"]
    ]
    assert all(row.keys() == PERSON for row in described["people"])
    assert [row["organisation_id"] for row in described["people"]] == [row["id"] for row in described["organisations"]]
    assert all(email.endswith(".example") for _, _, _, email, _, _ in people)
    assert described["console"]["email"] == described["people"][1]["email"]
    for name, _, organisation, email, password, code in people:
        shown = page_of(console, email, password, code)
        assert f"Signed in: {name}" in shown
        assert organisation in shown


def page_of(console: str, email: str, password: str, code: str) -> str:
    """Sign in as somebody with a browser does, and return the console's first page."""
    with httpx.Client(headers={"Accept-Language": "en"}, follow_redirects=True) as browser:
        asked = browser.get(console)
        for form in ({"email": email, "password": password}, {"code": code}):
            hidden = dict(re.findall(r'name="(form_token|next)" value="([^"]*)"', asked.text))
            asked = browser.post(asked.url, data={**hidden, **form})
            assert asked.status_code == 200, asked.text
        assert asked.url.path == "/console", asked.text
        return asked.text


def test_second_run_is_refused_and_harms_nothing(running: Run, shared_checkout: Checkout) -> None:
    second = shared_checkout.make("run")

    assert second.ended() != 0
    assert "it runs already (process" in second.said
    assert "'make stop'" in second.said
    assert answered(f"{running.url}/readyz") == {"status": "ready"}


def test_run_says_where_it_is_and_little_else(running: Run) -> None:
    running.until("limit=3")

    assert len(running.lines) <= 12, running.said
    assert re.search(r"^started in \d+ s$", running.said, re.MULTILINE), "what the decision on the set-up promises"
    assert "demonstration data (nobody in it exists)" in running.said
    assert f"The console for people: {running.url}/console" in running.said


def test_doctor_of_a_running_service_finds_every_part_good(running: Run, shared_checkout: Checkout) -> None:
    done = shared_checkout.module("registry.cli", "doctor")

    assert done.returncode == 0, done.stdout
    assert all(line.startswith("ok  ") for line in done.stdout.splitlines()), done.stdout
