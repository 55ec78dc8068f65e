"""A coordinator edits the terms of a draft in a form that says what each of them means."""

from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import ValidationError

from registry.access.scopes import Scope
from registry.charter.errors import CharterDraftNotFound, FeatureNotOfVersion
from registry.charter.schemas import Terms
from registry.console.browsers import form_of, redirect
from registry.console.charters import DRAFT, PAGE
from registry.console.drafts import (
    DraftChanged,
    FormInvalid,
    Held,
    Shown,
    differences,
    held,
    shown_faults,
    write,
    wrong_with,
)
from registry.console.members import Member, bound, member
from registry.console.pages.account import shown
from registry.console.pages.charter_articles import lost
from registry.console.rendering import language_of
from registry.console.term_form import controls, given_by, labels_of, typed_of, values_of
from registry.kernel.errors import RegistryError

router = APIRouter(include_in_schema=False)
TERMS: Final = DRAFT + "/terms"
MOST_FIELDS: Final = 200


@router.get(TERMS)
async def show_terms(request: Request, territory: str) -> Response:
    seat = await member(request, Scope.CHARTER_MANAGE)
    async with bound(request, seat.principal) as session:
        found = await held(session, seat.principal, territory)
    return _form(request, seat, found, values_of(found.terms))


def _form(
    request: Request,
    seat: Member,
    found: Held,
    typed: dict[str, str],
    *,
    faults: list[Shown] | None = None,
    error: RegistryError | None = None,
) -> Response:
    language = language_of(request)
    changed = differences(typed, values_of(found.terms), labels_of(language)) if error else None
    if faults:
        error = FormInvalid()
    return shown(
        request, "charter-terms", signed_in=seat.found, error=error, place=found.place, faults=faults or [],
        version=found.draft.version, revision=found.draft.revision, now=changed,
        controls=controls(typed, language, {fault.field for fault in faults or ()}),
    )  # fmt: skip


@router.post(TERMS)
async def change_terms(request: Request, territory: str) -> Response:
    fields = await form_of(request, most=MOST_FIELDS)
    seat = await member(request, Scope.CHARTER_MANAGE)
    typed, language = typed_of(fields), language_of(request)
    labels = labels_of(language)
    try:
        async with bound(request, seat.principal) as session:
            found = await held(session, seat.principal, territory)
            try:
                terms = Terms.model_validate(given_by(typed, found.terms))
            except ValidationError as error:
                return _form(request, seat, found, typed, faults=wrong_with(error, language, labels, {}))
            await write(session, seat.principal, found, fields.get("revision", ""), terms=terms)
    except FeatureNotOfVersion as error:
        faults = shown_faults(error.faults, language, labels, {"terms": ""})
        return _form(request, seat, found, typed, faults=faults)
    except DraftChanged as changed:
        async with bound(request, seat.principal) as session:
            found = await held(session, seat.principal, territory)
        return _form(request, seat, found, typed, error=changed)
    except CharterDraftNotFound as gone:
        return lost(request, seat, gone, typed, labels)
    return redirect(f"{PAGE}/{found.place.slug}/draft?done=saved")
