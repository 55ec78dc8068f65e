"""Territories: those that one coordinates or has signed, what one is made of, its quarters; made and changed."""

from typing import Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import Response

from registry.access.preconditions import Precondition
from registry.access.scopes import Scope
from registry.charter import service as charter
from registry.console.browsers import form_of, must_be_upload, redirect, upload_of
from registry.console.composition_forms import LONGEST, change_of, created_of, fields_of, with_file
from registry.console.members import Member, bound, member
from registry.console.pages.account import shown
from registry.console.rendering import language_of
from registry.console.sorting import Columns, in_order, order_of
from registry.console.texts import TEXTS
from registry.kernel.errors import Conflict, Invalid, NotVisible, RegistryError
from registry.kernel.text import Text
from registry.territories import service
from registry.territories.errors import TerritoryNotVisible

router = APIRouter(include_in_schema=False)
PAGE: Final = "/console/territories"
NEW: Final = f"{PAGE}/-/new"
CODES: Final = f"{PAGE}/-/codes"
ONE: Final = f"{PAGE}/{{slug}}"
EDIT: Final = f"{ONE}/composition"
CONFIRM: Final = f"{EDIT}/confirm"
MOST_TERRITORIES: Final = 500
SHOWN: Final = 50
LONGEST_SEARCH: Final = 100
NO_REVISION: Final = "0"
COLUMNS: Final[Columns[dict[str, Any]]] = {
    "name": lambda item: item["name"],
    "coordinator": lambda item: item["coordinator"],
    "part": lambda item: item["adhesion"]["status"] if item["adhesion"] else "",
}


class TerritoryNotShown(NotVisible):
    title = Text("Aucun territoire de ce nom", "No territory of that name")
    remedy = Text("Revenez à la liste des vôtres.", "Go back to the list of yours.")


@router.get(PAGE)
async def list_territories(request: Request) -> Response:
    seat = await member(request, Scope.TERRITORIES_READ)
    async with bound(request, seat.principal) as session:
        items = await charter.list_seen(session=session, principal=seat.principal, after="", limit=MOST_TERRITORIES)
        layers = await service.list_layers(session=session)
    sort = order_of(request, COLUMNS)
    return shown(
        request, "territories", signed_in=seat.found, items=in_order(items, COLUMNS, sort), layers=layers, sort=sort,
        manages=seat.may(Scope.TERRITORIES_MANAGE), coordinates=seat.principal.kind == "coordinator",
        organisation=seat.found.row.organisation,
    )  # fmt: skip


@router.get(CODES)
async def find_codes(request: Request) -> Response:
    seat = await member(request, Scope.TERRITORIES_READ)
    search = _search(request)
    async with bound(request, seat.principal) as session:
        found = await service.find_codes(session=session, search=search, limit=SHOWN) if search else []
    return shown(request, "territory-codes", signed_in=seat.found, q=search, found=found)


def _search(request: Request) -> str:
    given = request.query_params.get("q", "").replace("\0", "").strip()
    return given[:LONGEST_SEARCH]


@router.get(NEW)
async def new_territory(request: Request) -> Response:
    seat = await member(request, Scope.TERRITORIES_MANAGE)
    return _form(request, seat, fields_of(None))


def _form(
    request: Request, seat: Member, fields: dict[str, str], *, slug: str = "", name: str = "",
    error: RegistryError | None = None,
) -> Response:  # fmt: skip
    """Return the form of a territory, a new one where it has no name yet."""
    address = EDIT.format(slug=slug) if slug else NEW
    return shown(
        request, "territory-form", signed_in=seat.found, error=error, fields=fields, slug=slug, name=name,
        address=address, codes=CODES,
    )  # fmt: skip


@router.post(NEW)
async def create_territory(request: Request) -> Response:
    must_be_upload(request)
    seat = await member(request, Scope.TERRITORIES_MANAGE)
    async with upload_of(request, longest=LONGEST) as (given, file):
        fields = {**fields_of(None), **given}
        try:
            fields = await with_file(fields, file)
            asked = created_of(fields)
            composition = asked.composition
            async with bound(request, seat.principal) as session:
                await service.create_territory(
                    session=session, coordinator=seat.principal.organisation_id, slug=asked.id, name=asked.name,
                    communes=composition.communes, epcis=composition.epcis, departements=composition.departements,
                    outline=composition.outline,
                )  # fmt: skip
        except (Conflict, Invalid) as error:
            return _form(request, seat, fields, error=error)
    return redirect(f"{ONE.format(slug=asked.id)}?done=created")


