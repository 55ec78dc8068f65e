"""Proposals over HTTP: made, listed, read, and taken from step to step."""

import datetime as dt
import uuid
from typing import Annotated, Any, Final

import orjson
from fastapi import APIRouter, Body, Header, Path, Query, Request
from fastapi.responses import Response
from pydantic import Field

from registry.access.bodies import JsonRoute
from registry.access.contract import LINK, stating
from registry.access.dependencies import CaseReader, TransferReader, TransferWriter
from registry.access.errors import VersionChanged
from registry.access.idempotency import Answered
from registry.access.media import JSON
from registry.access.pages import Page, PageQuery, page_of
from registry.access.preconditions import ETAGS, Precondition, etag
from registry.access.principal import Principal
from registry.access.repeating import ONCE, REPLAYED, IdempotencyKey, once
from registry.kernel.cursor import CursorInvalid
from registry.listings.errors import ListingNotFound
from registry.territories.errors import TerritoryNotVisible
from registry.transfers import errors
from registry.transfers.routes.common import ETAG
from registry.transfers.schemas import proposals as schemas
from registry.transfers.service import address, followed
from registry.transfers.service import help as moving
from registry.transfers.service import proposals as service
from registry.transfers.workflow import TRANSITIONS, State

router = APIRouter(tags=["transfers"], route_class=JsonRoute)

Territory = Annotated[
    str, Path(description="The territory's id.", min_length=1, max_length=60, pattern=r"^[a-z0-9-]+$")
]
ProposalId = Annotated[uuid.UUID, Path(description="The proposal's id.")]
IfMatch = Annotated[
    str | None,
    Header(max_length=200, pattern=ETAGS, description="Only if the proposal is still this version."),
]
_LAST: Final = "9999-01-01T00:00:00+00:00/ffffffff-ffff-ffff-ffff-ffffffffffff"
_PLACE: Final = {"Location": {"description": "Where the proposal is read.", "schema": {"type": "string"}}}
_LINKS: Final = {
    name: {"operationId": operation, "parameters": {"proposal_id": "$response.body#/id"}}
    for name, operation in (("read", "read_proposal"), ("step", "take_proposal_step"))
}
_FIRST: Final = {"first": {"operationId": "read_proposal", "parameters": {"proposal_id": "$response.body#/items/0/id"}}}


class ProposalQuery(PageQuery):
    """Which proposals, the latest first."""

    limit: int = Field(default=50, ge=1, le=100)
    side: Annotated[schemas.Side | None, Field(description="origin: of your cases; owner: of your homes.")] = None
    state: Annotated[State | None, Field(description="Only those in this state.")] = None


class FollowedQuery(PageQuery):
    """Which proposals of a territory, the latest first."""

    limit: int = Field(default=50, ge=1, le=100)
    state: Annotated[State | None, Field(description="Only those in this state.")] = None


