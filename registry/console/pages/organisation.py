"""An organisation's own affairs: who works for it as what, who is invited, and its clients at a glance."""

import uuid
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import ValidationError

from registry.access.preconditions import Precondition, etag
from registry.access.roles import LABELS, UserRole, roles_of_kind
from registry.access.scopes import Scope
from registry.console.browsers import form_of, redirect
from registry.console.members import Member, bound, member
from registry.console.pages.account import keyring_of, shown
from registry.console.pages.organisation_clients import stated_client
from registry.console.rendering import language_of
from registry.console.sorting import Columns, in_order, order_of
from registry.console.texts import TEXTS
from registry.identity.errors import EmailInvalid, InvitationUnknown, MemberUnknown
from registry.identity.schemas import InvitationIn
from registry.identity.service import own
from registry.kernel.errors import Conflict, Forbidden, Invalid, NotVisible, PreconditionFailed, RegistryError
from registry.kernel.text import Language, Text
from registry.platform.database import Role

router = APIRouter(include_in_schema=False)
PEOPLE: Final[Columns[own.MemberRow]] = {
    "name": lambda row: row.name,
    "email": lambda row: row.email,
    "login": lambda row: row.last_login_at,
}
CLIENTS: Final[Columns[dict[str, Any]]] = {
    "client": lambda client: client["name"],
    "client_status": lambda client: client["status"],
    "client_used": lambda client: client["last_used_at"],
}
PAGE: Final = "/console/organisation"
PERSON: Final = PAGE + "/people/{user}"
MOST: Final = 1_000
DONE: Final = ("invited", "cancelled", "changed", "removed")


class PeopleActionUnknown(Invalid):
    title = Text("Cette action ne peut pas être lue", "This action cannot be read")
    remedy = Text("Utilisez les boutons de la page.", "Use the buttons of the page.")


class NoRoleChosen(Invalid):
    title = Text("Aucun rôle n'est choisi", "No role is chosen")
    remedy = Text(
        "Cochez un rôle au moins, ou retirez la personne de l'organisation.",
        "Tick at least one role, or remove the person from the organisation.",
    )


class PersonNotShown(NotVisible):
    title = Text("Cette personne ne travaille pas pour votre organisation", "This person does not work for you")
    remedy = Text("La page de l'organisation énumère les personnes.", "The organisation's page lists its people.")


@router.get(PAGE)
async def show_organisation(request: Request) -> Response:
    seat = await member(request, Scope.ORGANISATION_MANAGE)
    return await _organisation(request, seat)


async def _organisation(
    request: Request, seat: Member, *, error: RegistryError | None = None, given: Mapping[str, str] | None = None
) -> Response:
    of_own: dict[str, Any] = {"principal": seat.principal, "limit": MOST}
    async with bound(request, seat.principal, role=Role.AUTH) as session:
        people = await own.list_members(session=session, after=uuid.UUID(int=0), **of_own)
        invitations = await own.list_invitations(session=session, after=uuid.UUID(int=0), **of_own)
        clients = await own.list_clients(session=session, after="", **of_own)
    language = language_of(request)
    sort = order_of(request, (*PEOPLE, *CLIENTS))
    named = sorted(people, key=lambda row: row.name.casefold())
    return shown(
        request, "people", signed_in=seat.found, error=error, notice=_notice(request), base=PAGE,
        organisation=seat.found.row.organisation,
        people=[_person(row, language) for row in in_order(named, PEOPLE, sort)], sort=sort,
        invitations=[
            {"id": row.id, "email": row.email, "role": _label(row.role or "", language), "expires_at": row.expires_at}
            for row in sorted(invitations, key=lambda row: row.created_at)
        ],
        clients=in_order([stated_client(view, language) for view in clients], CLIENTS, sort),
        roles=_choices(seat.principal.kind, language),
        given={name: (given or {}).get(name, "") for name in ("email", "role", "language")},
    )  # fmt: skip


def _person(row: own.MemberRow, language: Language) -> dict[str, Any]:
    return {**row._asdict(), "labels": [_label(role, language) for role in sorted(row.roles)]}


def _label(role: str, language: Language) -> str:
    return LABELS[UserRole(role)].in_language(language) if role in set(UserRole) else role


