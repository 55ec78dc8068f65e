"""Residences and homes as a landlord sends them."""

import json
from collections.abc import Iterable
from typing import Any

import httpx

from registry.vocabulary.contradictions import contradictory
from tests.support.members import Member

TODAY = "2026-03-01"


def residence(commune: str, position: dict[str, float] | None = None, **changes: Any) -> dict[str, Any]:
    return {
        "name": "Les Tilleuls",
        "street": "rue des Acacias",
        "commune_code": commune,
        "position": position,
        **changes,
    }


def fact(value: str | int = "yes", source: str = "declared", date: str = TODAY) -> dict[str, Any]:
    return {"value": value, "source": source, "date": date}


def agreeing(facts: dict[str, Any]) -> dict[str, Any]:
    """Return facts without those that deny another one of them."""
    denied = {each.said.code for each in contradictory(facts)}
    return {code: given for code, given in facts.items() if code not in denied}


def home(residence_ref: str = "R1", facts: dict[str, Any] | None = None, **changes: Any) -> dict[str, Any]:
    """Return an adapted, vacant two-room home."""
    return {
        "residence_ref": residence_ref, "typology": "T2", "rooms": 2, "area_m2": 47.5, "floor": 1,
        "rent_cents": 41_250, "charges_cents": 6_000, "status": "vacant",
        "facts": {"zero_step_shower": fact()} if facts is None else facts, **changes,
    }  # fmt: skip


async def publish(
    client: httpx.AsyncClient, member: Member, residences: dict[str, dict[str, Any]], homes: Iterable[dict[str, Any]]
) -> dict[str, Any]:
    """Publish residences by PUT and homes (with their ``ref``) by one batch; return the batch's answer."""
    for ref, given in residences.items():
        answer = await client.put(f"/v1/residences/{ref}", json=given, headers=member.headers)
        assert answer.status_code in {200, 201}, answer.text
    answer = await client.post(
        "/v1/homes:batch",
        content="\n".join(json.dumps(line) for line in homes),
        headers={**member.headers, "Content-Type": "application/x-ndjson"},
    )
    assert answer.status_code == 200, answer.text
    result: dict[str, Any] = answer.json()
    return result
