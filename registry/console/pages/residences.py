"""A landlord's own residences: searched, with their indexes."""

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import Response

from registry.access.scopes import Scope
from registry.assessment import service as assessment
from registry.console.known import searched
from registry.console.members import bound, member
from registry.console.pages.account import shown

router = APIRouter(include_in_schema=False)
PAGE: Final = "/console/residences"
SHOWN: Final = 25
FAVOURABLE: Final = ("yes", "unknown", "no")


@router.get(PAGE)
async def show_residences(request: Request) -> Response:
    seat = await member(request, Scope.STOCK_READ)
    kept = _asked(request.query_params)
    after = searched(request.query_params.get("after")) or ""
    async with bound(request, seat.principal) as session:
        found = await assessment.find_own_residences(
            session=session, principal=seat.principal, after=after, limit=SHOWN + 1, **kept
        )
        communes = await assessment.list_own_communes(session=session, principal=seat.principal)
    items = found[:SHOWN]
    following = f"{PAGE}?{urlencode({**kept, 'after': items[-1]['ref']})}" if len(found) > SHOWN else None
    return shown(
        request, "residences", signed_in=seat.found, organisation=seat.found.row.organisation,
        items=[{**item, "address": address(item)} for item in items], asked=kept, following=following,
        first=not kept and not after, communes=communes, judgements=FAVOURABLE,
    )  # fmt: skip


def _asked(given: Mapping[str, str]) -> dict[str, Any]:
    """Return what an address asks for; what no list offers is not asked."""
    favourable = given.get("favourable")
    said = {
        "q": searched(given.get("q")), "commune": searched(given.get("commune")),
        "favourable": favourable if favourable in FAVOURABLE else None,
    }  # fmt: skip
    return {name: value for name, value in said.items() if value}


def address(row: Mapping[str, Any]) -> str:
    """Return an address in one line, as far as it is stated."""
    street = " ".join(row[part] for part in ("number", "street") if row[part])
    town = " ".join(row[part] for part in ("postcode", "commune") if row.get(part))
    return ", ".join(part for part in (street, town) if part)