def _choices(kind: str, language: Language) -> list[tuple[str, str]]:
    """Return the roles that an organisation of a kind can give, with their names."""
    return [(role.value, LABELS[role].in_language(language)) for role in UserRole if role in roles_of_kind(kind)]


def _notice(request: Request) -> str | None:
    done = request.query_params.get("done", "")
    return TEXTS[f"people.done_{done}"].in_language(language_of(request)) if done in DONE else None


@router.post(PAGE)
async def act_on_invitations(request: Request) -> Response:
    fields = await form_of(request)
    action = fields.get("action", "")
    seat = await member(request, Scope.ORGANISATION_MANAGE, recently=action == "invite")
    try:
        if action == "invite":
            await _invite(request, seat, fields)
        elif action == "cancel":
            async with bound(request, seat.principal, role=Role.AUTH) as session:
                await own.cancel_invitation(
                    session=session, principal=seat.principal, invitation=_id(fields.get("invitation", ""))
                )
        else:
            raise PeopleActionUnknown(field="action", value=action)
    except (Forbidden, Invalid, InvitationUnknown) as error:
        return await _organisation(request, seat, error=error, given=fields if action == "invite" else None)
    return redirect(f"{PAGE}?{urlencode({'done': 'invited' if action == 'invite' else 'cancelled'})}")


async def _invite(request: Request, seat: Member, fields: Mapping[str, str]) -> None:
    try:
        given = InvitationIn.model_validate({
            "email": fields.get("email", "").strip(), "role": fields.get("role", ""),
            "language": fields.get("language", "fr"),
        })  # fmt: skip
    except ValidationError as error:
        at = error.errors()[0]["loc"][0]
        if at == "email":
            raise EmailInvalid(field="email", value=fields.get("email")) from None
        raise PeopleActionUnknown(field=str(at), value=fields.get(str(at))) from None
    state = request.app.state
    async with bound(request, seat.principal, role=Role.AUTH) as session:
        await own.invite_member(
            session=session, principal=seat.principal, keys=keyring_of(request), base_url=state.settings.base_url,
            given=given,
        )  # fmt: skip


def _id(given: str) -> uuid.UUID:
    try:
        return uuid.UUID(given)
    except ValueError:
        return uuid.UUID(int=0)


@router.get(PERSON)
async def show_person(request: Request, user: str) -> Response:
    seat = await member(request, Scope.ORGANISATION_MANAGE)
    return await _show_person(request, seat, user)


async def _show_person(request: Request, seat: Member, user: str, error: RegistryError | None = None) -> Response:
    async with bound(request, seat.principal, role=Role.AUTH) as session:
        try:
            row = await own.read_member(session=session, principal=seat.principal, user=_id(user))
        except MemberUnknown:
            raise PersonNotShown from None
    language = language_of(request)
    return shown(
        request, "person", signed_in=seat.found, error=error, notice=_notice(request), base=PAGE,
        person=_person(row, language), version=own.version_of(row), roles=_choices(seat.principal.kind, language),
        oneself=row.user_id == seat.principal.user_id,
    )  # fmt: skip


@router.post(PERSON)
async def change_person(request: Request, user: str) -> Response:
    fields = await form_of(request)
    action = fields.get("action", "")
    seat = await member(request, Scope.ORGANISATION_MANAGE, recently=action == "change")
    held = Precondition(if_match=etag(fields["version"])) if fields.get("version", "").isalnum() else Precondition()
    of_one: dict[str, Any] = {"principal": seat.principal, "user": _id(user), "precondition": held}
    try:
        async with bound(request, seat.principal, role=Role.AUTH) as session:
            if action == "change":
                roles = [role.value for role in UserRole if f"role.{role}" in fields]
                if not roles:
                    raise NoRoleChosen(field="roles")
                await own.change_roles(session=session, roles=roles, **of_one)
            elif action == "remove":
                await own.dismiss(session=session, **of_one)
            else:
                raise PeopleActionUnknown(field="action", value=action)
    except MemberUnknown:
        raise PersonNotShown from None
    except (Conflict, Forbidden, Invalid, PreconditionFailed) as error:
        return await _show_person(request, seat, user, error)
    if action == "remove":
        return redirect(f"{PAGE}?{urlencode({'done': 'removed'})}")
    return redirect(f"{PAGE}/people/{user}?{urlencode({'done': 'changed'})}")
