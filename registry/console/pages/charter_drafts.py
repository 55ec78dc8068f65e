"""A coordinator prepares the next version of its charter: draft, proposal, entry into force."""

import uuid
from datetime import date, timedelta
from typing import Any, Final

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlalchemy.ext.asyncio import AsyncSession

from registry.access.errors import VersionChanged
from registry.access.preconditions import Precondition
from registry.access.scopes import Scope
from registry.charter import service
from registry.charter.errors import ReplyDatePast
from registry.charter.schemas import Terms
from registry.charter.schemas.versions import CharterDraft, by_part
from registry.charter.service import Place
from registry.console.browsers import form_of, redirect
from registry.console.charters import (
    DRAFT,
    MOST,
    PAGE,
    VERSION,
    coordinated_place,
    read,
    version_of,
    versions_of,
)
from registry.console.drafts import DraftChanged, held, held_to, signatories
from registry.console.members import Member, bound, member
from registry.console.pages.account import shown
from registry.console.rendering import language_of
from registry.console.texts import TEXTS
from registry.kernel.clock import today
from registry.kernel.errors import Conflict, RegistryError
from registry.kernel.text import Text

router = APIRouter(include_in_schema=False)
PROPOSE: Final = DRAFT + "/propose"
DISCARD: Final = DRAFT + "/discard"
ENACT: Final = VERSION + "/enact"
REPLY_IN: Final = timedelta(days=30)
"""Until when signatures are asked for, where nobody says."""
_FIRST: Final = uuid.UUID(int=0)
_READ_AGAIN: Final = Text(
    "Quelqu'un l'a modifié : relisez-le, puis recommencez.", "Somebody has changed it: read it again, then start again."
)


@router.post(DRAFT)
async def make_draft(request: Request, territory: str) -> Response:
    await form_of(request)
    seat = await member(request, Scope.CHARTER_MANAGE)
    async with bound(request, seat.principal) as session:
        place = await coordinated_place(session, seat.principal, territory)
        versions = await versions_of(session, place)
        states = {row.status: row.version for row in versions}
        base = states.get("in_force", states.get("proposed"))
        try:
            await service.put_draft(
                session=session, organisation=seat.principal.organisation_id, territory_id=place.id,
                given=CharterDraft(based_on=base), precondition=Precondition(if_none_match="*"),
            )  # fmt: skip
        except VersionChanged:  # somebody else has made it
            return redirect(f"{PAGE}/{place.slug}/draft")
    return redirect(f"{PAGE}/{place.slug}/draft?done=made")


@router.get(DRAFT)
async def show_draft(request: Request, territory: str) -> Response:
    seat = await member(request, Scope.CHARTER_MANAGE)
    return await overview(request, seat, territory)


async def overview(request: Request, seat: Member, territory: str, *, error: RegistryError | None = None) -> Response:
    """Return the page of the draft: its articles to be edited, its terms, what comes next."""
    language = language_of(request)
    async with bound(request, seat.principal) as session:
        found = await held(session, seat.principal, territory)
        versions = await versions_of(session, found.place)
    done = request.query_params.get("done")
    return shown(
        request, "charter-draft", signed_in=seat.found, error=error, place=found.place, revision=found.draft.revision,
        version=read(found.draft, language),
        in_force=next((row.version for row in versions if row.status == "in_force"), None),
        notice=TEXTS[f"drafts.{done}"].in_language(language) if done in {"saved", "made"} else None,
    )  # fmt: skip


@router.get(PROPOSE)
async def show_proposal(request: Request, territory: str) -> Response:
    seat = await member(request, Scope.CHARTER_MANAGE, recently=True)
    return await _propose(request, seat, territory)


async def _propose(
    request: Request, seat: Member, territory: str, *, reply_by: str = "", error: RegistryError | None = None
) -> Response:
    async with bound(request, seat.principal) as session:
        found = await held(session, seat.principal, territory)
        members = await _members(session, found.place)
        versions = await versions_of(session, found.place)
    return shown(
        request, "charter-propose", signed_in=seat.found, error=error, place=found.place, draft=found.draft,
        asked=[each.organisation for each in members if each.status != "pending"],
        agreement=by_part(found.draft.articles)["data_sharing"],
        proposed=next((row.version for row in versions if row.status == "proposed"), None),
        reply_by=reply_by or (today() + REPLY_IN).isoformat(), today=today().isoformat(),
    )  # fmt: skip


