"""An organisation's clients: registered, given scopes, their secrets made, shown once and revoked, their keys."""

import uuid
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode

import orjson
from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import ValidationError

from registry.access.preconditions import Precondition, etag
from registry.access.scopes import LABELS, Scope
from registry.console.browsers import form_of, redirect
from registry.console.members import Member, bound, member
from registry.console.pages.account import shown
from registry.console.rendering import language_of
from registry.console.texts import TEXTS
from registry.identity.errors import ClientUnknown, KeyUnknown, SecretUnknown
from registry.identity.schemas import ClientIn, KeyIn, SecretIn
from registry.identity.service import own
from registry.identity.service.own import ClientView
from registry.kernel.errors import Conflict, Forbidden, Invalid, NotVisible, PreconditionFailed, RegistryError
from registry.kernel.text import Language, Text
from registry.kernel.validation import fault_of
from registry.platform.database import Role

router = APIRouter(include_in_schema=False)
PAGE: Final = "/console/organisation/clients"
NEW: Final = PAGE + "/new"
CLIENT: Final = PAGE + "/{client}"
DONE: Final = ("change-scopes", "revoke-secret", "add-key", "retire-key", "disable")
_REFUSED: Final = (Conflict, Forbidden, Invalid, PreconditionFailed, SecretUnknown, KeyUnknown)


class ClientFormInvalid(Invalid):
    title = Text("Ce formulaire ne peut pas être lu", "This form cannot be read")
    remedy = Text("Corrigez ce champ, puis envoyez de nouveau.", "Correct this field, then send again.")


_NO_SCOPE: Final = Text(
    "Aucun droit n'est coché : un client qui ne doit plus rien pouvoir se désactive.",
    "No right is ticked: a client that is to do nothing more is disabled.",
)
_NOT_SURE: Final = Text("Cochez la case : c'est définitif.", "Tick the box: this is final.")


class ClientNotShown(NotVisible):
    title = Text("Votre organisation n'a pas ce client", "Your organisation has no such client")
    remedy = Text("La page de l'organisation énumère ses clients.", "The organisation's page lists its clients.")


def stated_client(view: ClientView, language: Language) -> dict[str, Any]:
    """Return a client as its organisation's people read it."""
    row = view.client
    used = [row.last_used_at, *(secret.last_used_at for secret in view.secrets)]
    keys = (row.jwks or {}).get("keys", [])
    return {
        "client_id": row.client_id, "name": row.name, "status": row.status, "auth_method": row.auth_method,
        "scopes": [LABELS[Scope(scope)].in_language(language) for scope in sorted(row.scopes) if scope in set(Scope)],
        "secrets": view.secrets, "jwks_uri": row.jwks_uri,
        "keys": [
            {"kid": key["kid"], "kty": key["kty"], "last_used_at": _moment(row.keys_used.get(key["kid"]))}
            for key in keys
        ],
        "last_used_at": max((moment for moment in used if moment is not None), default=None),
        "version": view.version,
    }  # fmt: skip


def _moment(stated: str | None) -> datetime | None:
    return datetime.fromisoformat(stated) if stated else None


@router.get(PAGE)
async def go_to_clients(request: Request) -> Response:
    await member(request, Scope.ORGANISATION_MANAGE)
    return redirect("/console/organisation#clients")


@router.get(NEW)
async def show_new_client(request: Request) -> Response:
    seat = await member(request, Scope.ORGANISATION_MANAGE, recently=True)
    return _new(request, seat)


def _new(
    request: Request, seat: Member, *, error: RegistryError | None = None, given: Mapping[str, str] | None = None
) -> Response:
    language = language_of(request)
    scopes = [
        (scope.value, LABELS[scope].in_language(language)) for scope in Scope if scope in seat.principal.scopes
    ]  # fmt: skip
    return shown(
        request, "client-new", signed_in=seat.found, error=error, scopes=scopes, given=given or {}, page=NEW,
        typed={name: (given or {}).get(name, "") for name in ("name", "auth_method", "key", "expires_on")},
    )  # fmt: skip


@router.post(NEW)
async def create_client(request: Request) -> Response:
    fields = await form_of(request)
    seat = await member(request, Scope.ORGANISATION_MANAGE, recently=True)
    by_key = fields.get("auth_method") == "private_key_jwt"
    try:
        given = _read(ClientIn, {
            "name": " ".join(fields.get("name", "").split()),
            "scopes": _scopes(fields),
            "auth_method": "private_key_jwt" if by_key else "client_secret_basic",
            "keys": [_key(fields)] if by_key else None,
            "secret_expires_at": None if by_key else _end(fields),
        })  # fmt: skip
        async with bound(request, seat.principal, role=Role.AUTH) as session:
            made, _ = await own.create_client(
                session=session, principal=seat.principal, given=given, outbound=request.app.state.outbound
            )
    except _REFUSED as error:
        return _new(request, seat, error=error, given=fields)
    if made.secret is None:
        return redirect(f"{PAGE}/{made.client_id}")
    return _secret(request, seat, made.client_id, made.secret)


def _secret(request: Request, seat: Member, client: str, secret: str) -> Response:
    return shown(
        request, "client-secret", signed_in=seat.found, client_id=client, secret=secret, page=f"{PAGE}/{client}"
    )


