"""The API against its own document: every operation, every check of schemathesis, every phase.

A run covers examples, boundary values, random requests right and wrong, and sequences along the links of the
document, as two landlords who must not see each other's stock. One run asks about half of the operations, so that two
processes can share the work: no link leads from one half to the other. Sizes: 50 requests an operation in each phase
by default, from a fixed seed; REGISTRY_TEST_SCALE=full runs 500 from a new one.
"""

import base64
import json
import os
import secrets
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final
from xml.etree import ElementTree as ET

import httpx
import pytest
import pytest_asyncio
import yaml
from joserfc.jwk import ECKey

from deploy.openapi import COMMITTED
from registry.platform.database import Database
from registry.platform.settings import Settings
from registry.stock.service.geocode import geocode_waiting
from tests.conftest import Register
from tests.contract.requests import OPERATIONS
from tests.support import members
from tests.support import territory as territories
from tests.support.geocoder import Scripted, doubtful
from tests.support.members import Member
from tests.support.people import join
from tests.support.served import Served
from tests.support.stock import home, residence
from tests.support.territory import Territory
from tests.support.transfers import case, open_case
from tests.support.tree import ROOT

FULL: Final = os.environ.get("REGISTRY_TEST_SCALE") == "full"
LEAST: Final = 50
"""Requests that every operation with parameters has got in the end; an operation may have few different ones."""
EXAMPLES: Final = 500 if FULL else LEAST
SEED: Final = secrets.randbelow(2**32) if FULL else 2026
TIMEOUT_S: Final = 7200 if FULL else 1200

LEAST_WITHOUT_PARAMETERS: Final = 3
"""Of an operation that takes nothing there is hardly more than one request: with a token, and what makes it wrong."""
LED: Final = frozenset(
    {
        "withdraw_adhesion",
        "remove_member",
        "cancel_invitation",
        "disable_client",
        "retire_client_secret",
        "delete_source",
    }
)
"""Operations whose requests are led to the few objects that may be taken away: they have few different requests."""
NEVER_RIGHT: Final = frozenset(
    {
        "revoke_all_tokens", "read_census", "read_demand", "read_accessible_housing",
        "read_transfers_report", "try_mapping", "read_report",
        "confirm_import", "retry_import",
        "read_charter_draft", "put_charter_draft", "delete_charter_draft", "propose_charter", "enact_charter",
        "preview_charter_draft", "read_charter_preview",
        "withdraw_adhesion", "list_adhesions", "admit_adhesion", "refuse_adhesion", "read_standing",
        "create_territory", "read_territory_definition", "put_territory_definition", "preview_territory_change",
        "list_landlord_invitations", "invite_landlord", "send_landlord_invitation", "revoke_landlord_invitation",
        "read_offboarding", "cancel_offboarding", "list_territory_proposals", "list_territory_cases",
        "read_vacated_home", "put_vacated_home_outcome", "read_vacated_home_sheet", "read_tenant_sheet",
        "read_committee_sheet", "erase_transfer_case",
    }
)  # fmt: skip
"""The fuzzer never names the owner: all its tokens would end. The census, the making of territories, the invitation of
landlords and the preparation of a charter are a coordinator's; it asks as landlords, leaves no territory, and no
report is published where it asks. Its bytes are no file that a mapping reads, and no worker measures a standing or
runs what comes in, or counts a month: nothing to report, to confirm or to retry. No home falls vacant and none is
proposed: there is no sheet. It erases no case: the others read what there is.
"""
PARTS: Final = {
    "homes": frozenset({"stock", "listings", "assessment", "services", "vocabulary"}),
    "transfers": frozenset({"transfers"}),
}
"""The tags of the parts in which the document is asked; what is left over is a part of its own, "members"."""
CHAIN: Final = {
    ("put_residence", "2"), ("put_home", "2"), ("read_home", "2"), ("delete_home", "2"), ("read_home", "4"),
    ("read_listing", "2"),
}  # fmt: skip
"""What the stateful phase reaches along the links: written, read, found, deleted, gone."""

CHAINS: Final = (("put_residence", "put_home", "read_home", "delete_home"), ("search_listings", "read_listing"))
"""What has sequences of its own besides: among all the operations a chain of these would be luck."""

# [operations] that differ from the rule, each with its reason.
CONFIGURATION: Final = """
hooks = "tests.contract.fuzz_hooks"
continue-on-failure = true
suppress-health-check = ["too_slow"]
request-timeout = 60
headers = {{ Accept-Language = "fr" }}

[auth.wfc]
path = "{users}"
user = "owner"
peers = ["owner", "stranger"]
refresh_interval = 120

[generation]
max-examples = {examples}
database = "none"

[phases.stateful]
max-steps = 10
generation.max-examples = {sequences}

[reports.junit]
path = "{report}"

# A request without credentials is refused with the errors of RFC 6749, which are not problems; 400, 401 and,
# in the end, 429 are its right answers to any credentials that schemathesis can make up.
[[operations]]
include-path = "/oauth/token"
checks.positive_data_acceptance.expected-statuses = ["200", "400", "401", "429"]

[[operations]]
include-path-regex = "^/oauth/(revoke|introspect)$"
checks.positive_data_acceptance.expected-statuses = ["200", "400", "401", "429"]
"""


