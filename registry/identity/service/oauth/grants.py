"""The three grants: a machine for itself, a person's code, and the refresh that follows it."""

import hashlib
import secrets
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from authlib.oauth2.rfc6749.errors import InvalidGrantError, InvalidScopeError
from authlib.oauth2.rfc6749.grants import AuthorizationCodeGrant, ClientCredentialsGrant, RefreshTokenGrant
from authlib.oauth2.rfc7636 import CodeChallenge

from registry.identity.repository import tokens as repository
from registry.identity.repository.tokens import Granted
from registry.identity.service.clients import CLIENT_SECRET_BASIC, PRIVATE_KEY_JWT
from registry.identity.service.jose import is_thumbprint
from registry.identity.service.oauth.client import Client
from registry.identity.service.oauth.errors import InvalidProof, InvalidRequestError, InvalidTarget
from registry.identity.service.standing import allowed_now
from registry.kernel.clock import now
from registry.kernel.ids import new_id

AUTH_METHODS: Final = (CLIENT_SECRET_BASIC, PRIVATE_KEY_JWT)
CODE_LIFETIME: Final = timedelta(seconds=60)
REFRESH_LIFETIME: Final = timedelta(days=30)
_S256_LENGTH: Final = 43


@dataclass(frozen=True, slots=True)
class Acting:
    """A person who lets a client act for one organisation, and the family that it is remembered under.

    ``authenticated_at``: when they had last proven who they are; a refresh does not make it later.
    """

    user_id: uuid.UUID
    organisation_id: uuid.UUID
    consent_id: uuid.UUID
    authenticated_at: datetime


def digest(token: str) -> bytes:
    """Return what is kept of a code or refresh token: 256 random bits, too many for guessing."""
    return hashlib.sha256(token.encode(errors="surrogatepass")).digest()


class Checks:
    """What every grant checks besides Authlib."""

    request: Any
    server: Any

    def check_target(self) -> None:
        """Refuse a ``resource`` (RFC 8707) that is not the API."""
        resource = self.request.payload.data.get("resource")
        if resource is not None and resource != self.server.issuer.audience:
            raise InvalidTarget

    def check_proof(self, client: Client, bound_to: str | None = None) -> None:
        """Demand a DPoP proof of a client that is bound to one, and the same key as before."""
        if client.row.dpop_bound and self.request.thumbprint is None:
            raise InvalidProof(description="This client's requests need a DPoP proof (RFC 9449).")
        if bound_to is not None and self.request.thumbprint != bound_to:
            raise InvalidGrantError("The DPoP proof is signed with another key.")

    def held(self, granted: Granted, client: Client) -> "Held":
        """Return what is granted, within what client, kind and roles still allow.

        Raises:
            InvalidScopeError: Nothing is left. Where the person is gone, :func:`_acting` says so.
        """
        person = repository.person(self.server.session, granted.user_id, granted.organisation_id)
        if person is None:
            return Held(granted)
        left = allowed_now(client.row.scopes, person.kind, person.roles).intersection(granted.scopes)
        if not left:
            raise InvalidScopeError("Nothing that was granted is allowed any more.")
        return Held(granted._replace(scopes=sorted(left)))


class ClientCredentials(Checks, ClientCredentialsGrant):  # type: ignore[misc]
    TOKEN_ENDPOINT_AUTH_METHODS = AUTH_METHODS

    def validate_token_request(self) -> None:
        super().validate_token_request()
        self.request.client.for_itself = True
        self.check_target()
        self.check_proof(self.request.client)


class S256(CodeChallenge):  # type: ignore[misc]
    """PKCE (RFC 7636) for every client, with S256 and nothing else."""

    DEFAULT_CODE_CHALLENGE_METHOD = "S256"
    SUPPORTED_CODE_CHALLENGE_METHOD = ("S256",)

    def validate_code_challenge(self, grant: Any, redirect_uri: str) -> None:
        data = grant.request.payload.data
        challenge = data.get("code_challenge", "")
        if data.get("code_challenge_method") != "S256" or len(challenge) != _S256_LENGTH:
            raise InvalidRequestError("PKCE is required: 'code_challenge' with 'code_challenge_method=S256'.")
        super().validate_code_challenge(grant, redirect_uri)

    def get_authorization_code_challenge(self, authorization_code: "Held") -> str:
        return authorization_code.row.code_challenge

    def get_authorization_code_challenge_method(self, authorization_code: "Held") -> str:
        del authorization_code
        return "S256"


