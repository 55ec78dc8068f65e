"""``Idempotency-Key``: a batch that is sent again changes nothing, and gets the answer that it got."""

import asyncio
import json
import secrets
from typing import Any

import httpx
import pytest
import pytest_asyncio

from registry.access import repository
from registry.platform.database import Database, Role
from tests.contract.problem import assert_problem
from tests.contract.requests import RESIDENCE, Place
from tests.support.database import Server
from tests.support.members import Member


def lines(*refs: str, **changes: Any) -> bytes:
    home = {"residence_ref": RESIDENCE, "typology": "T2", "rooms": 2, "status": "occupied", **changes}
    return b"\n".join(json.dumps({"ref": ref, **home}).encode() for ref in refs)


@pytest.fixture
def key() -> str:
    return secrets.token_hex(8)


async def send(
    place: Place, key: str | None, body: bytes, *, member: Member | None = None, language: str = "en"
) -> httpx.Response:
    return await place.client.post(
        "/v1/homes:batch",
        content=body,
        headers={
            **(member or place.owner).headers,
            "Content-Type": "application/x-ndjson",
            **({"Idempotency-Key": key} if key is not None else {}),
            "Accept-Language": language,
        },
    )


async def read(place: Place, ref: str) -> httpx.Response:
    return await place.client.get(f"/v1/homes/{ref}", headers=place.owner.headers)


async def test_same_body_again_gets_the_first_answer_and_changes_nothing(place: Place, key: str) -> None:
    body = lines(f"{key}-1", f"{key}-2")
    first = await send(place, key, body)
    assert first.json()["created"] == 2
    assert "idempotent-replayed" not in first.headers
    await place.client.delete(f"/v1/homes/{key}-1", headers=place.owner.headers)
    again = await send(place, key, body, language="fr")
    assert again.status_code == first.status_code
    assert again.content == first.content
    assert again.headers["content-type"] == first.headers["content-type"]
    assert again.headers["idempotent-replayed"] == "true"
    assert (await read(place, f"{key}-1")).status_code == 404, "what was deleted since is not made again"


async def test_another_body_with_the_same_key_is_refused(place: Place, key: str) -> None:
    assert (await send(place, key, lines(f"{key}-1"))).status_code == 200
    for body in (lines(f"{key}-2"), lines(f"{key}-1", rooms=3), lines(f"{key}-1") + b"\n"):
        assert_problem(await send(place, key, body), 422, "idempotency-key-reused", "Idempotency-Key")
    assert (await read(place, f"{key}-2")).status_code == 404
    assert (await read(place, f"{key}-1")).json()["rooms"] == 2


async def test_without_a_key_a_batch_sent_again_is_compared(place: Place, key: str) -> None:
    body = lines(f"{key}-1")
    assert (await send(place, None, body)).json()["created"] == 1
    assert (await send(place, None, body)).json()["unchanged"] == 1


async def test_key_of_another_organisation_is_another_key(place: Place, key: str) -> None:
    assert (await send(place, key, lines(f"{key}-1"))).status_code == 200
    await place.client.put(f"/v1/residences/{RESIDENCE}", json=place.residence, headers=place.other.headers)
    answer = await send(place, key, lines(f"{key}-2"), member=place.other)
    for path in (f"/v1/homes/{key}-2", f"/v1/residences/{RESIDENCE}"):  # other tests rely on it having none of that ref
        await place.client.delete(path, headers=place.other.headers)
    assert answer.json()["created"] == 1
    assert "idempotent-replayed" not in answer.headers


async def test_two_at_once_with_one_key_do_the_work_once(place: Place, key: str) -> None:
    body = lines(*(f"{key}-{n}" for n in range(200)))
    answers = await asyncio.gather(*(send(place, key, body) for _ in range(6)))
    done = [answer for answer in answers if answer.status_code == 200]
    waiting = [answer for answer in answers if answer.status_code == 409]
    assert len(done) + len(waiting) == 6, [answer.status_code for answer in answers]
    assert {answer.content for answer in done} == {done[0].content}
    assert done[0].json()["created"] == 200
    assert sum("idempotent-replayed" not in answer.headers for answer in done) == 1
    for answer in waiting:
        assert_problem(answer, 409, "request-in-flight", "Idempotency-Key")
        assert answer.headers["retry-after"] == "2"
    assert (await send(place, key, body)).headers["idempotent-replayed"] == "true"


@pytest_asyncio.fixture
async def held(database: Database, place: Place, key: str) -> Any:
    """The key, held by a first request that is still being answered."""
    async with database.transaction(Role.LANDLORD, organisation=place.owner.id, actor="tests") as session:
        assert await repository.claim(session, place.owner.id, "/homes:batch", key)  # type: ignore[arg-type]
        yield key


async def test_second_request_while_the_first_is_answered_is_told_to_wait(place: Place, held: str) -> None:
    assert_problem(await send(place, held, lines("x")), 409, "request-in-flight", "Idempotency-Key")
    other_key = await send(place, f"{held}-other", lines(f"{held}-1"))
    assert other_key.status_code == 200


@pytest.mark.parametrize("body", [b"", b"\n"])
async def test_request_that_failed_leaves_its_key_free(place: Place, key: str, body: bytes) -> None:
    assert_problem(await send(place, key, body), 422, "batch-empty")
    answer = await send(place, key, lines(f"{key}-1"))
    assert answer.json()["created"] == 1
    assert "idempotent-replayed" not in answer.headers


async def test_batch_with_rejected_lines_was_answered_and_is_replayed(place: Place, key: str) -> None:
    body = lines(f"{key}-1") + b"\nnothing"
    first = await send(place, key, body)
    assert (first.json()["created"], first.json()["rejected"]) == (1, 1)
    again = await send(place, key, body)
    assert (again.content, again.headers["idempotent-replayed"]) == (first.content, "true")


@pytest.mark.parametrize(("age", "replayed"), [("23 hours 59 minutes", True), ("24 hours 1 minute", False)])
async def test_key_holds_for_a_day(
    place: Place, server: Server, database_name: str, key: str, age: str, replayed: bool
) -> None:
    body = lines(f"{key}-1")
    assert (await send(place, key, body)).status_code == 200
    with server.connect(database_name) as admin:
        changed = admin.execute(
            "UPDATE registry.idempotency_keys SET created_at = now() - CAST(%s AS interval) WHERE key = %s", (age, key)
        )
        assert changed.rowcount == 1
    again = await send(place, key, body)
    assert again.status_code == 200
    assert ("idempotent-replayed" in again.headers) == replayed
    other = await send(place, key, lines(f"{key}-2"))
    assert_problem(other, 422, "idempotency-key-reused")


async def test_two_keys_on_one_request_are_refused(place: Place, key: str) -> None:
    answer = await place.client.post(
        "/v1/homes:batch", content=lines(f"{key}-1"),
        headers=[
            *place.owner.headers.items(), ("Content-Type", "application/x-ndjson"), ("Idempotency-Key", key),
            ("Idempotency-Key", f"{key}-2"),
        ],
    )  # fmt: skip
    assert_problem(answer, 400, "parameter-repeated", "idempotency-key")
