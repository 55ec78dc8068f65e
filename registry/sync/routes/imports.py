"""``/v1/imports``: send a file, see what becomes of it, let it pass, have it tried again."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager
from pathlib import Path as FilePath
from typing import Annotated, Any, Final

import orjson
from fastapi import APIRouter, BackgroundTasks, Header, Path, Query, Request, Response, Security
from fastapi.responses import StreamingResponse
from pydantic import Field
from sqlalchemy.ext.asyncio import AsyncSession

from registry.access import idempotency
from registry.access.contract import LINK, stating
from registry.access.dependencies import StockLister, StockReader, StockWriter, authenticated
from registry.access.errors import BodyEncodingUnsupported
from registry.access.idempotency import Answered, IdempotencyKeyInvalid, IdempotencyKeyReused, RequestInFlight
from registry.access.media import JSON, chosen, language_of
from registry.access.pages import PageQuery, page_of
from registry.access.principal import Principal, own_organisation
from registry.access.scopes import Scope
from registry.kernel.cursor import CursorInvalid
from registry.platform.database import Database
from registry.sync import errors
from registry.sync.schemas import imports as schemas
from registry.sync.schemas.sources import Name
from registry.sync.service import files
from registry.sync.service import imports as service
from registry.sync.service.imports import Given
from registry.sync.service.spools import spool
from registry.sync.service.told import CSV, csv_report, json_report, told

router = APIRouter(tags=["sync"])
IMPORTS: Final = "/v1/imports"
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
KIND_OF_TYPE: Final[Mapping[str, str]] = {
    "text/csv": "csv", "application/x-ndjson": "ndjson", XLSX: "xlsx", "text/plain": "rpls",
}  # fmt: skip
_ANY_TYPE: Final = ("application/gzip", "application/octet-stream")
_BINARY: Final = {"schema": {"type": "string", "format": "binary"}}
_FILE: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "description": "The file as it is, or compressed by gzip; up to 2 GB (a workbook: 100,000 rows). `text/plain`"
        " is an RPLS file; with the last two types the source says what it is.",
        "content": dict.fromkeys((*KIND_OF_TYPE, *_ANY_TYPE), _BINARY),
    }
}
_ID: Final = {"parameters": {"id": "$response.body#/id"}}
_LINKS: Final = {"read": {"operationId": "read_import", **_ID}, "report": {"operationId": "read_report", **_ID}}
_RECEIVED: Final[dict[int | str, dict[str, Any]]] = {
    202: {
        "description": "Received: a worker compares it and, unless something stands against it, applies it.",
        "model": schemas.ImportOut, "links": _LINKS,
        "headers": {
            "Location": {"description": "Where it is seen.", "schema": {"type": "string"}},
            "Idempotent-Replayed": {
                "description": "true: the answer to an earlier request with this key.",
                "schema": {"type": "string", "enum": ["true"]},
            },
        },
    }
}  # fmt: skip
_REPORT: Final[dict[int | str, dict[str, Any]]] = {
    200: {"model": schemas.ReportOut, "content": {CSV: {"schema": {"type": "string"}}}}
}
_RAW: Final[dict[int | str, dict[str, Any]]] = {200: {"content": {"application/octet-stream": _BINARY}}}


ImportId = Annotated[uuid.UUID, Path(description="As the answer to the file named it.")]


class ImportFilter(PageQuery):
    """Which imports are asked for."""

    source: Annotated[Name | None, Field(description="Of one source.")] = None
    status: Annotated[schemas.RunStatus | None, Field(description="In one state.")] = None


@router.post(
    "/imports",
    status_code=202,
    response_model=schemas.ImportOut,
    responses=_RECEIVED,
    openapi_extra={
        **_FILE,
        **stating(
            errors.FileMissing, errors.FileTypeDiffers, errors.AsOfInFuture, BodyEncodingUnsupported,
            IdempotencyKeyInvalid, IdempotencyKeyReused, RequestInFlight,
        ),
    },
)  # fmt: skip
async def send_file(
    request: Request,
    principal: Annotated[Principal, Security(authenticated, scopes=[Scope.STOCK_WRITE.value])],
    asked: Annotated[schemas.ImportQuery, Query()],
    idempotency_key: Annotated[
        str | None,
        Header(
            description="Makes sending again harmless, for 24 hours.",
            json_schema_extra={"minLength": 1, "maxLength": 128, "pattern": "^[!-~]+$"},
        ),
    ] = None,
) -> Response:
    """Send a file of homes or residences: it is kept, checked, compared with what is held, and applied as a whole."""
    database = _database(request)
    kind_of(request)
    with spool() as directory:
        path = directory / "file"
        await take_body(request, path)
        async with _transaction(database, principal) as session:
            answer = await _once(request, session, principal, asked, path, idempotency_key)
    await service.tell(database, principal.organisation_id)
    return answer


@router.get(
    "/imports",
    response_model=schemas.ImportPage,
    responses={200: {"headers": LINK}},
    openapi_extra=stating(CursorInvalid),
)
async def list_imports(
    request: Request, response: Response, caller: StockReader, asked: Annotated[ImportFilter, Query()]
) -> Any:
    """List the files that came in, the newest first."""
    page = page_of(request, caller.principal, asked.cursor)
    after = page.after("")
    views = await service.list_imports(
        session=caller.session, principal=caller.principal, before=uuid.UUID(after) if after else None,
        limit=asked.limit + 1, source=asked.source, status=asked.status,
    )  # fmt: skip
    rows = [{**told(view, language_of(request)), "id": str(view.run.id)} for view in views]
    return page.answer(rows, asked.limit, key="id", response=response)


@router.get("/imports/{id}", response_model=schemas.ImportOut, openapi_extra=stating(errors.ImportNotFound))
async def read_import(request: Request, caller: StockReader, id: ImportId) -> Any:  # noqa: A002  # the address says so
    """Read how far a file is, or what became of it."""
    view = await service.read_import(session=caller.session, principal=caller.principal, id_=id)
    return told(view, language_of(request))


@router.get(
    "/imports/{id}/report",
    response_model=schemas.ReportOut,
    responses=_REPORT,
    openapi_extra=stating(errors.ImportNotFound, errors.ReportNotReady),
)
async def read_report(request: Request, principal: StockLister, id: ImportId) -> Response:  # noqa: A002  # as above
    """Read every value that was refused or doubted, and a part of the differences; as JSON or CSV."""
    media_type, language = chosen(request, (JSON, CSV)), language_of(request)
    write = csv_report if media_type == CSV else json_report
    lines = _report(_database(request), principal, id)
    first = await anext(lines, None)  # what is wrong with the request is said before the answer begins
    return StreamingResponse(write(first, lines, language), media_type=media_type)


@router.get("/imports/{id}/file", response_class=Response, responses=_RAW, openapi_extra=stating(errors.ImportNotFound))
async def read_file(request: Request, principal: StockLister, id: ImportId) -> Response:  # noqa: A002  # as above
    """Read the file itself, as it came."""
    blocks = _raw(_database(request), principal, id)
    first = await anext(blocks, b"")
    headers = {"Content-Disposition": f'attachment; filename="{id}"'}
    return StreamingResponse(_with(first, blocks), media_type="application/octet-stream", headers=headers)


@router.post(
    "/imports/{id}/confirm",
    response_model=schemas.ImportOut,
    openapi_extra=stating(errors.ImportNotFound, errors.ImportNotWaiting),
)
async def confirm_import(request: Request, caller: StockWriter, told_after: BackgroundTasks, id: ImportId) -> Any:  # noqa: A002
    """Let a file pass that changes more than the charter lets pass unseen."""
    view = await service.confirm(session=caller.session, principal=caller.principal, id_=id)
    told_after.add_task(service.tell, _database(request), caller.principal.organisation_id)
    return told(view, language_of(request))


@router.post(
    "/imports/{id}/retry",
    response_model=schemas.ImportOut,
    openapi_extra=stating(errors.ImportNotFound, errors.ImportNotFailed),
)
async def retry_import(request: Request, caller: StockWriter, told_after: BackgroundTasks, id: ImportId) -> Any:  # noqa: A002
    """Have an import tried again that failed by no fault of its file."""
    view = await service.retry(session=caller.session, principal=caller.principal, id_=id)
    told_after.add_task(service.tell, _database(request), caller.principal.organisation_id)
    return told(view, language_of(request))


def _database(request: Request) -> Database:
    database: Database = request.app.state.database
    return database


def _transaction(database: Database, principal: Principal) -> AbstractAsyncContextManager[AsyncSession]:
    return database.transaction(principal.role, organisation=principal.organisation_id, actor=principal.actor)


def kind_of(request: Request) -> str | None:
    """Return the kind of file that the request says it sends; ``None``: as its source declares."""
    encoding = request.headers.get("content-encoding", "identity").strip().lower()
    if encoding not in {"identity", "gzip"}:
        raise BodyEncodingUnsupported(field="Content-Encoding", value=encoding)
    given = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if given not in KIND_OF_TYPE and given not in _ANY_TYPE:
        raise errors.FileTypeDiffers(field="Content-Type", value=given)
    return KIND_OF_TYPE.get(given)


async def take_body(request: Request, path: FilePath) -> None:
    """Write the body to the disk as it comes: it may be larger than memory."""
    size = 0
    with path.open("wb") as file:
        async for block in request.stream():
            size += len(block)
            await asyncio.to_thread(file.write, block)
    if not size:
        raise errors.FileMissing(field="body")


async def _once(
    request: Request,
    session: AsyncSession,
    principal: Principal,
    asked: schemas.ImportQuery,
    path: FilePath,
    key: str | None,
) -> Response:
    """Take a file in, or answer as the first request with its key was answered."""
    own = own_organisation(principal)
    if key is not None:
        digest = await asyncio.to_thread(files.digest_of, path)
        answered = await idempotency.begin(session=session, organisation=own, route=IMPORTS, key=key, body=digest)
        if answered:
            location = f"{IMPORTS}/{orjson.loads(answered.body)['id']}"
            headers = {"Idempotent-Replayed": "true", "Location": location}
            return Response(answered.body, answered.status, headers, answered.media_type)
    source = await service.source_for(session=session, principal=principal, name=asked.source, kind=kind_of(request))
    given = Given(mode=asked.mode, as_of=asked.as_of, dry_run=asked.dry_run)
    id_ = await service.take(session=session, principal=principal, source=source, path=path, given=given, cause="push")
    view = await service.read_import(session=session, principal=principal, id_=id_)
    body = schemas.ImportOut.model_validate(told(view, language_of(request))).model_dump_json().encode()
    if key is not None:
        answer = Answered(202, JSON, body)
        await idempotency.finish(session=session, organisation=own, route=IMPORTS, key=key, answer=answer)
    return Response(body, 202, {"Location": f"{IMPORTS}/{id_}"}, JSON)


async def _report(database: Database, principal: Principal, id_: uuid.UUID) -> AsyncIterator[dict[str, Any]]:
    async with _transaction(database, principal) as session:
        async for line in service.report(session=session, principal=principal, id_=id_):
            yield line


async def _raw(database: Database, principal: Principal, id_: uuid.UUID) -> AsyncIterator[bytes]:
    async with _transaction(database, principal) as session:
        async for block in service.raw(session=session, principal=principal, id_=id_):
            yield block


async def _with(first: bytes, rest: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield first
    async for block in rest:
        yield block
