"""The members of a territory: its coordinator admits, suspends and invites; a landlord reads who takes part."""

import uuid
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncSession

from registry.access.scopes import Scope
from registry.charter import service
from registry.charter.errors import AdhesionNotFound, CharterNotInForce, LandlordInvitationNotFound
from registry.charter.schemas.invitations import LandlordInvitationIn
from registry.console.browsers import form_of, redirect
from registry.console.members import Member, bound, member
from registry.console.pages.account import shown
from registry.console.rendering import language_of
from registry.console.texts import TEXTS
from registry.kernel.errors import Conflict, Invalid, NotVisible, RegistryError, TooMany
from registry.kernel.text import Text
from registry.kernel.validation import fault_of
from registry.listings.service import members as listings
from registry.listings.service.members import Share
from registry.platform.settings import Settings

router = APIRouter(include_in_schema=False)
PAGE: Final = "/console/members"
MOST: Final = 1_000
STATES: Final = ("pending", "in_force", "suspended", "withdrawn")
SORTS: Final = ("name", "status", "signed", "listings")
DECISIONS: Final = {
    "pending": ("admit", "refuse"),
    "in_force": ("suspend",),
    "suspended": ("reinstate",),
}
"""What the coordinator may do about an adhesion, by its state."""
_DO: Final = {
    "admit": service.admit, "refuse": service.refuse, "suspend": service.suspend, "reinstate": service.reinstate,
}  # fmt: skip
DONE: Final = (*_DO, "invited", "sent", "revoked")
_NOTHING: Final = Share(0, 0)


class MembersActionUnknown(Invalid):
    title = Text("Cette action ne peut pas être lue", "This action cannot be read")
    remedy = Text("Utilisez les boutons de la page des membres.", "Use the buttons of the members' page.")


class LandlordNotShown(NotVisible):
    title = Text("Ce bailleur n'a rien signé ici", "This landlord has signed nothing here")
    remedy = Text("La page des membres les énumère.", "The members' page lists them.")


@router.get(PAGE)
async def choose_territory(request: Request) -> Response:
    seat = await member(request, Scope.TERRITORIES_READ)
    async with bound(request, seat.principal) as session:
        found = await service.list_seen(session=session, principal=seat.principal, after="", limit=MOST)
    if len(found) == 1:
        return redirect(f"{PAGE}/{found[0]['id']}")
    return shown(request, "members-territories", signed_in=seat.found, territories=found)


@router.get(PAGE + "/{territory}")
async def show_members(request: Request, territory: str) -> Response:
    seat = await member(request, Scope.TERRITORIES_READ)
    return await _members(request, seat, territory)


async def _members(
    request: Request,
    seat: Member,
    slug: str,
    *,
    error: RegistryError | None = None,
    given: Mapping[str, str] | None = None,
) -> Response:
    async with bound(request, seat.principal) as session:
        found = await service.read_seen(session=session, principal=seat.principal, slug=_name(slug))
        place = found["territory_id"]
        if not (seat.may(Scope.CHARTER_MANAGE) and seat.principal.kind == "coordinator"):
            names = await service.list_names(session=session, territory_id=place)
            return shown(request, "members-names", signed_in=seat.found, territory=found, names=names)
        rows = await service.list_adhesions(session=session, territory_id=place, after=uuid.UUID(int=0), limit=MOST)
        invitations = await service.list_invitations(
            session=session, organisation=seat.principal.organisation_id, territory_id=place, after="", limit=MOST
        )
        shares = await listings.shares(session=session, territory_id=place)
        quota = await _quota(request, session, place)
    state, sort = _asked(request)
    inviting = given is not None and given.get("action") == "invite"
    typed = {name: given.get(name, "") if given and inviting else "" for name in ("name", "siren", "email")}
    items = [_stated(row, shares) for row in rows if state in {"", row.status}]
    return shown(
        request, "members", signed_in=seat.found, error=error, territory=found, state=state, sort=sort, quota=quota,
        items=_sorted(items, sort), counts={each: sum(row.status == each for row in rows) for each in STATES},
        invitations=[row._asdict() for row in invitations], given=typed, inviting=inviting, notice=_notice(request),
        address=f"{PAGE}/{found['id']}" + (f"?{urlencode({'state': state})}" if state else ""),
        base=f"{PAGE}/{found['id']}",
    )  # fmt: skip


async def _quota(request: Request, session: AsyncSession, place: int) -> int:
    """Return how many homes of others a member may see a day: what the charter says, or the service."""
    settings: Settings = request.app.state.settings
    try:
        terms = await service.terms_in_force(session=session, territory_id=place)
    except CharterNotInForce:
        return settings.listing_daily_homes
    return terms.listing_daily_homes or settings.listing_daily_homes


def _name(slug: str) -> str:
    return slug.replace("\0", "")


def _asked(request: Request) -> tuple[str, str]:
    """Return the state that is shown alone, and the order, if the address names such."""
    state, sort = request.query_params.get("state", ""), request.query_params.get("sort", "name")
    return state if state in STATES else "", sort if sort.removeprefix("-") in SORTS else "name"


