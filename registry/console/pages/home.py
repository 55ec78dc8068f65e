"""The start page, and what every page rests on: redirects and errors."""

from datetime import date
from typing import Any, Final

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import Response

from registry.access.principal import Principal
from registry.access.roles import LABELS, UserRole
from registry.access.scopes import Scope
from registry.console import charts
from registry.console.browsers import Forms, GoTo, account_transaction, path_of, redirect, required, upstream_of
from registry.console.members import bound
from registry.console.rendering import language_of, page
from registry.kernel.errors import RegistryError
from registry.kernel.text import Language
from registry.obligations import service as obligations
from registry.obligations.schemas import FIGURES
from registry.platform.http import correlation_id
from registry.stock import service as stock
from registry.sync.service import members as syncs
from registry.sync.service.attention import Attention, attention
from registry.transfers.service import alerts, cases, followed, proposals, vacated_news

router = APIRouter(include_in_schema=False)
MEMBERS: Final = frozenset({"landlord", "coordinator"})
"""Kinds of organisations that have figures and obligations."""
COORDINATOR: Final = "coordinator"


@router.get("/console")
async def show_home(request: Request) -> Response:
    async with account_transaction(request) as session:
        found = await required(request, session)
    principal = found.principal
    if principal is None:
        return redirect("/account/organisation?next=%2Fconsole")
    language = language_of(request)
    needs, doubtful = await _needs(request, principal)
    matched = await _matched(request, principal)
    places, chosen, weeks, unplaced = await _territories(request, principal)
    files, late = await _of_members(request, principal)
    roles = [LABELS[UserRole(role)].in_language(language) for role in sorted(found.row.roles)]
    names = {place.slug: place.name for place in places}
    forms = Forms(request)
    shown = page(
        request, "home", signed_in=found, form_token=forms.token, roles=roles,
        territories=sorted(names.get(slug, slug) for slug in principal.territories),
        organisation=found.row.organisation, upstream=upstream_of(request),
        manages_stock=Scope.STOCK_WRITE in principal.scopes, needs=needs,
        matched=matched, proposals=await _proposals(request, principal),
        vacated=await _vacated(request, principal), vacated_since=vacated_news.since(),
        manages_organisation=Scope.ORGANISATION_MANAGE in principal.scopes, places=places, chosen=chosen,
        begins=not places and principal.kind == COORDINATOR and Scope.TERRITORIES_MANAGE in principal.scopes,
        to_do=[place for place in places if any(place[3:])], weeks=weeks[::-1], figures=_figures(weeks, language),
        lines=_lines(weeks, language), doubtful=doubtful, unplaced=unplaced, files=files,
        late=[(slug, names.get(slug, slug), count) for slug, count in sorted(late.items())],
    )  # fmt: skip
    return forms.keep(shown)


async def _needs(request: Request, principal: Principal) -> tuple[Attention | None, int]:
    """Return what waits of a landlord's files and sources, and how many of its residences are placed with doubt."""
    if Scope.STOCK_READ not in principal.scopes:
        return None, 0
    async with bound(request, principal) as session:
        needs = await attention(session=session, principal=principal)
        if Scope.STOCK_WRITE not in principal.scopes:
            return needs, 0
        return needs, await stock.count_to_review(session=session, principal=principal)


async def _matched(request: Request, principal: Principal) -> int:
    """Return for how many of a landlord's open cases a home came free lately."""
    if Scope.CASES_READ not in principal.scopes or principal.kind != cases.LANDLORD:
        return 0
    async with bound(request, principal) as session:
        return await alerts.waiting(session=session, principal=principal)


async def _proposals(request: Request, principal: Principal) -> proposals.Waiting | None:
    """Return how many proposals wait for a landlord, of what the person may do."""
    if Scope.TRANSFERS_READ not in principal.scopes or principal.kind != cases.LANDLORD:
        return None
    async with bound(request, principal) as session:
        return await proposals.waiting(session=session, principal=principal)


