"""A landlord's mappings: which of their columns states what, written beside a sample, tried on it and stored."""

import asyncio
import base64
import binascii
import re
import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path, PurePath
from typing import Any, Final

from fastapi import APIRouter, Request
from fastapi.responses import Response
from starlette.datastructures import UploadFile

from registry.access.preconditions import Precondition, etag
from registry.access.scopes import Scope
from registry.console.browsers import form_of, must_be_upload, redirect, upload_of
from registry.console.mapping_form import MOST_FIELDS, NOTHING, Typed, beside, fields_in, read, typed_of
from registry.console.mapping_form import shown as rows_of
from registry.console.mapping_trial import table_of
from registry.console.members import Member, bound, member
from registry.console.pages.account import shown
from registry.console.pages.imports import FileNotChosen
from registry.console.rendering import language_of
from registry.kernel.errors import Conflict, Invalid, NotVisible, PreconditionFailed, RegistryError
from registry.kernel.text import Language, Text
from registry.sync.schemas.sources import NAME
from registry.sync.service import mappings as service
from registry.sync.service import sources as sources_service
from registry.sync.service import spools, trials
from registry.sync.service.editing import CONTENTS, DATE_FORMS, Content, by_heading, parse_mapping
from registry.sync.service.trials import Sample

router = APIRouter(include_in_schema=False)
PAGE: Final = "/console/mappings"
LISTED: Final = 50
MAX_WORKBOOK: Final = 8 << 20
"""Bytes: a workbook is loaded whole to read its first rows."""
_LONGEST: Final = 400_000
_KINDS: Final[Mapping[str, trials.SampleKind]] = {".csv": "csv", ".txt": "csv", ".tsv": "csv", ".xlsx": "xlsx"}
_NAME: Final = re.compile(NAME)


class MappingNameInvalid(Invalid):
    title = Text("Ce nom ne convient pas", "This name does not fit")
    remedy = Text(
        "Minuscules sans accent, chiffres et tirets, 60 signes au plus : « erp ».",
        "Lower-case letters without accents, digits and hyphens, at most 60: 'erp'.",
    )


class MappingNotReadable(Invalid):
    title = Text("Ce formulaire ne peut pas être lu", "This form cannot be read")
    remedy = Text("Revenez à la liste et recommencez.", "Go back to the list and start again.")


class SampleUnusable(Invalid):
    title = Text("Ce fichier ne peut pas servir d'exemple", "This file cannot be a sample")
    remedy = Text(
        "Un fichier CSV, ou un classeur XLSX d'au plus 8 Mo : gardez-en l'en-tête et quelques lignes.",
        "A CSV file, or an XLSX workbook of at most 8 MB: keep its header and some rows.",
    )


class MappingChangedMeanwhile(Invalid):
    title = Text(
        "Quelqu'un a enregistré une autre version entre-temps", "Somebody else saved another version meanwhile"
    )
    remedy = Text(
        "Ce que vous aviez saisi est resté. Si vous enregistrez de nouveau, la vôtre devient la dernière version.",
        "What you typed is still there. If you save again, yours becomes the latest version.",
    )


@router.get(PAGE)
async def show_mappings(request: Request) -> Response:
    return await _list(request, await member(request, Scope.STOCK_READ))


async def _list(
    request: Request, seat: Member, *, error: RegistryError | None = None, typed: Mapping[str, str] | None = None
) -> Response:
    after = request.query_params.get("after", "")
    async with bound(request, seat.principal) as session:
        found = await service.list_mappings(
            session=session, principal=seat.principal, after=after if _NAME.match(after) else "", limit=LISTED + 1
        )
    following = f"{PAGE}?after={found[LISTED - 1].name}" if len(found) > LISTED else None
    return shown(
        request, "mappings", signed_in=seat.found, error=error, typed=typed or {}, contents=CONTENTS,
        items=found[:LISTED], following=following, acts=seat.may(Scope.STOCK_WRITE),
        organisation=seat.found.row.organisation,
    )  # fmt: skip


@router.post(PAGE)
async def begin(request: Request) -> Response:
    """Show the form of a mapping beside a sample: of a new one, or of one that is stored."""
    must_be_upload(request)
    seat = await member(request, Scope.STOCK_WRITE)
    async with upload_of(request) as (fields, file):
        try:
            name = fields.get("name", "").strip()
            if not _NAME.match(name):
                raise MappingNameInvalid(field="name", value=name)
            sample = await _cut(file)
        except RegistryError as error:
            return await _list(request, seat, error=_as_page(error), typed=fields)
    typed = await _stored(request, seat, name)
    typed = typed or Typed(_content(fields) or CONTENTS[0])
    return await _page(request, seat, name, beside(typed, sample), sample=sample)


@router.get(PAGE + "/{name}")
async def show_mapping(request: Request, name: str) -> Response:
    seat = await member(request, Scope.STOCK_READ)
    typed = await _stored(request, seat, name)
    if typed is None:
        raise service.MappingNotFound
    return await _page(request, seat, name, typed, done=request.query_params.get("done") == "saved")


