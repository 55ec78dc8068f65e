"""Events are posted where an organisation wants them: signed, to allowed public addresses, until they are taken."""

import base64
import json
import secrets
import ssl
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest

from registry.identity import tasks as identity
from registry.identity.service import add_secret
from registry.kernel.clock import now
from registry.platform.crypto import Keyring, keyring
from registry.platform.database import Database, Role
from registry.platform.outbound import Outbound
from registry.platform.settings import Settings
from registry.vocabulary.webhooks import WebhookEvent
from registry.webhooks import service, tasks
from registry.webhooks.service.deliver import BACKOFF
from registry.webhooks.service.signing import signature
from tests.conftest import Register
from tests.support.certificates import for_localhost
from tests.support.database import Server
from tests.support.following import past
from tests.support.https import WebServer, web_server
from tests.support.market import market
from tests.support.members import Member
from tests.support.people import join
from tests.support.stock import home, publish, residence

PATH = "/v1/organisation/webhooks"
URL = "https://hooks.example/registry"
EVERY = [event.value for event in WebhookEvent]


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ssl.SSLContext]:
    return for_localhost(tmp_path_factory.mktemp("certificate"))


@pytest.fixture
async def web(certificate: tuple[Path, ssl.SSLContext]) -> AsyncIterator[WebServer]:
    async with web_server(certificate[1]) as running:
        yield running


@pytest.fixture
def keys(settings: Settings) -> Keyring:
    return keyring(settings)


