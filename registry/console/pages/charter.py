"""The charter of a territory as its members read it: what is in force, its versions, what differs, who signed."""

import uuid
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlalchemy.ext.asyncio import AsyncSession

from registry.access.principal import Principal
from registry.access.scopes import Scope
from registry.charter import service
from registry.charter.errors import AdhesionNotFound
from registry.charter.schemas.versions import PARTS
from registry.charter.service import CharterVersion, Place
from registry.console.browsers import redirect
from registry.console.charter_words import read_changes
from registry.console.charters import (
    ONE,
    PAGE,
    VERSION,
    article_words,
    place_of,
    read,
    summary,
    version_of,
    versions_of,
)
from registry.console.members import Member, bound, member
from registry.console.pages.account import shown
from registry.console.rendering import language_of
from registry.console.sorting import Columns, in_order, order_of
from registry.console.texts import TEXTS
from registry.kernel.text import Language
from registry.territories.errors import TerritoryNotVisible

router = APIRouter(include_in_schema=False)
SHOWN: Final = 50
TERRITORIES: Final = 200
NOTICES: Final = ("discarded", "proposed", "enacted", "signed", "presigned", "waits", "withdrawn")
COLUMNS: Final[Columns[dict[str, Any]]] = {
    "territory": lambda item: item["name"],
    "since": lambda item: item["since"],
    "coordinator": lambda item: item["coordinator"],
    "standing": lambda item: item["adhesion"]["status"] if item["adhesion"] else None,
}
"""By which the territories are sorted."""
_BEFORE_ALL: Final = uuid.UUID(int=0)


@router.get(PAGE)
async def show_charters(request: Request) -> Response:
    seat = await member(request, Scope.TERRITORIES_READ)
    asked = request.query_params.get("territory", "").strip().lower()
    if asked:
        return redirect(f"{PAGE}/{asked}" if asked.replace("-", "").isalnum() and asked.isascii() else PAGE)
    async with bound(request, seat.principal) as session:
        found = await service.list_seen(session=session, principal=seat.principal, after="", limit=TERRITORIES)
    if len(found) == 1 and not seat.may(Scope.CHARTER_SIGN):
        return redirect(f"{PAGE}/{found[0]['id']}")
    for each in found:
        each["since"] = datetime.fromisoformat(each["charter"]["in_force_from"]) if each["charter"] else None
    sort = order_of(request, COLUMNS)
    return shown(
        request, "charters", signed_in=seat.found, territories=in_order(found, COLUMNS, sort), sort=sort,
        coordinates=seat.principal.kind == "coordinator", organisation=seat.found.row.organisation,
        creates=seat.may(Scope.TERRITORIES_MANAGE),
    )  # fmt: skip


@router.get(ONE)
async def show_charter(request: Request, territory: str) -> Response:
    seat = await member(request, Scope.TERRITORIES_READ)
    language = language_of(request)
    async with bound(request, seat.principal) as session:
        place = await place_of(session, seat.principal, territory)
        versions = await versions_of(session, place)
        adhesion = await _adhesion(session, seat.principal, place)
        signed = await _signed(session, seat.principal, place, versions)
    states = {row.status: row for row in versions}
    in_force = states.get("in_force")
    done = request.query_params.get("done")
    return shown(
        request, "charter", signed_in=seat.found, place=place, adhesion=adhesion, signed=signed,
        version=read(in_force, language) if in_force else None, versions=[summary(row) for row in versions],
        draft=states.get("draft"), proposed=states.get("proposed"), **_may(seat, place),
        notice=TEXTS[f"charter.done_{done}"].in_language(language) if done in NOTICES else None,
    )  # fmt: skip


def _may(seat: Member, place: Place) -> dict[str, Any]:
    return {
        "manages": place.coordinated and seat.may(Scope.CHARTER_MANAGE),
        "signs": not place.coordinated and seat.may(Scope.CHARTER_SIGN),
    }


async def _adhesion(session: AsyncSession, principal: Principal, place: Place) -> dict[str, Any] | None:
    try:
        seen = await service.read_seen(session=session, principal=principal, slug=place.slug)
    except TerritoryNotVisible:  # it has signed nothing here
        return None
    found: dict[str, Any] | None = seen["adhesion"]
    return found


