"""The list of homes ends with its last page, whatever the page's size."""

from typing import Any

import httpx
import pytest

from registry.platform.database import Database
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
