"""What a route asks for: a verified caller with a scope, and one transaction bound to its organisation.

The verification itself is the identity package's; the application wires it in as ``app.state.authenticate``.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Any, Final
from urllib.parse import quote

from fastapi import Depends, Request
from fastapi.openapi.models import OAuthFlowAuthorizationCode, OAuthFlowClientCredentials, OAuthFlows
from fastapi.params import Security
from fastapi.security import OAuth2, SecurityScopes
from sqlalchemy.ext.asyncio import AsyncSession

from registry.access import contract
from registry.access.errors import ProofTooOld, ScopeMissing, TokenInvalid, TokenMissing
from registry.access.principal import Presented, Principal
from registry.access.scopes import LABELS, Scope
from registry.kernel.clock import now
from registry.kernel.text import Text
from registry.platform.database import Database, Role
from registry.platform.settings import Settings

Authenticate = Callable[[Presented], Awaitable[Principal]]
"""Turn an access token into its principal, or raise :class:`TokenInvalid`."""

PROOF_MAX_AGE: Final = timedelta(minutes=15)
"""How long a person's proof of identity lets their token give credentials.

Consent to ``organisation:manage`` asks for a proof of the last five minutes, and a token lives for ten: so the first
token is never refused for its age, and none that came of a refresh much later is taken.
"""
_VERIFIED: Final = "registry.principal"
_SCOPES: Final = {scope.value: f"{label.en} / {label.fr}" for scope, label in LABELS.items()}

oauth2 = OAuth2(
    scheme_name="oauth2",
    description="Access tokens are RFC 9068 JWTs of ten minutes; PKCE with S256 for every authorization code.",
    flows=OAuthFlows(
        clientCredentials=OAuthFlowClientCredentials(tokenUrl="/oauth/token", scopes=_SCOPES),
        authorizationCode=OAuthFlowAuthorizationCode(
            authorizationUrl="/oauth/authorize", tokenUrl="/oauth/token", refreshUrl="/oauth/token", scopes=_SCOPES
        ),
    ),
    auto_error=False,
)


@dataclass(frozen=True, slots=True)
class Caller:
    """A verified caller and its open transaction."""

    principal: Principal
    session: AsyncSession


def presented(request: Request) -> Presented:
    """Return the token of the request (RFC 6750 §2.1, RFC 9449 §7.1: the header only, never the query string).

    Raises:
        TokenMissing, TokenInvalid: There is none, or not one.
    """
    values = request.headers.getlist("authorization")
    if not values:
        raise TokenMissing
    scheme, _, token = values[0].partition(" ")
    if len(values) > 1 or scheme.lower() not in {"bearer", "dpop"} or not token:
        raise TokenInvalid(field="Authorization")
    settings: Settings = request.app.state.settings
    proofs = tuple(request.headers.getlist("dpop")) if scheme.lower() == "dpop" else None
    # As it was sent: what a proof names is percent-encoded.
    path = (request.scope.get("raw_path") or quote(request.url.path).encode()).decode("latin-1")
    return Presented(token.strip(), request.method, f"{settings.base_url.rstrip('/')}{path}", proofs)


def challenge(
    request: Request, error: str | None = None, scope: str | None = None, max_age: int | None = None
) -> dict[str, str]:
    """Return the header that says how to come back (RFC 6750 §3, 9470 §3) and where it is described (RFC 9728 §5.1)."""
    settings: Settings = request.app.state.settings
    metadata = f"{settings.base_url.rstrip('/')}/.well-known/oauth-protected-resource/v1"
    stated = {"error": error, "scope": scope, "max_age": max_age, "resource_metadata": metadata}
    parameters = ", ".join(f'{name}="{value}"' for name, value in stated.items() if value)
    return {"WWW-Authenticate": f"Bearer {parameters}"}


Described = Annotated[str | None, Depends(oauth2)]
"""Puts the security scheme and the scopes of a route into the OpenAPI document; its value is not used."""


async def verified(request: Request) -> Principal:
    """Return who calls; the token is looked at once a request, since a DPoP proof is good once.

    Raises:
        TokenMissing, TokenInvalid: With the header that says how to come back.
    """
    known: Principal | None = request.scope.get(_VERIFIED)
    if known is not None:
        return known
    authenticate: Authenticate = request.app.state.authenticate
    try:
        principal = await authenticate(presented(request))
    except TokenMissing as missing:
        missing.headers |= challenge(request)
        raise
    except TokenInvalid as invalid:
        invalid.headers |= challenge(request, "invalid_token")
        raise
    request.scope[_VERIFIED] = principal
    return principal


async def authenticated(request: Request, required: SecurityScopes, _described: Described = None) -> Principal:
    """Verify the token and its scopes, then hold the request to the document.

    For routes that open their own transaction; the others take a caller.
    """
    principal = await verified(request)
    for scope in required.scopes:
        if scope not in principal.scopes:
            raise ScopeMissing(
                Text(f"Ce service demande le droit « {scope} ».", f"This operation needs the scope '{scope}'."),
                headers=challenge(request, "insufficient_scope", scope),
            )
    contract.hold(request)
    return principal


async def called(request: Request, required: SecurityScopes, _described: Described = None) -> AsyncIterator[Caller]:
    """Verify, then open the request's one transaction; it commits before the response leaves."""
    principal = await authenticated(request, required)
    database: Database = request.app.state.database
    async with database.transaction(
        principal.role, organisation=principal.organisation_id, actor=principal.actor
    ) as session:
        yield Caller(principal, session)