@router.get(ONE)
async def show_territory(request: Request, slug: str) -> Response:
    seat = await member(request, Scope.TERRITORIES_READ)
    search = _search(request)
    quarters: list[dict[str, Any]] = []
    communes: list[dict[str, Any]] = []
    async with bound(request, seat.principal) as session:
        try:
            seen = await charter.read_seen(session=session, principal=seat.principal, slug=slug.replace("\0", ""))
        except TerritoryNotVisible:
            raise TerritoryNotShown from None
        place = seen["territory_id"]
        row = await service.read_definition(session=session, territory_id=place)
        parts = await service.named_parts(session=session, definition=row)
        picture = await service.picture_of(session=session, territory_id=place)
        if search:
            asked = {"territory_id": place, "after": "", "limit": SHOWN + 1, "search": search}
            quarters = await service.quarters_of_territory(session=session, **asked)
            communes = await service.communes_of_territory(session=session, **asked)
    coordinated = row.coordinator_id == seat.principal.organisation_id
    done = request.query_params.get("done")
    notice = TEXTS[f"territory.{done}"].in_language(language_of(request)) if done in {"created", "changed"} else None
    return shown(
        request, "territory", signed_in=seat.found, notice=notice, item=row, parts=parts, seen=seen, picture=picture,
        q=search,
        quarters=quarters[:SHOWN], communes=communes[:SHOWN], more=len(quarters) > SHOWN or len(communes) > SHOWN,
        most=SHOWN, changes=coordinated and seat.may(Scope.TERRITORIES_MANAGE),
    )  # fmt: skip


async def _coordinated(seat: Member, session: Any, slug: str) -> int:
    try:
        return await charter.coordinated(session=session, principal=seat.principal, slug=slug.replace("\0", ""))
    except TerritoryNotVisible:
        raise TerritoryNotShown from None


@router.get(EDIT)
async def edit_territory(request: Request, slug: str) -> Response:
    seat = await member(request, Scope.TERRITORIES_MANAGE)
    async with bound(request, seat.principal) as session:
        place = await _coordinated(seat, session, slug)
        row = await service.read_definition(session=session, territory_id=place)
    return _form(request, seat, fields_of(row), slug=row.slug, name=row.name)


@router.post(EDIT)
async def preview_territory(request: Request, slug: str) -> Response:
    """Say what the change would do, and ask; where nothing would leave, do it."""
    must_be_upload(request)
    seat = await member(request, Scope.TERRITORIES_MANAGE)
    async with upload_of(request, longest=LONGEST) as (given, file):
        async with bound(request, seat.principal) as session:
            place = await _coordinated(seat, session, slug)
            before = await service.read_definition(session=session, territory_id=place)
        fields = {**fields_of(before), **given}
        try:
            fields = await with_file(fields, file)
            asked = change_of(fields)
            async with bound(request, seat.principal) as session:
                effect = await service.preview_change(
                    session=session, territory_id=place, given=asked.composition
                )  # fmt: skip
        except (Conflict, Invalid) as error:
            return _form(request, seat, fields, slug=before.slug, name=before.name, error=error)
    if not effect.leaving:
        return await _change(request, seat, slug, fields)
    return shown(
        request, "territory-confirm", signed_in=seat.found, item=before, effect=effect, fields=fields, most=SHOWN
    )


@router.post(CONFIRM)
async def change_territory(request: Request, slug: str) -> Response:
    fields = {**fields_of(None), **await form_of(request, longest=LONGEST)}
    seat = await member(request, Scope.TERRITORIES_MANAGE)
    return await _change(request, seat, slug, fields)


async def _change(request: Request, seat: Member, slug: str, fields: dict[str, str]) -> Response:
    async with bound(request, seat.principal) as session:
        place = await _coordinated(seat, session, slug)
        before = await service.read_definition(session=session, territory_id=place)
    try:
        async with bound(request, seat.principal) as session:
            await service.change_territory(
                session=session, organisation=seat.principal.organisation_id, territory_id=place,
                given=change_of(fields), precondition=Precondition(if_match=f'"{fields.get("revision", NO_REVISION)}"'),
            )  # fmt: skip
    except RegistryError as error:
        return _form(request, seat, fields, slug=before.slug, name=before.name, error=error)
    return redirect(f"{ONE.format(slug=before.slug)}?{urlencode({'done': 'changed'})}")