async def _vacated(request: Request, principal: Principal) -> int:
    """Return how many adapted homes of others fell vacant lately, where the person may look at them."""
    if Scope.LISTINGS_READ not in principal.scopes:
        return 0
    async with bound(request, principal) as session:
        return await vacated_news.count_lately(session=session, principal=principal)


async def _of_members(request: Request, principal: Principal) -> tuple[dict[str, int], dict[str, int]]:
    """Return what a coordinator's members have to see to: files by their status, late answers by territory."""
    if principal.kind != COORDINATOR:
        return {}, {}
    async with bound(request, principal) as session:
        reads = Scope.TERRITORIES_READ in principal.scopes
        files = await syncs.needing(session=session, principal=principal) if reads else {}
        follows = Scope.TRANSFERS_READ in principal.scopes
        return files, await followed.count_late(session=session, principal=principal) if follows else {}


async def _territories(
    request: Request, principal: Principal
) -> tuple[list[obligations.Waiting], obligations.Waiting | None, list[obligations.FiguresRow], list[tuple[str, int]]]:
    """Return the organisation's territories with what waits there, the one that is shown, and its figures by week.

    Last, for a coordinator: how many residences of each landlord are placed with doubt.
    """
    if Scope.TERRITORIES_READ not in principal.scopes or principal.kind not in MEMBERS:
        return [], None, [], []
    async with bound(request, principal) as session:
        places = await obligations.attention(session=session, principal=principal)
        asked = request.query_params.get("territory")
        chosen = next((place for place in places if place.slug == asked), places[0] if places else None)
        if chosen is None:
            return [], None, [], []
        weeks = await obligations.read_figures(session=session, principal=principal, territory=chosen.slug)
        coordinates = principal.kind == COORDINATOR
        unplaced = await stock.count_to_review_of_members(session=session) if coordinates else []
    return places, chosen, weeks, unplaced


def _figures(weeks: list[obligations.FiguresRow], language: Language) -> list[dict[str, Any]]:
    """Return the last figures, each with what it counts; freshness as a share."""
    if not weeks:
        return []
    last = weeks[-1]
    return [
        {"code": code, "value": getattr(last, code), "definition": said.in_language(language),
         "share": last.fresh * 100 // last.listings if code == "fresh" and last.listings else None}
        for code, said in FIGURES.items()
    ]  # fmt: skip


def _lines(weeks: list[obligations.FiguresRow], language: Language) -> list[dict[str, Any]]:
    counted: list[tuple[date, int]] = [(week.day, week.listings) for week in weeks]
    shares = [(week.day, week.fresh * 100 // week.listings) for week in weeks if week.listings]
    return [
        {"code": "listings", "values": counted, "unit": "", "chart": charts.line(counted, language)},
        {"code": "fresh", "values": shares, "unit": " %", "chart": charts.line(shares, language, top=100, unit=" %")},
    ]


def wants_page(request: Request) -> bool:
    """Tell whether an error is to be shown as a page: at a page's address."""
    return request.url.path.startswith(("/account/", "/console")) or request.url.path == "/oauth/authorize"


def error_page(request: Request, error: RegistryError, status: int) -> Response:
    """Return an error as a person reads it."""
    language = language_of(request)
    stated = {
        "title": (error.detail or error.title).in_language(language),
        "remedy": error.own_remedy.in_language(language) if error.own_remedy else "",
        "fields": set(),
    }
    other = f"{path_of(request)}?lang={'en' if language == 'fr' else 'fr'}"  # without what came: it may be a code
    response = page(request, "error", status=status, error=stated, reference=correlation_id.get(), other_page=other)
    response.headers.update(error.headers)
    return response


def install(app: FastAPI) -> None:
    """Let pages send the browser elsewhere."""

    async def go(request: Request, exc: Exception) -> Response:
        del request
        assert isinstance(exc, GoTo)
        return redirect(exc.location)

    app.add_exception_handler(GoTo, go)