async def managing(request: Request, required: SecurityScopes, _described: Described = None) -> AsyncIterator[Caller]:
    """Verify, then open the transaction in which an organisation manages its own clients and people.

    The service's role for credentials, which is held to the organisation that it is bound to.
    """
    principal = await authenticated(request, required)
    database: Database = request.app.state.database
    async with database.transaction(
        Role.AUTH, organisation=principal.organisation_id, actor=principal.actor
    ) as session:
        yield Caller(principal, session)


async def giving(request: Request, caller: Annotated[Caller, Depends(managing, scope="function")]) -> Caller:
    """Demand a fresh proof of a person before a credential, or a way to one, is given; a machine has none to give.

    Raises:
        ProofTooOld: The proof is older than :data:`PROOF_MAX_AGE`.
    """
    principal = caller.principal
    if principal.user_id is None or (principal.proven_at and now() - principal.proven_at <= PROOF_MAX_AGE):
        return caller
    age = int(PROOF_MAX_AGE.total_seconds())
    raise ProofTooOld(
        Text(
            f"La personne doit avoir prouvé son identité depuis moins de {age // 60} minutes.",
            f"The person must have proven who they are within the last {age // 60} minutes.",
        ),
        headers=challenge(request, "insufficient_user_authentication", max_age=age),
    )


def _security(dependency: Callable[..., Any], *scopes: Scope) -> Security:
    return Security(dependency=dependency, scopes=[scope.value for scope in scopes], scope="function")


StockReader = Annotated[Caller, _security(called, Scope.STOCK_READ)]
StockWriter = Annotated[Caller, _security(called, Scope.STOCK_WRITE)]
TerritoryReader = Annotated[Caller, _security(called, Scope.TERRITORIES_READ)]
TerritoryManager = Annotated[Caller, _security(called, Scope.TERRITORIES_MANAGE)]
CharterSigner = Annotated[Caller, _security(called, Scope.CHARTER_SIGN)]
CharterManager = Annotated[Caller, _security(called, Scope.CHARTER_MANAGE)]
OrganisationReader = Annotated[Caller, _security(managing, Scope.ORGANISATION_READ)]
OrganisationManager = Annotated[Caller, _security(managing, Scope.ORGANISATION_MANAGE)]
CredentialGiver = Annotated[Caller, _security(giving, Scope.ORGANISATION_MANAGE)]
"""Who may give credentials, or what leads to them; :data:`OrganisationManager` is enough to take them away."""
Anybody = Annotated[Caller, Security(dependency=called, scopes=[], scope="function")]
"""Whoever has a valid token, whatever it is for."""
CaseReader = Annotated[Caller, _security(called, Scope.CASES_READ)]
CaseMatcher = Annotated[Caller, _security(called, Scope.CASES_READ, Scope.LISTINGS_READ)]
TransferReader = Annotated[Caller, _security(called, Scope.TRANSFERS_READ)]
TransferSearcher = Annotated[Caller, _security(called, Scope.TRANSFERS_READ, Scope.LISTINGS_READ)]
TransferWriter = Annotated[Caller, _security(called, Scope.TRANSFERS_WRITE)]
TransferAnswerer = Annotated[Caller, _security(called, Scope.TRANSFERS_ANSWER)]
AuditReader = Annotated[Caller, _security(called, Scope.AUDIT_READ)]
AuditLister = Annotated[Principal, Security(dependency=authenticated, scopes=[Scope.AUDIT_READ.value])]
StockLister = Annotated[Principal, Security(dependency=authenticated, scopes=[Scope.STOCK_READ.value])]
ListingReader = Annotated[Principal, Security(dependency=authenticated, scopes=[Scope.LISTINGS_READ.value])]
