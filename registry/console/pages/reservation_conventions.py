"""What a landlord's reservation conventions say of transfers: a table, and a form for one of them."""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import ValidationError

from registry.access.scopes import Scope
from registry.console.browsers import form_of, redirect
from registry.console.members import Member, bound, member
from registry.console.pages.account import shown
from registry.console.rendering import language_of
from registry.kernel.errors import Invalid, PreconditionFailed, RegistryError
from registry.kernel.text import Language, Text
from registry.kernel.validation import fault_of
from registry.stock import service as stock
from registry.stock.schemas.conventions import HOLDERS, ReservationConventionIn, ReservationConventionsIn
from registry.territories import service as territories
from registry.territories.errors import DepartementUnknown
from registry.vocabulary.stock import LABELS, QuotaHolder

router = APIRouter(include_in_schema=False)
PAGE: Final = "/console/reservation-conventions"
DONE: Final = ("stated", "removed")
TRANSFERS: Final = ("own_transfers", "others_transfers")
FIELDS: Final = ("departement", "quota_holder", *TRANSFERS, "dated")
ANSWERS: Final[Mapping[str, bool | None]] = {"yes": True, "no": False, "": None}
Key = tuple[str, str]
"""A département and a quota holder."""


class ConventionNotReadable(Invalid):
    title = Text("Cette convention ne peut pas être lue", "This convention cannot be read")
    remedy = Text(
        "Donnez le code d'un département (06, 2A, 974), choisissez un réservataire, et une date de signature passée,"
        " ou laissez la date vide.",
        "Give the code of a département (06, 2A, 974), choose a quota holder, and a day of signature that is past, or"
        " leave the day empty.",
    )


class ConventionsNotCurrent(Invalid):
    title = Text("Quelqu'un d'autre a changé cette liste entre-temps", "Somebody else changed this list meanwhile")
    remedy = Text(
        "La page la montre telle qu'elle est ; ce que vous aviez saisi est resté. Vérifiez, puis enregistrez de"
        " nouveau.",
        "The page shows it as it is; what you typed is still there. Check it, then save again.",
    )


@router.get(PAGE)
async def show_conventions(request: Request) -> Response:
    return await _page(request, await member(request, Scope.STOCK_READ))


@router.post(PAGE)
async def state_convention(request: Request) -> Response:
    fields = await form_of(request)
    seat = await member(request, Scope.STOCK_WRITE)
    removes = fields.get("action") == "remove"
    try:
        await _write(request, seat, fields, removes=removes)
    except Invalid as error:
        return await _page(request, seat, error=error, typed=fields)
    return redirect(f"{PAGE}?{urlencode({'done': 'removed' if removes else 'stated'})}")


async def _page(
    request: Request, seat: Member, *, error: RegistryError | None = None, typed: Mapping[str, str] | None = None
) -> Response:
    language = language_of(request)
    async with bound(request, seat.principal) as session:
        found = await stock.read_conventions(session=session, principal=seat.principal)
        names = await territories.departement_names(
            session=session, codes=sorted({item.departement for item in found.items})
        )
    asked = request.query_params
    key = _key(typed, "changed_") if typed else (asked.get("departement", ""), asked.get("quota_holder", ""))
    held = next((item for item in found.items if _key_of(item) == key), None)
    done = asked.get("done")
    return shown(
        request, "reservation-conventions", signed_in=seat.found, error=error, version=found.version, page=PAGE,
        acts=seat.may(Scope.STOCK_WRITE), items=[_row(item, names, language) for item in found.items],
        done=done if done in DONE and error is None else None,
        changing=_row(held, names, language) if held else None,
        holders=[(holder.value, _label(holder, language)) for holder in HOLDERS], form=_form(held, typed),
    )  # fmt: skip


def _key(given: Mapping[str, str], prefix: str = "") -> Key:
    return given.get(f"{prefix}departement", "").strip().upper(), given.get(f"{prefix}quota_holder", "")


def _key_of(item: stock.Convention) -> Key:
    return item.departement, item.quota_holder


def _label(holder: str, language: Language) -> str:
    return LABELS[QuotaHolder][QuotaHolder(holder)].in_language(language)


