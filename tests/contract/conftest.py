"""The service inside this process for most tests, and as a process of its own for what only the wire shows."""

import json
import secrets
import time
import uuid
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest
import pytest_asyncio
from joserfc import jws
from joserfc.jwk import ECKey
from sqlalchemy import text

from registry.charter import service as charter
from registry.charter.schemas.invitations import INVITATION_EXAMPLE
from registry.identity.service.keys import signing_key
from registry.platform.crypto import keyring
from registry.platform.database import Database, Role
from registry.platform.settings import Settings
from registry.reports.service import KINDS
from registry.stock.service.geocode import geocode_waiting
from registry.sync.service.run import Runner
from registry.transfers.service.demand import count_months
from tests.conftest import Register
from tests.contract.requests import (
    CASE,
    CLOSED_CASE,
    DOUBTFUL,
    HOME,
    INVITED,
    INVITED_TOO,
    REPORTED,
    RESIDENCE,
    SHEET_CASE,
    SOURCE,
    SPARE,
    WEBHOOK,
    Good,
    Place,
    good_requests,
)
from tests.support import members
from tests.support import territory as territories
from tests.support.geocoder import Scripted, doubtful
from tests.support.measuring import measure
from tests.support.members import Member
from tests.support.months import after_this_month
from tests.support.people import join
from tests.support.reports import report
from tests.support.served import Served, serve

SMALL_BATCH = 2_000_000


async def expired(database: Database, settings: Settings, member: Member) -> dict[str, str]:
    """Return the member's headers as they are a minute after its token's end."""
    async with database.transaction(Role.AUTH, actor="tests") as session:
        key = await signing_key(session=session, keys=keyring(settings), rotate_after_days=90)
    now = int(time.time())
    claims = {
        "iss": settings.base_url, "aud": f"{settings.base_url}/v1", "sub": member.client_id, "org": str(member.id),
        "client_id": member.client_id, "scope": "stock:read stock:write listings:read territories:read",
        "iat": now - 660, "exp": now - 60, "jti": str(uuid.uuid4()),
    }  # fmt: skip
    token = jws.serialize_compact({"alg": "ES256", "typ": "at+jwt", "kid": key.kid}, json.dumps(claims), key)
    return {"Authorization": f"Bearer {token}"}


@pytest_asyncio.fixture(scope="session")
async def place(
    database: Database, job_database: Database, client: httpx.AsyncClient, settings: Settings, register: Register
) -> Place:
    territory = await territories.create(database, job_database, client)
    owner, other = await register(), await register()
    await territories.sign(database, territory, [owner, other])
    for member in (owner, other):
        await members.renew(member, client)
    made = Place(client, territory, owner, other, await expired(database, settings, owner))
    good = good_requests(made)
    for path in (f"/v1/residences/{RESIDENCE}", f"/v1/residences/{SPARE}"):
        answer = await client.put(path, json=made.residence, headers=owner.headers)
        assert answer.status_code == 201, answer.text
    addressed = {**made.residence, "position": None, "number": "12", "street": "rue des Acacias"}
    answer = await client.put(f"/v1/residences/{DOUBTFUL}", json=addressed, headers=owner.headers)
    assert answer.status_code == 201, answer.text
    await geocode_waiting(job_database, Scripted(doubtful(territory.lon, territory.lat)))
    answer = await client.put(f"/v1/homes/{HOME}", json=good["put_home"].body, headers=owner.headers)
    assert answer.status_code == 201, answer.text
    made.listing = answer.json()["listing_id"]
    for kind, body in (("sources", good["put_source"].body), ("mappings", good["put_mapping"].body)):
        answer = await client.put(f"/v1/{kind}/{SOURCE}", json=body, headers=owner.headers)
        assert answer.status_code == 201, answer.text
    made.own = await own_affairs(made, database, settings) | await own_imports(made, job_database)
    made.own["outage"] = await own_outage(made)
    for ref in (CASE, CLOSED_CASE, SHEET_CASE):
        answer = await good["put_transfer_case"].send(made, path=f"/v1/transfer-cases/{ref}")
        assert answer.status_code == 201, answer.text
    made.own |= await own_vacated(made, job_database)
    made.own |= await own_proposals(made)
    await count_months(job_database, at=after_this_month())
    await measure(job_database, keyring(settings), territory.id)
    waiting = await register()
    async with database.transaction(Role.LANDLORD, organisation=waiting.id, actor="tests") as session:
        await charter.sign(session=session, organisation=waiting.id, territory_id=territory.id, signed_by="Test Person")
    made.own["waiting"] = str(waiting.id)
    for siren in (INVITED, INVITED_TOO):
        answer = await client.put(
            f"/v1/territories/{territory.slug}/invitations/{siren}", json=INVITATION_EXAMPLE,
            headers=territory.coordinator.headers,
        )  # fmt: skip
        assert answer.status_code == 201, answer.text
    for kind in KINDS:
        await report(database, job_database, territory, REPORTED, kind=kind)
    made.own["text_sha256"] = (await good["read_charter"].send(made)).json()["text_sha256"]
    return made


