"""Guessing secrets: slow, and nobody is locked out."""

import httpx
import pytest
from sqlalchemy import text

from registry.platform.database import Database, Role
from tests.support.identity import Enrol, Member


async def test_eleventh_wrong_secret_is_told_to_wait_and_the_right_one_still_works(
    client: httpx.AsyncClient, member: Member
) -> None:
    statuses = [
        (
            await client.post(
                "/oauth/token", data={"grant_type": "client_credentials"}, auth=(member.client_id, "areg_wrong")
            )
        ).status_code
        for _ in range(11)
    ]
    assert statuses == [401] * 10 + [429]
    right = await client.post("/oauth/token", data={"grant_type": "client_credentials"}, auth=member.basic)
    assert right.status_code == 200, "the honest client is never locked out"


@pytest.mark.parametrize(("ago_s", "status"), [(30, 429), (59, 429), (66, 401)])
async def test_wrong_secrets_of_the_last_sixty_seconds_count_whatever_the_clock_shows(
    client: httpx.AsyncClient, member: Member, database: Database, ago_s: int, status: int
) -> None:
    async def wrong() -> int:
        answer = await client.post(
            "/oauth/token", data={"grant_type": "client_credentials"}, auth=(member.client_id, "areg_wrong")
        )
        return answer.status_code

    assert {await wrong() for _ in range(10)} == {401}
    async with database.transaction(Role.AUTH, actor="tests") as session:
        moved = await session.execute(
            text(
                "UPDATE failed_attempts SET since = since - make_interval(secs => :ago)"
                " WHERE kind = 'client' AND subject = sha256(CAST(:client AS bytea)) RETURNING failures"
            ),
            {"ago": ago_s, "client": member.client_id.encode()},
        )
        assert sum(moved.scalars()) == 10
    assert await wrong() == status


async def test_failures_of_one_client_do_not_count_for_another(
    client: httpx.AsyncClient, member: Member, enrol: Enrol
) -> None:
    other = await enrol()
    for _ in range(12):
        await client.post(
            "/oauth/token", data={"grant_type": "client_credentials"}, auth=(member.client_id, "areg_wrong")
        )
    answer = await client.post(
        "/oauth/token", data={"grant_type": "client_credentials"}, auth=(other.client_id, "areg_wrong")
    )
    assert answer.status_code == 401
