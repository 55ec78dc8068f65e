"""The list of homes ends with its last page, whatever the page's size."""

from typing import Any

import httpx
import pytest

from registry.platform.database import Database
from registry.stock.service import SORTS
from tests.conftest import Register
from tests.support import territory
from tests.support.stock import home, publish, residence


@pytest.mark.parametrize("filtered", [{}, {"status": "vacant"}, {"residence_ref": "R1"}], ids=str)
async def test_last_page_names_no_next_one_though_it_is_full(
    client: httpx.AsyncClient,
    database: Database,
    job_database: Database,
    register: Register,
    filtered: dict[str, str],
) -> None:
    place, owner = await territory.create(database, job_database, client), await register()
    await publish(
        client, owner, {ref: residence(place.communes[0]) for ref in ("R1", "R2")},
        [{"ref": f"H{n}", **home("R1")} for n in range(4)]
        + ([{"ref": "H9", **home("R2", status="occupied")}] if filtered else []),
    )  # fmt: skip

    async def page(address: str, **asked: Any) -> tuple[list[str], str | None]:
        answer = await client.get(address, params=asked or None, headers=owner.headers)
        assert ("Link" in answer.headers) == (answer.json()["next"] is not None)
        return [item["ref"] for item in answer.json()["items"]], answer.json()["next"]

    assert await page("/v1/homes", limit=4, **filtered) == (["H0", "H1", "H2", "H3"], None)
    first, following = await page("/v1/homes", limit=2, **filtered)
    assert first == ["H0", "H1"]
    assert following
    assert await page(following) == (["H2", "H3"], None)
    first, following = await page("/v1/homes", limit=3, **filtered)
    assert following
    assert await page(following) == (["H3"], None)


RENTS = (30_000, None, 45_000, 30_000, None, 52_000, 45_000)


def in_order(items: list[dict[str, Any]], sort: str) -> list[str]:
    """Return the references in an order, as it is documented; what states none is last in both directions."""
    column = {"rooms": "rooms", "rent": "rent_cents", "status": "status", "updated": "updated_at"}.get(sort.strip("-"))
    parts = [items] if column is None else [
        [item for item in items if item[column] is not None], [item for item in items if item[column] is None]
    ]  # fmt: skip
    by_value = [sorted(part, key=lambda item: item["ref"], reverse=sort.startswith("-")) for part in parts]
    if column:
        by_value[0].sort(key=lambda item: item[column], reverse=sort.startswith("-"))
    return [item["ref"] for part in by_value for item in part]


@pytest.mark.parametrize("sort", SORTS)
async def test_pages_in_an_order_hold_every_home_once(
    client: httpx.AsyncClient, database: Database, job_database: Database, register: Register, sort: str
) -> None:
    place, owner = await territory.create(database, job_database, client), await register()
    await publish(
        client, owner, {"R1": residence(place.communes[0])},
        [
            {"ref": f"H{n}", **home("R1", rooms=1 + n % 3, rent_cents=rent, status="vacant" if n % 2 else "occupied")}
            for n, rent in enumerate(RENTS)
        ],
    )  # fmt: skip
    changed = home("R1", rooms=1, rent_cents=RENTS[0], status="occupied", area_m2=31)
    assert (await client.put("/v1/homes/H0", json=changed, headers=owner.headers)).status_code == 200
    everything = (await client.get("/v1/homes", headers=owner.headers)).json()["items"]
    found, following = [], f"/v1/homes?sort={sort}&limit=2"
    while following:
        page = (await client.get(following, headers=owner.headers)).json()
        found += [item["ref"] for item in page["items"]]
        following = page["next"]
    assert found == in_order(everything, sort)


async def test_cursor_of_one_order_is_none_of_another(
    client: httpx.AsyncClient, database: Database, job_database: Database, register: Register
) -> None:
    place, owner = await territory.create(database, job_database, client), await register()
    homes = [{"ref": f"H{n}", **home("R1")} for n in range(2)]
    await publish(client, owner, {"R1": residence(place.communes[0])}, homes)
    page = (await client.get("/v1/homes?sort=rent&limit=1", headers=owner.headers)).json()
    answer = await client.get(page["next"].replace("sort=rent", "sort=-rent"), headers=owner.headers)
    assert (answer.status_code, answer.json()["code"]) == (400, "cursor-invalid")
