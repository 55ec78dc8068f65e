"""An organisation's administrators manage its people and credentials on the pages, without JavaScript."""

import re
import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx
import orjson
import pytest

from registry.identity.schemas import KEY_EXAMPLE
from registry.kernel.clock import now
from registry.platform.database import Database
from registry.platform.settings import Settings
from tests.conftest import Register
from tests.support.database import BASE_URL
from tests.support.members import Member
from tests.support.people import Browser, Person, join
from tests.support.seats import Seats, words

PAGE = "/console/organisation"
NEW = f"{PAGE}/clients/new"


@dataclass
class Desk:
    """An administrator at the pages of a landlord."""

    client: httpx.AsyncClient
    owner: Member
    browser: Browser

    async def members(self) -> dict[str, list[str]]:
        answer = await self.client.get("/v1/organisation/members", headers=self.owner.headers)
        return {item["user_id"]: item["roles"] for item in answer.json()["items"]}

    async def make(self, **fields: Any) -> str:
        """Register a client; return its id."""
        await self.browser.open(NEW)
        await self.browser.send(NEW, **{"name": "ERP", "scope.stock:read": "true", **fields})
        assert self.browser.page.status_code in {200, 303}, self.browser.alert
        found = re.search(r"client-\w+", self.browser.location or words(self.browser.page))
        assert found
        return found[0]

    @property
    def secret(self) -> str:
        found = re.search(r"<code>(areg_[^<]+)</code>", self.browser.page.text)
        assert found, self.browser.page.text
        return found[1]

    async def token(self, client: str, secret: str) -> int:
        answer = await self.client.post(
            f"{BASE_URL}/oauth/token", data={"grant_type": "client_credentials"}, auth=(client, secret)
        )
        return answer.status_code


@pytest.fixture
async def desk(client: httpx.AsyncClient, landlord: Member, seats: Seats) -> Desk:
    return Desk(client, landlord, await seats.take(landlord.id, "landlord_admin"))


@pytest.fixture
async def person(database: Database, settings: Settings, desk: Desk) -> Person:
    return await join(database, settings, desk.owner.id, "landlord_reader")


async def test_people_are_invited_and_the_invitation_cancelled(desk: Desk) -> None:
    email = f"{uuid.uuid4().hex}@bailleur.example"
    assert f'href="{PAGE}"' in (await desk.browser.open("/console")).text
    page = await desk.browser.open(PAGE)
    assert "Landlord administrator" in words(page)
    assert "coordinator" not in page.text.partition("<main")[2], "no role of another kind is offered"
    answer = await desk.browser.send(PAGE, action="invite", email="nobody", role="landlord_reader", language="en")
    assert answer.status_code == 422
    assert "Invalid e-mail address" in desk.browser.alert
    await desk.browser.send(PAGE, action="invite", email=email, role="landlord_reader", language="en")
    assert desk.browser.location == f"{PAGE}?done=invited"
    assert f"{email} Stock reader" in words(await desk.browser.open(desk.browser.location))
    await desk.browser.send(PAGE, action="cancel", invitation=desk.browser.hidden("invitation"))
    assert email not in words(await desk.browser.open(desk.browser.location))


async def test_roles_are_changed_and_a_person_is_removed(desk: Desk, person: Person) -> None:
    theirs = f"{PAGE}/people/{person.id}"
    await desk.browser.open(theirs)
    old = desk.browser.hidden("version")
    roles = {"role.landlord_searcher": "true", "role.landlord_publisher": "true"}
    await desk.browser.send(theirs, action="change", version=old, **roles)
    assert desk.browser.location == f"{theirs}?done=changed"
    assert (await desk.members())[str(person.id)] == ["landlord_publisher", "landlord_searcher"]
    await desk.browser.open(theirs)
    await desk.browser.send(theirs, action="change", version=old, **{"role.landlord_reader": "true"})
    assert desk.browser.page.status_code == 422, "somebody else has changed them meanwhile"
    await desk.browser.open(theirs)
    await desk.browser.send(theirs, action="change", version=desk.browser.hidden("version"))
    assert "No role is chosen" in desk.browser.alert
    await desk.browser.open(theirs)
    await desk.browser.send(theirs, action="remove", version=desk.browser.hidden("version"))
    assert desk.browser.location == f"{PAGE}?done=removed"
    assert str(person.id) not in await desk.members()
    assert (await desk.browser.open(theirs)).status_code == 404


