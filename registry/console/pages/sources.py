"""A landlord's sources: how each is doing, and a button to have one fetched now. They are declared over the API."""

from typing import Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import Response

from registry.access.scopes import Scope
from registry.console.browsers import form_of, redirect
from registry.console.members import Member, bound, member
from registry.console.pages.account import shown
from registry.console.rendering import language_of
from registry.kernel.errors import Conflict, NotVisible, RegistryError
from registry.kernel.text import Language, Text
from registry.sync.service import asking
from registry.sync.service import sources as service
from registry.sync.service.attention import state_of
from registry.sync.service.sources import MAX_SOURCES, SourceView

router = APIRouter(include_in_schema=False)
PAGE: Final = "/console/sources"


@router.get(PAGE)
async def show_sources(request: Request) -> Response:
    seat = await member(request, Scope.STOCK_READ)
    return await _list(request, seat, done=request.query_params.get("done") == "fetch")


async def _list(request: Request, seat: Member, *, done: bool = False, error: RegistryError | None = None) -> Response:
    async with bound(request, seat.principal) as session:
        views = await service.list_sources(session=session, principal=seat.principal, after="", limit=MAX_SOURCES)
    language = language_of(request)
    return shown(
        request, "sources", signed_in=seat.found, error=error, done=done, acts=seat.may(Scope.STOCK_WRITE),
        items=[_stated(view, language) for view in views], organisation=seat.found.row.organisation,
    )  # fmt: skip


def _stated(view: SourceView, language: Language) -> dict[str, Any]:
    source, failure = view.source, view.source.last_failure
    return {
        "name": source.name, "kind": source.kind, "format": source.format["kind"], "mode": source.mode,
        "state": state_of(view), "stale": view.stale, "stale_after": view.stale_after,
        "applied_as_of": source.applied_as_of, "applied_run_id": source.applied_run_id,
        "next_run_at": source.next_run_at, "failures": source.failures,
        "failure": Text(failure["fr"], failure["en"]).in_language(language) if failure else None,
        "fetched": source.kind == "pull" and not source.paused,
    }  # fmt: skip


@router.post(PAGE)
async def fetch_source(request: Request) -> Response:
    fields = await form_of(request)
    seat = await member(request, Scope.STOCK_WRITE)
    try:
        async with bound(request, seat.principal) as session:
            await asking.fetch_again(session=session, principal=seat.principal, name=fields.get("source", ""))
    except (Conflict, NotVisible) as error:
        return await _list(request, seat, error=error)
    return redirect(f"{PAGE}?{urlencode({'done': 'fetch'})}")
