"""``/v1/organisation/clients``: an organisation's own clients, their secrets and keys."""

import uuid
from typing import Annotated, Any, Final

from fastapi import APIRouter, Body, Depends, Path, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel

from registry.access.bodies import JsonRoute
from registry.access.contract import LINK, stating
from registry.access.dependencies import CredentialGiver, OrganisationManager, OrganisationReader
from registry.access.errors import ProofTooOld, VersionChanged
from registry.access.pages import PageQuery, page_of
from registry.access.repeating import ONCE, REPLAYED, IdempotencyKey
from registry.identity import answers, errors, schemas
from registry.identity.routes.repeating import ETAG, Condition, once, versioned
from registry.identity.service import own
from registry.identity.service.own import ClientView
from registry.kernel.cursor import CursorInvalid
from registry.platform.outbound import Outbound

router = APIRouter(tags=["organisation"], route_class=JsonRoute)

_CLIENT: Final = "/organisation/clients/{client_id}"
_CHANGED: Final = (errors.ClientUnknown, errors.ClientRevoked)
_ADDRESSES: Final = (
    errors.ScopeNotAllowed, errors.ScopeBeyondOwn, errors.ClientNameInvalid, errors.RedirectUriInvalid,
    errors.JwksUriInvalid, errors.AuthMethodInvalid, errors.KeySetInvalid,
)  # fmt: skip
_KEYS: Final = (*_CHANGED, errors.AuthMethodInvalid, errors.KeysPublishedElsewhere)


async def outbound_of(request: Request) -> Outbound:
    outbound: Outbound = request.app.state.outbound
    return outbound


ClientId = Annotated[str, Path(description="The client's public id.", examples=["client-0123456789abcdef"])]
SecretId = Annotated[uuid.UUID, Path(description="The secret's id: not the secret.")]
Kid = Annotated[str, Path(description="The key's `kid`, percent-encoded.")]
Out = Annotated[Outbound, Depends(outbound_of)]


def _client(view: ClientView) -> answers.ClientOut:
    row = view.client
    used = [row.last_used_at, *(secret.last_used_at for secret in view.secrets)]
    return answers.ClientOut.model_validate(
        {
            **{name: getattr(row, name) for name in answers.ClientOut.model_fields if hasattr(row, name)},
            "secrets": [
                {name: getattr(secret, name) for name in answers.SecretOut.model_fields} for secret in view.secrets
            ],
            "keys": [
                {"alg": None, **key, "last_used_at": row.keys_used.get(key["kid"])}
                for key in (row.jwks or {}).get("keys", [])
            ],
            "last_used_at": max((moment for moment in used if moment is not None), default=None),
            "version": view.version,
        }
    )


@router.get(
    "/organisation/clients",
    response_model=answers.ClientPage,
    responses={200: {"headers": LINK}},
    openapi_extra=stating(CursorInvalid),
)
async def list_clients(
    request: Request, response: Response, caller: OrganisationReader, asked: Annotated[PageQuery, Query()]
) -> Any:
    """List your clients with their secrets and keys, by id; the disabled ones too."""
    page = page_of(request, caller.principal, asked.cursor)
    rows = await own.list_clients(
        session=caller.session, principal=caller.principal, after=page.after(""), limit=asked.limit + 1
    )
    shown = [_client(row).model_dump() for row in rows]
    return page.answer(shown, asked.limit, key="client_id", response=response)


