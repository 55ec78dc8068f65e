"""A landlord's sources: how each is doing, fetched now by a button, and moved to a newer version of its mapping.

They are declared over the API.
"""

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import Response

from registry.access.scopes import Scope
from registry.console.browsers import form_of, redirect
from registry.console.mapping_changes import changes_of
from registry.console.mapping_form import typed_of
from registry.console.members import Member, bound, member
from registry.console.pages.account import shown
from registry.console.rendering import language_of
from registry.console.texts import TEXTS
from registry.kernel.errors import Conflict, Invalid, NotVisible, RegistryError
from registry.kernel.text import Language, Text
from registry.sync.service import asking, mappings
from registry.sync.service import sources as service
from registry.sync.service.attention import state_of
from registry.sync.service.sources import MAX_SOURCES, SourceView

router = APIRouter(include_in_schema=False)
PAGE: Final = "/console/sources"
MAPPING: Final = PAGE + "/{name}/mapping"
DONE: Final = ("fetch", "mapping")


class VersionNotChosen(Invalid):
    title = Text("Version inconnue de cette correspondance", "Unknown version of this mapping")
    remedy = Text("Revenez aux sources, puis recommencez.", "Go back to the sources, then begin again.")


@router.get(PAGE)
async def show_sources(request: Request) -> Response:
    seat = await member(request, Scope.STOCK_READ)
    return await _list(request, seat, done=request.query_params.get("done", ""))


async def _list(request: Request, seat: Member, *, done: str = "", error: RegistryError | None = None) -> Response:
    async with bound(request, seat.principal) as session:
        views = await service.list_sources(session=session, principal=seat.principal, after="", limit=MAX_SOURCES)
        mapped = any(view.source.mapping_name for view in views)
        latest = await mappings.latest_versions(session=session, principal=seat.principal) if mapped else {}
    language = language_of(request)
    return shown(
        request, "sources", signed_in=seat.found, error=error, acts=seat.may(Scope.STOCK_WRITE),
        notice=TEXTS[f"sources.done_{done}"].in_language(language) if done in DONE else None,
        items=[_stated(view, latest, language) for view in views], organisation=seat.found.row.organisation,
    )  # fmt: skip


def _stated(view: SourceView, latest: Mapping[str, int], language: Language) -> dict[str, Any]:
    source, failure = view.source, view.source.last_failure
    return {
        "mapping_name": source.mapping_name, "mapping_version": source.mapping_version,
        "latest": latest.get(source.mapping_name or "", 0),
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


@router.get(MAPPING)
async def show_newer_mapping(request: Request, name: str) -> Response:
    """Say what the latest version of a source's mapping states otherwise, before the source reads by it."""
    seat = await member(request, Scope.STOCK_READ)
    return await _newer(request, seat, name)


async def _newer(request: Request, seat: Member, name: str, *, error: RegistryError | None = None) -> Response:
    language, given = language_of(request), dict[str, Any](principal=seat.principal)
    async with bound(request, seat.principal) as session:
        source = (await service.read_source(session=session, **given, name=name.replace("\0", ""))).source
        if source.mapping_name is None or source.mapping_version is None:
            raise mappings.MappingNotFound
        given |= {"session": session, "name": source.mapping_name}
        now = await mappings.read_mapping(**given, version=source.mapping_version)
        latest = await mappings.read_mapping(**given)
    before, after = typed_of(now.document, now.version), typed_of(latest.document, latest.version)
    return shown(
        request, "source-mapping", signed_in=seat.found, error=error, source=source, now=now, latest=latest,
        changes=changes_of(before, after, language), acts=seat.may(Scope.STOCK_WRITE), page=PAGE,
    )  # fmt: skip


@router.post(MAPPING)
async def follow_newer_mapping(request: Request, name: str) -> Response:
    fields = await form_of(request)
    seat = await member(request, Scope.STOCK_WRITE)
    version = fields.get("version", "")
    try:
        if not (version.isascii() and version.isdecimal() and len(version) < len("10000000")):
            raise VersionNotChosen(field="version", value=version)
        async with bound(request, seat.principal) as session:
            await service.follow_mapping(
                session=session, principal=seat.principal, name=name.replace("\0", ""), version=int(version)
            )
    except Invalid as error:
        return await _newer(request, seat, name, error=error)
    return redirect(f"{PAGE}?{urlencode({'done': 'mapping'})}")