def _read(model: Any, given: dict[str, Any]) -> Any:
    """Return what a form says, as the API takes it.

    Raises:
        ClientFormInvalid: It names the field.
    """
    try:
        return model.model_validate(given)
    except ValidationError as error:
        fault = fault_of(error.errors()[0])
        of_key = model is KeyIn or fault.field.startswith("keys")
        field, member_ = ("key", fault.field.rpartition(".")[2]) if of_key else (fault.field.partition(".")[0], "")
        label = TEXTS.get(_LABELS.get(field, f"clients.{field}"), TEXTS["clients.title"])
        named = f" ({member_})" if member_ else ""
        said = Text(f"{label.fr}{named} : {fault.message.fr}", f"{label.en}{named}: {fault.message.en}")
        raise ClientFormInvalid(said, field=field, value=fault.value) from None


_LABELS: Final = {"secret_expires_at": "clients.expires_on", "expires_at": "clients.expires_on"}


def _scopes(fields: Mapping[str, str]) -> list[str]:
    return [scope.value for scope in Scope if f"scope.{scope}" in fields]


def _held(fields: Mapping[str, str]) -> Precondition:
    """Return that the client is still as the form showed it."""
    version = fields.get("version", "")
    return Precondition(if_match=etag(version)) if version.isalnum() else Precondition()


def _key(fields: Mapping[str, str]) -> Any:
    try:
        found = orjson.loads(fields.get("key", ""))
    except orjson.JSONDecodeError:
        found = None
    if not isinstance(found, dict):
        raise ClientFormInvalid(
            Text("La clé n'est pas un objet JSON.", "The key is no JSON object."), field="key",
            remedy=Text("Collez la clé publique au format JWK.", "Paste the public key as a JWK."),
        )  # fmt: skip
    return found


def _end(fields: Mapping[str, str]) -> str | None:
    """Return the end of the day that a form names, in UTC; nothing where it names none."""
    day = fields.get("expires_on", "").strip()
    return f"{day}T23:59:59Z" if day else None


@router.get(CLIENT)
async def show_client(request: Request, client: str) -> Response:
    seat = await member(request, Scope.ORGANISATION_MANAGE)
    return await _show(request, seat, client)


async def _show(
    request: Request, seat: Member, client: str, *, error: RegistryError | None = None, key: str = "",
    chosen: Collection[str] = (),
) -> Response:  # fmt: skip
    async with bound(request, seat.principal, role=Role.AUTH) as session:
        try:
            view = await own.read_client(
                session=session, principal=seat.principal, client_id=client.replace("\0", "")
            )  # fmt: skip
        except ClientUnknown:
            raise ClientNotShown from None
    done, language, held = request.query_params.get("done", ""), language_of(request), view.client.scopes
    offered = [
        (scope.value, LABELS[scope].in_language(language), scope.value in (chosen or held))
        for scope in Scope if scope in seat.principal.scopes or scope.value in held
    ]  # fmt: skip
    return shown(
        request, "client", signed_in=seat.found, error=error, client=stated_client(view, language), key=key,
        offered=offered,
        notice=TEXTS[f"clients.done_{done}"].in_language(language) if done in DONE else None,
    )  # fmt: skip


@router.post(CLIENT)
async def act_on_client(request: Request, client: str) -> Response:
    fields = await form_of(request)
    seat = await member(request, Scope.ORGANISATION_MANAGE, recently=True)
    action, named = fields.get("action", ""), client.replace("\0", "")
    try:
        secret = await _act(request, seat, named, action, fields)
    except ClientUnknown:
        raise ClientNotShown from None
    except _REFUSED as error:
        return await _show(request, seat, named, error=error, key=fields.get("key", ""), chosen=_scopes(fields))
    if secret is not None:
        return _secret(request, seat, named, secret)
    return redirect(f"{PAGE}/{named}?{urlencode({'done': action})}")


async def _act(request: Request, seat: Member, client: str, action: str, fields: Mapping[str, str]) -> str | None:
    """Do what a button says; return the secret that is shown once, where one is made.

    Raises:
        ClientFormInvalid: No button of ours says it, or a field is wrong.
        Others: As the use cases.
    """
    async with bound(request, seat.principal, role=Role.AUTH) as session:
        of_one: dict[str, Any] = {"session": session, "principal": seat.principal, "client_id": client}
        if action == "add-secret":
            given = _read(SecretIn, {"expires_at": _end(fields)})
            return (await own.add_secret(**of_one, expires_at=given.expires_at)).secret
        if action == "change-scopes":
            if not _scopes(fields):
                raise ClientFormInvalid(_NO_SCOPE, field="scopes")
            await own.change_scopes(**of_one, scopes=_scopes(fields), precondition=_held(fields))
        elif action == "revoke-secret":
            await own.retire_secret(**of_one, secret_id=_id(fields.get("secret", "")))
        elif action == "add-key":
            await own.add_client_key(**of_one, key=_read(KeyIn, _key(fields)).as_jwk())
        elif action == "retire-key":
            await own.retire_client_key(**of_one, kid=fields.get("kid", ""))
        elif action == "disable":
            if "sure" not in fields:
                raise ClientFormInvalid(_NOT_SURE, field="sure")
            await own.disable_client(**of_one, precondition=_held(fields))
        else:
            raise ClientFormInvalid(field="action", value=action)
    return None


def _id(given: str) -> uuid.UUID:
    try:
        return uuid.UUID(given)
    except ValueError:
        return uuid.UUID(int=0)