@router.post(PAGE + "/{name}")
async def change_mapping(request: Request, name: str) -> Response:
    """Try what was typed on the sample that the form carries, or store it."""
    fields = await form_of(request, most=MOST_FIELDS, longest=_LONGEST)
    seat = await member(request, Scope.STOCK_WRITE)
    content = _content(fields)
    if not _NAME.match(name) or content is None:
        raise MappingNotReadable(field="content", value=fields.get("content"))
    language = language_of(request)
    typed = read(fields, language, content)
    with spools.spool() as directory:
        path = directory / "file"
        sample = await _carried(fields.get("sample", ""), path)
        try:
            mapping = parse_mapping(typed.document())
            if fields.get("action") != "save":
                tried = await trials.try_document(mapping, path, "csv") if sample else []
                table = table_of(tried, mapping.content, language)
                return await _page(request, seat, name, typed, sample=sample, trial=table)
            async with bound(request, seat.principal) as session:
                await service.put_mapping(
                    session=session, principal=seat.principal, name=name, given=mapping, precondition=_seen(typed)
                )
        except PreconditionFailed:
            held = await _stored(request, seat, name)
            typed = replace(typed, version=held.version if held else "")
            changed = MappingChangedMeanwhile(field="version", value=fields.get("version"))
            return await _page(request, seat, name, typed, sample=sample, error=changed)
        except (Invalid, Conflict) as error:
            return await _page(request, seat, name, typed, sample=sample, error=_as_page(error))
    return redirect(f"{PAGE}/{name}?done=saved")


def _content(fields: Mapping[str, str]) -> Content | None:
    return next((content for content in CONTENTS if content == fields.get("content")), None)


def _seen(typed: Typed) -> Precondition:
    """Return the condition that nobody stored another version than the form was made of."""
    return Precondition(if_match=etag(typed.version)) if typed.version else Precondition(if_none_match="*")


async def _stored(request: Request, seat: Member, name: str) -> Typed | None:
    if not _NAME.match(name):
        return None
    async with bound(request, seat.principal) as session:
        try:
            found = await service.read_mapping(session=session, principal=seat.principal, name=name)
        except NotVisible:
            return None
    return typed_of(found.document, found.version)


async def _page(
    request: Request, seat: Member, name: str, typed: Typed, *, sample: Sample | None = None,
    error: RegistryError | None = None, trial: Any = None, done: bool = False,
) -> Response:  # fmt: skip
    language = language_of(request)
    async with bound(request, seat.principal) as session:
        sources = await sources_service.list_sources(
            session=session, principal=seat.principal, after="", limit=sources_service.MAX_SOURCES
        )
    rows = rows_of(typed, sample, language)
    fits = fields_in(rows, len(typed.constants)) <= MOST_FIELDS
    faults = [(typed.place_of(fault), fault) for fault in error.faults] if error else []
    return shown(
        request, "mapping", signed_in=seat.found, error=error, name=name, typed=typed, rows=rows, sample=sample,
        carried=base64.urlsafe_b64encode(sample.content).decode() if sample else "",
        headings=by_heading(typed.content, language), date_forms=DATE_FORMS, nothing=NOTHING,
        trial=trial, done=done, acts=seat.may(Scope.STOCK_WRITE), fits=fits,
        faults=[_fault(place, fault, typed, language) for place, fault in faults],
        invalid={f"c{place[0]}.{place[1]}" for place, _ in faults if place},
        readers=[view.source for view in sources if view.source.mapping_name == name],
    )  # fmt: skip


def _fault(place: tuple[int, str] | None, fault: Any, typed: Typed, language: Language) -> dict[str, Any]:
    return {
        "row": place and place[0], "column": typed.rows[place[0]].theirs if place else fault.field,
        "message": fault.message.in_language(language),
    }  # fmt: skip


def _as_page(error: RegistryError) -> Invalid:
    """Return an error as the page shows it: one of the form that was sent."""
    if isinstance(error, Invalid):
        return error
    return SampleUnusable(error.detail or error.title, remedy=error.own_remedy, field="file")


async def _cut(file: UploadFile | None) -> Sample:
    """Return the beginning of the file that was chosen.

    Raises:
        FileNotChosen, SampleUnusable: As they say.
        RegistryError: What is wrong with the file as a whole.
    """
    if file is None or not file.size:
        raise FileNotChosen(field="file", value=file and file.filename)
    kind = _KINDS.get(PurePath((file.filename or "").lower().removesuffix(".gz")).suffix)
    if kind is None or (kind == "xlsx" and file.size > MAX_WORKBOOK):
        raise SampleUnusable(field="file", value=file.filename)
    with spools.spool() as directory:
        path = directory / "file"
        await asyncio.to_thread(_copy, file, path)
        return await trials.read_sample(path, kind)


def _copy(file: UploadFile, path: Path) -> None:
    with path.open("wb") as target:
        shutil.copyfileobj(file.file, target, 1 << 20)


async def _carried(given: str, path: Path) -> Sample | None:
    """Return the sample that a form carries, once it is written to ``path``; ``None``: it carries none."""
    if not given:
        return None
    try:
        await asyncio.to_thread(path.write_bytes, base64.b64decode(given, altchars=b"-_", validate=True))
        return await trials.read_sample(path, "csv")
    except (binascii.Error, ValueError, RegistryError):
        raise MappingNotReadable(field="sample") from None
