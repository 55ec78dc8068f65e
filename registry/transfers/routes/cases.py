"""Transfer cases over HTTP: the landlord's own, and what a coordinator reads of its members'."""

import uuid
from datetime import datetime
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Body, Depends, Path, Query, Request
from fastapi.responses import Response
from pydantic import Field

from registry.access.bodies import JsonRoute
from registry.access.contract import LINK, stating
from registry.access.dependencies import CaseReader, TransferReader, TransferWriter
from registry.access.errors import VersionChanged
from registry.access.media import JSON
from registry.access.pages import Page, PageQuery, page_of
from registry.access.preconditions import etag
from registry.kernel.cursor import CursorInvalid
from registry.listings.errors import AdhesionRequired, ReciprocityUnmet
from registry.stock.errors import HomeUnknown, TerritoryUnknown
from registry.territories.errors import TerritoryNotVisible
from registry.transfers import errors
from registry.transfers.routes.common import ETAG, Condition
from registry.transfers.schemas import cases as schemas
from registry.transfers.schemas.references import FORM, is_guessable
from registry.transfers.service import cases as service
from registry.transfers.service.cases import Case
from registry.vocabulary.transfers import Ground

router = APIRouter(tags=["transfers"], route_class=JsonRoute)


class CaseQuery(PageQuery):
    """Which cases."""

    state: Annotated[Literal["open", "closed"] | None, Field(description="Those that are looked for, or ended.")] = None
    ground: Annotated[Ground | None, Field(description="Those that go before others for it.")] = None


async def case_ref_in_path(
    ref: Annotated[
        str,
        Path(
            description="Your own reference: 128 random bits or a keyed HMAC, at least 22 base64url characters or 32"
            " hexadecimal digits. What can be guessed or counted is refused.",
            json_schema_extra={"minLength": 22, "maxLength": 100, "pattern": FORM},
            examples=["b0Jq3n7Xo1mY5sT9vKc2Lw"],
        ),
    ],
) -> str:
    """Return the reference of an address.

    Raises:
        CaseReferenceWeak: It is none that was drawn at random, as far as can be seen.
    """
    if is_guessable(ref):
        raise errors.CaseReferenceWeak(field="ref", value=ref)
    return ref


CaseRef = Annotated[str, Depends(case_ref_in_path)]
Territory = Annotated[
    str, Path(description="The territory's id.", min_length=1, max_length=60, pattern=r"^[a-z0-9-]+$")
]
PATH_REF: Final = {"parameters": {"ref": "$request.path.ref"}}
_LINKS: Final = {
    name: {"operationId": operation, **PATH_REF}
    for name, operation in (
        ("read", "read_transfer_case"), ("close", "close_transfer_case"), ("erase", "erase_transfer_case")
    )
}  # fmt: skip
_WRITTEN: Final[dict[int | str, dict[str, Any]]] = {
    status: {"description": f"The case: {what}.", "model": schemas.CaseOut, "headers": ETAG, "links": _LINKS}
    for status, what in ((200, "changed or as before"), (201, "new"))
}
_READ: Final[dict[int | str, dict[str, Any]]] = {200: {"headers": ETAG}}
_NEXT: Final[dict[int | str, dict[str, Any]]] = {200: {"headers": LINK}}


@router.put(
    "/transfer-cases/{ref}",
    response_model=schemas.CaseOut,
    responses=_WRITTEN,
    openapi_extra=stating(
        errors.CaseReferenceWeak, errors.CaseErased, errors.CaseClosed, errors.CaseTerritoryNeeded,
        errors.CaseAreaUnknown, HomeUnknown, TerritoryUnknown, AdhesionRequired, ReciprocityUnmet, VersionChanged,
    ),
)  # fmt: skip
async def put_transfer_case(
    caller: TransferWriter,
    ref: CaseRef,
    given: Annotated[schemas.CaseIn, Body(examples=[schemas.CASE_EXAMPLE])],
    condition: Condition,
) -> Response:
    """Open a case, or change it while it is open. Places of somebody's week are kept as the middle of a square."""
    created, case = await service.put_case(
        session=caller.session, principal=caller.principal, ref=ref, given=given, precondition=condition
    )
    return _answer(case, 201 if created else 200)


