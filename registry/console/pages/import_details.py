"""One import: how far it is, what it would change or changed, what was refused, and what a person may do about it."""

import uuid
from collections.abc import AsyncIterator, Mapping
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any, Final

from fastapi import APIRouter, Request
from fastapi.responses import Response, StreamingResponse
from sqlalchemy.ext.asyncio import AsyncSession

from registry.access.principal import Principal
from registry.access.scopes import Scope
from registry.console.browsers import form_of, redirect
from registry.console.members import Member, bound, member
from registry.console.pages.account import shown
from registry.console.pages.imports import PAGE, id_of
from registry.console.rendering import language_of
from registry.kernel.errors import BadRequest, Conflict, NotVisible, RegistryError
from registry.kernel.text import Language, Text
from registry.sync.errors import ImportNotFound, ReportNotReady
from registry.sync.service import imports as service
from registry.sync.service.imports import View
from registry.sync.service.told import csv_report, json_report, kept_note, told
from registry.vocabulary import attributes
from registry.vocabulary.facts import FACTS_BY_CODE
from registry.vocabulary.stock import LABELS, Financing, HousingForm, QuotaHolder, Status

router = APIRouter(include_in_schema=False)
IMPORT: Final = PAGE + "/{id}"
NOTES: Final = 200
"""Notes that the page shows; the report has all."""
CHANGES: Final = 20
"""Differences of a kind that the page shows."""
LINES: Final = 20_000
"""Of a report that are read for a page: the differences come after all notes, however many these are."""
STAGES: Final = ("received", "read", "compare", "apply")
OPEN: Final = frozenset({"received", "running", "confirmed"})
_STANDS: Final = {
    "received": "queued", "confirmed": "queued", "running": "current", "waiting": "waiting", "previewed": "skipped",
}  # fmt: skip
"""How the stage stands that an import has reached, by the import's status; otherwise it stopped there."""
DONE: Final = frozenset({"sent", "confirm", "retry"})
_CODES: Final[dict[str, dict[str, Text]]] = {
    name: {str(code): label for code, label in LABELS[codes].items()}
    for name, codes in (
        ("status", Status),
        ("housing_form", HousingForm),
        ("financing", Financing),
        ("quota_holder", QuotaHolder),
    )
}
_WRITERS: Final = {"csv": ("text/csv", csv_report), "json": ("application/json", json_report)}


class ImportNotShown(NotVisible):
    title = Text("Cet import n'est pas parmi les vôtres", "This import is not among yours")
    remedy = Text(
        "La liste des imports montre ceux de votre organisation.", "The list of imports shows your organisation's."
    )


class ActionUnknown(BadRequest):
    title = Text("Cette action n'existe pas", "There is no such action")
    remedy = Text("Utilisez les boutons de la page.", "Use the buttons of the page.")


@dataclass(slots=True)
class Extract:
    """The part of a report that a page shows. ``whole``: whether all of it was read."""

    notes: list[dict[str, Any]] = field(default_factory=list)
    changes: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    whole: bool = True


@router.get(IMPORT)
async def show_import(request: Request, id: str) -> Response:  # noqa: A002  # the address says so
    done = request.query_params.get("done")
    seat = await member(request, Scope.STOCK_READ)
    return await _show(request, seat, id, done=done if done in DONE else None)


async def _show(
    request: Request, seat: Member, given: str, *, done: str | None = None, error: RegistryError | None = None
) -> Response:
    language = language_of(request)
    async with bound(request, seat.principal) as session:
        view = await _read(session, seat.principal, given)
        extract = await _extract(session, seat.principal, view, language)
    return shown(
        request, "import", signed_in=seat.found, error=error, done=done, run=told(view, language), extract=extract,
        stages=stages(view), under_way=view.run.status in OPEN, has_report=view.run.report_sha256 is not None,
        acts=seat.may(Scope.STOCK_WRITE), most_notes=NOTES,
    )  # fmt: skip


async def _read(session: AsyncSession, principal: Principal, given: str) -> View:
    id_ = id_of(given)
    if id_ is None:
        raise ImportNotShown
    try:
        return await service.read_import(session=session, principal=principal, id_=id_)
    except ImportNotFound:
        raise ImportNotShown from None