@dataclass
class Desk:
    """An organisation with a webhook ``erp`` that leads to the server of the test."""

    client: httpx.AsyncClient
    member: Member
    web: WebServer
    jobs: Database
    database: Database
    keys: Keyring
    outbound: Outbound
    admin: psycopg.Connection
    secret: str = ""

    async def put(self, name: str = "erp", **given: Any) -> dict[str, Any]:
        body = {"url": URL, "events": EVERY, **given}
        answer = await self.client.put(f"{PATH}/{name}", json=body, headers=self.member.headers)
        assert answer.status_code == 200, answer.text
        self.admin.execute(
            "UPDATE registry.webhook_endpoints SET url = %s WHERE organisation_id = %s AND name = 'erp'",
            (f"https://localhost:{self.web.port}/hook", self.member.id),
        )
        written: dict[str, Any] = answer.json()
        return written

    async def send(self, method: str, path: str, body: Any = None) -> httpx.Response:
        return await self.client.request(method, f"{PATH}{path}", json=body, headers=self.member.headers)

    async def read(self) -> dict[str, Any]:
        found: dict[str, Any] = (await self.send("GET", "/erp")).json()
        return found

    async def deliveries(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = (await self.send("GET", "/erp/deliveries")).json()["items"]
        return found

    async def notify(self, kind: WebhookEvent = WebhookEvent.IMPORT_APPLIED, role: Role = Role.LANDLORD) -> int:
        async with self.database.transaction(role, organisation=self.member.id, actor="tests") as session:
            return await service.notify(session=session, organisation=self.member.id, kind=kind, data={"run": "7"})

    async def deliver(self) -> list[dict[str, Any]]:
        """Post what is due of this organisation; return what the server was given, bodies with their headers."""
        self.admin.execute(
            "UPDATE registry.webhook_deliveries SET next_at = NULL WHERE organisation_id <> %s", (self.member.id,)
        )
        before = len(self.web.asked)
        await tasks.deliver_due(self.jobs, self.keys, self.outbound)
        return [
            {**json.loads(body), "headers": headers_of(head), "raw": body} for head, body in self.web.asked[before:]
        ]

    def later(self, by: timedelta) -> None:
        """Let time pass for what waits to be posted again."""
        self.admin.execute(
            "UPDATE registry.webhook_deliveries SET next_at = next_at - %s, created_at = created_at - %s"
            " WHERE organisation_id = %s", (by, by, self.member.id),
        )  # fmt: skip


def headers_of(head: str) -> dict[str, str]:
    return {name.lower(): value for name, _, value in (line.partition(": ") for line in head.splitlines()[1:])}


def proves(secret: str, message: dict[str, Any]) -> bool:
    given = message["headers"]
    made = signature(secret, given["webhook-id"], int(given["webhook-timestamp"]), message["raw"])
    return made in given["webhook-signature"].split(" ")


@pytest.fixture
async def desk(
    client: httpx.AsyncClient, database: Database, job_database: Database, register: Register, web: WebServer,
    keys: Keyring, certificate: tuple[Path, ssl.SSLContext], server: Server, database_name: str,
) -> AsyncIterator[Desk]:  # fmt: skip
    outbound = Outbound(
        frozenset({"localhost"}), private=True, verify=ssl.create_default_context(cafile=certificate[0])
    )
    with server.connect(database_name) as admin:
        made = Desk(client, await register(), web, job_database, database, keys, outbound, admin)
        made.secret = (await made.put())["secret"]
        yield made


async def test_secret_is_shown_once_and_kept_sealed(desk: Desk) -> None:
    assert len(base64.b64decode(desk.secret.removeprefix("whsec_"))) == 32
    assert (await desk.put())["secret"] is None
    assert "secret" not in await desk.read()
    row = desk.admin.execute(
        "SELECT secret FROM registry.webhook_endpoints WHERE organisation_id = %s", (desk.member.id,)
    ).fetchone()
    assert row
    assert b"whsec_" not in bytes(row[0])


@pytest.mark.parametrize(
    "url",
    ["http://hooks.example/", "https://other.example/", "https://user@hooks.example/", "https://hooks.example/#x",
     "https://hooks.example:x/", "https://127.0.0.1/"],
)  # fmt: skip
async def test_address_that_may_not_be_asked_is_refused(desk: Desk, url: str) -> None:
    answer = await desk.send("PUT", "/other", {"url": url, "events": EVERY})
    assert (answer.status_code, answer.json()["code"]) == (422, "webhook-url-invalid")
    assert answer.json()["errors"][0]["field"] == "url"


async def test_event_is_posted_with_a_signature_that_the_secret_proves(desk: Desk) -> None:
    assert await desk.notify() == 1
    (message,) = await desk.deliver()
    assert (message["type"], message["data"]) == ("import.applied", {"run": "7"})
    assert proves(desk.secret, message)
    assert not proves("whsec_" + base64.b64encode(secrets.token_bytes(32)).decode(), message)
    assert datetime.fromisoformat(message["timestamp"]) <= now()
    (delivery,) = await desk.deliveries()
    assert delivery["id"] == message["headers"]["webhook-id"]
    assert (delivery["attempts"], delivery["next_at"], delivery["delivered_at"] is None) == (1, None, False)
    assert (await desk.read())["last_posted_at"]
    assert await desk.deliver() == []


async def test_event_of_a_transaction_that_fails_is_never_posted(desk: Desk) -> None:
    class FailedError(Exception): ...

    async def fail() -> None:
        async with desk.database.transaction(Role.LANDLORD, organisation=desk.member.id, actor="tests") as session:
            kind = WebhookEvent.IMPORT_FAILED
            assert await service.notify(session=session, organisation=desk.member.id, kind=kind, data={}) == 1
            raise FailedError

    with pytest.raises(FailedError):
        await fail()
    assert await desk.deliver() == []


async def test_only_kinds_that_are_wanted_and_only_ones_own_are_posted(desk: Desk, register: Register) -> None:
    await desk.put(events=["import.failed"])
    assert await desk.notify(WebhookEvent.IMPORT_APPLIED) == 0
    assert await desk.notify(WebhookEvent.IMPORT_FAILED) == 1
    stranger = await register()
    async with desk.database.transaction(Role.LANDLORD, organisation=stranger.id, actor="tests") as session:
        kind = WebhookEvent.IMPORT_FAILED
        assert await service.notify(session=session, organisation=desk.member.id, kind=kind, data={}) == 0
    assert len(await desk.deliver()) == 1


async def test_what_is_not_taken_goes_again_under_the_same_id_after_longer_and_longer_waits(desk: Desk) -> None:
    desk.web.status = "503 Later"
    await desk.notify()
    ids = set()
    for wait in BACKOFF:
        (message,) = await desk.deliver()
        ids.add(message["headers"]["webhook-id"])
        assert await desk.deliver() == [], "not at once"
        desk.later(wait)
    assert "it answers 503" in (await desk.read())["last_error"]
    assert (await desk.read())["failing_since"]
    desk.web.status = "204 Taken"
    (message,) = await desk.deliver()
    assert ids == {message["headers"]["webhook-id"]}
    assert (await desk.read())["failing_since"] is None


async def test_endpoint_that_fails_for_days_is_disabled_and_its_administrators_are_told(
    desk: Desk, settings: Settings
) -> None:
    person = await join(desk.database, settings, desk.member.id, "landlord_admin")
    desk.web.status = "500 Broken"
    await desk.notify()
    for wait in (*BACKOFF, timedelta()):
        assert (await desk.read())["disabled_at"] is None
        await desk.deliver()
        desk.later(wait)
    assert (await desk.read())["disabled_at"]
    (delivery,) = await desk.deliveries()
    assert delivery["given_up_at"]
    mails = desk.admin.execute(
        "SELECT kind FROM registry.mails WHERE recipient = %s AND kind = 'webhook_disabled'", (person.email,)
    ).fetchall()
    assert len(mails) == 1
    assert await desk.notify() == 0, "nothing is kept for an endpoint that is disabled"
    refused = await desk.send("POST", "/erp/test")
    assert (refused.status_code, refused.json()["code"]) == (409, "webhook-disabled")
    desk.web.status = "200 OK"
    await desk.put()
    assert (await desk.send("POST", "/erp/replay", {"delivery_id": delivery["id"]})).json() == {"deliveries": 1}
    (message,) = await desk.deliver()
    assert message["headers"]["webhook-id"] == delivery["id"]


async def test_endpoint_that_says_it_is_gone_is_disabled_at_once(desk: Desk) -> None:
    desk.web.status = "410 Gone"
    await desk.notify()
    await desk.deliver()
    assert (await desk.read())["disabled_at"]


async def test_secret_that_is_replaced_signs_beside_the_new_one_for_a_day(desk: Desk) -> None:
    new = (await desk.put(new_secret=True))["secret"]
    await desk.notify()
    (message,) = await desk.deliver()
    assert proves(desk.secret, message)
    assert proves(new, message)
    desk.admin.execute("UPDATE registry.webhook_endpoints SET previous_until = now() - interval '1 second'")
    await desk.notify()
    (message,) = await desk.deliver()
    assert (proves(desk.secret, message), proves(new, message)) == (False, True)


async def test_test_event_and_replay_since_a_moment_are_posted(desk: Desk) -> None:
    assert (await desk.send("POST", "/erp/test")).json() == {"deliveries": 1}
    await desk.notify()
    assert sorted(message["type"] for message in await desk.deliver()) == ["import.applied", "webhook.test"]
    moment = (now() - timedelta(hours=1)).isoformat()
    assert (await desk.send("POST", "/erp/replay", {"since": moment})).json() == {"deliveries": 2}
    assert len(await desk.deliver()) == 2
    later = (now() + timedelta(hours=1)).isoformat()
    assert (await desk.send("POST", "/erp/replay", {"since": later})).json() == {"deliveries": 0}
    both = await desk.send("POST", "/erp/replay", {})
    assert both.status_code == 422


async def test_delivery_of_another_organisation_cannot_be_replayed(desk: Desk, register: Register) -> None:
    await desk.notify()
    (delivery,) = await desk.deliveries()
    stranger = await register()
    answer = await desk.client.put(f"{PATH}/erp", json={"url": URL, "events": EVERY}, headers=stranger.headers)
    assert answer.status_code == 200
    answer = await desk.client.post(
        f"{PATH}/erp/replay", json={"delivery_id": delivery["id"]}, headers=stranger.headers
    )
    assert (answer.status_code, answer.json()["code"]) == (404, "delivery-unknown")


async def test_deliveries_are_listed_the_latest_first_page_by_page(desk: Desk) -> None:
    for _ in range(3):
        await desk.notify()
    found, address = [], f"{PATH}/erp/deliveries?limit=2"
    while address:
        answer = (await desk.client.get(address, headers=desk.member.headers)).json()
        found += answer["items"]
        address = answer["next"]
    moments = [item["created_at"] for item in found]
    assert len(found) == 3
    assert moments == sorted(moments, reverse=True)


async def test_eleventh_webhook_is_one_too_many(desk: Desk) -> None:
    for n in range(9):
        await desk.put(f"other-{n}")
    answer = await desk.send("PUT", "/one-more", {"url": URL, "events": EVERY})
    assert (answer.status_code, answer.json()["code"]) == (409, "webhooks-too-many")
    listed = (await desk.send("GET", "?limit=4")).json()
    assert [item["name"] for item in listed["items"]] == ["erp", "other-0", "other-1", "other-2"]
    assert listed["next"]


async def test_webhook_that_is_removed_is_unknown_and_forgets_what_was_posted(desk: Desk) -> None:
    await desk.notify()
    assert (await desk.send("DELETE", "/erp")).status_code == 204
    for method, path in (("GET", ""), ("DELETE", ""), ("GET", "/deliveries"), ("POST", "/test")):
        gone = await desk.send(method, f"/erp{path}")
        assert (gone.status_code, gone.json()["code"]) == (404, "webhook-unknown")
    assert await desk.deliver() == []


async def test_secret_that_ends_is_posted_once_and_counts_as_told(desk: Desk) -> None:
    async with desk.database.transaction(Role.AUTH, actor="tests") as session:
        secret = await add_secret(
            session=session, client_id=desk.member.client_id, expires_at=now() + timedelta(days=6)
        )
    for _ in range(2):
        await identity.warn_of_expiring_secrets(desk.jobs, desk.keys)
    (message,) = await desk.deliver()
    assert message["type"] == "client_secret.expires"
    assert (message["data"]["secret_id"], message["data"]["within_days"]) == (str(secret.id), 7)
    assert secret.secret not in message["raw"].decode()


async def test_what_was_posted_a_month_ago_is_forgotten(desk: Desk) -> None:
    await desk.notify()
    await desk.notify()
    desk.admin.execute(
        "UPDATE registry.webhook_deliveries SET created_at = now() - interval '31 days' WHERE id ="
        " (SELECT id FROM registry.webhook_deliveries WHERE organisation_id = %s LIMIT 1)", (desk.member.id,),
    )  # fmt: skip
    await tasks.expire(desk.jobs)
    assert len(await desk.deliveries()) == 1


async def test_changes_are_announced_once_for_all_there_are(
    desk: Desk, database: Database, job_database: Database, client: httpx.AsyncClient, register: Register
) -> None:
    place = await market(database, job_database, client, register)
    desk.member = place.searcher
    await desk.put(events=["listings.changed", "stock.changed"])
    await place.publish([{"ref": f"H{n}", **home("R1")} for n in range(3)])
    await past()
    await tasks.announce(job_database)
    (message,) = await desk.deliver()
    slug = place.territory.slug
    assert message["type"] == "listings.changed"
    assert message["data"] == {"territories": [slug], "changes": [f"/v1/territories/{slug}/changes"]}
    await past()
    await tasks.announce(job_database)
    assert await desk.deliver() == [], "there is nothing new"
    await client.delete("/v1/homes/H0", headers=place.owner.headers)
    await past()
    await tasks.announce(job_database)
    assert [message["type"] for message in await desk.deliver()] == ["listings.changed"]


async def test_change_of_the_own_stock_is_announced(
    desk: Desk, database: Database, job_database: Database, client: httpx.AsyncClient, register: Register
) -> None:
    place = await market(database, job_database, client, register)
    desk.member = place.owner
    await desk.put(events=["stock.changed"])
    await place.publish([{"ref": "H1", **home("R1")}])
    await past()
    await tasks.announce(job_database)
    assert [(each["type"], each["data"]) for each in await desk.deliver()] == [
        ("stock.changed", {"changes": "/v1/changes"})
    ]


async def test_lift_that_stands_and_runs_again_is_told_to_its_landlord(
    desk: Desk, database: Database, job_database: Database, register: Register
) -> None:
    here = await market(database, job_database, desk.client, register)
    commune = here.territory.communes[0]
    await publish(
        desk.client, desk.member, {"R1": residence(commune, buildings=[{"ref": "B1"}])}, [{"ref": "H1", **home()}]
    )
    given = {"building_ref": "B1", "lift": "ASC-1"}
    started = await desk.client.post("/v1/residences/R1/lift-outages", json=given, headers=desk.member.headers)
    made = started.json()
    for change in (
        {"expected_end": "2999-01-01T00:00:00Z", "ended_at": None},
        {"expected_end": None, "ended_at": None},
    ):
        await desk.client.put(f"/v1/lift-outages/{made['id']}", json=change, headers=desk.member.headers)
    ended = {"expected_end": None, "ended_at": now().isoformat()}
    answer = await desk.client.put(f"/v1/lift-outages/{made['id']}", json=ended, headers=desk.member.headers)
    assert answer.status_code == 200, answer.text

    told_of = [message for message in await desk.deliver() if message["type"].startswith("lift.")]
    first, last = sorted(told_of, key=lambda message: str(message["timestamp"]))  # no order is promised

    assert (first["type"], last["type"]) == ("lift.outage.started", "lift.outage.ended")
    told = ("residence_ref", "building_ref", "lift")
    assert [first["data"][name] for name in told] == ["R1", "B1", "ASC-1"]
    assert first["data"]["outage_id"] == last["data"]["outage_id"] == made["id"]
    assert first["data"]["ended_at"] is None
    assert last["data"]["ended_at"]
