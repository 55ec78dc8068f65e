"""Obligations of the charter: the members' scoreboard and its history, a landlord's standing and what is behind it."""

import uuid
from collections.abc import Callable
from contextlib import suppress
from datetime import date, timedelta
from typing import Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import Response

from registry.access.principal import Principal
from registry.access.scopes import Scope
from registry.charter.errors import AdhesionNotFound
from registry.console import charts
from registry.console.members import Member, bound, member
from registry.console.pages.account import shown
from registry.console.rendering import language_of
from registry.kernel.clock import today
from registry.kernel.text import Language
from registry.obligations import service
from registry.obligations.errors import StandingNotFound
from registry.obligations.schemas import DEFINITIONS, LABELS, OBLIGATIONS
from registry.territories.errors import TerritoryNotVisible
from registry.vocabulary.facts import FACTS_BY_CODE

router = APIRouter(include_in_schema=False)
PAGE: Final = "/console/obligations"
HISTORY: Final = f"{PAGE}/history"
BEHIND: Final = f"{PAGE}/behind"
MOST: Final = 1_000
"""Members on one board: more than a territory has."""
ROWS: Final = 50
YEAR: Final = timedelta(days=365)
OF_SHARES: Final = tuple(code for code in OBLIGATIONS if code != "census")
STATES: Final = ("barred", "warned", "met")


@router.get(PAGE)
async def show_obligations(request: Request) -> Response:
    seat = await member(request, Scope.TERRITORIES_READ)
    asked = request.query_params.get("territory")
    sort = request.query_params.get("sort", "name")
    async with bound(request, seat.principal) as session:
        places = await service.attention(session=session, principal=seat.principal)
        slug = chosen_of(asked, places)
        board, standing = [], None
        if slug:
            board = await service.read_board(
                session=session, principal=seat.principal, territory=slug, limit=MOST
            )  # fmt: skip
            with suppress(StandingNotFound):
                standing = await service.read_standing(session=session, principal=seat.principal, territory=slug)
    language = language_of(request)
    return shown(
        request, "obligations", signed_in=seat.found, places=places, slug=slug, sort=sort,
        board=sorted_board(board, sort), standing=standing, own=str(seat.principal.organisation_id),
        coordinates=any(place.slug == slug and place.coordinated for place in places),
        opens=seat.may(Scope.STOCK_READ), address=f"{PAGE}?{urlencode({'territory': slug or ''})}",
        definitions=[(LABELS[code].in_language(language), DEFINITIONS[code].in_language(language))
                     for code in OBLIGATIONS], codes=OBLIGATIONS,
        states={line["organisation_id"]: line["standing"] for line in board}, language_key=language,
    )  # fmt: skip


def chosen_of(asked: str | None, places: list[service.Waiting]) -> str | None:
    """Return the territory that is asked for, the first one where none is.

    Raises:
        TerritoryNotVisible: It is none of the organisation's.
    """
    if not asked:
        return places[0].slug if places else None
    if asked not in {place.slug for place in places}:
        raise TerritoryNotVisible
    return asked


def sorted_board(board: list[dict[str, Any]], sort: str) -> list[dict[str, Any]]:
    """Return the lines by a column: ``name``, an obligation or ``standing``, downwards with ``-`` before it."""
    keys: dict[str, Callable[[dict[str, Any]], Any]] = {
        "standing": lambda line: STATES.index(line["standing"]["state"]) if line["standing"] else len(STATES),
        **{code: _share_of(code) for code in OBLIGATIONS},
    }
    by_name = sorted(board, key=lambda line: line["organisation"]["name"].casefold())
    key = keys.get(sort.removeprefix("-"))
    if key is None:
        return by_name[::-1] if sort == "-name" else by_name
    return sorted(by_name, key=key, reverse=sort.startswith("-"))