class PersonCode(Checks, AuthorizationCodeGrant):  # type: ignore[misc]
    """A person lets a client act for one of the organisations that they work for."""

    TOKEN_ENDPOINT_AUTH_METHODS = AUTH_METHODS

    def validate_consent_request(self) -> None:
        super().validate_consent_request()
        try:
            self.check_target()
            self.check_thumbprint()
        except (InvalidTarget, InvalidRequestError) as refused:
            refused.redirect_uri = self.redirect_uri  # client and redirect URI are proven by now
            raise

    def create_authorization_response(self, redirect_uri: str, grant_user: Acting | None) -> Any:
        self.check_target()
        self.check_thumbprint()
        return super().create_authorization_response(redirect_uri, grant_user)

    def check_thumbprint(self) -> None:
        """Refuse a ``dpop_jkt`` (RFC 9449 §10) that no key can have."""
        thumbprint = self.request.payload.data.get("dpop_jkt")
        if thumbprint is not None and not is_thumbprint(thumbprint):
            raise InvalidRequestError("Parameter 'dpop_jkt' must be a SHA-256 thumbprint: 43 characters of base64url.")

    def generate_authorization_code(self) -> str:
        return secrets.token_urlsafe(32)

    def save_authorization_code(self, code: str, request: Any) -> None:
        acting: Acting = request.user
        session = self.server.session
        repository.insert_consent(
            session, id_=acting.consent_id, organisation=acting.organisation_id, client_id=request.client.client_id,
            user=acting.user_id, scopes=self.allowed_scopes(acting, request.scope.split()),
            authenticated_at=acting.authenticated_at,
        )  # fmt: skip
        repository.insert_code(
            session, digest=digest(code), organisation=acting.organisation_id, consent=acting.consent_id,
            redirect_uri=request.payload.redirect_uri, code_challenge=request.payload.data["code_challenge"],
            thumbprint=request.payload.data.get("dpop_jkt"), expires_at=now() + CODE_LIFETIME,
        )  # fmt: skip

    def allowed_scopes(self, acting: Acting, asked: list[str]) -> list[str]:
        """Return the scopes, all of which the organisation's kind and the person's roles must allow.

        Raises:
            InvalidScopeError: One is not allowed: scopes are never narrowed silently.
        """
        person = repository.person(self.server.session, acting.user_id, acting.organisation_id)
        allowed = allowed_now(asked, person.kind, person.roles) if person else frozenset()
        named = "scope" in self.request.payload.data
        refused = set(asked) - allowed
        if (named and refused) or not set(asked) & allowed:
            raise InvalidScopeError(f"Your role in this organisation does not allow: {' '.join(sorted(refused))}.")
        return sorted(set(asked) & allowed)

    def query_authorization_code(self, code: str, client: Client) -> "Held | None":
        found = repository.code(self.server.session, digest(code))
        if found is None or found.client_id != client.client_id:
            return None
        if found.used:  # somebody has a copy: nothing that came of the code may go on (RFC 6749 §4.1.2)
            repository.revoke_consent(self.server.session, found.consent_id)
            return None
        return self.held(found, client) if found.good else None

    def validate_token_request(self) -> None:
        super().validate_token_request()
        self.check_target()
        self.check_proof(self.request.client, self.request.authorization_code.row.thumbprint)

    def delete_authorization_code(self, authorization_code: "Held") -> None:
        del authorization_code
        repository.use_code(self.server.session, digest(self.request.form["code"]))

    def authenticate_user(self, authorization_code: "Held") -> Acting | None:
        return _acting(self.server.session, authorization_code.row)


class Refresh(Checks, RefreshTokenGrant):  # type: ignore[misc]
    """A refresh token is good once; whoever uses one again ends the family (RFC 9700 §4.14.2).

    A scope that client, kind or role lost since is refused where it is asked for by name, and absent where none is.
    """

    TOKEN_ENDPOINT_AUTH_METHODS = AUTH_METHODS
    INCLUDE_NEW_REFRESH_TOKEN = True

    def authenticate_refresh_token(self, refresh_token: str) -> "Held | None":
        found = repository.refresh_token(self.server.session, digest(refresh_token))
        if found is None or found.client_id != self.request.client.client_id:
            return None
        if found.used:
            repository.revoke_consent(self.server.session, found.consent_id)
            return None
        return self.held(found, self.request.client) if found.good else None

    def validate_token_request(self) -> None:
        super().validate_token_request()
        self.check_target()
        self.check_proof(self.request.client, self.request.refresh_token.row.thumbprint)

    def authenticate_user(self, refresh_token: "Held") -> Acting | None:
        return _acting(self.server.session, refresh_token.row)

    def create_token_response(self) -> Any:
        if self.authenticate_user(self.request.refresh_token) is None:
            raise InvalidGrantError("The person no longer works for this organisation.")
        return super().create_token_response()

    def revoke_old_credential(self, refresh_token: "Held") -> None:
        del refresh_token
        repository.use_refresh_token(self.server.session, digest(self.request.form["refresh_token"]))


@dataclass(frozen=True, slots=True)
class Held:
    """A code or refresh token as Authlib sees it."""

    row: Granted

    def check_client(self, client: Client) -> bool:
        return self.row.client_id == client.client_id

    def get_scope(self) -> str:
        return " ".join(self.row.scopes)

    def get_redirect_uri(self) -> str:
        return self.row.redirect_uri


def new_acting(user: uuid.UUID, organisation: uuid.UUID, authenticated_at: datetime) -> Acting:
    """Return a new consent of a person for an organisation."""
    return Acting(user, organisation, new_id(), authenticated_at)


def _acting(session: Any, row: Granted) -> Acting | None:
    person = repository.person(session, row.user_id, row.organisation_id)
    return Acting(row.user_id, row.organisation_id, row.consent_id, row.authenticated_at) if person else None
