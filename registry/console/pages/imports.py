"""A landlord's imports: what came in, what waits for somebody, and a form to send a file."""

import asyncio
import shutil
import uuid
from collections.abc import Mapping
from pathlib import Path, PurePath
from typing import Final, get_args
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import Response, StreamingResponse
from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.datastructures import UploadFile

from registry.access.media import CSV, resumed
from registry.access.scopes import Scope
from registry.console.browsers import must_be_upload, redirect, upload_of
from registry.console.members import Member, bound, member
from registry.console.pages.account import shown
from registry.console.rendering import language_of
from registry.kernel.errors import Invalid, NotVisible, RegistryError
from registry.kernel.text import Text
from registry.kernel.validation import fault_of
from registry.sync.errors import FileTypeDiffers
from registry.sync.schemas.imports import ImportQuery, RunStatus
from registry.sync.service import attention, spools, templates
from registry.sync.service import imports as service
from registry.sync.service import sources as sources_service
from registry.sync.service.forms import survey_form
from registry.sync.service.imports import Given
from registry.sync.service.told import told

router = APIRouter(include_in_schema=False)
PAGE: Final = "/console/imports"
FORM: Final = "/console/survey-form"
FORMAT: Final = "/console/file-format"
BLANK: Final = "/console/file-format/blank"
SHOWN: Final = 20
STATUSES: Final[tuple[str, ...]] = get_args(RunStatus)
KINDS: Final = ("csv", "xlsx", "ndjson", "rpls")
MODES: Final = ("full", "delta")
_LONGEST_NAME: Final = 200
_OF_SUFFIX: Final[Mapping[str, str]] = {".csv": "csv", ".xlsx": "xlsx", ".ndjson": "ndjson", ".jsonl": "ndjson"}


class UploadInvalid(Invalid):
    title = Text("Cet envoi ne peut pas être lu", "This cannot be sent as it is")
    remedy = Text("Vérifiez la source, le mode et le format.", "Check the source, the mode and the format.")


class FileNotChosen(Invalid):
    title = Text("Aucun fichier n'est choisi, ou il est vide", "No file is chosen, or it is empty")
    remedy = Text("Choisissez le fichier à envoyer.", "Choose the file to send.")


class FileKindUnclear(Invalid):
    title = Text(
        "Le format n'est pas celui de la source, ou n'est pas connu",
        "The format is not that of the source, or is not known",
    )
    remedy = Text(
        "Laissez « Comme la source le déclare » pour une source qui existe ; choisissez le format pour une nouvelle.",
        "Leave 'As the source declares' for a source that exists; choose the format for a new one.",
    )


@router.get(PAGE)
async def show_imports(request: Request) -> Response:
    return await _list(request, await member(request, Scope.STOCK_READ))


async def _list(
    request: Request, seat: Member, *, error: RegistryError | None = None, typed: Mapping[str, str] | None = None
) -> Response:
    asked = request.query_params.get("status")
    status = asked if asked in STATUSES else None
    async with bound(request, seat.principal) as session:
        views = await service.list_imports(
            session=session, principal=seat.principal, before=id_of(request.query_params.get("before", "")),
            limit=SHOWN + 1, source=None, status=status,
        )  # fmt: skip
        needing = await attention.list_needing(session=session, principal=seat.principal, limit=SHOWN)
        sources = await sources_service.list_sources(
            session=session, principal=seat.principal, after="", limit=sources_service.MAX_SOURCES
        )
    language = language_of(request)
    kept = {"status": status} if status else {}
    following = f"{PAGE}?{urlencode({**kept, 'before': views[SHOWN - 1].run.id})}" if len(views) > SHOWN else None
    return shown(
        request, "imports", signed_in=seat.found, error=error, typed=typed or {}, asked=status, statuses=STATUSES,
        kinds=KINDS, modes=MODES, items=[told(view, language) for view in views[:SHOWN]], following=following,
        needing=[told(view, language) for view in needing], sources=[view.source.name for view in sources],
        may_send=seat.may(Scope.STOCK_WRITE), organisation=seat.found.row.organisation,
    )  # fmt: skip


