"""What operators read of each request: the template of its address, never the address."""

import httpx
from prometheus_client import REGISTRY

from tests.support.members import Member


def answered(route: str, status: int) -> float:
    return REGISTRY.get_sample_value(
        "registry_http_requests_total", {"method": "GET", "route": route, "status": str(status)}
    ) or 0.0  # fmt: skip


async def test_requests_are_counted_by_the_whole_template_of_their_address(
    client: httpx.AsyncClient, landlord: Member
) -> None:
    before = answered("/v1/homes/{ref:ref}", 404)
    assert (await client.get("/v1/homes/nobodys", headers=landlord.headers)).status_code == 404
    assert answered("/v1/homes/{ref:ref}", 404) == before + 1
    assert answered("/v1/homes/nobodys", 404) == 0


async def test_address_that_is_none_is_counted_as_unmatched(client: httpx.AsyncClient) -> None:
    before = answered("unmatched", 404)
    assert (await client.get("/v1/nothing-here")).status_code == 404
    assert answered("unmatched", 404) == before + 1
