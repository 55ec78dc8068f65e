"""An organisation's administrators search, verify and export its audit chain in a browser."""

import csv
import io
from typing import Any

import pytest

from registry.audit import service
from registry.platform.database import Role
from tests.integration.console.conftest import Office
from tests.support.people import Browser
from tests.support.seats import Seats, words

PAGE = "/console/audit"
ODD = "R/1 ?#&é"


@pytest.fixture
async def administrator(office: Office, seats: Seats) -> Browser:
    browser = await seats.take(office.owner.id, "landlord_admin")
    async with office.database.transaction(Role.LANDLORD, organisation=office.owner.id, actor="tests") as session:
        for number in range(3):
            given: dict[str, Any] = {"action": "stock:home:updated", "subject": ODD if number else "H-9"}
            await service.record(session, organisation=office.owner.id, detail={"works": number}, **given)
    return browser


async def test_events_are_searched_with_names_for_those_who_acted(office: Office, administrator: Browser) -> None:
    await administrator.open(PAGE, action="stock:home", subject=ODD)
    said = words(administrator.page)
    assert said.count("Home changed stock:home:updated") == 2
    assert "H-9" not in said
    await administrator.open(PAGE, action="identity:session")
    said = words(administrator.page)
    assert "Signed in identity:session:opened Jeanne Essai" in said, "by name, not by number"
    await administrator.open(PAGE, since="2020-01-01", until="2020-12-31")
    assert "No event answers this search" in words(administrator.page)
    await administrator.open(PAGE, action="STOCK?", since="soon", before="x")
    assert "Home changed" in words(administrator.page), "what cannot be read is not asked"


async def test_chain_is_verified_in_parts(
    office: Office, administrator: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    await administrator.open(f"{PAGE}/verification")
    said = words(administrator.page)
    assert "The chain is intact" in said
    monkeypatch.setattr("registry.audit.service.MOST_VERIFIED", 2)
    await administrator.open(f"{PAGE}/verification")
    said = words(administrator.page)
    assert "2 of " in said
    assert "Go on" in said
    assert f'href="{PAGE}/verification?after=2"' in administrator.page.text


async def test_search_is_exported(administrator: Browser) -> None:
    await administrator.open(PAGE, action="stock:", subject=ODD)
    link = administrator.page.text.partition(f'href="{PAGE}/export?')[2].partition('"')[0].replace("&amp;", "&")
    answer = await administrator.open(f"{PAGE}/export?{link}")
    assert answer.headers["content-type"].startswith("text/csv")
    assert [row["subject"] for row in csv.DictReader(io.StringIO(answer.text))] == [ODD, ODD]
    answer = await administrator.open(f"{PAGE}/export", **{"as": "ndjson", "action": "stock:"})
    assert len(answer.text.splitlines()) == 3


async def test_audit_is_the_administrators(office: Office, administrator: Browser, seats: Seats) -> None:
    manager = await seats.take(office.owner.id, "landlord_publisher")
    coordinator = await seats.take(office.place.coordinator.id, "coordinator_admin")
    for address in (PAGE, f"{PAGE}/verification", f"{PAGE}/export"):
        await manager.open(address)
        assert manager.page.status_code == 403
        await coordinator.open(address)
        assert coordinator.page.status_code == 200
        assert "H-9" not in coordinator.page.text, "its own chain, not the landlord's"