@router.get(FORM)
async def download_form(request: Request) -> Response:
    """Send the form of a survey, in the language of the page."""
    seat = await member(request, Scope.STOCK_READ)
    pieces = survey_form(database=request.app.state.database, principal=seat.principal, labels=language_of(request))
    headers = {"Content-Disposition": 'attachment; filename="survey.csv"', "Cache-Control": "no-store"}
    return StreamingResponse(resumed(await anext(pieces), pieces), media_type=CSV, headers=headers)


@router.get(FORMAT)
async def show_format(request: Request) -> Response:
    """Say column by column what a file of homes may hold."""
    seat = await member(request, Scope.STOCK_READ)
    return shown(
        request, "file-format", signed_in=seat.found, headings=templates.described(language_of(request)), blank=BLANK
    )


@router.get(BLANK)
async def download_blank(request: Request) -> Response:
    """Send a table with the header alone."""
    await member(request, Scope.STOCK_READ)
    headers = {"Content-Disposition": 'attachment; filename="homes.csv"', "Cache-Control": "no-store"}
    return Response(templates.blank(), media_type="text/csv; charset=utf-8; header=present", headers=headers)


def id_of(given: str) -> uuid.UUID | None:
    """Return the id that an address names, if it is one."""
    try:
        return uuid.UUID(given)
    except ValueError:
        return None


@router.post(PAGE)
async def send_file(request: Request) -> Response:
    must_be_upload(request)
    seat = await member(request, Scope.STOCK_WRITE)
    async with upload_of(request) as (fields, file):
        try:
            run = await _take(request, seat, fields, file)
        except Invalid as error:
            return await _list(request, seat, error=error, typed=fields)
    await service.tell(request.app.state.database, seat.principal.organisation_id)
    return redirect(f"{PAGE}/{run}?done=sent")


async def _take(request: Request, seat: Member, fields: Mapping[str, str], file: UploadFile | None) -> uuid.UUID:
    """Keep the file that was chosen, and note that it is to be run.

    Raises:
        UploadInvalid, FileNotChosen, FileKindUnclear: As they say.
    """
    asked = _asked(fields)
    if file is None or not file.size:
        raise FileNotChosen(field="file", value=file and file.filename)
    name = _name_of(file.filename or "")
    with spools.spool() as directory:
        path = directory / "file"
        await asyncio.to_thread(_copy, file, path)
        given = Given(name=name, mode=asked.mode, dry_run=asked.dry_run)
        async with bound(request, seat.principal) as session:
            kind = await _kind_of(session, seat, asked.source, fields.get("kind") or None, name)
            try:
                source = await service.source_for(
                    session=session, principal=seat.principal, name=asked.source, kind=kind
                )
            except FileTypeDiffers:
                raise FileKindUnclear(field="kind", value=kind) from None
            return await service.take(
                session=session, principal=seat.principal, source=source, path=path, given=given, cause="push"
            )


def _asked(fields: Mapping[str, str]) -> ImportQuery:
    given = {"source": fields.get("source", "").strip(), "mode": fields.get("mode") or None}
    try:
        return ImportQuery.model_validate({**given, "dry_run": "dry_run" in fields})
    except ValidationError as error:
        fault = fault_of(dict(error.errors()[0]))
        raise UploadInvalid(fault.message, field=fault.field, value=fault.value) from None


async def _kind_of(
    session: AsyncSession, seat: Member, source: str, chosen: str | None, name: str | None
) -> str | None:
    """Return the kind of a file: as chosen; of a source that is not declared yet, as the file's name says."""
    if chosen is not None:
        if chosen not in KINDS:
            raise FileKindUnclear(field="kind", value=chosen)
        return chosen
    try:
        await sources_service.read_source(session=session, principal=seat.principal, name=source)
    except NotVisible:
        return _OF_SUFFIX.get(PurePath((name or "").lower().removesuffix(".gz")).suffix)
    return None


def _name_of(given: str) -> str | None:
    """Return a file's name as it is kept: without its folder, and without what cannot be shown."""
    last = given.replace("\\", "/").rpartition("/")[2]
    return "".join(sign for sign in last if sign.isprintable())[:_LONGEST_NAME] or None


def _copy(file: UploadFile, path: Path) -> None:
    with path.open("wb") as target:
        shutil.copyfileobj(file.file, target, 1 << 20)
