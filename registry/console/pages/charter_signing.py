"""A landlord's administrator reads a version and signs it, or ends the organisation's adhesion."""

from typing import Any, Final

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import ValidationError

from registry.access.scopes import Scope
from registry.charter import service
from registry.charter.errors import AdhesionNotFound, SignatoryInvalid
from registry.charter.schemas.versions import SignatureIn
from registry.console.browsers import form_of, redirect
from registry.console.charters import ONE, PAGE, VERSION, place_of, read, version_of
from registry.console.members import Member, bound, member
from registry.console.pages.account import shown
from registry.console.rendering import language_of
from registry.kernel.errors import Conflict, Invalid, RegistryError
from registry.kernel.text import Text
from registry.kernel.validation import fault_of

router = APIRouter(include_in_schema=False)
SIGN: Final = VERSION + "/sign"
WITHDRAW: Final = ONE + "/withdraw"


class TextNotRead(Invalid):
    title = Text("Confirmez que le texte a été lu", "Confirm that the text was read")
    remedy = Text("Lisez la version, puis cochez la case.", "Read the version, then tick the box.")


@router.get(SIGN)
async def show_signing(request: Request, territory: str, number: str) -> Response:
    seat = await member(request, Scope.CHARTER_SIGN, recently=True)
    return await _form(request, seat, territory, number)


async def _form(
    request: Request,
    seat: Member,
    territory: str,
    number: str,
    *,
    typed: dict[str, str] | None = None,
    error: RegistryError | None = None,
) -> Response:
    principal = seat.principal
    async with bound(request, principal) as session:
        place = await place_of(session, principal, territory)
        row = await version_of(session, place, number)
        try:
            signature = await service.signature_of(
                session=session, organisation=principal.organisation_id, territory_id=place.id, version=row.version
            )
        except AdhesionNotFound:
            signature = None
    given: dict[str, Any] = typed or {"signed_by": seat.found.row.name}
    return shown(
        request, "charter-sign", signed_in=seat.found, error=error, place=place, typed=given, signature=signature,
        version=read(row, language_of(request)), organisation=seat.found.row.organisation,
    )  # fmt: skip


@router.post(SIGN)
async def sign_charter(request: Request, territory: str, number: str) -> Response:
    fields = await form_of(request)
    seat = await member(request, Scope.CHARTER_SIGN, recently=True)
    principal = seat.principal
    try:
        given = _signature(fields)
        async with bound(request, principal) as session:
            place = await place_of(session, principal, territory)
            row = await version_of(session, place, number)
            await service.sign(
                session=session, organisation=principal.organisation_id, territory_id=place.id, version=row.version,
                **given.model_dump(),
            )  # fmt: skip
            seen = await service.read_seen(session=session, principal=principal, slug=place.slug)
    except (Conflict, Invalid) as error:
        return await _form(request, seat, territory, number, typed=fields, error=error)
    waits = seen["adhesion"]["status"] == "pending"
    done = "waits" if waits else "presigned" if row.status == "proposed" else "signed"
    return redirect(f"{PAGE}/{place.slug}?done={done}")


def _signature(fields: dict[str, str]) -> SignatureIn:
    """Return the signature of a form.

    Raises:
        TextNotRead: The box is not ticked.
        SignatoryInvalid: Name or function cannot be one.
    """
    if "read" not in fields:
        raise TextNotRead(field="read")
    named = {name: fields.get(name, "") for name in SignatureIn.model_fields}
    try:
        return SignatureIn.model_validate(named)
    except ValidationError as error:
        fault = fault_of(error.errors()[0])
        raise SignatoryInvalid(fault.message, field=fault.field, value=fault.value) from None


@router.get(WITHDRAW)
async def show_withdrawal(request: Request, territory: str) -> Response:
    seat = await member(request, Scope.CHARTER_SIGN, recently=True)
    return await _confirm(request, seat, territory)


async def _confirm(request: Request, seat: Member, territory: str, error: RegistryError | None = None) -> Response:
    async with bound(request, seat.principal) as session:
        place = await place_of(session, seat.principal, territory)
    return shown(request, "charter-withdraw", signed_in=seat.found, error=error, place=place)


@router.post(WITHDRAW)
async def withdraw_adhesion(request: Request, territory: str) -> Response:
    await form_of(request)
    seat = await member(request, Scope.CHARTER_SIGN, recently=True)
    try:
        async with bound(request, seat.principal) as session:
            place = await place_of(session, seat.principal, territory)
            await service.withdraw(session=session, organisation=seat.principal.organisation_id, territory_id=place.id)
    except (AdhesionNotFound, Conflict) as error:
        return await _confirm(request, seat, territory, error)
    return redirect(f"{PAGE}/{place.slug}?done=withdrawn")
