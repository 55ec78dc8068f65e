"""The facts of residences over HTTP, and what was known before, of homes too."""

from typing import Annotated, Any, Final

import orjson
from fastapi import APIRouter, Body, Depends, Query, Request
from fastapi.responses import Response
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, WithJsonSchema

from registry.access.bodies import JsonRoute
from registry.access.contract import stating
from registry.access.dependencies import StockReader, StockWriter
from registry.access.media import JSON
from registry.access.preconditions import etag
from registry.access.repeating import REPLAYED, IdempotencyKey
from registry.kernel.text import Text
from registry.kernel.validation import Wrong
from registry.stock import answers, errors, schemas, service
from registry.stock.routes.common import CONDITIONAL, ETAG, PATH_REF, Condition, Ref, batch, batch_once, ndjson
from registry.vocabulary.facts import FACTS_BY_CODE

router = APIRouter(tags=["stock"], route_class=JsonRoute)

FACTS_BATCH: Final = "/residence-facts/batch"
_FACTS: Final = "/residences/{ref:path}/facts"
_WRITTEN: Final[dict[int | str, dict[str, Any]]] = {
    200: {"headers": ETAG, "links": {"read": {"operationId": "read_residence_facts", **PATH_REF}}}
}


def _known_fact(value: str) -> str:
    if value not in FACTS_BY_CODE:
        raise Wrong(
            "caractéristique inconnue", "unknown fact",
            remedy=Text("GET /v1/vocabulary les liste.", "GET /v1/vocabulary lists them."),
        )  # fmt: skip
    return value


KnownFact = Annotated[
    str, AfterValidator(_known_fact), WithJsonSchema({"type": "string", "enum": sorted(FACTS_BY_CODE)})
]


class HistoryQuery(BaseModel):
    """Which of the superseded facts."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    code: KnownFact | None = Field(None, description="Of one fact only.")


@router.put(
    _FACTS,
    response_model=answers.ResidenceFactsOut,
    responses=_WRITTEN,
    openapi_extra=stating(*CONDITIONAL, errors.ResidenceNotFound),
)
async def put_residence_facts(
    caller: StockWriter,
    ref: Ref,
    given: Annotated[schemas.ResidenceFacts, Body(examples=[schemas.RESIDENCE_FACTS_EXAMPLE])],
    condition: Condition,
) -> Response:
    """State facts of a residence: of its common parts and its surroundings. They are merged, as a home's are."""
    found = await service.put_facts(
        session=caller.session, principal=caller.principal, ref=ref, given=given, precondition=condition
    )
    return _answer(ref, *found)


@router.get(
    _FACTS,
    response_model=answers.ResidenceFactsOut,
    responses={200: {"headers": ETAG}},
    openapi_extra=stating(errors.RefInvalid, errors.ResidenceNotFound),
)
async def read_residence_facts(caller: StockReader, ref: Ref) -> Response:
    """Read the facts of a residence."""
    return _answer(ref, *await service.read_facts(session=caller.session, principal=caller.principal, ref=ref))


def _answer(ref: str, facts: dict[str, Any], version: int) -> Response:
    body = orjson.dumps({"residence_ref": ref, "facts": facts})
    return Response(body, headers={"ETag": etag(version)}, media_type=JSON)


@router.post(
    FACTS_BATCH,
    response_model=answers.BatchResult,
    responses={200: {"headers": REPLAYED}},
    openapi_extra=batch(
        "ResidenceFactsLine", {"ref": "R-12", **schemas.RESIDENCE_FACTS_EXAMPLE},
        "One JSON object a line, as PUT takes it, with the residence's `ref`; up to 64 MB.",
    ),
)  # fmt: skip
async def write_residence_facts(
    request: Request,
    body: Annotated[bytes, Depends(ndjson)],
    caller: StockWriter,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """State facts of many residences: one JSON object a line, with its `ref`."""

    async def write() -> list[service.Line]:
        return await service.write_facts(session=caller.session, principal=caller.principal, body=body)

    return await batch_once(request, caller, FACTS_BATCH, idempotency_key, body, write)


@router.get(
    f"{_FACTS}/history",
    response_model=answers.SupersededFacts,
    openapi_extra=stating(errors.RefInvalid, errors.ResidenceNotFound),
)
async def read_history_of_residence(caller: StockReader, ref: Ref, asked: Annotated[HistoryQuery, Query()]) -> Response:
    """Read what was known before of a residence, the last first."""
    found = await service.read_history(
        session=caller.session, principal=caller.principal, subject="residences", ref=ref, code=asked.code
    )
    return Response(orjson.dumps({"items": found}), media_type=JSON)


@router.get(
    "/homes/{ref:path}/facts/history",
    response_model=answers.SupersededFacts,
    openapi_extra=stating(errors.RefInvalid, errors.HomeNotFound),
)
async def read_history_of_home(caller: StockReader, ref: Ref, asked: Annotated[HistoryQuery, Query()]) -> Response:
    """Read what was known before of a home, the last first."""
    found = await service.read_history(
        session=caller.session, principal=caller.principal, subject="homes", ref=ref, code=asked.code
    )
    return Response(orjson.dumps({"items": found}), media_type=JSON)