def _row(item: stock.Convention, names: Mapping[str, str], language: Language) -> dict[str, Any]:
    named = names[item.departement]
    asked = {"departement": item.departement, "quota_holder": item.quota_holder}
    return {
        **item._asdict(), "holder": _label(item.quota_holder, language),
        "place": item.departement if named == item.departement else f"{item.departement} ({named})",
        "said": list(_answers(item).values()), "address": f"{PAGE}?{urlencode(asked)}#form",
    }  # fmt: skip


def _answers(item: stock.Convention) -> dict[str, str]:
    """Return what it says of each kind of transfer, by the codes of the form."""
    codes = {meant: code for code, meant in ANSWERS.items()}
    return {name: codes[getattr(item, name)] for name in TRANSFERS}


def _form(held: stock.Convention | None, typed: Mapping[str, str] | None) -> dict[str, str]:
    """Return what the form shows: what was typed, or what is stated of the convention."""
    if typed and "departement" in typed:
        return {name: typed.get(name, "") for name in FIELDS}
    if held is None:
        return dict.fromkeys(FIELDS, "")
    return {
        "departement": held.departement, "quota_holder": held.quota_holder,
        "dated": held.dated.isoformat() if held.dated else "",
        **_answers(held),
    }  # fmt: skip


async def _write(request: Request, seat: Member, fields: Mapping[str, str], *, removes: bool) -> None:
    """State one convention of the list as it stands, in the place of the one that is changed; or take it from there.

    Raises:
        ConventionNotReadable, ConventionsNotCurrent, ConventionsTooMany, DepartementUnknown: As they say.
    """
    stated = None if removes else _stated(fields)
    async with bound(request, seat.principal) as session:
        held = await stock.read_conventions(session=session, principal=seat.principal)
        if fields.get("version") != held.version:
            raise ConventionsNotCurrent(field="version", value=fields.get("version"))
        items = _changed(held.items, _key(fields, "changed_"), stated)
        try:
            await stock.put_conventions(
                session=session, principal=seat.principal, given=ReservationConventionsIn(conventions=items),
                precondition=stock.Precondition(if_match=f'"{held.version}"'),
            )  # fmt: skip
        except PreconditionFailed:
            raise ConventionsNotCurrent(field="version", value=fields.get("version")) from None
        except DepartementUnknown as error:
            raise _of_form(error, stated) from None


def _of_form(error: DepartementUnknown, stated: ReservationConventionIn | None) -> DepartementUnknown:
    """Return the error at the form's field; another line of the list may be at fault where communes were unloaded."""
    value = stated.departement if stated else None
    at_fault = next((fault for fault in error.faults if fault.value == value), error.faults[0])
    return DepartementUnknown(field="departement", value=at_fault.value, remedy=ConventionNotReadable.remedy)


def _changed(
    held: Sequence[stock.Convention], changed: Key, stated: ReservationConventionIn | None
) -> tuple[ReservationConventionIn, ...]:
    """Return the list without the convention that is changed, or stated anew, and with what is stated."""
    new = (stated.departement, stated.quota_holder.value) if stated else None
    kept = [
        ReservationConventionIn.model_validate({name: getattr(item, name) for name in FIELDS})
        for item in held
        if _key_of(item) not in {changed, new}
    ]
    return (*kept, stated) if stated else tuple(kept)


def _stated(fields: Mapping[str, str]) -> ReservationConventionIn:
    """Return the convention that was typed.

    Raises:
        ConventionNotReadable: A field of it is none.
    """
    departement, holder = _key(fields)
    given: dict[str, Any] = {
        "departement": departement, "quota_holder": holder, "dated": fields.get("dated") or None,
    }  # fmt: skip
    for name in TRANSFERS:
        typed = fields.get(name, "")
        if typed not in ANSWERS:
            raise ConventionNotReadable(field=name, value=typed)
        given[name] = ANSWERS[typed]
    try:
        return ReservationConventionIn.model_validate(given)
    except ValidationError as error:
        fault = fault_of(dict(error.errors()[0]))
        raise ConventionNotReadable(fault.message, field=fault.field, value=fault.value) from None