async def own_proposals(place: Place) -> dict[str, str]:
    """Have the owner propose its home for cases of its own; return one that was just made, one that led to a move."""
    found = {}
    for state, steps in (
        ("moved", ("study", "hold", "disclose", "agree", "file", "grant", "lease", "move")), ("proposal", ()),
    ):  # fmt: skip
        ref = secrets.token_hex(16)
        answer = await good_requests(place)["put_transfer_case"].send(place, path=f"/v1/transfer-cases/{ref}")
        assert answer.status_code == 201, answer.text
        given = {"case_ref": ref, "listing_id": place.listing}
        made = await place.client.post("/v1/proposals", json=given, headers=place.owner.headers)
        assert made.status_code == 201, made.text
        found[state] = made.json()["id"]
        for action in steps:
            answer = await place.client.post(
                f"/v1/proposals/{found[state]}/steps", json={"action": action}, headers=place.owner.headers
            )
            assert answer.status_code == 200, answer.text
    return found


async def own_outage(place: Place) -> str:
    """Have a lift of the owner's stand; return the outage's id."""
    answer = await place.client.post(
        f"/v1/residences/{RESIDENCE}/lift-outages", json={"building_ref": "B1"}, headers=place.owner.headers
    )
    assert answer.status_code == 201, answer.text
    found: str = answer.json()["id"]
    return found


async def own_vacated(place: Place, jobs: Database) -> dict[str, str]:
    """Have the owner's home be on record as vacated, and proposed; return the record's and the proposal's ids."""
    async with jobs.transaction(Role.JOB, actor="tests") as session:
        found = await session.execute(
            text(
                "INSERT INTO vacated_homes (organisation_id, territory_id, home_ref, listing_id, rooms, home_class,"
                " opened_on) VALUES (:owner, :territory, :home, :listing, 2, 4, current_date)"
                " ON CONFLICT (organisation_id, home_ref) WHERE relet_on IS NULL DO UPDATE SET rooms = 2 RETURNING id"
            ),
            {"owner": place.owner.id, "territory": place.territory.id, "home": HOME, "listing": place.listing},
        )
        vacated = str(found.scalar_one())
    given = {"case_ref": SHEET_CASE, "listing_id": place.listing}
    answer = await place.client.post("/v1/proposals", json=given, headers=place.owner.headers)
    assert answer.status_code == 201, answer.text
    return {"vacated": vacated, "sheets": answer.json()["id"]}


async def own_imports(place: Place, jobs: Database) -> dict[str, str]:
    """Have the owner's files run; return the ids of one that was, one that waits for a person, and one that failed."""
    found = {}
    for state, status in (("import", "previewed"), ("waiting", "waiting"), ("failed", "failed")):
        answer = await good_requests(place)["send_file"].send(place)
        assert answer.status_code == 202, answer.text
        found[state] = answer.json()["id"]
        await Runner(jobs).run_waiting(place.owner.id)
        async with jobs.transaction(Role.JOB, actor="tests") as session:
            await session.execute(
                text("UPDATE sync_runs SET status = :status WHERE id = :id"), {"status": status, "id": found[state]}
            )
    return found


async def own_affairs(place: Place, database: Database, settings: Settings) -> dict[str, str]:
    """Give the owner a client by secret, one by key, a member and an invitation; return their ids."""
    given = {"name": "spare", "scopes": ["stock:read"]}
    key = ECKey.generate_key("P-256", {"kid": "first"}).as_dict(private=False)
    clients = [
        (await place.client.post("/v1/organisation/clients", json=body, headers=place.owner.headers)).json()["client"]
        for body in (given, {**given, "auth_method": "private_key_jwt", "keys": [key]})
    ]
    body = {"email": "somebody@bailleur.example", "role": "landlord_reader"}
    for name in ("erp", "erp-spare"):
        answer = await place.client.put(f"/v1/organisation/webhooks/{name}", json=WEBHOOK, headers=place.owner.headers)
        assert answer.status_code == 200, answer.text
    invited = await place.client.post("/v1/organisation/invitations", json=body, headers=place.owner.headers)
    return {
        "by_secret": clients[0]["client_id"], "secret": clients[0]["secrets"][0]["id"],
        "by_key": clients[1]["client_id"], "invitation": invited.json()["id"],
        "member": str((await join(database, settings, place.owner.id, "landlord_reader")).id),
    }  # fmt: skip


@pytest.fixture
def good(place: Place) -> dict[str, Good]:
    return good_requests(place)


@pytest_asyncio.fixture
async def fresh(place: Place, client: httpx.AsyncClient) -> AsyncIterator[Place]:
    """The place with tokens made now."""
    for member in (place.owner, place.other):
        await members.renew(member, client)
    yield place


@pytest.fixture(scope="session")
def served(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The web process on this run's database, with a smaller limit for batches."""
    directory: Path = tmp_path_factory.mktemp("served")
    with serve(settings.model_copy(update={"max_batch_bytes": SMALL_BATCH}), directory) as running:
        yield running
        assert running.complaints() == []