def _stated(row: Any, shares: Mapping[uuid.UUID, Share]) -> dict[str, Any]:
    share = shares.get(row.organisation_id, _NOTHING)
    return {**row._asdict(), "listings": share.listings, "seen": share.seen}


def _sorted(items: list[dict[str, Any]], sort: str) -> list[dict[str, Any]]:
    column = {"name": "organisation", "signed": "signed_at"}.get(key := sort.removeprefix("-"), key)
    named = sorted(items, key=lambda item: str(item["organisation"]).casefold())
    return sorted(
        named,
        key=lambda item: item[column].casefold() if column == "organisation" else item[column],
        reverse=sort.startswith("-"),
    )


def _notice(request: Request) -> str | None:
    done = request.query_params.get("done", "")
    return TEXTS[f"members.done_{done}"].in_language(language_of(request)) if done in DONE else None


@router.post(PAGE + "/{territory}")
async def act_on_invitations(request: Request, territory: str) -> Response:
    fields = await form_of(request)
    seat = await member(request, Scope.CHARTER_MANAGE)
    try:
        done = await _invite(request, seat, territory, fields)
    except (Conflict, Invalid, TooMany, LandlordInvitationNotFound) as error:
        return await _members(request, seat, territory, error=error, given=fields)
    return redirect(f"{PAGE}/{territory}?{urlencode({'done': done})}#invitations")


async def _invite(request: Request, seat: Member, slug: str, fields: Mapping[str, str]) -> str:
    """Do what a button says about an invitation; return what was done.

    Raises:
        MembersActionUnknown: No button of ours says it.
        Others: As the use cases.
    """
    action, siren = fields.get("action", ""), fields.get("siren", "")
    async with bound(request, seat.principal) as session:
        place = await service.coordinated(session=session, principal=seat.principal, slug=_name(slug))
        of_one: dict[str, Any] = {
            "session": session, "organisation": seat.principal.organisation_id, "territory_id": place, "siren": siren,
        }  # fmt: skip
        if action == "invite":
            await service.invite_landlord(**of_one, given=_given(fields))
            return "invited"
        if action == "send":
            await service.send_again(**of_one)
            return "sent"
        if action == "revoke":
            await service.revoke_invitation(**of_one)
            return "revoked"
    raise MembersActionUnknown(field="action", value=action)


def _given(fields: Mapping[str, str]) -> LandlordInvitationIn:
    try:
        return LandlordInvitationIn(name=fields.get("name", ""), email=fields.get("email", "").strip())
    except ValidationError as error:
        fault = fault_of(error.errors()[0])
        label = TEXTS[f"members.{fault.field}"]
        said = Text(f"{label.fr} : {fault.message.fr}", f"{label.en}: {fault.message.en}")
        raise MembersActionUnknown(said, field=fault.field, value=fault.value, remedy=_REMEDIES[fault.field]) from None


_REMEDIES: Final = {
    "name": Text("Donnez le nom du bailleur, de 1 à 200 caractères.", "Give the landlord's name, 1 to 200 characters."),
    "email": Text("Donnez une adresse complète : nom@domaine.fr.", "Give a whole address: name@domain.org."),
}


@router.get(PAGE + "/{territory}/{organisation}")
async def show_member(request: Request, territory: str, organisation: str) -> Response:
    seat = await member(request, Scope.CHARTER_MANAGE)
    return await _member(request, seat, territory, organisation)


async def _member(
    request: Request, seat: Member, slug: str, organisation: str, error: RegistryError | None = None
) -> Response:
    async with bound(request, seat.principal) as session:
        place = await service.coordinated(session=session, principal=seat.principal, slug=_name(slug))
        found = await service.read_seen(session=session, principal=seat.principal, slug=_name(slug))
        try:
            row = await service.read_adhesion(session=session, organisation=_id(organisation), territory_id=place)
        except AdhesionNotFound:
            raise LandlordNotShown from None
        shares = await listings.shares(session=session, territory_id=place)
    item = _stated(row, shares)
    actions = () if row.unsigned else DECISIONS.get(row.status, ())
    return shown(
        request, "member", signed_in=seat.found, error=error, territory=found, item=item, actions=actions,
        notice=_notice(request), base=f"{PAGE}/{found['id']}",
    )  # fmt: skip


def _id(given: str) -> uuid.UUID:
    try:
        return uuid.UUID(given)
    except ValueError:
        raise LandlordNotShown from None


@router.post(PAGE + "/{territory}/{organisation}")
async def decide_on_member(request: Request, territory: str, organisation: str) -> Response:
    fields = await form_of(request)
    action = fields.get("action", "")
    seat = await member(request, Scope.CHARTER_MANAGE, recently=action in {"admit", "reinstate"})
    try:
        if action not in _DO:
            raise MembersActionUnknown(field="action", value=action)
        async with bound(request, seat.principal) as session:
            place = await service.coordinated(session=session, principal=seat.principal, slug=_name(territory))
            await _DO[action](session=session, organisation=_id(organisation), territory_id=place)
    except AdhesionNotFound:
        raise LandlordNotShown from None
    except (Conflict, Invalid) as error:
        return await _member(request, seat, territory, organisation, error)
    return redirect(f"{PAGE}/{territory}/{organisation}?{urlencode({'done': action})}")
