"""Whatever is wrong with a request is a named problem with field, value and remedy, in two languages; never a 5xx."""

import json
from typing import Any

import pytest

from tests.contract.bad import BAD, GOOD_AFTER_ALL, Bad
from tests.contract.problem import assert_problem, refused
from tests.contract.requests import BATCHES, BY_REF, OPERATIONS, Good, Place


@pytest.mark.parametrize("operation", OPERATIONS)
class TestEveryOperation:
    """What is refused everywhere."""

    async def test_request_without_a_token_is_refused(
        self, place: Place, good: dict[str, Good], operation: str
    ) -> None:
        await refused(place, good[operation], 401, "token-missing", headers={"Authorization": None})

    async def test_token_in_the_query_string_is_no_token(
        self, place: Place, good: dict[str, Good], operation: str
    ) -> None:
        token = place.owner.headers["Authorization"].removeprefix("Bearer ")
        query = {**good[operation].query, "access_token": token}
        await refused(place, good[operation], 401, "token-missing", headers={"Authorization": None}, params=query)
        body = await refused(place, good[operation], 400, "parameter-unknown", "access_token", params=query)
        assert token not in json.dumps(body), "what somebody put in an address is not repeated"

    async def test_expired_token_is_refused(self, place: Place, good: dict[str, Good], operation: str) -> None:
        await refused(place, good[operation], 401, "token-invalid", headers=place.expired)

    @pytest.mark.parametrize("value", ["Bearer", "Bearer x", "Basic eDp5", "bearer ééé", "Bearer a.b.c", "x" * 9000])
    async def test_unreadable_token_is_refused(
        self, place: Place, good: dict[str, Good], operation: str, value: str
    ) -> None:
        await refused(place, good[operation], 401, "token-invalid", headers={"Authorization": value.encode()})

    async def test_two_tokens_are_refused(self, place: Place, good: dict[str, Good], operation: str) -> None:
        asked = good[operation]
        content, media_type = asked.content
        both = [
            ("Authorization", place.owner.headers["Authorization"]),
            ("Authorization", place.other.headers["Authorization"]),
        ]
        typed = [("Content-Type", media_type)] if media_type else []
        answer = await place.client.request(
            asked.method, asked.path, params=asked.query, content=content, headers=[*both, *typed]
        )
        assert_problem(answer, 401, "token-invalid", "Authorization")

    async def test_unknown_parameter_is_refused(self, place: Place, good: dict[str, Good], operation: str) -> None:
        for name in ("unknown", "Limit", "limit[]", "é", "a\x00b", ""):
            query = {**good[operation].query, name: "1"}
            answer = await good[operation].send(place, params=query)
            body = assert_problem(answer, 400, "parameter-unknown") if name else answer.json()
            assert answer.status_code == 400 or not name
            assert not name or body["errors"][0]["field"] == name
        await refused(place, good[operation], 400, "parameter-unknown", "x", params={**good[operation].query, "x": ""})

    async def test_answer_in_an_unknown_format_is_refused(
        self, place: Place, good: dict[str, Good], operation: str
    ) -> None:
        for accept in ("text/html", "application/xml;q=0.9, image/*", "application/json;q=0", "nonsense", "*/*;q=0"):
            await refused(place, good[operation], 406, "media-type-unavailable", "Accept", headers={"Accept": accept})

    async def test_address_that_is_not_utf8_is_refused(
        self, place: Place, good: dict[str, Good], operation: str
    ) -> None:
        asked = good[operation]
        for end in ("?x=%FF", "?%C3%28=1", "?a=%ED%A0%80"):
            await refused(place, asked, 400, "address-unreadable", path=asked.path + end, params=None)
        if "{" in asked.path or operation in BY_REF:
            await refused(place, asked, 400, "address-unreadable", path=asked.path + "%C3")

    async def test_method_that_an_address_has_not_is_refused(
        self, place: Place, good: dict[str, Good], operation: str
    ) -> None:
        asked = good[operation]
        answer = await place.client.request("PATCH", asked.path, headers=place.owner.headers)
        assert_problem(answer, 405, "method-not-allowed", "method")
        assert asked.method in answer.headers["allow"].split(", ")


@pytest.mark.parametrize("operation", [name for name in OPERATIONS if name not in {*BATCHES, "read_vocabulary"}])
async def test_parameter_given_twice_is_refused_unless_it_may_be(
    place: Place, good: dict[str, Good], operation: str
) -> None:
    document = (await place.client.get("/v1/openapi.json")).json()
    (parameters,) = [
        one.get("parameters", []) for path in document["paths"].values() for one in path.values()
        if one["operationId"] == operation
    ]  # fmt: skip
    for given in (given for given in parameters if given["in"] == "query"):
        pairs = [(given["name"], "1"), (given["name"], "1")]
        answer = await good[operation].send(place, params=[*good[operation].query.items(), *pairs])
        if given["schema"].get("type") == "array":
            assert answer.status_code in {200, 400}, answer.text
            assert "parameter-repeated" not in answer.text
        else:
            assert_problem(answer, 400, "parameter-repeated", given["name"])


@pytest.mark.parametrize("bad", BAD, ids=str)
async def test_bad_request_is_a_named_problem(place: Place, good: dict[str, Good], bad: Bad) -> None:
    asked = good[bad.operation]
    changes: dict[str, Any] = {}
    if bad.query:
        changes["params"] = {name: value for name, value in {**asked.query, **bad.query}.items() if value is not None}
    if bad.body:
        changes["content"] = json.dumps({**asked.body, **bad.body}).encode()
    if bad.path:
        changes["path"] = bad.path
    await refused(place, asked, bad.status, bad.code, bad.at, headers=bad.headers, **changes)


@pytest.mark.parametrize("unusual", GOOD_AFTER_ALL, ids=str)
async def test_unusual_request_that_the_document_allows_is_answered(
    place: Place, good: dict[str, Good], unusual: Bad
) -> None:
    asked = good[unusual.operation]
    changes: dict[str, Any] = {"params": {**asked.query, **unusual.query}}
    if unusual.body:
        changes["content"] = json.dumps({**asked.body, **unusual.body}).encode()
    answer = await asked.send(place, **changes)
    assert answer.status_code == unusual.status, answer.text