async def test_last_administrator_stays(desk: Desk, person: Person) -> None:
    (own,) = [user for user, roles in (await desk.members()).items() if roles == ["landlord_admin"]]
    mine = f"{PAGE}/people/{own}"
    for fields in ({"action": "remove"}, {"action": "change", "role.landlord_reader": "true"}):
        await desk.browser.open(mine)
        answer = await desk.browser.send(mine, version=desk.browser.hidden("version"), **fields)
        assert answer.status_code == 422
        assert "last administrator" in desk.browser.alert
    answer = await desk.client.delete(f"/v1/organisation/members/{own}", headers=desk.owner.headers)
    assert (answer.status_code, answer.json()["code"]) == (409, "last-administrator")

    theirs = f"{PAGE}/people/{person.id}"
    await desk.browser.open(theirs)
    await desk.browser.send(
        theirs, action="change", version=desk.browser.hidden("version"), **{"role.landlord_admin": "true"}
    )
    answer = await desk.client.delete(f"/v1/organisation/members/{own}", headers=desk.owner.headers)
    assert answer.status_code == 204, "another administrator is there now"


async def test_secret_is_shown_once_and_changed_without_a_pause(desk: Desk) -> None:
    client = await desk.make()
    page, first = f"{PAGE}/clients/{client}", desk.secret
    assert await desk.token(client, first) == 200
    shown = await desk.browser.open(page)
    assert first not in shown.text
    assert "Read one's own stock" in words(shown)
    await desk.browser.send(page, action="add-secret", expires_on="2999-01-01")
    second = desk.secret
    assert [await desk.token(client, each) for each in (first, second)] == [200, 200], "both, for a while"
    await desk.browser.open(page)
    assert 'value="add-secret"' not in desk.browser.page.text, "two at most"
    await desk.browser.send(page, action="add-secret")
    assert "two active secrets" in desk.browser.alert
    await desk.browser.open(page)
    await desk.browser.send(page, action="revoke-secret", secret=desk.browser.hidden("secret"))
    assert desk.browser.location == f"{page}?done=revoke-secret"
    assert [await desk.token(client, each) for each in (first, second)] == [401, 200]


async def test_scopes_that_are_taken_from_a_client_are_gone_from_the_token_that_it_has(
    desk: Desk, seats: Seats
) -> None:
    client = await desk.make(**{"scope.organisation:read": "true"})
    page = f"{PAGE}/clients/{client}"
    answer = await desk.client.post(
        f"{BASE_URL}/oauth/token", data={"grant_type": "client_credentials"}, auth=(client, desk.secret)
    )
    bearer = {"Authorization": f"Bearer {answer.json()['access_token']}"}
    assert (await desk.client.get("/v1/homes", headers=bearer)).status_code == 200
    opened = await desk.browser.open(page)
    assert len(re.findall(r'name="scope[^"]+"[^>]* checked', opened.text)) == 2, "what it may is ticked"
    version = desk.browser.hidden("version")
    await desk.browser.send(page, action="change-scopes", version=version)
    assert "No right is ticked" in desk.browser.alert
    await desk.browser.send(page, action="change-scopes", version=version, **{"scope.organisation:read": "true"})
    assert desk.browser.location == f"{page}?done=change-scopes"
    seats.app.state.authenticate.__self__._trusted.clear()  # as after two seconds
    assert (await desk.client.get("/v1/homes", headers=bearer)).status_code == 403
    assert (await desk.client.get("/v1/organisation/clients", headers=bearer)).status_code == 200
    await desk.browser.open(desk.browser.location)
    await desk.browser.send(page, action="change-scopes", version=version, **{"scope.stock:read": "true"})
    assert desk.browser.page.status_code == 422, "somebody else has changed it meanwhile"
    recorded = await desk.client.get("/v1/audit/events?action=identity:client:changed", headers=desk.owner.headers)
    assert [event["subject"] for event in recorded.json()["items"]] == [client]