@router.get(
    "/transfer-cases",
    response_model=schemas.CasePage,
    responses=_NEXT,
    openapi_extra=stating(CursorInvalid),
)
async def list_transfer_cases(
    request: Request, response: Response, caller: CaseReader, asked: Annotated[CaseQuery, Query()]
) -> Any:
    """List your cases without their needs, the latest first."""
    page = page_of(request, caller.principal, asked.cursor)
    rows = await service.list_cases(
        session=caller.session, principal=caller.principal, before=_before(page), limit=asked.limit + 1,
        is_open=_open(asked), ground=asked.ground,
    )  # fmt: skip
    return page.answer([_placed(row) for row in rows], asked.limit, key="place", response=response)


@router.get(
    "/transfer-cases/{ref}",
    response_model=schemas.CaseOut,
    responses=_READ,
    openapi_extra=stating(errors.CaseReferenceWeak, errors.CaseNotFound),
)
async def read_transfer_case(caller: CaseReader, ref: CaseRef) -> Response:
    """Read one of your cases with its need; your audit chain tells of each reading."""
    return _answer(await service.read_case(session=caller.session, principal=caller.principal, ref=ref))


@router.post(
    "/transfer-cases/{ref}/close",
    response_model=schemas.CaseOut,
    responses=_READ,
    openapi_extra=stating(errors.CaseReferenceWeak, errors.CaseNotFound, errors.CaseClosed, VersionChanged),
)
async def close_transfer_case(
    caller: TransferWriter,
    ref: CaseRef,
    given: Annotated[schemas.CloseIn, Body(examples=[{"reason": "wishes_to_stay"}])],
    condition: Condition,
) -> Response:
    """End a case; it is deleted the charter's months later."""
    case = await service.close_case(
        session=caller.session, principal=caller.principal, ref=ref, reason=given.reason, precondition=condition
    )
    return _answer(case)


@router.delete(
    "/transfer-cases/{ref}",
    status_code=204,
    response_description="Erased.",
    openapi_extra=stating(errors.CaseReferenceWeak, errors.CaseNotFound, VersionChanged),
)
async def erase_transfer_case(caller: TransferWriter, ref: CaseRef, condition: Condition) -> None:
    """Erase a case with its need at once, and for ever: its reference is never taken again."""
    await service.erase_case(session=caller.session, principal=caller.principal, ref=ref, precondition=condition)


@router.get(
    "/territories/{territory_id}/transfer-cases",
    response_model=schemas.TerritoryCasePage,
    responses=_NEXT,
    openapi_extra=stating(CursorInvalid, TerritoryNotVisible),
)
async def list_territory_cases(
    request: Request, response: Response, caller: TransferReader, territory_id: Territory,
    asked: Annotated[CaseQuery, Query()],
) -> Any:  # fmt: skip
    """List your members' cases, the latest first: kinds, grounds and dates; for the territory's coordinator."""
    page = page_of(request, caller.principal, asked.cursor)
    rows = await service.list_cases_of_territory(
        session=caller.session, principal=caller.principal, territory=territory_id, before=_before(page),
        limit=asked.limit + 1, is_open=_open(asked), ground=asked.ground,
    )  # fmt: skip
    return page.answer([_placed(row) for row in rows], asked.limit, key="place", response=response)


def _open(asked: CaseQuery) -> bool | None:
    return None if asked.state is None else asked.state == "open"


def _before(page: Page) -> tuple[datetime, uuid.UUID]:
    moment, _, id_ = page.after("").partition(" ")
    return (datetime.fromisoformat(moment), uuid.UUID(id_)) if moment else service.FIRST


def _placed(row: Any) -> dict[str, Any]:
    return {**row._asdict(), "place": f"{row.created_at.isoformat()} {row.id}"}


def _answer(case: Case, status: int = 200) -> Response:
    shown = schemas.CaseOut(
        need=service.need_of(case),
        consent=schemas.ConsentOut(basis=case.consent_basis, version=case.consent_version, until=case.consent_until),
        **{name: getattr(case, name) for name in schemas.CaseOut.model_fields if name not in {"need", "consent"}},
    )
    return Response(shown.model_dump_json(), status, {"ETag": etag(case.version)}, JSON)
