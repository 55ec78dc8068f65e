"""Members and coordinator read what is asked for and not found; a landlord what its own transfers set free."""

from registry.kernel.clock import date_in_france, now
from registry.transfers.service.demand import count_months
from tests.integration.console.conftest import Office
from tests.support.months import after_this_month
from tests.support.seats import Seats, words
from tests.support.transfers import case, move, need, open_case

PAGE = "/console/demand"


async def test_demand_is_read_by_members_and_coordinator_once_a_month_is_counted(office: Office, seats: Seats) -> None:
    reader = await seats.take(office.owner.id, "landlord_reader")
    coordinator = await seats.take(office.place.coordinator.id, "coordinator_reader")
    assert "No month is counted yet." in words(await reader.open(PAGE))
    for _ in range(12):
        given = case(need(communes=[office.place.communes[0]], aid_indoors="manual_wheelchair"))
        await open_case(office.client, office.owner, given)
    await count_months(office.jobs, at=after_this_month())
    for browser in (reader, coordinator):
        said = words(await browser.open(PAGE))
        assert "Unanswered cases, " in said
        assert "The whole territory 10 10 0 0 0" in said, "twelve, all of a wheelchair"
    page = await coordinator.open(PAGE, sort="-wheelchair")
    assert page.text.count('aria-sort="descending"') == 1
    said = words(page)
    assert said.rindex("The whole territory") > said.rindex(office.place.communes[0])
    file = await coordinator.open(f"{PAGE}/file.csv", lang="fr")
    assert (file.headers["content-type"], file.headers["content-language"]) == (
        "text/csv; charset=utf-8; header=present", "fr",
    )  # fmt: skip
    assert "Fauteuil roulant" in file.text
    assert (await coordinator.open(PAGE, month="2001-01")).status_code == 404
    assert (await coordinator.open(PAGE, territory="elsewhere")).status_code == 404


async def test_homes_set_free_are_exact_for_their_landlord_and_protected_for_the_coordinator(
    office: Office, seats: Seats
) -> None:
    caseworker = await seats.take(office.owner.id, "landlord_searcher")
    coordinator = await seats.take(office.place.coordinator.id, "coordinator_admin")
    await move(office.database, office.place.id, office.owner, 3, (4, 2))
    await count_months(office.jobs, at=after_this_month())
    year = date_in_france(now()).year
    assert f"Rooms released {year} 3 3 3 6" in words(await caseworker.open("/console/proposals"))
    told = words(await coordinator.open("/console/proposals"))
    assert "Moves n/s" in told
    assert "Rooms released n/s" in told