async def test_client_by_key_has_keys_added_and_retired_and_is_disabled_for_good(desk: Desk) -> None:
    await desk.browser.open(NEW)
    for key, said in (("nonsense", "no JSON object"), ('{"kid": "k"}', "kty"), ('{"kty": "EC", "d": "x"}', "private")):
        answer = await desk.browser.send(
            NEW, name="ERP", auth_method="private_key_jwt", key=key, **{"scope.stock:read": "true"}
        )
        assert answer.status_code == 422
        assert said in desk.browser.alert
    client = await desk.make(auth_method="private_key_jwt", key=orjson.dumps(KEY_EXAMPLE).decode())
    page = f"{PAGE}/clients/{client}"
    await desk.browser.open(page)
    other = orjson.dumps({**KEY_EXAMPLE, "kid": "erp-2028"}).decode()
    await desk.browser.send(page, action="add-key", key=other)
    assert desk.browser.location == f"{page}?done=add-key", desk.browser.alert
    assert "erp-2028" in words(await desk.browser.open(page))
    await desk.browser.send(page, action="retire-key", kid="erp-2027")
    said = words(await desk.browser.open(desk.browser.location))
    assert "erp-2027" not in said
    await desk.browser.send(page, action="disable")
    assert "this is final" in desk.browser.alert
    await desk.browser.open(page)
    await desk.browser.send(page, action="disable", sure="true", version=desk.browser.hidden("version"))
    assert desk.browser.location == f"{page}?done=disable"
    assert "Disabled" in words(await desk.browser.open(page))
    assert "<form" not in desk.browser.page.text.partition("<main")[2]


async def test_nobody_gives_more_than_they_have(desk: Desk) -> None:
    await desk.browser.open(NEW)
    assert "charter:manage" not in desk.browser.page.text
    answer = await desk.browser.send(NEW, name="ERP", **{"scope.charter:manage": "true"})
    assert answer.status_code == 422
    answer = await desk.browser.send(NEW, name="Jeanne 06 12 34 56 78", **{"scope.stock:read": "true"})
    assert "give that of the software" in desk.browser.alert


async def test_credentials_ask_who_proved_long_ago_who_they_are(
    desk: Desk, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = await desk.make()
    page, theirs = f"{PAGE}/clients/{client}", f"{PAGE}/people/{person.id}"
    await desk.browser.open(page)
    later = now() + timedelta(minutes=10)
    monkeypatch.setattr("registry.identity.service.account.sessions.now", lambda: later)
    for address, fields in (
        (page, {"action": "add-secret"}), (page, {"action": "disable", "sure": "true"}),
        (page, {"action": "change-scopes", "scope.stock:write": "true"}),
        (theirs, {"action": "change", "role.landlord_admin": "true"}),
        (PAGE, {"action": "invite", "email": "a@b.example", "role": "landlord_admin"}), (NEW, {"name": "X"}),
    ):  # fmt: skip
        await desk.browser.open(PAGE)
        await desk.browser.send(address, **fields)
        assert desk.browser.location.startswith("/account/confirm?next=%2Fconsole%2Forganisation"), address
    assert (await desk.members())[str(person.id)] == ["landlord_reader"]


async def test_others_see_and_change_nothing_here(desk: Desk, person: Person, seats: Seats, register: Register) -> None:
    client = await desk.make()
    page, theirs = f"{PAGE}/clients/{client}", f"{PAGE}/people/{person.id}"
    agent = await seats.take(desk.owner.id, "landlord_publisher")
    for address in (PAGE, NEW, page, theirs):
        assert (await agent.open(address)).status_code == 403
    other = await seats.take((await register()).id, "landlord_admin")
    for address in (page, theirs):
        assert (await other.open(address)).status_code == 404
        await other.open(PAGE)
        for action in ("add-secret", "disable", "change-scopes", "remove", "change"):
            fields = {"sure": "true", "scope.stock:read": "true", "role.landlord_reader": "true", "action": action}
            answer = await other.send(address, **fields)
            assert answer.status_code in {404, 422}
            await other.open(PAGE)
    assert "reader" in (await desk.members())[str(person.id)][0]
    assert "In use" in words(await desk.browser.open(page))
    forged = await desk.browser.client.post(page, data={"form_token": "forged", "action": "disable", "sure": "true"})
    assert forged.status_code == 403