Fuzz = Callable[..., Counter[tuple[str, ...]]]


def login(member: Member) -> dict[str, Any]:
    """Return how schemathesis gets the member's tokens, again and again: they last ten minutes."""
    basic = base64.b64encode(f"{member.client_id}:{member.client_secret}".encode()).decode()
    return {
        "endpoint": "/oauth/token",
        "verb": "POST",
        "contentType": "application/x-www-form-urlencoded",
        "payloadRaw": "grant_type=client_credentials",
        "headers": [{"name": "Authorization", "value": f"Basic {basic}"}],
        "token": {
            "extractFrom": "body", "extractSelector": "/access_token", "sendIn": "header",
            "sendName": "Authorization", "sendTemplate": "Bearer {token}",
        },
    }  # fmt: skip


@pytest_asyncio.fixture
async def people(
    database: Database, job_database: Database, client: httpx.AsyncClient, register: Register
) -> tuple[Territory, Member, Member]:
    """A territory, a landlord who has signed there, and one who has signed elsewhere."""
    here = await territories.create(database, job_database, client)
    there = await territories.create(database, job_database, client)
    owner, stranger = await register(), await register()
    await territories.sign(database, here, [owner])
    await territories.sign(database, there, [stranger])
    await members.renew(owner, client)
    body = residence(here.communes[0], here.point(), buildings=[{"ref": "B1"}])
    answer = await client.put("/v1/residences/FUZZ", json=body, headers=owner.headers)
    assert answer.status_code == 201, answer.text
    doubted = {**body, "position": None, "buildings": []}
    assert (await client.put("/v1/residences/FUZZ-2", json=doubted, headers=owner.headers)).status_code == 201
    await geocode_waiting(job_database, Scripted(doubtful(here.lon, here.lat)))
    answer = await client.put("/v1/homes/FUZZ-1", json=home("FUZZ", building_ref="B1"), headers=owner.headers)
    assert answer.status_code == 201, answer.text
    return here, owner, stranger


def known(here: Territory) -> dict[str, Any]:
    lon, lat = here.lon, here.lat
    corners = [[lon - 0.02, lat - 0.02], [lon + 0.02, lat - 0.02], [lon, lat + 0.02], [lon - 0.02, lat - 0.02]]
    return {
        "commune": here.communes[0], "territory": here.slug, "residence": "FUZZ", "home": "FUZZ-1", "building": "B1",
        "doubted": "FUZZ-2",
        "position": here.point(), "near": f"{lon:.4f},{lat:.4f}", "area": {"type": "Polygon", "coordinates": [corners]},
        "bbox": f"{lon - 0.1:.4f},{lat - 0.1:.4f},{lon + 0.1:.4f},{lat + 0.1:.4f}",
    }  # fmt: skip


@pytest_asyncio.fixture
async def own_affairs(
    people: tuple[Territory, Member, Member], client: httpx.AsyncClient, database: Database, settings: Settings
) -> dict[str, Any]:
    """Clients and people of the owner that the requests are led to, and people who may be removed."""
    here, owner, _ = people
    keys = [ECKey.generate_key("P-256", {"kid": kid}).as_dict(private=False) for kid in ("first", "fuzz")]
    given: dict[str, Any] = {"name": "fuzz", "scopes": ["stock:read"]}
    made = [
        (await client.post("/v1/organisation/clients", json=body, headers=owner.headers)).json()["client"]["client_id"]
        for body in (given, {**given, "auth_method": "private_key_jwt", "keys": keys[:1]})
    ]
    stands = await client.post("/v1/residences/FUZZ/lift-outages", json={"building_ref": "B1"}, headers=owner.headers)
    hook = {"url": "https://hooks.example/fuzz", "events": ["import.failed"]}
    assert (await client.put("/v1/organisation/webhooks/erp", json=hook, headers=owner.headers)).status_code == 200
    signed = await client.get(f"/v1/territories/{here.slug}/charters/1", headers=owner.headers)
    joined = [str((await join(database, settings, owner.id, "landlord_reader")).id) for _ in range(4)]
    cases = [(await open_case(client, owner, case(kind="first_entry")))["ref"] for _ in range(2)]
    listing = (await client.get("/v1/homes/FUZZ-1", headers=owner.headers)).json()["listing_id"]
    proposals = await own_proposals(client, owner, listing)
    return {
        "listing": listing, **proposals, "owner": str(owner.id),
        "secret_client": made[0], "key_client": made[1], "key": keys[1],
        "member": joined[0], "members": joined[1:], "outage": stands.json()["id"],
        "text_sha256": signed.json()["text_sha256"], "case": cases[0], "closed_case": cases[1],
        "consent_until": case()["consent"]["until"],
    }  # fmt: skip


