"""Cookies of signed-in people: bound to this host and to https; over plain http on this very machine only."""

import re
from http.cookies import SimpleCookie
from typing import Any

import httpx
import pytest

from registry.asgi import at_the_edge, create_application
from registry.console.browsers import CookiesNotSafe, cookies_for
from registry.platform.database import Database
from registry.platform.settings import Settings
from tests.support.identity import Member
from tests.support.people import join

ORIGIN = "https://registre.example"
ATTRIBUTES = {"path": "/", "samesite": "lax", "secure": True, "httponly": True, "domain": ""}
ADDRESSES = {
    "http://127.0.0.1:8000": True, "http://127.8.0.1": True, "http://[::1]:8000": True, "http://localhost": True,
    "http://registry.test": False, "http://10.0.0.4": False, "http://localhost.example": False,
    "http://127.0.0.1.example": False,
}  # fmt: skip


@pytest.mark.parametrize("environment", ["development", "test", "production"])
@pytest.mark.parametrize("address", ADDRESSES)
def test_cookies_go_in_clear_on_this_very_machine_and_nowhere_else(
    settings: Settings, address: str, environment: str
) -> None:
    given = settings.model_copy(update={"base_url": address, "environment": environment})
    if ADDRESSES[address]:
        assert cookies_for(given).session == "session"
    else:
        with pytest.raises(CookiesNotSafe, match=re.escape(address)):
            cookies_for(given)
    assert cookies_for(settings.model_copy(update={"base_url": ORIGIN, "environment": environment})).secure


def cookie(answer: httpx.Response, name: str) -> dict[str, Any]:
    """Return the attributes of the one cookie of this name that the answer sets."""
    (header,) = [value for value in answer.headers.get_list("set-cookie") if value.startswith(f"{name}=")]
    morsel = SimpleCookie(header)[name]
    assert morsel.value
    return {attribute: morsel[attribute] for attribute in ATTRIBUTES}


async def test_over_https_cookies_are_bound_to_the_host_and_never_sent_in_clear(
    database: Database, settings: Settings, member: Member
) -> None:
    person = await join(database, settings, member.id, "landlord_admin")
    secure = settings.model_copy(update={"base_url": ORIGIN})
    app = at_the_edge(create_application(secure, database), secure)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=ORIGIN) as client:
        shown = await client.get("/account/sign-in")
        assert cookie(shown, "__Host-form") == ATTRIBUTES
        token = re.search(r'name="form_token" value="([^"]+)"', shown.text)
        assert token
        form = {"form_token": token[1], "email": person.email, "password": person.password}
        opened = await client.post("/account/sign-in", data=form)
        assert opened.status_code == 303
        assert cookie(opened, "__Host-session") == ATTRIBUTES
        assert (await client.get("/account/enrolment")).status_code == 200
        assert (await client.get("/account/enrolment", headers={"Cookie": ""})).status_code == 303
