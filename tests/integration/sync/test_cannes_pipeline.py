"""The social homes of Cannes as their landlord's system sends them: no row is lost, and sent again nothing changes."""

from typing import Any

import pytest

from registry.sync.service.run import Runner
from tests.support.cannes import HOMES, PRESENT, Cannes, registry_of_france
from tests.support.database import Server

pytestmark = pytest.mark.skipif(
    not PRESENT, reason="the real data (../shared/data/rpls-cannes and territoires) are not on this machine"
)
ROWS = 6_374


async def send(place: Cannes) -> dict[str, Any]:
    """Send the file as it is published, have a worker run it, and return what became of it."""
    sent = await place.client.post(
        "/v1/imports",
        params={"mode": "full"},
        content=HOMES.read_bytes(),
        headers={**place.owner.headers, "Content-Type": "text/plain"},
    )
    assert sent.status_code == 202, sent.text
    assert await Runner(place.jobs).run_waiting(place.owner.id) == 1
    answer = await place.client.get(sent.headers["Location"], headers=place.owner.headers)
    run: dict[str, Any] = answer.json()
    assert run["status"] == "applied", run
    counts = run["counts"]
    assert counts["rows"] == sum(counts[name] for name in ("created", "updated", "unchanged", "rejected"))
    return {name: count for name, count in counts.items() if name not in {"rules", "residences"} and count}


async def stock(place: Cannes) -> list[list[dict[str, Any]]]:
    """Return homes and residences, without when a file last confirmed them: one that is whole does, writing none."""
    found = [await place.pages(place.owner, f"/v1/{noun}?limit=1000") for noun in ("homes", "residences")]
    return [[{name: row[name] for name in row if name != "confirmed_at"} for row in rows] for rows in found]


async def test_real_file_is_created_row_by_row_and_sent_again_writes_nothing(server: Server) -> None:
    async with registry_of_france(server) as place:
        assert await send(place) == {"rows": ROWS, "created": ROWS}
        before = await stock(place)
        assert [len(each) for each in before] == [ROWS, 282]
        assert await send(place) == {"rows": ROWS, "unchanged": ROWS}
        assert await stock(place) == before, "no version and no date of a change is another"