@router.post(
    "/organisation/clients",
    status_code=201,
    response_model=answers.NewClientOut,
    responses={
        201: {
            "headers": REPLAYED,
            "links": {"read": {"operationId": "read_client",
                               "parameters": {"client_id": "$response.body#/client/client_id"}}},
        }
    },
    openapi_extra=stating(ProofTooOld, *_ADDRESSES, errors.SecretExpiryInvalid, *ONCE),
)  # fmt: skip
async def create_client(
    request: Request,
    caller: CredentialGiver,
    given: Annotated[schemas.ClientIn, Body(examples=[schemas.CLIENT_EXAMPLE])],
    outbound: Out,
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Register a client; its secret is shown once, now. A repeated answer does not hold it: add another one then."""

    async def make() -> tuple[BaseModel, BaseModel]:
        made, view = await own.create_client(
            session=caller.session, principal=caller.principal, given=given, outbound=outbound
        )
        client = _client(view)
        return (
            answers.NewClientOut(client=client, client_secret=made.secret),
            answers.NewClientOut(client=client, client_secret=None),
        )

    return await once(request, caller, idempotency_key, make)


@router.get(
    _CLIENT,
    response_model=answers.ClientOut,
    responses={200: {"headers": ETAG}},
    openapi_extra=stating(errors.ClientUnknown),
)
async def read_client(caller: OrganisationReader, client_id: ClientId) -> Response:
    """Read one of your clients with its secrets and keys."""
    view = await own.read_client(session=caller.session, principal=caller.principal, client_id=client_id)
    return versioned(_client(view))


@router.put(
    _CLIENT,
    response_model=answers.ClientOut,
    responses={200: {"headers": ETAG}},
    openapi_extra=stating(ProofTooOld, *_CHANGED, *_ADDRESSES, VersionChanged),
)
async def change_client(
    caller: CredentialGiver,
    client_id: ClientId,
    given: Annotated[schemas.ClientChangeIn, Body(examples=[schemas.CHANGE_EXAMPLE])],
    condition: Condition,
    outbound: Out,
) -> Response:
    """Replace a client's name, scopes and addresses; what it loses is gone from its tokens within five seconds."""
    view = await own.change_own_client(
        session=caller.session, principal=caller.principal, client_id=client_id, given=given,
        precondition=condition, outbound=outbound,
    )  # fmt: skip
    return versioned(_client(view))


@router.delete(
    _CLIENT,
    status_code=204,
    response_description="Disabled.",
    openapi_extra=stating(*_CHANGED, VersionChanged),
)
async def disable_client(caller: OrganisationManager, client_id: ClientId, condition: Condition) -> None:
    """Disable a client for good: its credentials now, its tokens within five seconds."""
    await own.disable_client(
        session=caller.session, principal=caller.principal, client_id=client_id, precondition=condition
    )


@router.post(
    f"{_CLIENT}/secrets",
    status_code=201,
    response_model=answers.NewSecretOut,
    responses={201: {"headers": REPLAYED}},
    openapi_extra=stating(
        ProofTooOld, *_CHANGED, errors.AuthMethodInvalid, errors.TooManySecrets, errors.SecretExpiryInvalid,
        errors.ScopeBeyondOwn, *ONCE,
    ),
)  # fmt: skip
async def add_client_secret(
    request: Request,
    caller: CredentialGiver,
    client_id: ClientId,
    given: Annotated[schemas.SecretIn, Body(examples=[{"expires_at": "2099-01-01T00:00:00Z"}])],
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Give a client its second secret, shown once, now: change your system over to it, then retire the first."""

    async def make() -> tuple[BaseModel, BaseModel]:
        made = await own.add_secret(
            session=caller.session, principal=caller.principal, client_id=client_id, expires_at=given.expires_at
        )
        shown = answers.NewSecretOut(id=made.id, expires_at=given.expires_at, client_secret=made.secret)
        return shown, shown.model_copy(update={"client_secret": None})

    return await once(request, caller, idempotency_key, make)


@router.delete(
    f"{_CLIENT}/secrets/{{secret_id:uuid}}",
    status_code=204,
    response_description="Retired.",
    openapi_extra=stating(*_CHANGED, errors.SecretUnknown),
)
async def retire_client_secret(caller: OrganisationManager, client_id: ClientId, secret_id: SecretId) -> None:
    """Retire a secret at once; tokens that it obtained end within five seconds."""
    await own.retire_secret(
        session=caller.session, principal=caller.principal, client_id=client_id, secret_id=secret_id
    )


@router.post(
    f"{_CLIENT}/keys",
    status_code=201,
    response_model=answers.ClientOut,
    responses={201: {"headers": REPLAYED}},
    openapi_extra=stating(
        ProofTooOld, *_KEYS, errors.KeySetInvalid, errors.KeyAlreadyPresent, errors.ScopeBeyondOwn, *ONCE
    ),
)  # fmt: skip
async def add_client_key(
    request: Request,
    caller: CredentialGiver,
    client_id: ClientId,
    given: Annotated[schemas.KeyIn, Body(examples=[schemas.KEY_EXAMPLE])],
    idempotency_key: IdempotencyKey = None,
) -> Response:
    """Give a client one more public key; those before it go on until you retire them."""

    async def make() -> tuple[BaseModel, BaseModel]:
        view = await own.add_client_key(
            session=caller.session, principal=caller.principal, client_id=client_id, key=given.as_jwk()
        )
        shown = _client(view)
        return shown, shown

    return await once(request, caller, idempotency_key, make)


@router.delete(
    f"{_CLIENT}/keys/{{kid:path}}",
    status_code=204,
    response_description="Retired.",
    openapi_extra=stating(*_KEYS, errors.KeyUnknown, errors.LastKey),
)
async def retire_client_key(caller: OrganisationManager, client_id: ClientId, kid: Kid) -> None:
    """Retire a public key: what is signed with it is refused from now on."""
    await own.retire_client_key(session=caller.session, principal=caller.principal, client_id=client_id, kid=kid)
