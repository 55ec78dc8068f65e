"""The indexes of one's own residences over HTTP."""

from datetime import datetime
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Body, Depends, Path, Query, Request
from fastapi.responses import Response
from pydantic import Field

from registry.access.bodies import NDJSON, JsonRoute
from registry.access.contract import LINK, stating
from registry.access.dependencies import StockReader
from registry.access.media import JSON, chosen
from registry.access.pages import PageQuery, link_to, page_of
from registry.assessment import answers, schemas, service
from registry.assessment.routes.refs import REF_SCHEMA, checked_ref
from registry.kernel.cursor import CursorInvalid
from registry.stock.errors import RefInvalid, ResidenceNotFound

router = APIRouter(tags=["assessment"], route_class=JsonRoute)

_LINES: Final[dict[str, Any]] = {
    "description": "A page; as NDJSON one residence a line, the next page in Link.",
    "content": {NDJSON: {"schema": {"$ref": "#/components/schemas/AssessmentLine"}}},
    "headers": LINK,
}


class AssessmentQuery(PageQuery):
    """Which of the own residences."""

    favourable: Annotated[
        Literal["yes", "no", "unknown"] | None,
        Field(description="Whether it is worth adapting by its common parts, surroundings and services alone."),
    ] = None


async def ref_in_path(
    ref: Annotated[
        str,
        Path(
            description="The landlord's own reference of the residence, percent-encoded.",
            json_schema_extra=REF_SCHEMA,
            examples=["R-12"],
        ),
    ],
) -> str:
    """Return the reference of an address if it is one.

    Raises:
        RefInvalid: As :func:`checked_ref`.
    """
    return checked_ref(ref)


Ref = Annotated[str, Depends(ref_in_path)]


@router.get(
    "/assessments",
    response_model=answers.AssessmentPage,
    responses={200: _LINES},
    openapi_extra=stating(CursorInvalid),
)
async def list_assessments(
    request: Request, caller: StockReader, asked: Annotated[AssessmentQuery, Query()]
) -> Response:
    """List the indexes of your residences by reference; `favourable=yes`: the ones worth adapting."""
    page = page_of(request, caller.principal, asked.cursor)
    rows = await service.list_assessments(
        session=caller.session, principal=caller.principal, after=page.after(""), limit=asked.limit + 1,
        favourable=asked.favourable,
    )  # fmt: skip
    following = page.following(rows[asked.limit - 1]["ref"]) if len(rows) > asked.limit else None
    lines = [answers.AssessmentLine.model_validate(row) for row in rows[: asked.limit]]
    if chosen(request, (JSON, NDJSON)) == NDJSON:
        return Response("".join(f"{line.model_dump_json()}\n" for line in lines), 200, link_to(following), NDJSON)
    body = answers.AssessmentPage(items=lines, next=following)
    return Response(body.model_dump_json(), 200, link_to(following), JSON)


@router.get(
    "/residences/{ref:path}/assessment",
    response_model=answers.AssessmentOut,
    openapi_extra=stating(RefInvalid, ResidenceNotFound),
)
async def read_assessment(caller: StockReader, ref: Ref) -> Any:
    """Read the index of a residence as of now: every criterion, and what would raise it most."""
    found = await service.read_assessment(session=caller.session, principal=caller.principal, ref=ref)
    return service.described_residence(found)


@router.get(
    "/residences/{ref:path}/assessment/history",
    response_model=answers.HistoryPage,
    responses={200: {"headers": LINK}},
    openapi_extra=stating(CursorInvalid, RefInvalid, ResidenceNotFound),
)
async def list_assessment_history(
    request: Request, response: Response, caller: StockReader, ref: Ref, asked: Annotated[PageQuery, Query()]
) -> Any:
    """List what the index of a residence was, latest first; five years are kept."""
    page = page_of(request, caller.principal, asked.cursor)
    after = page.after("")
    rows = await service.list_history(
        session=caller.session, principal=caller.principal, ref=ref, limit=asked.limit + 1,
        before=datetime.fromisoformat(after) if after else None,
    )  # fmt: skip
    following = page.following(rows[asked.limit - 1]["valid_from"].isoformat()) if len(rows) > asked.limit else None
    response.headers.update(link_to(following))
    return {"items": rows[: asked.limit], "next": following}


@router.post(
    "/residences/{ref:path}/assessment/simulate",
    response_model=answers.SimulationOut,
    openapi_extra=stating(RefInvalid, ResidenceNotFound),
)
async def simulate_assessment(
    caller: StockReader,
    ref: Ref,
    given: Annotated[schemas.Simulation, Body(examples=[schemas.SIMULATION_EXAMPLE])],
) -> Any:
    """Compute what the index of a residence would become with works, other facts, more adapted homes; keep nothing."""
    found = await service.simulate_works(session=caller.session, principal=caller.principal, ref=ref, given=given)
    return {
        "residence_ref": found.ref,
        "before": service.shown(found.before, found.governing),
        "after": service.shown(found.after, found.governing),
        "passable_before": found.passable_before and found.passable_before._asdict(),
        "passable_after": found.passable_after and found.passable_after._asdict(),
        "cost_from_cents": found.cost[0] if found.cost else None,
        "cost_to_cents": found.cost[1] if found.cost else None,
    }
