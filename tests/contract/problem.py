"""What every refusal must look like, whatever was wrong."""

import re
from typing import Any

import httpx

from tests.contract.requests import Good, Place

SECURITY_HEADERS = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "referrer-policy": "no-referrer",
}


def assert_oauth_error(answer: httpx.Response, status: int, code: str) -> None:
    """Assert that an answer is an error of RFC 6749 §5.2, as the libraries of others read it."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-correlation-id"]
    body = answer.json()
    assert body.keys() == {"error", "error_description"}
    assert body["error"] == code
    assert re.fullmatch(r"[\x20-\x21\x23-\x5b\x5d-\x7e]+", body["error_description"]), body


def assert_problem(
    answer: httpx.Response, status: int, code: str | None = None, at: str | None = None
) -> dict[str, Any]:
    """Assert that an answer is a problem of this status that says what is wrong and what to do; return its body."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    for name, value in SECURITY_HEADERS.items():
        assert answer.headers[name] == value
    body: dict[str, Any] = answer.json()
    assert body["status"] == status
    assert body["type"] == f"/problems/{body['code']}"
    assert body["correlation_id"] == answer.headers["x-correlation-id"]
    assert body["title"]
    assert body["instance"].isascii()
    faults = body.get("errors", [])
    for fault in faults:
        assert set(fault) == {"field", "value", "message", "remedy"}
        assert fault["field"]
        assert fault["message"]
        assert len(str(fault["value"])) <= 210, "a wrong value is shown, and shortened"
    assert body.get("remedy") or (faults and all(fault["remedy"] for fault in faults)), "there is something to do"
    if code is not None:
        assert body["code"] == code, answer.text
    if at is not None:
        assert at in {fault["field"] for fault in faults}, answer.text
    return body


def texts(body: dict[str, Any]) -> set[str]:
    """Return all that a person reads of a problem."""
    faults = body.get("errors", [])
    said = [body["title"], body.get("detail"), body.get("remedy")]
    said += [fault[name] for fault in faults for name in ("message", "remedy")]
    return {text for text in said if text}


async def refused(
    place: Place, good: Good, status: int, code: str, at: str | None = None, **changes: Any
) -> dict[str, Any]:
    """Send a changed request in both languages; assert that both are refused alike, each in its own words."""
    headers = changes.pop("headers", {})
    spoken = {}
    for language in ("fr", "en"):
        answer = await good.send(
            place, headers={"Accept-Language": f"{language}-XX, {language};q=0.9", **headers}, **changes
        )
        assert answer.headers.get("content-language") == language, answer.text
        spoken[language] = assert_problem(answer, status, code, at)
    assert spoken["fr"]["title"] != spoken["en"]["title"]
    shared = texts(spoken["fr"]) & texts(spoken["en"])
    assert shared == set(), "said in one language only"
    return spoken["en"]
