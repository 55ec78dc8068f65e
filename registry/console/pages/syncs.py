"""A coordinator looks how its members' files are doing; their content stays the landlords' own."""

from collections.abc import Mapping
from typing import Final
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import Response

from registry.access.scopes import Scope
from registry.console.members import PageRoleMissing, bound, member
from registry.console.pages.account import shown
from registry.console.pages.imports import STATUSES, id_of
from registry.console.sorting import Columns, in_order, order_of
from registry.kernel.text import Text
from registry.sync.service import members as service

router = APIRouter(include_in_schema=False)
PAGE: Final = "/console/syncs"
SHOWN: Final = 50
STATES: Final = ("stopped", "paused", "retrying", "ready")
"""Of sources, the worst first."""
SOURCES: Final[Columns[service.MemberSource]] = {
    "landlord": lambda source: source.landlord,
    "kind": lambda source: source.kind,
    "state": lambda source: (STATES.index(source.state), source.failures),
    "applied": lambda source: source.applied_as_of,
    "freshness": lambda source: source.stale_after,
    "next_run": lambda source: source.next_run_at,
}
"""Columns by which the sources are sorted."""
_REMEDY: Final = Text(
    "Cette page est celle des coordinateurs ; un bailleur voit ses propres fichiers sous Fichiers.",
    "This page is for coordinators; a landlord sees its own files under Files.",
)


@router.get(PAGE)
async def show_syncs(request: Request) -> Response:
    seat = await member(request, Scope.TERRITORIES_READ)
    if seat.principal.kind != "coordinator":
        raise PageRoleMissing(remedy=_REMEDY)
    asked = request.query_params
    status = asked["status"] if asked.get("status") in STATUSES else None
    landlord = id_of(asked.get("landlord", ""))
    async with bound(request, seat.principal) as session:
        runs = await service.list_runs(
            session=session, principal=seat.principal, landlord=landlord, status=status,
            before=id_of(asked.get("before", "")), limit=SHOWN + 1,
        )  # fmt: skip
        sources = await service.list_sources(session=session, principal=seat.principal)
        landlords = await service.list_landlords(session=session, principal=seat.principal)
        needing = await service.needing(session=session, principal=seat.principal)
    sort = order_of(request, SOURCES, "landlord")
    kept = {name: str(value) for name, value in (("landlord", landlord), ("status", status)) if value}
    return shown(
        request, "syncs", signed_in=seat.found, runs=runs[:SHOWN], landlords=landlords, sort=sort,
        sources=in_order(sources, SOURCES, sort), address=f"{PAGE}?{urlencode(kept)}" if kept else PAGE,
        statuses=STATUSES, asked=status, landlord=landlord, needing=needing,
        following=_following(kept, str(runs[SHOWN - 1].id)) if len(runs) > SHOWN else None,
    )  # fmt: skip


def _following(kept: Mapping[str, str], before: str) -> str:
    return f"{PAGE}?{urlencode({**kept, 'before': before})}"
