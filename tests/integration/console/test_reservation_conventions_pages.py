"""A landlord's people state in a browser what its reservation conventions say of transfers."""

from typing import Any

import pytest

from tests.conftest import Register
from tests.integration.console.conftest import Office
from tests.support.people import Browser
from tests.support.seats import Seats, words

PAGE = "/console/reservation-conventions"
API = "/v1/reservation-conventions"
GIVEN = {
    "departement": "33", "quota_holder": "3", "own_transfers": "yes", "others_transfers": "", "dated": "2023-11-20",
}  # fmt: skip


@pytest.fixture
async def publisher(office: Office, seats: Seats) -> Browser:
    return await seats.take(office.owner.id, "landlord_publisher", language="fr")


async def send(browser: Browser, **changes: Any) -> Any:
    await browser.open(PAGE)
    return await browser.send(PAGE, **{**GIVEN, "version": browser.hidden("version"), **changes})


async def listed(office: Office) -> list[tuple[Any, ...]]:
    answer = await office.client.get(API, headers=office.owner.headers)
    return [tuple(row.values())[:-1] for row in answer.json()["conventions"]]


async def test_convention_is_stated_changed_and_removed(office: Office, publisher: Browser) -> None:
    empty = words(await publisher.open(PAGE))
    assert "Aucune convention n'est déclarée" in empty
    assert "Déclarez la première ci-dessous" in empty

    answer = await send(publisher)

    assert answer.status_code == 303, words(answer)
    assert await listed(office) == [("33", "3", True, None, "2023-11-20")]
    page = await publisher.open(answer.headers["location"])
    assert "La convention est déclarée." in words(page)
    assert "Employeurs, Action Logement Soustraite du flux La convention ne le dit pas 20/11/2023" in words(page)
    changing = await publisher.open(f"{PAGE}?departement=33&quota_holder=3")
    assert 'name="changed_departement" value="33"' in changing.text
    assert 'value="2023-11-20"' in changing.text
    changed = {"changed_departement": "33", "changed_quota_holder": "3"}
    await send(publisher, **changed, quota_holder="4", others_transfers="no", dated="")
    assert await listed(office) == [("33", "4", True, False, None)]
    await send(publisher)
    await send(publisher, own_transfers="no")
    assert await listed(office) == [("33", "3", False, None, "2023-11-20"), ("33", "4", True, False, None)]
    answer = await send(publisher, **changed, action="remove")
    assert "n'est plus déclarée" in words(await publisher.open(answer.headers["location"]))
    assert await listed(office) == [("33", "4", True, False, None)]


async def test_page_is_in_english_too(office: Office, publisher: Browser) -> None:
    await send(publisher)
    page = words(await publisher.open(PAGE, lang="en"))
    assert "Employers, Action Logement Deducted from the flow The convention does not say 20 Nov 2023" in page


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("departement", "Gironde"), ("departement", "99"), ("quota_holder", ""), ("quota_holder", "7"),
        ("own_transfers", "perhaps"), ("others_transfers", "perhaps"), ("dated", "2999-01-01"),
    ],
)  # fmt: skip
async def test_what_cannot_be_read_is_marked_and_stays(
    office: Office, publisher: Browser, field: str, value: str
) -> None:
    answer = await send(publisher, **{field: value})
    assert answer.status_code == 422
    assert [name for name in GIVEN if 'aria-invalid="true"' in control(answer.text, name)] == [field]
    if field not in {"own_transfers", "others_transfers", "quota_holder"}:
        assert f'value="{value}"' in control(answer.text, field)
    assert await listed(office) == []


def control(page: str, name: str) -> str:
    return page.split(f'id="{name}"', 1)[1].split(">", 1)[0]


async def test_list_that_was_changed_meanwhile_is_not_overwritten(office: Office, publisher: Browser) -> None:
    await publisher.open(PAGE)
    old = publisher.hidden("version")
    await send(publisher)
    answer = await send(publisher, version=old, quota_holder="4")
    assert answer.status_code == 422
    assert "a changé cette liste entre-temps" in words(answer)
    assert (await send(publisher, own_transfers="no")).status_code == 303, "the one that is there is changed"
    assert await listed(office) == [("33", "3", False, None, "2023-11-20")]


async def test_page_is_of_those_who_may_and_shows_ones_own(
    office: Office, publisher: Browser, seats: Seats, register: Register
) -> None:
    await send(publisher)
    stranger = await seats.take((await register()).id, "landlord_admin")
    assert "Employers" not in words(await stranger.open(PAGE)).split("State a convention")[0]
    reader = await seats.take(office.owner.id, "landlord_reader", language="fr")
    page = words(await reader.open(PAGE))
    assert "Employeurs, Action Logement" in page
    assert "Déclarer une convention" not in page
    assert (await reader.send(PAGE, **GIVEN)).status_code == 403
    for browser in (
        await seats.take(office.owner.id, "landlord_searcher", language="fr"),
        await seats.take(office.place.coordinator.id, "coordinator_admin"),
    ):
        assert (await browser.open(PAGE)).status_code == 403
