"""References in addresses, other landlords' things, and cursors."""

import httpx
import pytest

from registry.kernel import cursor
from tests.contract.problem import assert_problem, refused
from tests.contract.requests import BY_REF, HOME, LISTS, RESIDENCE, Good, Place, good_requests


@pytest.mark.parametrize("operation", BY_REF)
@pytest.mark.parametrize(
    "ref",
    [
        "",
        ".",
        "..",
        "a/../b",
        "a/.",
        "./a",
        "x" * 101,
        "é" * 101,
        "a\x00b",
        "a\u2028b",
        "\u202eabc",
        "\ufeff",
        "\x7f",
    ],
)
async def test_reference_that_is_none_is_refused(place: Place, good: dict[str, Good], operation: str, ref: str) -> None:
    kind = good[operation].path.rpartition("/")[0].partition("/v1/")[2].partition("/")[0]
    encoded = "".join(f"%{byte:02X}" for byte in ref.encode())
    parts = good[operation].path.split("/")
    rest = "".join(f"/{part}" for part in parts[4:])
    await refused(place, good[operation], 400, "ref-invalid", "ref", path=f"/v1/{kind}/{encoded}{rest}")


@pytest.mark.parametrize("kind", ["homes", "residences"])
@pytest.mark.parametrize("ref", ["a%0Ab", "a%0A", "%C2%89%0D%0A"])
async def test_reference_with_a_line_break_is_refused(place: Place, good: dict[str, Good], kind: str, ref: str) -> None:
    asked = good["put_home" if kind == "homes" else "put_residence"]
    await refused(place, asked, 400, "ref-invalid", "ref", path=f"/v1/{kind}/{ref}")


@pytest.mark.parametrize("kind", ["homes", "residences"])
@pytest.mark.parametrize(
    "ref",
    ["A/B", "/A", "A/", "A//B", "x" * 100, "é" * 100, "木/…", "a b", "a+b", "a%2Fb", "a?b#c", "..a", "a..", "...",
     ":batch", "'\";--",
     "\U0001f3e0", "search", "%", "a\u202fb"],
)  # fmt: skip
async def test_unusual_reference_is_the_same_everywhere(
    place: Place, good: dict[str, Good], kind: str, ref: str
) -> None:
    asked = good["put_home" if kind == "homes" else "put_residence"]
    path = f"/v1/{kind}/" + "".join(f"%{byte:02X}" for byte in ref.encode())
    written = await asked.send(place, path=path)
    assert written.status_code == 201, written.text
    assert written.json()["ref"] == ref
    read = await place.client.get(path, headers=place.owner.headers)
    assert read.json() == written.json()
    listed = await place.client.get(f"/v1/{kind}", params={"limit": 1000}, headers=place.owner.headers)
    assert ref in {item["ref"] for item in listed.json()["items"]}
    assert (await place.client.delete(path, headers=place.owner.headers)).status_code == 204
    missing = await place.client.get(path, headers=place.owner.headers)
    assert_problem(missing, 404, "home-not-found" if kind == "homes" else "residence-not-found")


@pytest.mark.parametrize("operation", [name for name in BY_REF if not name.startswith(("put_", "review_", "start_"))])
async def test_what_another_landlord_has_is_as_if_it_did_not_exist(place: Place, operation: str) -> None:
    asked = good_requests(place)[operation]
    foreign = await place.client.request(asked.method, asked.path, headers=place.other.headers)
    unknown = await place.client.request(asked.method, f"{asked.path}-unknown", headers=place.other.headers)
    differ = ("instance", "correlation_id")
    bodies = [assert_problem(answer, 404) for answer in (foreign, unknown)]
    assert [{name: value for name, value in body.items() if name not in differ} for body in bodies[:1]] == [
        {name: value for name, value in body.items() if name not in differ} for body in bodies[1:]
    ]


async def test_reference_to_another_landlords_residence_is_unknown(place: Place, good: dict[str, Good]) -> None:
    answer = await good["put_home"].send(place, headers=place.other.headers, path="/v1/homes/mine")
    assert_problem(answer, 422, "residence-unknown", "residence_ref")


@pytest.mark.parametrize("operation", LISTS)
async def test_cursor_that_is_not_of_this_list_is_refused(place: Place, good: dict[str, Good], operation: str) -> None:
    key = place.client._transport.app.app.state.cursor_key  # type: ignore[attr-defined]
    foreign = cursor.seal(["A"], key=key, context=b"another list")
    old = cursor.seal(["A"], key=bytes(32), context=b"")
    for given in ("x", "=", "AAAA", "é", "%00", "A" * 499, foreign, old, foreign[:-1], foreign + "A", "a\x00"):
        query = {**good[operation].query, "cursor": given}
        await refused(place, good[operation], 400, "cursor-invalid", "cursor", params=query)
    for given in ("", "A" * 701):
        query = {**good[operation].query, "cursor": given}
        await refused(place, good[operation], 400, "query-invalid", "cursor", params=query)


@pytest.mark.parametrize("operation", ["list_changes", "list_listing_changes"])
async def test_position_that_is_not_of_this_feed_is_refused(
    place: Place, good: dict[str, Good], operation: str
) -> None:
    key = place.client._transport.app.app.state.cursor_key  # type: ignore[attr-defined]
    foreign = cursor.hide(["x", 1, 1, 0, "x"], key=key, context=b"another feed")
    sealed = cursor.seal(["x", 1, 1, 0, "x"], key=key, context=b"")
    for given in ("x", "=", "AAAA", "é", "%00", "A" * 499, foreign, sealed, foreign[:-2], foreign + "AA", "a\x00"):
        await refused(place, good[operation], 400, "cursor-invalid", "after", params={"after": given})
    for given in ("", "A" * 701):
        await refused(place, good[operation], 400, "query-invalid", "after", params={"after": given})


async def test_cursor_of_another_landlord_or_other_filters_is_refused(place: Place, good: dict[str, Good]) -> None:
    for ref in ("cursor-1", "cursor-2"):
        await good["put_home"].send(place, path=f"/v1/homes/{ref}")
    asked = good["list_homes"]
    following = (await asked.send(place, params={"limit": 1})).json()["next"]
    given = httpx.QueryParams(following.split("?", 1)[1])["cursor"]
    for headers, query in (
        (place.other.headers, {"limit": 1}),
        ({}, {"limit": 1, "status": "vacant"}),
        ({}, {"limit": 1, "residence_ref": RESIDENCE}),
    ):
        answer = await asked.send(place, headers=headers, params={**query, "cursor": given})
        assert_problem(answer, 400, "cursor-invalid", "cursor")
    answer = await asked.send(place, params={"limit": 2, "cursor": given})
    assert answer.status_code == 200, "the size of the page may change"
    assert HOME not in {item["ref"] for item in answer.json()["items"]} or given