def _share_of(code: str) -> Callable[[dict[str, Any]], float]:
    def share(line: dict[str, Any]) -> float:
        for score in line["scores"]:
            if score["obligation"] == code and score["counted"]:
                return float(score["met"] / score["counted"])
        return -1.0

    return share


@router.get(HISTORY)
async def show_history(request: Request) -> Response:
    seat = await member(request, Scope.TERRITORIES_READ)
    slug = request.query_params.get("territory", "")
    organisation = _uuid(request.query_params.get("organisation", ""))
    async with bound(request, seat.principal) as session:
        named, rows = await service.read_history(
            session=session, principal=seat.principal, territory=slug, organisation=organisation,
            after=(today() - YEAR, ""), limit=(YEAR.days + 2) * len(OBLIGATIONS),
        )  # fmt: skip
    weeks = weekly(rows)
    language = language_of(request)
    lines = [_line(code, LABELS[code].in_language(language), weeks, language) for code in OF_SHARES]
    return shown(
        request, "obligation-history", signed_in=seat.found, name=named.organisation, weeks=weeks[::-1], lines=lines,
        shares=OF_SHARES,
        back=f"{PAGE}?{urlencode({'territory': slug})}",
    )  # fmt: skip


def weekly(rows: list[service.ScoreRow]) -> list[tuple[date, dict[str, service.ScoreRow]]]:
    """Return the last scores of each week with their day, the oldest first."""
    found: dict[tuple[int, int], tuple[date, dict[str, service.ScoreRow]]] = {}
    for row in rows:
        week = row.day.isocalendar()[:2]
        day, scores = found.get(week, (row.day, {}))
        found[week] = (max(day, row.day), {**scores, row.obligation: row})
    return sorted(found.values(), key=lambda each: each[0])


def _line(
    code: str, label: str, weeks: list[tuple[date, dict[str, service.ScoreRow]]], language: Language
) -> dict[str, Any]:
    values = [
        (day, service.scored(scores[code])["share_percent"])
        for day, scores in weeks
        if code in scores and scores[code].counted
    ]
    last = weeks[-1][1].get(code) if weeks else None
    return {
        "code": code, "label": label, "values": values,
        "chart": charts.line(values, language, top=100, unit=" %", floor=last.floor_percent if last else None),
    }  # fmt: skip


@router.get(BEHIND)
async def show_behind(request: Request) -> Response:
    seat = await member(request, Scope.STOCK_READ)
    given = request.query_params
    code = given.get("obligation", "freshness")
    if code not in OBLIGATIONS:
        code = "freshness"
    rows = await _behind(request, seat.principal, given.get("territory", ""), code, given.get("after", ""))
    following = None
    if len(rows) > ROWS:
        asked = {"territory": given.get("territory", ""), "obligation": code, "after": rows[ROWS - 1]["key"]}
        following = f"{BEHIND}?{urlencode(asked)}"
    language = language_of(request)
    names = {code: fact.label.in_language(language) for code, fact in FACTS_BY_CODE.items()}
    return _shown_behind(request, seat, code, rows[:ROWS], following, names)


def _shown_behind(
    request: Request, seat: Member, code: str, rows: list[dict[str, Any]], following: str | None, names: dict[str, str]
) -> Response:
    return shown(
        request, "obligation-behind", signed_in=seat.found, code=code, rows=rows, following=following, names=names,
        back=f"{PAGE}?{urlencode({'territory': request.query_params.get('territory', '')})}",
    )  # fmt: skip


async def _behind(
    request: Request, principal: Principal, territory: str, code: str, after: str
) -> list[dict[str, Any]]:  # fmt: skip
    async with bound(request, principal) as session:
        return await service.list_behind(
            session=session, principal=principal, territory=territory, obligation=code, after=after, limit=ROWS + 1
        )


def _uuid(given: str) -> uuid.UUID:
    try:
        return uuid.UUID(given)
    except ValueError:
        raise AdhesionNotFound(field="organisation", value=given) from None
