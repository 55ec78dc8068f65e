"""Doubtful positions: a landlord's people see what was found for an address, and decide."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncSession

from registry.access.principal import Principal
from registry.access.scopes import Scope
from registry.console.browsers import GoTo, account_transaction, form_of, redirect, required
from registry.console.pages.account import shown
from registry.identity.service.account import SignedIn
from registry.kernel.errors import Forbidden, Invalid, NotVisible, PreconditionFailed, RegistryError
from registry.kernel.text import Text
from registry.kernel.validation import fault_of
from registry.platform.database import Database
from registry.stock import service
from registry.stock.schemas import ReviewIn

router = APIRouter(include_in_schema=False)
PAGE: Final = "/console/positions"
SHOWN: Final = 20
DECISIONS: Final = ("accept", "correct", "refuse")
_DEGREES: Final = re.compile(r"-?[0-9]{1,3}([.,][0-9]{1,15})?")


class StockRoleMissing(Forbidden):
    title = Text("Votre rôle ne donne pas accès à cette page", "Your role does not give access to this page")
    remedy = Text(
        "Les gestionnaires du patrimoine d'un bailleur la voient ; demandez ce rôle à votre organisation.",
        "Stock managers of a landlord see it; ask your organisation for that role.",
    )


class ReviewInvalid(Invalid):
    title = Text("Cette décision ne peut pas être lue", "This decision cannot be read")
    remedy = Text(
        "Une longitude et une latitude en degrés (WGS84) : -0,5792 et 44,8378 pour Bordeaux.",
        "A longitude and a latitude in degrees (WGS84): -0.5792 and 44.8378 for Bordeaux.",
    )


async def _manager(request: Request) -> tuple[SignedIn, Principal]:
    """Return who is signed in for a landlord whose stock they may change.

    Raises:
        GoTo: Nobody is, or no organisation is chosen.
        StockRoleMissing: Their roles do not let them.
    """
    async with account_transaction(request) as session:
        found = await required(request, session)
    if found.principal is None:
        raise GoTo(f"/account/organisation?{urlencode({'next': PAGE})}")
    if Scope.STOCK_WRITE not in found.principal.scopes:
        raise StockRoleMissing
    return found, found.principal


@asynccontextmanager
async def _bound(request: Request, principal: Principal) -> AsyncIterator[AsyncSession]:
    database: Database = request.app.state.database
    async with database.transaction(
        principal.role, organisation=principal.organisation_id, actor=principal.actor
    ) as session:
        yield session


@router.get(PAGE)
async def show_positions(request: Request) -> Response:
    found, principal = await _manager(request)
    done = request.query_params.get("done")
    return await _list(request, found, principal, done=done if done in DECISIONS else None)


async def _list(
    request: Request,
    found: SignedIn,
    principal: Principal,
    *,
    done: str | None = None,
    error: RegistryError | None = None,
) -> Response:
    # PostgreSQL keeps no NUL; a reference is at most a hundred characters.
    after = request.query_params.get("after", "").replace("\0", "")[:100]
    async with _bound(request, principal) as session:
        rows = await service.list_to_review(session=session, principal=principal, after=after, limit=SHOWN + 1)
    following = f"{PAGE}?{urlencode({'after': rows[SHOWN - 1]['ref']})}" if len(rows) > SHOWN else None
    items = [{**row, "address": _address(row)} for row in rows[:SHOWN]]
    return shown(
        request, "positions", signed_in=found, items=items, following=following, done=done, error=error,
        organisation=found.row.organisation,
    )  # fmt: skip


def _address(row: dict[str, Any]) -> str:
    return " ".join(row[part] for part in ("number", "street", "postcode", "commune_code") if row[part])


@router.post(PAGE)
async def decide_position(request: Request) -> Response:
    fields = await form_of(request)
    found, principal = await _manager(request)
    try:
        given = _review(fields)
        async with _bound(request, principal) as session:
            await service.review_position(
                session=session, principal=principal, ref=fields.get("ref", ""), given=given,
                precondition=service.Precondition(if_match=fields.get("version") or None),
            )  # fmt: skip
    except (Invalid, NotVisible, PreconditionFailed) as error:
        return await _list(request, found, principal, error=error)
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
