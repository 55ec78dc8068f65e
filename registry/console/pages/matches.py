"""The homes for a case, best first: each with its reasons, what is missing, and a button to propose it."""

import uuid
from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import Response

from registry.access.scopes import Scope
from registry.console import describing
from registry.console.members import bound, member
from registry.console.pages.account import shown
from registry.console.rendering import language_of
from registry.kernel.errors import Conflict, Forbidden, RegistryError, TooMany
from registry.transfers.schemas.matches import Matches
from registry.transfers.service import match_words as words
from registry.transfers.service.matches import find_matches

router = APIRouter(include_in_schema=False)
PAGE: Final = "/console/cases/{case_id:uuid}/matches"
SHOWN: Final = 20


@router.get(PAGE)
async def show_matches(request: Request, case_id: uuid.UUID) -> Response:
    """Show the homes; others' count as seen, as by a search."""
    seat = await member(request, Scope.CASES_READ, Scope.LISTINGS_READ)
    beyond = request.query_params.get("beyond") == "true"
    found: Matches | None = None
    error: RegistryError | None = None
    try:
        async with bound(request, seat.principal) as session:
            found = Matches.model_validate(
                await find_matches(
                    session=session, principal=seat.principal, meter=request.app.state.meter,
                    grounds=request.app.state.grounds, id_=case_id, limit=SHOWN, beyond=beyond,
                )
            )  # fmt: skip
    except (Conflict, Forbidden, TooMany) as refused:
        error = refused
    here, language = f"/console/cases/{case_id}", language_of(request)
    return shown(
        request, "matches", signed_in=seat.found, error=error, found=found, beyond=beyond, here=here,
        describing=describing, proposes=seat.may(Scope.TRANSFERS_WRITE), reads_homes=seat.may(Scope.STOCK_READ),
        english=language == "en",
        fits={fit.value: text.in_language(language) for fit, text in words.FITS.items()},
        place=lambda code: words.place(code).in_language(language),
        band=lambda metres: words.band(None if metres is None else _number(metres)).in_language(language),
    )  # fmt: skip


def _number(metres: list[int]) -> int:
    """Return the number of a band; 0: farther than the last one."""
    return 0 if len(metres) == 1 else metres[1] // words.BAND_M
