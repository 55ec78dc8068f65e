"""Tables that a page shows whole are sorted by links in the heads of their columns, either way."""

import html
import re

import pytest

from tests.integration.console.conftest import Office
from tests.support.people import Browser
from tests.support.seats import Seats


async def heads(browser: Browser, address: str) -> list[str]:
    page = (await browser.open(address)).text
    return [html.unescape(found) for found in re.findall(r'<th scope="col"[^>]*><a href="([^"]*sort=[^"]*)"', page)]


@pytest.mark.parametrize(
    ("role", "page", "columns"),
    [
        ("coordinator_admin", "/console/syncs", 6),
        ("coordinator_admin", "/console/territories", 3),
        ("coordinator_admin", "/console/organisation", 6),
        ("coordinator_admin", "/console/obligations", 8),
        ("landlord_admin", "/console/charter", 4),
    ],
)
async def test_every_head_sorts_its_table_down_and_up(
    office: Office, seats: Seats, role: str, page: str, columns: int
) -> None:
    await office.bring([office.home("H1")])
    own = office.place.coordinator.id if role.startswith("coordinator") else office.owner.id
    browser = await seats.take(own, role)
    found = await heads(browser, page)
    assert len(found) == columns
    for address in found:
        column = address.partition("sort=")[2].removeprefix("-")
        again = await heads(browser, re.sub("sort=.*", f"sort={column}", address))
        assert browser.page.text.count('aria-sort="ascending"') == 1
        assert [each for each in again if each.endswith(f"sort=-{column}")], "its link leads the other way"
        await browser.open(re.sub("sort=.*", f"sort=-{column}", address))
        assert browser.page.text.count('aria-sort="descending"') == 1


async def test_people_are_in_the_order_that_is_asked_for(office: Office, seats: Seats) -> None:
    browser = await seats.take(office.owner.id, "landlord_admin")
    for _ in range(2):
        await seats.take(office.owner.id, "landlord_reader")

    async def addresses(sort: str) -> list[str]:
        page = await browser.open("/console/organisation", sort=sort)
        return re.findall(r"<td>([^<\s]+@[^<\s]+)</td>", page.text)

    up = await addresses("email")
    assert len(up) == 3
    assert up == sorted(up)
    assert await addresses("-email") == up[::-1]