def stages(view: View) -> list[tuple[str, str]]:
    """Return every stage of an import with how it stands: done, current, queued, waiting, skipped, stopped, ahead."""
    run = view.run
    if run.status == "applied":
        return [(stage, "done") for stage in STAGES]
    reached = "apply" if run.stage is None and run.counts else run.stage or STAGES[0]
    here = _STANDS.get(run.status, "stopped")
    at = STAGES.index(reached)
    return [(stage, "done" if n < at else here if n == at else "ahead") for n, stage in enumerate(STAGES)]


async def _extract(session: AsyncSession, principal: Principal, view: View, language: Language) -> Extract:
    found = Extract()
    if view.run.report_sha256 is None:
        return found
    lines, read = service.report(session=session, principal=principal, id_=view.run.id), 0
    async with aclosing(lines):  # type: ignore[type-var]  # a generator, said to be an iterator
        async for line in lines:
            if read == LINES:
                found.whole = False
                break
            read += 1
            if "note" in line and len(found.notes) < NOTES:
                found.notes.append(kept_note(line["note"], language))
            elif "change" in line:
                of_kind = found.changes.setdefault(line["change"]["kind"], [])
                if len(of_kind) < CHANGES:
                    of_kind.append(_readable(line["change"], language))
    return found


def _readable(change: Mapping[str, Any], language: Language) -> dict[str, Any]:
    """Return a difference with the names of its fields, and each value before and after."""
    fields = [
        row
        for name, (before, after) in sorted((change["fields"] or {}).items())
        for row in (
            _facts(before, after, language)
            if name == "facts"
            else [(_label(name, language), *(_value(name, value, language) for value in (before, after)))]
        )
    ]
    return {"ref": change["ref"], "fields": fields}


def _label(name: str, language: Language) -> str:
    known = attributes.HOME.get(name) or attributes.RESIDENCE.get(name)
    return known.label.in_language(language) if known else name


def _value(name: str, value: Any, language: Language) -> Any:
    """Return a value as a person reads it: the words of a code, where its list has some."""
    words = _CODES.get(name, {}).get(str(value))
    return words.in_language(language) if words else value


def _facts(before: Any, after: Any, language: Language) -> list[tuple[str, Any, Any]]:
    """Return the facts that differ, by their names; a fact that is not there is unknown."""
    old, new = before or {}, after or {}
    return [
        (FACTS_BY_CODE[code].label.in_language(language), _fact(old.get(code)), _fact(new.get(code)))
        for code in sorted({*old, *new})
        if old.get(code) != new.get(code)
    ]


def _fact(stated: Mapping[str, Any] | None) -> str | None:
    return f"{stated['value']} ({stated['source']}, {stated['date']})" if stated else None


@router.post(IMPORT)
async def act_on_import(request: Request, id: str) -> Response:  # noqa: A002  # as above
    fields = await form_of(request)
    seat = await member(request, Scope.STOCK_WRITE)
    action = fields.get("action", "")
    use_case = {"confirm": service.confirm, "retry": service.retry}.get(action)
    if use_case is None:
        raise ActionUnknown(field="action", value=action)
    try:
        async with bound(request, seat.principal) as session:
            view = await _read(session, seat.principal, id)
            await use_case(session=session, principal=seat.principal, id_=view.run.id)
    except Conflict as error:
        return await _show(request, seat, id, error=error)
    await service.tell(request.app.state.database, seat.principal.organisation_id)
    return redirect(f"{PAGE}/{view.run.id}?done={action}")


@router.get(IMPORT + "/report")
async def download_report(request: Request, id: str) -> Response:  # noqa: A002  # as above
    """Send the whole report as CSV, or JSON where that is asked for."""
    seat = await member(request, Scope.STOCK_READ)
    asked = "json" if request.query_params.get("as") == "json" else "csv"
    media_type, write = _WRITERS[asked]
    async with bound(request, seat.principal) as session:
        view = await _read(session, seat.principal, id)
    if view.run.report_sha256 is None:
        raise ReportNotReady
    lines = _lines(request, seat.principal, view.run.id)
    first = await anext(lines, None)
    headers = {"Content-Disposition": f'attachment; filename="{view.run.id}.{asked}"', "Cache-Control": "no-store"}
    return StreamingResponse(write(first, lines, language_of(request)), media_type=media_type, headers=headers)


async def _lines(request: Request, principal: Principal, id_: uuid.UUID) -> AsyncIterator[dict[str, Any]]:
    async with bound(request, principal) as session:
        async for line in service.report(session=session, principal=principal, id_=id_):
            yield line
