"""An organisation's administrators look at webhooks, test one, enable it again, have a delivery posted again."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from registry.kernel.clock import now
from registry.platform.database import Database, Role
from registry.vocabulary.webhooks import WebhookEvent
from registry.webhooks import service
from tests.conftest import Register
from tests.support.members import Member
from tests.support.people import Browser
from tests.support.seats import Seats, words

PAGE = "/console/webhooks"
ERP = f"{PAGE}/erp"
API = "/v1/organisation/webhooks/erp"


@dataclass
class Desk:
    """An administrator at the pages of a landlord with a webhook."""

    client: httpx.AsyncClient
    database: Database
    owner: Member
    browser: Browser

    async def put(self, **changes: Any) -> None:
        given = {"url": "https://hooks.example/registry", "events": ["import.failed", "stock.changed"], **changes}
        answer = await self.client.put(API, json=given, headers=self.owner.headers)
        assert answer.status_code == 200, answer.text

    async def read(self, path: str = "") -> dict[str, Any]:
        answer = await self.client.get(f"{API}{path}", headers=self.owner.headers)
        found: dict[str, Any] = answer.json()
        return found

    async def deliver(self, count: int = 1) -> None:
        """Write deliveries that were taken."""
        async with self.database.transaction(Role.AUTH, organisation=self.owner.id, actor="tests") as session:
            for n in range(count):
                await service.notify(
                    session=session, organisation=self.owner.id, kind=WebhookEvent.IMPORT_FAILED, data={"n": n}
                )
            await session.execute(
                text("UPDATE webhook_deliveries SET next_at = NULL, delivered_at = now() WHERE organisation_id = :id"),
                {"id": self.owner.id},
            )


@pytest.fixture
async def desk(client: httpx.AsyncClient, database: Database, landlord: Member, seats: Seats) -> Desk:
    made = Desk(client, database, landlord, await seats.take(landlord.id, "landlord_admin"))
    await made.put()
    return made


async def test_webhooks_are_shown_with_state_and_events(desk: Desk) -> None:
    assert f'href="{PAGE}"' in (await desk.browser.open("/console")).text
    page = await desk.browser.open(PAGE)
    assert f'href="{ERP}"' in page.text
    said = words(page)
    assert "Enabled" in said
    assert "An import failed · Your stock changed" in said
    assert "Vos webhooks" in words(await desk.browser.open(PAGE, lang="fr"))


async def test_test_event_is_posted(desk: Desk) -> None:
    await desk.browser.open(ERP)
    await desk.browser.send(ERP, action="test")
    assert desk.browser.location == f"{ERP}?done=test"
    said = words(await desk.browser.open(desk.browser.location))
    assert "A test event is posted within a minute." in said
    assert "webhook.test Is posted soon, or again" in said


async def test_delivery_is_posted_again(desk: Desk) -> None:
    await desk.deliver()
    page = await desk.browser.open(ERP)
    assert "An import failed Taken" in words(page)
    await desk.browser.send(ERP, action="replay", delivery=desk.browser.hidden("delivery"))
    assert desk.browser.location == f"{ERP}?done=replay"
    (delivery,) = (await desk.read("/deliveries"))["items"]
    assert (delivery["delivered_at"], delivery["next_at"] is None) == (None, False)


async def test_disabled_webhook_is_enabled_as_it_was(desk: Desk) -> None:
    await desk.put(enabled=False)
    before = await desk.read()
    page = await desk.browser.open(ERP)
    assert "Disabled: nothing is posted any more" in words(page)
    assert 'value="test"' not in page.text
    await desk.browser.send(ERP, action="test")
    assert "This webhook is disabled" in desk.browser.alert
    await desk.browser.open(ERP)
    await desk.browser.send(ERP, action="enable")
    assert desk.browser.location == f"{ERP}?done=enable"
    assert await desk.read() == {**before, "disabled_at": None}


async def test_enabling_asks_who_proved_long_ago_who_they_are(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    await desk.put(enabled=False)
    await desk.browser.open(ERP)
    later = now() + timedelta(minutes=10)
    monkeypatch.setattr("registry.identity.service.account.sessions.now", lambda: later)
    await desk.browser.send(ERP, action="enable")
    assert desk.browser.location == "/account/confirm?next=%2Fconsole%2Fwebhooks%2Ferp"
    assert (await desk.read())["disabled_at"] is not None


async def test_deliveries_go_on_by_a_link(desk: Desk) -> None:
    await desk.deliver(21)
    page = await desk.browser.open(ERP)
    assert page.text.count('value="replay"') == 20
    found = page.text.partition('rel="next"')[0].rpartition('href="')[2].partition('"')[0]
    assert (await desk.browser.open(found)).text.count('value="replay"') == 1
    assert (await desk.browser.open(ERP, after="nonsense")).text.count('value="replay"') == 20


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"action": "burn"}, "This action cannot be read"),
        ({"action": "replay", "delivery": "nonsense"}, "This action cannot be read"),
        ({"action": "replay", "delivery": "0190aaaa-0000-7000-8000-000000000000"}, "Delivery not found"),
    ],
)
async def test_action_that_cannot_be_is_explained(desk: Desk, fields: dict[str, str], said: str) -> None:
    await desk.browser.open(ERP)
    answer = await desk.browser.send(ERP, **fields)
    assert answer.status_code == 422
    assert said in desk.browser.alert


async def test_who_does_not_manage_the_organisation_sees_no_webhooks(
    desk: Desk, seats: Seats, register: Register
) -> None:
    publisher = await seats.take(desk.owner.id, "landlord_publisher")
    assert PAGE not in (await publisher.open("/console")).text
    for address in (PAGE, ERP):
        assert (await publisher.open(address)).status_code == 403
    await publisher.open("/console")
    assert (await publisher.send(ERP, action="test")).status_code == 403
    other = await seats.take((await register()).id, "landlord_admin")
    assert "No webhook is declared." in words(await other.open(PAGE))
    assert (await other.open(ERP)).status_code == 404
    await other.open("/console")
    assert (await other.send(ERP, action="test")).status_code == 404
    answer = await desk.browser.client.post(ERP, data={"form_token": "forged", "action": "test"})
    assert answer.status_code == 403
    assert (await desk.read("/deliveries"))["items"] == []
