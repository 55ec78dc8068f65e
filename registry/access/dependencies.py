"""What a route asks for: a verified caller with a scope, and one transaction bound to its organisation.

The verification itself is the identity package's; the application wires it in as ``app.state.authenticate``.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Request
from fastapi.openapi.models import OAuthFlowClientCredentials, OAuthFlows
from fastapi.params import Security
from fastapi.security import OAuth2, SecurityScopes
from sqlalchemy.ext.asyncio import AsyncSession

from registry.access import contract
from registry.access.errors import ScopeMissing, TokenInvalid, TokenMissing
from registry.access.principal import Principal
from registry.access.scopes import LABELS, Scope
from registry.kernel.text import Text
from registry.platform.database import Database

Authenticate = Callable[[str], Awaitable[Principal]]
"""Turn an access token into its principal, or raise :class:`TokenInvalid`."""

oauth2 = OAuth2(
    scheme_name="oauth2",
    description="OAuth 2, client credentials; access tokens are RFC 9068 JWTs of ten minutes.",
    flows=OAuthFlows(
        clientCredentials=OAuthFlowClientCredentials(
            tokenUrl="/oauth/token", scopes={scope.value: label.en for scope, label in LABELS.items()}
        )
    ),
    auto_error=False,
)


@dataclass(frozen=True, slots=True)
class Caller:
    """A verified caller and its open transaction."""

    principal: Principal
    session: AsyncSession


def bearer_token(request: Request) -> str:
    """Return the bearer token of the request (RFC 6750 §2.1: the header only, never the query string)."""
    values = request.headers.getlist("authorization")
    if not values:
        raise TokenMissing(headers={"WWW-Authenticate": "Bearer"})
    scheme, _, token = values[0].partition(" ")
    if len(values) > 1 or scheme.lower() != "bearer" or not token:
        raise TokenInvalid(field="Authorization", headers={"WWW-Authenticate": 'Bearer error="invalid_request"'})
    return token.strip()


Described = Annotated[str | None, Depends(oauth2)]
"""Puts the security scheme and the scopes of a route into the OpenAPI document; its value is not used."""


async def authenticated(request: Request, required: SecurityScopes, _described: Described = None) -> Principal:
    """Verify the token and its scopes, then hold the request to the document.

    For routes that open their own transaction; the others take a caller.
    """
    authenticate: Authenticate = request.app.state.authenticate
    principal = await authenticate(bearer_token(request))
    for scope in required.scopes:
        if scope not in principal.scopes:
            raise ScopeMissing(
                Text(f"Ce service demande le droit « {scope} ».", f"This operation needs the scope '{scope}'."),
                headers={"WWW-Authenticate": f'Bearer error="insufficient_scope", scope="{scope}"'},
            )
    contract.hold(request)
    return principal


async def called(request: Request, required: SecurityScopes, _described: Described = None) -> AsyncIterator[Caller]:
    """Verify, then open the request's one transaction; it commits before the response leaves."""
    principal = await authenticated(request, required)
    database: Database = request.app.state.database
    async with database.transaction(
        principal.role, organisation=principal.organisation_id, actor=principal.client_id
    ) as session:
        yield Caller(principal, session)


def _security(dependency: Callable[..., Any], scope: Scope) -> Security:
    return Security(dependency=dependency, scopes=[scope.value], scope="function")


StockReader = Annotated[Caller, _security(called, Scope.STOCK_READ)]
StockWriter = Annotated[Caller, _security(called, Scope.STOCK_WRITE)]
TerritoryReader = Annotated[Caller, _security(called, Scope.TERRITORIES_READ)]
ListingReader = Annotated[Principal, Security(dependency=authenticated, scopes=[Scope.LISTINGS_READ.value])]
