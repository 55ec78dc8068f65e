"""The adaptations that homes have over HTTP, and the works that homes and residences could have."""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Body, Depends, Request
from fastapi.responses import Response
from pydantic import BaseModel

from registry.access.bodies import JsonRoute
from registry.access.contract import stating
from registry.access.dependencies import Caller, StockReader, StockWriter
from registry.access.media import JSON
from registry.access.preconditions import Precondition, etag
from registry.access.repeating import REPLAYED, IdempotencyKey
from registry.stock import answers, errors, service
from registry.stock.routes.common import CONDITIONAL, ETAG, PATH_REF, Condition, Ref, batch, batch_once, ndjson
from registry.stock.schemas import works as schemas
from registry.stock.service import Inventory, Listed

router = APIRouter(tags=["stock"], route_class=JsonRoute)

ADAPTATIONS_BATCH: Final = "/adaptations/batch"
FEASIBLE_BATCH: Final = "/feasible-works/batch"
_OF_HOME: Final = "/homes/{ref:path}"
_OF_RESIDENCE: Final = "/residences/{ref:path}"
_READ: Final[dict[int | str, dict[str, Any]]] = {200: {"headers": ETAG}}


def _written(read: str) -> dict[int | str, dict[str, Any]]:
    return {200: {"headers": ETAG, "links": {"read": {"operationId": read, **PATH_REF}}}}


@router.put(
    f"{_OF_HOME}/adaptations",
    response_model=answers.AdaptationsOut,
    responses=_written("read_adaptations"),
    openapi_extra=stating(*CONDITIONAL, errors.HomeNotFound),
)
async def put_adaptations(
    caller: StockWriter,
    ref: Ref,
    given: Annotated[schemas.AdaptationsIn, Body(examples=[schemas.ADAPTATIONS_EXAMPLE])],
    condition: Condition,
) -> Response:
    """Replace the list of the adaptations that a home has."""
    found = await _put(caller, Inventory.ADAPTATIONS, ref, given, condition)
    return _answer(found, answers.AdaptationsOut.model_validate({"home_ref": ref, "adaptations": found.items}))


@router.get(
    f"{_OF_HOME}/adaptations",
    response_model=answers.AdaptationsOut,
    responses=_READ,
    openapi_extra=stating(errors.RefInvalid, errors.HomeNotFound),
)
async def read_adaptations(caller: StockReader, ref: Ref) -> Response:
    """Read the list of the adaptations that a home has."""
    found = await _read(caller, Inventory.ADAPTATIONS, ref)
    return _answer(found, answers.AdaptationsOut.model_validate({"home_ref": ref, "adaptations": found.items}))


@router.put(
    f"{_OF_HOME}/feasible-works",
    response_model=answers.HomeFeasibleWorks,
    responses=_written("read_home_feasible_works"),
    openapi_extra=stating(*CONDITIONAL, errors.HomeNotFound),
)
async def put_home_feasible_works(
    caller: StockWriter,
    ref: Ref,
    given: Annotated[schemas.HomeFeasibleWorksIn, Body(examples=[schemas.HOME_FEASIBLE_EXAMPLE])],
    condition: Condition,
) -> Response:
    """Replace the list of the works that a home could have."""
    found = await _put(caller, Inventory.FEASIBLE_OF_HOME, ref, given, condition)
    return _answer(found, answers.HomeFeasibleWorks.model_validate({"home_ref": ref, "feasible_works": found.items}))


@router.get(
    f"{_OF_HOME}/feasible-works",
    response_model=answers.HomeFeasibleWorks,
    responses=_READ,
    openapi_extra=stating(errors.RefInvalid, errors.HomeNotFound),
)
async def read_home_feasible_works(caller: StockReader, ref: Ref) -> Response:
    """Read the list of the works that a home could have."""
    found = await _read(caller, Inventory.FEASIBLE_OF_HOME, ref)
    return _answer(found, answers.HomeFeasibleWorks.model_validate({"home_ref": ref, "feasible_works": found.items}))


