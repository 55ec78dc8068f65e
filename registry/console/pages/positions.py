"""Doubtful positions: a landlord's people see what was found for an address, and decide."""

import re
from typing import Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import ValidationError

from registry.access.scopes import Scope
from registry.console.browsers import form_of, redirect
from registry.console.members import Member, bound, member
from registry.console.pages.account import shown
from registry.kernel.errors import Invalid, NotVisible, PreconditionFailed, RegistryError
from registry.kernel.text import Text
from registry.kernel.validation import fault_of
from registry.stock import service
from registry.stock.schemas import ReviewIn

router = APIRouter(include_in_schema=False)
PAGE: Final = "/console/positions"
SHOWN: Final = 20
DECISIONS: Final = ("accept", "correct", "refuse")
_DEGREES: Final = re.compile(r"-?[0-9]{1,3}([.,][0-9]{1,15})?")


class ReviewInvalid(Invalid):
    title = Text("Cette décision ne peut pas être lue", "This decision cannot be read")
    remedy = Text(
        "Une longitude et une latitude en degrés (WGS84) : -0,5792 et 44,8378 pour Bordeaux.",
        "A longitude and a latitude in degrees (WGS84): -0.5792 and 44.8378 for Bordeaux.",
    )


@router.get(PAGE)
async def show_positions(request: Request) -> Response:
    seat = await member(request, Scope.STOCK_WRITE)
    done = request.query_params.get("done")
    return await _list(request, seat, done=done if done in DECISIONS else None)


async def _list(
    request: Request,
    seat: Member,
    *,
    done: str | None = None,
    error: RegistryError | None = None,
) -> Response:
    # PostgreSQL keeps no NUL; a reference is at most a hundred characters.
    after = request.query_params.get("after", "").replace("\0", "")[:100]
    async with bound(request, seat.principal) as session:
        rows = await service.list_to_review(session=session, principal=seat.principal, after=after, limit=SHOWN + 1)
    following = f"{PAGE}?{urlencode({'after': rows[SHOWN - 1]['ref']})}" if len(rows) > SHOWN else None
    items = [{**row, "address": _address(row)} for row in rows[:SHOWN]]
    return shown(
        request, "positions", signed_in=seat.found, items=items, following=following, done=done, error=error,
        organisation=seat.found.row.organisation,
    )  # fmt: skip


def _address(row: dict[str, Any]) -> str:
    return " ".join(row[part] for part in ("number", "street", "postcode", "commune_code") if row[part])


@router.post(PAGE)
async def decide_position(request: Request) -> Response:
    fields = await form_of(request)
    seat = await member(request, Scope.STOCK_WRITE)
    try:
        given = _review(fields)
        async with bound(request, seat.principal) as session:
            await service.review_position(
                session=session, principal=seat.principal, ref=fields.get("ref", ""), given=given,
                precondition=service.Precondition(if_match=fields.get("version") or None),
            )  # fmt: skip
    except (Invalid, NotVisible, PreconditionFailed) as error:
        return await _list(request, seat, error=error)
    return redirect(f"{PAGE}?{urlencode({'done': given.decision})}")


def _review(fields: dict[str, str]) -> ReviewIn:
    """Return the decision of a form; a decimal comma is as good as a point.

    Raises:
        ReviewInvalid: It is none.
    """
    typed = {name: fields.get(name, "").strip() for name in ("lon", "lat")}
    correcting = fields.get("decision") == "correct"
    if correcting and not all(_DEGREES.fullmatch(value) for value in typed.values()):
        raise ReviewInvalid(field="lon", value=typed["lon"])
    position = {name: float(value.replace(",", ".")) for name, value in typed.items()} if correcting else None
    try:
        return ReviewIn.model_validate({"decision": fields.get("decision"), "position": position})
    except ValidationError as error:
        fault = fault_of(error.errors()[0])
        raise ReviewInvalid(fault.message, field=fault.field, value=fault.value) from None