async def _signed(
    session: AsyncSession, principal: Principal, place: Place, versions: list[CharterVersion]
) -> set[int]:
    """Return which of the versions that may be signed the landlord has signed."""
    signed = set()
    for row in versions:
        if not place.coordinated and row.status in {"proposed", "in_force"}:
            try:
                await service.signature_of(
                    session=session, organisation=principal.organisation_id, territory_id=place.id, version=row.version
                )
            except AdhesionNotFound:
                continue
            signed.add(row.version)
    return signed


@router.get(VERSION)
async def show_version(request: Request, territory: str, number: str) -> Response:
    seat = await member(request, Scope.TERRITORIES_READ)
    async with bound(request, seat.principal) as session:
        place = await place_of(session, seat.principal, territory)
        row = await version_of(session, place, number)
        versions = await versions_of(session, place)
        signed = await _signed(session, seat.principal, place, versions)
    return shown(
        request, "charter-version", signed_in=seat.found, place=place, version=read(row, language_of(request)),
        in_force=next((each.version for each in versions if each.status == "in_force"), None), signed=signed,
        **_may(seat, place),
    )  # fmt: skip


@router.get(ONE + "/comparison")
async def show_comparison(request: Request, territory: str) -> Response:
    seat = await member(request, Scope.TERRITORIES_READ)
    asked = request.query_params
    language = language_of(request)
    async with bound(request, seat.principal) as session:
        place = await place_of(session, seat.principal, territory)
        versions = await versions_of(session, place)
        numbers = _both(versions)
        later = await version_of(session, place, asked.get("version") or str(numbers[0]))
        earlier = await version_of(session, place, asked.get("with") or str(numbers[1]))
    found = service.compare(later, earlier)
    return shown(
        request, "charter-comparison", signed_in=seat.found, place=place, later=summary(later),
        earlier=summary(earlier), versions=[summary(row) for row in versions],
        articles=_by_part([_article(change, language) for change in found.articles]),
        terms=read_changes(found.terms, language),
    )  # fmt: skip


def _both(versions: list[CharterVersion]) -> tuple[int, int]:
    """Return the newest version and what it is compared with: the one in force, or else the one before."""
    numbers = [row.version for row in versions] or [0]
    in_force = next((row.version for row in versions if row.status == "in_force"), numbers[-1])
    return numbers[0], in_force if in_force != numbers[0] else numbers[min(1, len(numbers) - 1)]


def _by_part(changes: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """Return the changes of each part that has any: of the part where an article stands now, or stood."""
    parts = {part: [each for each in changes if (each["after"] or each["before"])["part"] == part] for part in PARTS}
    return {part: those for part, those in parts.items() if those}


def _article(change: Any, language: Language) -> dict[str, Any]:
    sides = {
        name: article_words(each.model_dump(mode="json"), language) if each else None
        for name, each in (("before", change.before), ("after", change.after))
    }
    return {"code": change.code, "change": change.change, **sides}


@router.get(ONE + "/signatures")
async def show_signatures(request: Request, territory: str) -> Response:
    seat = await member(request, Scope.TERRITORIES_READ)
    async with bound(request, seat.principal) as session:
        place = await place_of(session, seat.principal, territory)
        rows = await service.list_signatures(
            session=session, territory_id=place.id, after=_after(request), limit=SHOWN + 1,
            organisation=None if place.coordinated else seat.principal.organisation_id,
        )  # fmt: skip
    address = f"{PAGE}/{place.slug}/signatures"
    following = f"{address}?{urlencode({'after': str(rows[SHOWN - 1].id)})}" if len(rows) > SHOWN else None
    return shown(
        request, "charter-signatures", signed_in=seat.found, place=place, rows=rows[:SHOWN], following=following
    )


def _after(request: Request) -> uuid.UUID:
    try:
        return uuid.UUID(request.query_params.get("after", ""))
    except ValueError:
        return _BEFORE_ALL
