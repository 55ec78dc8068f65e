"""What a move changed, corrected from the page of its proposal."""

import uuid
from collections.abc import Mapping
from typing import Any, Final

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import ValidationError

from registry.access.scopes import Scope
from registry.console.browsers import form_of, redirect
from registry.console.members import bound, member
from registry.console.pages import proposals
from registry.console.texts import TEXTS
from registry.kernel.errors import Fault, Invalid
from registry.kernel.numbers import cents_of
from registry.kernel.text import Text
from registry.kernel.validation import fault_of
from registry.transfers.schemas.proposals import MoveIn
from registry.transfers.service import help as moving

router = APIRouter(include_in_schema=False)
AMOUNTS: Final = ("rent_before_cents", "rent_after_cents")
AREAS: Final = ("area_before_m2", "area_after_m2")
ROOMS: Final = ("rooms_before", "rooms_after")
_EXPECTED: Final[dict[str, Text]] = {
    **dict.fromkeys(AMOUNTS, TEXTS["moves.euros"]),
    **dict.fromkeys(AREAS, TEXTS["moves.metres"]),
    **dict.fromkeys(ROOMS, TEXTS["moves.whole"]),
}
"""What each field takes, in the words of a form; what is wrong with a day is said by the fault itself."""


class MoveUnreadable(Invalid):
    title = TEXTS["moves.unreadable"]
    remedy = TEXTS["moves.unreadable_remedy"]


@router.post(proposals.ONE + "/move")
async def put_move(request: Request, proposal_id: uuid.UUID) -> Response:
    fields = await form_of(request)
    seat = await member(request, Scope.TRANSFERS_WRITE)
    try:
        given = _given(fields)
        async with bound(request, seat.principal) as session:
            await moving.put_move(session=session, principal=seat.principal, id_=proposal_id, given=given)
    except Invalid as error:
        return await proposals.show(request, seat, proposal_id, error=error, typed=fields)
    return redirect(f"{proposals.PAGE}/{proposal_id}?done=move")


def _given(fields: Mapping[str, str]) -> MoveIn:
    """Return what a form states of a move; what is left empty is not known, or of the day stays as it is.

    Raises:
        MoveUnreadable: An amount, a surface, a number of rooms or the day is none, or none that there can be.
    """
    typed = {name: fields.get(name, "").strip() for name in MoveIn.model_fields}
    values = {name: _read(name, written) for name, written in typed.items() if written}
    try:
        return MoveIn.model_validate(values)
    except ValidationError as error:
        faults = tuple(fault_of(each) for each in error.errors(include_url=False))
        raise MoveUnreadable(
            faults=tuple(Fault(each.field, each.value, _EXPECTED.get(each.field, each.message)) for each in faults)
        ) from None


def _read(name: str, written: str) -> Any:
    """Return the value of a field as the service takes it; as it was written where it is none."""
    if name in AMOUNTS:
        cents = cents_of(written)
        return written if cents is None else cents
    if name in AREAS or name in ROOMS:
        try:
            return float(written.replace(",", "."))
        except ValueError:
            return written
    return written
