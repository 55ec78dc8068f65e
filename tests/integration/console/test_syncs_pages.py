"""A coordinator sees how its members' files are doing, and nothing that is in them."""

import pytest

from tests.conftest import Register
from tests.integration.console.conftest import Office
from tests.support import members
from tests.support import territory as territories
from tests.support.seats import Seats, words

PAGE = "/console/syncs"
SECRET = "RESIDENCE-DES-ACACIAS-17"


async def test_coordinator_sees_counts_and_codes_of_its_members_and_no_content(office: Office, seats: Seats) -> None:
    await office.bring([office.home("H1"), {"bad": SECRET}], source="secret-source")
    browser = await seats.take(office.place.coordinator.id, "coordinator_reader")
    page = await browser.open(PAGE)
    said = words(page)
    assert office.owner.name in said
    assert "2 read" in said
    assert "1 rejected" in said
    assert "record that cannot be read ( record-unreadable ) × 1" in said
    for hidden in (SECRET, "Mend it", "secret-source", "H1", "Acacias"):
        assert hidden not in page.text
    french = words(await browser.open(PAGE, lang="fr"))
    assert "ligne illisible ( record-unreadable ) × 1" in french
    french = words(await browser.open(PAGE, lang="fr", status="applied", landlord=str(office.owner.id)))
    assert "Aucun fichier ne correspond." in french, "it was refused"


async def test_start_page_of_a_coordinator_leads_to_files_that_need_a_landlord(office: Office, seats: Seats) -> None:
    browser = await seats.take(office.place.coordinator.id, "coordinator_admin")
    refused = "Files of your members that were refused"
    assert refused not in words(await browser.open("/console"))
    await office.bring([office.home("H1"), {"bad": SECRET}])
    page = await browser.open("/console")
    assert f"{refused}: 1" in words(page)
    assert 'href="/console/syncs?status=refused"' in page.text
    await office.bring([office.home("H1")])
    assert refused not in words(await browser.open("/console"))


@pytest.mark.parametrize("query", [{"landlord": "x"}, {"status": "x"}, {"before": "x"}])
async def test_filter_that_nobody_offers_is_no_filter(office: Office, seats: Seats, query: dict[str, str]) -> None:
    await office.bring([office.home("H1")])
    browser = await seats.take(office.place.coordinator.id, "coordinator_admin")
    answer = await browser.open(PAGE, **query)
    assert answer.status_code == 200
    assert "1 read" in words(answer)


async def test_other_coordinators_and_landlords_see_none_of_it(
    office: Office, seats: Seats, register: Register
) -> None:
    await office.bring([office.home("H1")])
    place = await territories.create(office.database, office.jobs, office.client)
    other = await register()
    await territories.sign(office.database, place, [other])
    await members.renew(other, office.client)
    said = words(await (await seats.take(place.coordinator.id, "coordinator_admin")).open(PAGE))
    assert office.owner.name not in said
    assert "No landlord has declared a source." in said
    for organisation, role in ((office.owner.id, "landlord_admin"), (other.id, "landlord_searcher")):
        assert (await (await seats.take(organisation, role)).open(PAGE)).status_code == 403
