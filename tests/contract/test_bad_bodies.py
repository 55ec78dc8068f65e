"""Bodies that are not what they claim to be, or that two readers would read differently."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.contract.problem import assert_problem, refused
from tests.contract.requests import BATCHES, BODIES, JSON_BODIES, REPEATABLE, RESIDENCE, Good, Place


@pytest.mark.parametrize("operation", JSON_BODIES)
@pytest.mark.parametrize(
    ("content", "at"),
    [
        (b"", "body"), (b"  ", "body"), (b"{", "body"), (b"{]", "body"), (b"nothing", "body"), (b"{} {}", "body"),
        (b"{'a': 1}", "body"), (b'{"a": NaN}', "body"), (b'{"a": -Infinity}', "body"), (b'{"a": 01}', "body"),
        (b'{"a": 1, "a": 1}', "a"), (b'{"x": {"b": 1, "c": 2, "b": 3}}', "b"), (b'{"a": "\xff"}', "body"),
        (b"\xef\xbb\xbf{}", "body"), ('{"a": 1}'.encode("utf-16"), "body"), ("{}".encode("utf-32"), "body"),
        (b"[" * 100_000, "body"), (b'{"a": ' + b"9" * 5000 + b"}", "body"), (b'{"a": "\x01"}', "body"),
        (b'{"a": "\\ud"}', "body"), (b"\x00", "body"),
    ],
)  # fmt: skip
async def test_body_that_is_not_json_or_reads_in_two_ways_is_refused(
    place: Place, good: dict[str, Good], operation: str, content: bytes, at: str
) -> None:
    await refused(place, good[operation], 400, "body-unreadable", at, content=content)


@pytest.mark.parametrize("operation", JSON_BODIES)
@pytest.mark.parametrize("content", [b"[]", b"1", b"null", b'"x"', b"true", b"[" * 400 + b"]" * 400])
async def test_body_that_is_no_object_is_refused(
    place: Place, good: dict[str, Good], operation: str, content: bytes
) -> None:
    await refused(place, good[operation], 422, "input-invalid", "body", content=content)


@pytest.mark.parametrize("operation", JSON_BODIES)
async def test_text_with_a_lone_surrogate_is_refused(place: Place, good: dict[str, Good], operation: str) -> None:
    changed = {**good[operation].body, "\ud800": "\udfff"}
    await refused(place, good[operation], 422, "input-invalid", "body", content=json.dumps(changed).encode())


@pytest.mark.parametrize("operation", BODIES)
@pytest.mark.parametrize(
    "given",
    [None, "text/plain", "application/xml", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x",
     "application/merge-patch+json", "application/json; charset=utf-16", "application/x-ndjson; charset=latin1",
     "json", "", b"application/json\xff"],
)  # fmt: skip
async def test_body_of_another_type_is_refused(
    place: Place, good: dict[str, Good], operation: str, given: str | None
) -> None:
    headers = {"Content-Type": given}
    await refused(place, good[operation], 415, "body-type-unsupported", "Content-Type", headers=headers)


@pytest.mark.parametrize("operation", BODIES)
async def test_compressed_body_is_refused(place: Place, good: dict[str, Good], operation: str) -> None:
    headers = {"Content-Encoding": "gzip"}
    await refused(place, good[operation], 415, "body-encoding-unsupported", "Content-Encoding", headers=headers)


@pytest.mark.parametrize("operation", [*REPEATABLE, *BATCHES])
async def test_good_type_is_taken_however_it_is_written(place: Place, good: dict[str, Good], operation: str) -> None:
    _, media_type = good[operation].content
    assert media_type
    for given in (media_type.upper(), f'{media_type}; charset="UTF-8"', f"{media_type};charset=utf8"):
        answer = await good[operation].send(place, headers={"Content-Type": given})
        assert answer.status_code in {200, 201}, answer.text


@pytest.mark.parametrize("operation", JSON_BODIES)
async def test_body_above_the_limit_is_refused_whether_or_not_it_says_so(
    place: Place, good: dict[str, Good], operation: str
) -> None:
    async def unannounced() -> AsyncIterator[bytes]:
        for _ in range(11):
            yield b" " * 100_000

    await refused(place, good[operation], 413, "body-over-limit", content=b" " * 1_000_001)
    answer = await good[operation].send(place, content=unannounced())
    assert_problem(answer, 413, "body-over-limit")
    assert answer.headers["connection"] == "close"


def line(ref: str, **changes: Any) -> bytes:
    return json.dumps(
        {"ref": ref, "residence_ref": RESIDENCE, "typology": "T2", "rooms": 2, "status": "vacant", **changes}
    ).encode()


async def batch(place: Place, good: dict[str, Good], *lines: bytes, language: str = "en") -> dict[str, Any]:
    answer = await good["write_batch"].send(place, content=b"\n".join(lines), headers={"Accept-Language": language})
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    assert sum(body[name] for name in ("created", "updated", "unchanged", "rejected")) == len(body["lines"])
    return body


@pytest.mark.parametrize("operation", BATCHES)
@pytest.mark.parametrize("content", [b"", b"\n", b"\r\n\r\n", b" \t\n "])
async def test_empty_batch_is_refused(place: Place, good: dict[str, Good], operation: str, content: bytes) -> None:
    await refused(place, good[operation], 422, "batch-empty", content=content)


@pytest.mark.parametrize(
    ("bad", "at"),
    [
        (b"{", "line"), (b"nothing", "line"), (b"[]", "line"), (b"1", "line"), (b"null", "line"), (b'"x"', "line"),
        (b"{}", "ref"), (b"{} {}", "line"), (b'{"ref": "\xff"}', "line"), (b"\xef\xbb\xbf{}", "line"),
        (b"[" * 5000, "line"), (b"\x00", "line"), ("{}".encode("utf-16-le"), "line"),
        (line("x").replace(b'"rooms": 2', b'"rooms": 2, "rooms": 3'), "rooms"),
        (line("x").replace(b'"rooms": 2', b'"rooms" : 2, "rooms":2'), "rooms"),
        (line("x", facts={}).replace(b'"facts": {}', b'"facts": {"lift": null, "lift": null}'), "lift"),
        (line("x", rooms=float("nan")), "rooms"), (line("x", rent_cents=10**30), "rent_cents"),
        (line("x").replace(b'"rooms": 2', b'"rooms": ' + b"9" * 5000), "line"),
        (line("x", rooms="2"), "rooms"), (line("x", unknown=1), "unknown"), (line("\ud800"), "line"),
        (line("a\x00b"), "ref"), (line(".."), "ref"), (line(""), "ref"), (line("x" * 101), "ref"),
        (line("x", available_on="9999-01-01"), "available_on"), (line("x", residence_ref="nobody's"), "residence_ref"),
        (line("x", building_ref="nobody's"), "building_ref"), (line("x", facts={"diagnosis": None}), "facts.diagnosis"),
    ],
)  # fmt: skip
async def test_bad_line_of_a_batch_is_named_and_the_others_are_saved(
    place: Place, good: dict[str, Good], bad: bytes, at: str
) -> None:
    said = {}
    for language in ("fr", "en"):
        body = await batch(place, good, line("before"), bad, line("after"), language=language)
        assert [one["line"] for one in body["lines"]] == [1, 2, 3]
        assert {one["status"] for one in (body["lines"][0], body["lines"][2])} <= {"created", "unchanged"}
        rejected = body["lines"][1]
        assert rejected["status"] == "rejected"
        assert at in {fault["field"] for fault in rejected["errors"]}, rejected
        assert all(len(str(fault["value"])) <= 210 for fault in rejected["errors"])
        said[language] = {fault["message"] for fault in rejected["errors"]}
    assert said["fr"] & said["en"] == set()


async def test_reference_given_twice_in_a_batch_counts_once(place: Place, good: dict[str, Good]) -> None:
    body = await batch(place, good, line("twice", floor=1), line("other"), line("twice", floor=2), line("twice"))
    assert [one["status"] == "rejected" for one in body["lines"]] == [False, False, True, True]
    assert body["lines"][2]["errors"] == [
        {
            "field": "ref",
            "value": "twice",
            "message": "Reference given already on line 1",
            "remedy": "Keep one line per home.",
        }
    ]
    read = await place.client.get("/v1/homes/twice", headers=place.owner.headers)
    assert read.json()["floor"] == 1


async def test_lines_may_end_as_other_systems_end_them(place: Place, good: dict[str, Good]) -> None:
    body = await batch(place, good, line("crlf-1") + b"\r", b"\r", b"  " + line("crlf-2") + b" \r", b"")
    assert [(one["line"], one["ref"], one["errors"]) for one in body["lines"]] == [(1, "crlf-1", []), (3, "crlf-2", [])]
