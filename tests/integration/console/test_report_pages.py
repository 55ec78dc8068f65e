"""The page of a report that could not be counted says so, and its coordinator has it prepared again from there."""

from typing import Any

import pytest

from registry.reports import tasks
from registry.reports.service import counting
from registry.reports.service.publishing import years_open
from tests.integration.console.conftest import Office
from tests.support.people import Browser
from tests.support.seats import Seats, words

PAGE = "/console/reports"
KIND = "accessible-housing"


def _cannot(*_: Any) -> Any:
    raise RuntimeError("no report today")


async def failed_report(office: Office, seats: Seats, monkeypatch: pytest.MonkeyPatch, year: int) -> Browser:
    """Return the browser of a coordinator who asked for a report that fails as often as it is tried."""
    browser = await seats.take(office.place.coordinator.id, "coordinator_admin")
    await browser.open(PAGE)
    await browser.send(PAGE, kind=KIND, territory=office.place.slug, year=str(year))
    with monkeypatch.context() as patch:
        patch.setattr(counting, "_document", _cannot)
        await tasks.count(office.jobs)
    return browser


async def test_report_that_waits_for_its_count_says_so(office: Office, seats: Seats) -> None:
    browser = await seats.take(office.place.coordinator.id, "coordinator_admin")
    await browser.open(PAGE)
    await browser.send(PAGE, kind=KIND, territory=office.place.slug, year=str(years_open()[0]))
    said = words(await browser.open(f"{PAGE}/{KIND}/{office.place.slug}/{years_open()[0]}/1"))
    assert "This report is not counted yet. It takes a few seconds." in said
    assert "could not be counted" not in said


async def test_failed_report_is_prepared_again_from_its_page(
    office: Office, seats: Seats, monkeypatch: pytest.MonkeyPatch
) -> None:
    year = years_open()[0]
    browser = await failed_report(office, seats, monkeypatch, year)
    address = f"{PAGE}/{KIND}/{office.place.slug}/{year}/1"
    said = words(await browser.open(address))
    assert "The count failed" in said
    assert "This report could not be counted, after several tries." in said
    assert "It takes a few seconds" not in said
    given = {name: browser.hidden(name) for name in ("kind", "territory", "year")}
    assert given == {"kind": KIND, "territory": office.place.slug, "year": str(year)}

    await browser.send(PAGE, **given)

    await tasks.count(office.jobs)
    assert "Counted, to be published" in words(await browser.open(address))


async def test_reader_of_a_failed_report_is_told_and_offered_nothing(
    office: Office, seats: Seats, monkeypatch: pytest.MonkeyPatch
) -> None:
    year = years_open()[0]
    await failed_report(office, seats, monkeypatch, year)
    reader = await seats.take(office.place.coordinator.id, "coordinator_reader")
    said = words(await reader.open(f"{PAGE}/{KIND}/{office.place.slug}/{year}/1"))
    assert "This report could not be counted, after several tries." in said
    assert "Prepare this report again" not in said