@router.post(
    "/proposals",
    status_code=201,
    response_model=schemas.ProposalOut,
    responses={201: {"headers": {**ETAG, **_PLACE, **REPLAYED}, "links": _LINKS}},
    openapi_extra=stating(
        *ONCE, errors.CaseNotFound, errors.CaseClosed, errors.ConsentOver, ListingNotFound, errors.HomeElsewhere,
        errors.HomeNotFree, errors.ProposalOpen, errors.ProposalsTooMany,
    ),
)  # fmt: skip
async def make_proposal(
    request: Request,
    caller: TransferWriter,
    given: Annotated[schemas.ProposalIn, Body(examples=[schemas.PROPOSAL_EXAMPLE])],
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Propose a home to its landlord for one of your cases. Nothing is imposed: both sides can end it."""

    async def make() -> Answered:
        made = await service.propose(session=caller.session, principal=caller.principal, given=given)
        return Answered(201, JSON, _json(caller.principal, made, service.demands_of(caller.principal, made)))

    return await once(caller, "/proposals", idempotency_key, await request.body(), make, _headers_of_new)


@router.get(
    "/proposals",
    response_model=schemas.ProposalPage,
    responses={200: {"headers": LINK, "links": _FIRST}},
    openapi_extra=stating(CursorInvalid),
)
async def list_proposals(
    request: Request, response: Response, caller: TransferReader, asked: Annotated[ProposalQuery, Query()]
) -> Any:
    """List the proposals that you received, and with cases:read those that you made, the latest first.

    What is shared of the needs is with each proposal alone.
    """
    page = page_of(request, caller.principal, asked.cursor)
    found = await service.list_proposals(
        session=caller.session, principal=caller.principal, before=_before(page), limit=asked.limit + 1,
        side=asked.side, state=asked.state.value if asked.state else None,
    )  # fmt: skip
    rows = [{**shown(caller.principal, row), "key": _key(row)} for row in found]
    return page.answer(rows, asked.limit, key="key", response=response)


@router.get(
    "/proposals/{proposal_id:uuid}",
    response_model=schemas.ProposalOut,
    responses={200: {"headers": ETAG, "links": {"step": _LINKS["step"]}}},
    openapi_extra=stating(errors.ProposalNotFound),
)
async def read_proposal(caller: TransferReader, proposal_id: ProposalId) -> Response:
    """Read a proposal: your side of it, and the steps that you may take now. One that you made needs cases:read."""
    session, principal = caller.session, caller.principal
    row = await service.read(session=session, principal=principal, id_=proposal_id)
    demands = await service.read_demands(session=session, principal=principal, proposal=row)
    return Response(_json(principal, row, demands), headers={"ETag": etag(row.version)}, media_type=JSON)


@router.get(
    "/proposals/{proposal_id:uuid}/steps",
    response_model=schemas.StepPage,
    responses={200: {"headers": LINK}},
    openapi_extra=stating(CursorInvalid, errors.ProposalNotFound),
)
async def list_proposal_steps(
    request: Request,
    response: Response,
    caller: TransferReader,
    proposal_id: ProposalId,
    asked: Annotated[PageQuery, Query()],
) -> Any:
    """List what was done to a proposal, by which side, in order."""
    page = page_of(request, caller.principal, asked.cursor)
    found = await service.list_steps(
        session=caller.session, principal=caller.principal, id_=proposal_id, after=int(page.after("0")),
        limit=asked.limit + 1,
    )  # fmt: skip
    rows = [{**step._asdict(), "number": step.id, "key": str(step.id)} for step in found]
    return page.answer(rows, asked.limit, key="key", response=response)


@router.post(
    "/proposals/{proposal_id:uuid}/steps",
    response_model=schemas.ProposalOut,
    responses={200: {"headers": {**ETAG, **REPLAYED}}},
    openapi_extra=stating(
        *ONCE, VersionChanged, errors.ProposalNotFound, errors.StepImpossible, errors.ReasonInvalid, errors.HomeHeld,
        errors.HomeNotFree, errors.HousedElsewhere,
    ),
)  # fmt: skip
async def take_proposal_step(
    request: Request,
    caller: TransferReader,
    proposal_id: ProposalId,
    given: Annotated[schemas.StepIn, Body(examples=[schemas.STEP_EXAMPLE])],
    if_match: IfMatch = None,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Take a step. The origin's steps need transfers:write, the owner's transfers:answer."""

    async def make() -> Answered:
        taken = await service.take_step(
            session=caller.session, principal=caller.principal, id_=proposal_id, given=given,
            precondition=Precondition(if_match),
        )  # fmt: skip
        return Answered(200, JSON, _json(caller.principal, taken, service.demands_of(caller.principal, taken)))

    route = f"/proposals/{proposal_id}/steps"
    return await once(caller, route, idempotency_key, await request.body(), make, _headers_of_taken)


@router.get(
    "/proposals/{proposal_id:uuid}/address",
    response_model=schemas.AddressOut,
    openapi_extra=stating(errors.ProposalNotFound, errors.AddressNotTold),
)
async def read_proposal_address(request: Request, caller: TransferWriter, proposal_id: ProposalId) -> Any:
    """Read the address of a home that was disclosed to you, and how far the places of the case's week are from it.

    Both organisations' audit chains record each reading.
    """
    return await address.read_address(
        session=caller.session, principal=caller.principal, grounds=request.app.state.grounds, id_=proposal_id
    )


@router.get(
    "/proposals/{proposal_id:uuid}/help",
    response_model=schemas.HelpOut,
    openapi_extra=stating(errors.ProposalNotFound),
)
async def read_proposal_help(caller: TransferReader, proposal_id: ProposalId) -> Any:
    """Read the help that comes with a move: to the owner, what is planned."""
    found = await moving.read_help(session=caller.session, principal=caller.principal, id_=proposal_id)
    return {"help": [row._asdict() for row in found]}


@router.put(
    "/proposals/{proposal_id:uuid}/help",
    response_model=schemas.HelpOut,
    openapi_extra=stating(errors.ProposalNotFound),
)
async def put_proposal_help(
    caller: TransferWriter,
    proposal_id: ProposalId,
    given: Annotated[schemas.HelpIn, Body(examples=[schemas.HELP_EXAMPLE])],
) -> Any:
    """State the help that comes with a move of one of your cases, as planned and as delivered."""
    found = await moving.put_help(session=caller.session, principal=caller.principal, id_=proposal_id, given=given)
    return {"help": [row._asdict() for row in found]}


@router.get(
    "/proposals/{proposal_id:uuid}/move",
    response_model=schemas.MoveOut,
    openapi_extra=stating(errors.MoveNotFound),
)
async def read_proposal_move(caller: CaseReader, proposal_id: ProposalId) -> Any:
    """Read what a move of one of your cases changed: rent, surface, rooms before and after."""
    return _move(await moving.read_move(session=caller.session, principal=caller.principal, id_=proposal_id))


@router.put(
    "/proposals/{proposal_id:uuid}/move",
    response_model=schemas.MoveOut,
    openapi_extra=stating(errors.MoveNotFound, errors.MoveBeforeProposal),
)
async def put_proposal_move(
    caller: TransferWriter,
    proposal_id: ProposalId,
    given: Annotated[schemas.MoveIn, Body(examples=[schemas.MOVE_EXAMPLE])],
) -> Any:
    """Correct what a move of one of your cases changed; all of it is replaced, the day where you state it."""
    return _move(
        await moving.put_move(session=caller.session, principal=caller.principal, id_=proposal_id, given=given)
    )


@router.get(
    "/territories/{territory_id}/proposals",
    response_model=schemas.FollowedPage,
    responses={200: {"headers": LINK}},
    openapi_extra=stating(CursorInvalid, TerritoryNotVisible),
)
async def list_territory_proposals(
    request: Request,
    response: Response,
    caller: TransferReader,
    territory_id: Territory,
    asked: Annotated[FollowedQuery, Query()],
) -> Any:
    """List your members' proposals, the latest first: states, delays, coded reasons; for the coordinator."""
    page = page_of(request, caller.principal, asked.cursor)
    found = await followed.list_followed(
        session=caller.session, principal=caller.principal, territory=territory_id, before=_before(page),
        limit=asked.limit + 1, state=asked.state.value if asked.state else None,
    )  # fmt: skip
    rows = [
        {
            **row._asdict(), "origin": {"id": row.organisation_id, "name": row.origin},
            "owner": {"id": row.owner_id, "name": row.owner}, "key": _key(row),
        }
        for row in found
    ]  # fmt: skip
    return page.answer(rows, asked.limit, key="key", response=response)


def shown(principal: Principal, row: service.Proposal) -> dict[str, Any]:
    """Return a proposal as a side of it reads it."""
    return {
        **row._asdict(),
        "sides": [party.value for party in service.parties_of(principal, row)],
        "origin": {"id": row.organisation_id, "name": row.origin},
        "owner": {"id": row.owner_id, "name": row.owner},
        "available_month": f"{row.month:%Y-%m}" if row.month else None,
        "possible": [
            {"action": action, "reasons": [code.value for code in TRANSITIONS[action].reasons or ()]}
            for action in service.possible_now(principal, row)
        ],
    }


def _json(principal: Principal, row: service.Proposal, demands: list[dict[str, str]]) -> bytes:
    return schemas.ProposalOut.model_validate({**shown(principal, row), "demands": demands}).model_dump_json().encode()


def _headers_of_taken(body: bytes) -> dict[str, str]:
    return {"ETag": etag(orjson.loads(body)["version"])}


def _headers_of_new(body: bytes) -> dict[str, str]:
    made = orjson.loads(body)
    return {"ETag": etag(made["version"]), "Location": f"/v1/proposals/{made['id']}"}


def _move(row: moving.MoveRow) -> dict[str, Any]:
    return {**row._asdict(), "rooms_released": moving.rooms_released(row)}


def _key(row: service.Proposal | followed.Followed) -> str:
    return f"{row.created_at.isoformat()}/{row.id}"


def _before(page: Page) -> tuple[dt.datetime, uuid.UUID]:
    moment, _, id_ = page.after(_LAST).partition("/")
    return dt.datetime.fromisoformat(moment), uuid.UUID(id_)