@router.put(
    f"{_OF_RESIDENCE}/feasible-works",
    response_model=answers.ResidenceFeasibleWorks,
    responses=_written("read_residence_feasible_works"),
    openapi_extra=stating(*CONDITIONAL, errors.ResidenceNotFound),
)
async def put_residence_feasible_works(
    caller: StockWriter,
    ref: Ref,
    given: Annotated[schemas.ResidenceFeasibleWorksIn, Body(examples=[schemas.RESIDENCE_FEASIBLE_EXAMPLE])],
    condition: Condition,
) -> Response:
    """Replace the list of the works that a residence could have."""
    found = await _put(caller, Inventory.FEASIBLE_OF_RESIDENCE, ref, given, condition)
    return _answer(
        found, answers.ResidenceFeasibleWorks.model_validate({"residence_ref": ref, "feasible_works": found.items})
    )


@router.get(
    f"{_OF_RESIDENCE}/feasible-works",
    response_model=answers.ResidenceFeasibleWorks,
    responses=_READ,
    openapi_extra=stating(errors.RefInvalid, errors.ResidenceNotFound),
)
async def read_residence_feasible_works(caller: StockReader, ref: Ref) -> Response:
    """Read the list of the works that a residence could have."""
    found = await _read(caller, Inventory.FEASIBLE_OF_RESIDENCE, ref)
    return _answer(
        found, answers.ResidenceFeasibleWorks.model_validate({"residence_ref": ref, "feasible_works": found.items})
    )


@router.post(
    ADAPTATIONS_BATCH,
    response_model=answers.BatchResult,
    responses={200: {"headers": REPLAYED}},
    openapi_extra=batch(
        "AdaptationsLine", {"home_ref": "H-12-1", **schemas.ADAPTATIONS_EXAMPLE},
        "One JSON object a line, as PUT takes it, with its `home_ref`; up to 64 MB.",
    ),
)  # fmt: skip
async def write_adaptations(
    request: Request,
    body: Annotated[bytes, Depends(ndjson)],
    caller: StockWriter,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Replace the adaptations of many homes: one JSON object a line, with its `home_ref`."""

    async def write() -> list[service.Line]:
        return await service.write_adaptations(session=caller.session, principal=caller.principal, body=body)

    return await batch_once(request, caller, ADAPTATIONS_BATCH, idempotency_key, body, write)


@router.post(
    FEASIBLE_BATCH,
    response_model=answers.BatchResult,
    responses={200: {"headers": REPLAYED}},
    openapi_extra=batch(
        "FeasibleWorksLine", {"home_ref": "H-12-1", **schemas.HOME_FEASIBLE_EXAMPLE},
        "One JSON object a line, as PUT takes it, with its `home_ref` or `residence_ref`; up to 64 MB.",
    ),
)  # fmt: skip
async def write_feasible_works(
    request: Request,
    body: Annotated[bytes, Depends(ndjson)],
    caller: StockWriter,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Replace the feasible works of many homes and residences: one JSON object a line, with its reference."""

    async def write() -> list[service.Line]:
        return await service.write_feasible_works(session=caller.session, principal=caller.principal, body=body)

    return await batch_once(request, caller, FEASIBLE_BATCH, idempotency_key, body, write)


async def _put(
    caller: Caller,
    kind: Inventory,
    ref: str,
    given: schemas.AdaptationsIn | schemas.FeasibleWorksIn,
    condition: Precondition,
) -> Listed:
    (items,) = given.model_dump(mode="json").values()
    return await service.put_inventory(
        session=caller.session, principal=caller.principal, kind=kind, ref=ref, items=items, precondition=condition
    )


async def _read(caller: Caller, kind: Inventory, ref: str) -> Listed:
    return await service.read_inventory(session=caller.session, principal=caller.principal, kind=kind, ref=ref)


def _answer(found: Listed, body: BaseModel) -> Response:
    return Response(body.model_dump_json(), headers={"ETag": etag(found.version)}, media_type=JSON)
