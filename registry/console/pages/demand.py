"""Unmet demand of a territory: what is asked for and not found, by commune, month by month; and what moves set free."""

import datetime as dt
import re
from functools import partial
from typing import Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import Response

from registry.access.scopes import Scope
from registry.console.members import Member, bound, member
from registry.console.pages.account import shown
from registry.console.rendering import language_of
from registry.console.sorting import Columns, in_order, order_of
from registry.kernel.text import Language
from registry.territories.errors import TerritoryNotVisible
from registry.transfers.errors import DemandNotCounted
from registry.transfers.schemas.demand import MONTH_FORM
from registry.transfers.service import demand as service
from registry.transfers.service.demand import RULE, Demand
from registry.transfers.service.demand_file import as_csv
from registry.vocabulary.demand import CLASSES, DEFINED, FREED, DemandClass

router = APIRouter(include_in_schema=False)
PAGE: Final = "/console/demand"
FILE: Final = f"{PAGE}/file.csv"


@router.get(PAGE)
async def show_demand(request: Request) -> Response:
    seat = await member(request, Scope.TERRITORIES_READ)
    slugs = sorted(seat.principal.territories)
    slug = _chosen(request, slugs)
    found = None
    if slug:
        try:
            found = await _found(request, seat, slug)
        except DemandNotCounted:
            if request.query_params.get("month"):
                raise
    language = language_of(request)
    sort = order_of(request, ("zone", *(each.code for each in CLASSES)))
    return shown(
        request, "demand", signed_in=seat.found, slugs=slugs, slug=slug, demand=found, least=RULE.least,
        step=RULE.step, defined=DEFINED,
        classes=_worded(CLASSES, language), freed=freed_worded(language),
        chosen=f"{found.month:%Y-%m}" if found else "",
        months=[f"{each:%Y-%m}" for each in (found.months if found else ())],
        sort=sort, zones=_zones(found, sort) if found else [], address=_address(slug, found),
        file=f"{FILE}?{urlencode({'territory': slug, 'month': f'{found.month:%Y-%m}'})}" if found else "",
    )  # fmt: skip


@router.get(FILE)
async def download_demand(request: Request) -> Response:
    """Send the table of a month as CSV, in the language of the page."""
    seat = await member(request, Scope.TERRITORIES_READ)
    slug = _chosen(request, sorted(seat.principal.territories))
    if slug is None:
        raise TerritoryNotVisible
    file = as_csv(await _found(request, seat, slug), language_of(request))
    return Response(file.content, media_type=file.media_type, headers={**file.headers, "Cache-Control": "no-store"})


async def _found(request: Request, seat: Member, slug: str) -> Demand:
    asked = request.query_params.get("month", "")
    if asked and not re.fullmatch(MONTH_FORM, asked):
        raise DemandNotCounted
    async with bound(request, seat.principal) as session:
        return await service.read_demand(
            session=session, principal=seat.principal, territory=slug,
            month=dt.date.fromisoformat(f"{asked}-01") if asked else None,
        )  # fmt: skip


def _chosen(request: Request, slugs: list[str]) -> str | None:
    """Return the territory that is asked for, the first one where none is."""
    asked = request.query_params.get("territory")
    if asked is not None and asked not in slugs:
        raise TerritoryNotVisible
    return asked or next(iter(slugs), None)


def _zones(found: Demand, sort: str) -> list[service.Zone]:
    """Return the zones of a month, its communes by a column as it is shown; what is no commune stays last."""
    columns: Columns[service.Zone] = {"zone": lambda zone: zone.name} | {
        each.code: partial(_count, each.code) for each in CLASSES
    }
    communes = [zone for zone in found.zones if zone.zone == "commune"]
    return in_order(communes, columns, sort) + [zone for zone in found.zones if zone.zone != "commune"]


def _count(code: str, zone: service.Zone) -> int | None:
    return zone.counts[code]


def _address(slug: str | None, found: Demand | None) -> str:
    return f"{PAGE}?{urlencode({'territory': slug or '', **({'month': f'{found.month:%Y-%m}'} if found else {})})}"


def freed_worded(language: Language) -> list[dict[str, Any]]:
    """Return the figures of homes set free in the language of the page."""
    return _worded(FREED, language)


def _worded(classes: tuple[DemandClass, ...], language: Language) -> list[dict[str, Any]]:
    return [
        {
            "code": each.code, "label": each.label.in_language(language),
            "definition": each.definition.in_language(language),
        }
        for each in classes
    ]  # fmt: skip
