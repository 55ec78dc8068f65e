"""The sheets of a proposal and of a vacated home, to be read and printed; and the protections of a case."""

import uuid
from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import Response
from markupsafe import Markup

from registry.access.scopes import Scope
from registry.console.browsers import form_of
from registry.console.members import Member, bound, member
from registry.console.pages.account import shown
from registry.console.rendering import language_of
from registry.kernel.text import Language
from registry.transfers.errors import CaseNotFound, ProposalNotFound, VacatedHomeNotFound
from registry.transfers.service import cases, protections
from registry.transfers.service import sheets as service
from registry.transfers.service.protections import Code, State
from registry.transfers.service.sheets import Sheet, as_part
from registry.vocabulary.transfers import Exemption, LegalCondition

router = APIRouter(include_in_schema=False)
PROPOSALS: Final = "/console/proposals"
CASES: Final = "/console/cases"
STATES: Final[tuple[State, ...]] = ("unknown", "yes", "no")


@router.get(PROPOSALS + "/{proposal_id}/tenant-sheet")
async def show_tenant_sheet(request: Request, proposal_id: str) -> Response:
    seat, sheet = await _tenant(request, proposal_id)
    return _shown(request, seat, sheet, f"{PROPOSALS}/{proposal_id}")


@router.get(PROPOSALS + "/{proposal_id}/tenant-sheet.pdf")
async def print_tenant_sheet(request: Request, proposal_id: str) -> Response:
    _, sheet = await _tenant(request, proposal_id)
    return await _printed(sheet, language_of(request))


async def _tenant(request: Request, id_: str) -> tuple[Member, Sheet]:
    seat = await member(request, Scope.TRANSFERS_WRITE)
    async with bound(request, seat.principal) as session:
        return seat, await service.tenant_sheet(session=session, principal=seat.principal, id_=_proposal(id_))


@router.get(PROPOSALS + "/{proposal_id}/committee-sheet")
async def show_committee_sheet(request: Request, proposal_id: str) -> Response:
    seat, sheet = await _committee(request, proposal_id)
    return _shown(request, seat, sheet, f"{PROPOSALS}/{proposal_id}")


@router.get(PROPOSALS + "/{proposal_id}/committee-sheet.pdf")
async def print_committee_sheet(request: Request, proposal_id: str) -> Response:
    _, sheet = await _committee(request, proposal_id)
    return await _printed(sheet, language_of(request))


async def _committee(request: Request, id_: str) -> tuple[Member, Sheet]:
    seat = await member(request, Scope.TRANSFERS_ANSWER)
    async with bound(request, seat.principal) as session:
        return seat, await service.committee_sheet(session=session, principal=seat.principal, id_=_proposal(id_))


@router.get("/console/vacated/{vacated_id}/committee-sheet")
async def print_vacated_sheet(request: Request, vacated_id: str) -> Response:
    seat = await member(request, Scope.TRANSFERS_ANSWER)
    try:
        vacated = uuid.UUID(vacated_id)
    except ValueError:
        raise VacatedHomeNotFound from None
    async with bound(request, seat.principal) as session:
        sheet = await service.vacated_sheet(session=session, principal=seat.principal, id_=vacated)
    return await _printed(sheet, language_of(request))


@router.get(CASES + "/{case_id}/protections")
async def show_protections(request: Request, case_id: str) -> Response:
    return await _protections(request, case_id, {})


@router.post(CASES + "/{case_id}/protections")
async def compute_protections(request: Request, case_id: str) -> Response:
    """Answer with what was computed and keep nothing, not even an address to come back to: no redirect."""
    fields = await form_of(request)
    states: dict[str, State] = {state: state for state in STATES}
    return await _protections(
        request, case_id, {each: states.get(fields.get(each, ""), "unknown") for each in (*Exemption, *LegalCondition)}
    )


async def _protections(request: Request, id_: str, said: dict[Code, State]) -> Response:
    seat = await member(request, Scope.CASES_READ)
    if seat.principal.kind != "landlord":
        raise CaseNotFound
    try:
        case_id = uuid.UUID(id_)
    except ValueError:
        raise CaseNotFound from None
    async with bound(request, seat.principal) as session:
        case = await cases.read_case_by_id(session=session, principal=seat.principal, id_=case_id)
        found = await protections.protections_of(
            session=session, principal=seat.principal, case=case, said=said
        )  # fmt: skip
    language = language_of(request)
    return shown(
        request, "protections", signed_in=seat.found, found=found, address=f"{CASES}/{id_}/protections",
        back=f"{CASES}/{id_}", language_key=language, states=STATES, given=said,
    )  # fmt: skip


def _shown(request: Request, seat: Member, sheet: Sheet, back: str) -> Response:
    language = language_of(request)
    return shown(
        request, "sheet", signed_in=seat.found, title=sheet.title(language),
        part=Markup(as_part(sheet, language)),  # noqa: S704  # made by a template that escapes what it is handed
        back=back, pdf=f"{request.url.path}.pdf",
    )  # fmt: skip


async def _printed(sheet: Sheet, language: Language) -> Response:
    headers = {"Content-Disposition": "inline", "Content-Language": language, "Cache-Control": "no-store"}
    return Response(await service.as_pdf(sheet, language), media_type="application/pdf", headers=headers)


def _proposal(given: str) -> uuid.UUID:
    try:
        return uuid.UUID(given)
    except ValueError:
        raise ProposalNotFound from None