async def _members(session: AsyncSession, place: Place) -> list[Any]:
    rows = await service.list_adhesions(session=session, territory_id=place.id, after=_FIRST, limit=MOST)
    return sorted((row for row in rows if row.status != "withdrawn"), key=lambda row: row.organisation.casefold())


@router.post(PROPOSE)
async def propose_draft(request: Request, territory: str) -> Response:
    fields = await form_of(request)
    seat = await member(request, Scope.CHARTER_MANAGE, recently=True)
    reply_by = fields.get("reply_by", "")
    try:
        async with bound(request, seat.principal) as session:
            found = await held(session, seat.principal, territory)
            await service.propose(
                session=session, organisation=seat.principal.organisation_id, territory_id=found.place.id,
                reply_by=_day(reply_by), precondition=held_to(fields.get("revision", "")),
            )  # fmt: skip
    except ReplyDatePast as error:
        return await _propose(request, seat, territory, reply_by=reply_by, error=error)
    except VersionChanged:
        return await _propose(request, seat, territory, reply_by=reply_by, error=DraftChanged(remedy=_READ_AGAIN))
    return redirect(f"{PAGE}/{found.place.slug}?done=proposed")


def _day(given: str) -> date:
    """Return the day of a form.

    Raises:
        ReplyDatePast: It is none.
    """
    try:
        return date.fromisoformat(given)
    except ValueError:
        raise ReplyDatePast(field="reply_by", value=given) from None


@router.get(DISCARD)
async def show_discarding(request: Request, territory: str) -> Response:
    seat = await member(request, Scope.CHARTER_MANAGE)
    return await _discard(request, seat, territory)


async def _discard(request: Request, seat: Member, territory: str, error: RegistryError | None = None) -> Response:
    async with bound(request, seat.principal) as session:
        found = await held(session, seat.principal, territory)
    return shown(request, "charter-discard", signed_in=seat.found, error=error, place=found.place, draft=found.draft)


@router.post(DISCARD)
async def discard_draft(request: Request, territory: str) -> Response:
    fields = await form_of(request)
    seat = await member(request, Scope.CHARTER_MANAGE)
    try:
        async with bound(request, seat.principal) as session:
            found = await held(session, seat.principal, territory)
            await service.delete_draft(
                session=session, organisation=seat.principal.organisation_id, territory_id=found.place.id,
                precondition=held_to(fields.get("revision", "")),
            )  # fmt: skip
    except VersionChanged:
        return await _discard(request, seat, territory, DraftChanged(remedy=_READ_AGAIN))
    return redirect(f"{PAGE}/{found.place.slug}?done=discarded")


@router.get(ENACT)
async def show_enacting(request: Request, territory: str, number: str) -> Response:
    seat = await member(request, Scope.CHARTER_MANAGE, recently=True)
    return await _enact(request, seat, territory, number)


async def _enact(
    request: Request, seat: Member, territory: str, number: str, error: RegistryError | None = None
) -> Response:
    async with bound(request, seat.principal) as session:
        place = await coordinated_place(session, seat.principal, territory)
        row = await version_of(session, place, number)
        members = await _members(session, place)
        signed = await signatories(session, place, row.version)
        first = all(each.status != "in_force" for each in await versions_of(session, place))
    groups: dict[str, list[str]] = {"signed": [], "unsigned": [], "waiting": []}
    for each in members:
        group = "waiting" if each.status == "pending" else "signed" if each.organisation_id in signed else "unsigned"
        groups[group].append(each.organisation)
    terms = Terms.model_validate(row.terms)
    return shown(
        request, "charter-enact", signed_in=seat.found, error=error, place=place, version=service.stated(row),
        groups=groups, suspends=terms.unsigned == "suspended", days=terms.unsigned_grace_days,
        first=first,
    )  # fmt: skip


@router.post(ENACT)
async def enact_version(request: Request, territory: str, number: str) -> Response:
    await form_of(request)
    seat = await member(request, Scope.CHARTER_MANAGE, recently=True)
    try:
        async with bound(request, seat.principal) as session:
            place = await coordinated_place(session, seat.principal, territory)
            row = await version_of(session, place, number)
            await service.enact(
                session=session, organisation=seat.principal.organisation_id, territory_id=place.id,
                version=row.version,
            )  # fmt: skip
    except Conflict as error:
        return await _enact(request, seat, territory, number, error)
    return redirect(f"{PAGE}/{place.slug}?done=enacted")