async def own_proposals(client: httpx.AsyncClient, owner: Member, listing: str) -> dict[str, str]:
    """Have the owner propose its home for cases of its own: one that led to a move, and one that was just made."""
    found = {}
    life = ("study", "hold", "disclose", "agree", "file", "grant", "lease", "move")
    for state, steps in (("moved", life), ("proposal", ())):
        given = {"case_ref": (await open_case(client, owner, case(kind="first_entry")))["ref"], "listing_id": listing}
        made = await client.post("/v1/proposals", json=given, headers=owner.headers)
        found[state] = made.json()["id"]
        for action in steps:
            answer = await client.post(
                f"/v1/proposals/{found[state]}/steps", json={"action": action}, headers=owner.headers
            )
            assert answer.status_code == 200, answer.text
    return found


@pytest.fixture
def fuzz(people: tuple[Territory, Member, Member], own_affairs: dict[str, Any], served: Served, tmp_path: Path) -> Fuzz:
    here, owner, stranger = people
    users, tally = tmp_path / "users.json", tmp_path / "tally"
    named = {"owner": owner, "stranger": stranger}
    users.write_text(
        json.dumps({"auth": [{"name": name, "loginEndpointAuth": login(one)} for name, one in named.items()]})
    )
    environment = {
        **os.environ, "PYTHONPATH": str(ROOT),
        "REGISTRY_FUZZ": json.dumps({**known(here), **own_affairs, "tally": str(tally)}),
    }  # fmt: skip

    def run(*narrowed: str, sequences: int) -> Counter[tuple[str, ...]]:
        """Run schemathesis on some operations; count what was asked: operation, phase, mode, status."""
        report, configuration = tmp_path / "report.xml", tmp_path / "schemathesis.toml"
        configuration.write_text(
            CONFIGURATION.format(users=users, report=report, examples=EXAMPLES, sequences=sequences)
        )
        tally.write_text("")
        done = subprocess.run(
            [
                str(Path(sys.executable).with_name("schemathesis")), "--config-file", str(configuration),
                "run", str(COMMITTED), "--url", served.url, "--seed", str(SEED), "--no-color", "--warnings", "off",
                *narrowed,
            ],
            cwd=tmp_path, capture_output=True, text=True, check=False, timeout=TIMEOUT_S, env=environment,
        )  # fmt: skip
        assert done.returncode == 0, f"seed {SEED}\n{done.stdout[-20_000:]}\n{done.stderr[-2_000:]}"
        tested = ET.parse(report).getroot()
        assert tested.attrib["failures"] == tested.attrib["errors"] == "0"
        return Counter(tuple(line.split()) for line in tally.read_text().splitlines())

    return run


@pytest.mark.takes_minutes(5)
@pytest.mark.parametrize("part", [*PARTS, "members"])
def test_service_keeps_to_its_document(fuzz: Fuzz, part: str) -> None:
    document = yaml.safe_load(COMMITTED.read_text())
    stated = {one["operationId"]: one for path in document["paths"].values() for one in path.values() if "tags" in one}
    tags, kept = PARTS.get(part, frozenset().union(*PARTS.values())), "include" if part in PARTS else "exclude"
    of_part = {name for name in OPERATIONS if tags.isdisjoint(stated[name]["tags"]) is (part not in PARTS)}
    counted = fuzz(*(f"--{kept}-tag={tag}" for tag in sorted(tags)), sequences=EXAMPLES)
    missed = []
    for operation in of_part:
        asked = {key: n for key, n in counted.items() if key[0] == operation}
        takes = "parameters" in stated[operation] and operation not in LED
        assert sum(asked.values()) >= (LEAST if takes else LEAST_WITHOUT_PARAMETERS), operation
        right = sum(n for (*_, mode, status), n in asked.items() if mode == "positive" and status[0] == "2")
        if not right and operation not in NEVER_RIGHT:
            missed.append(operation)
    assert not missed, "none came through to what is behind"


@pytest.mark.takes_minutes(2)
def test_links_of_the_document_lead_on(fuzz: Fuzz) -> None:
    counted: Counter[tuple[str, ...]] = Counter()
    for chain in CHAINS:
        named = [f"--include-operation-id={name}" for name in chain]
        counted += fuzz("--phases=stateful", *named, sequences=2 * EXAMPLES)
    along = {(name, status[0]) for name, phase, _, status in counted if phase == "stateful"}
    assert along >= CHAIN
