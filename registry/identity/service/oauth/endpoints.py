"""Revocation (RFC 7009) and introspection (RFC 7662) of what this server issued to the client that asks."""

import time
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from authlib.oauth2.rfc7009 import RevocationEndpoint
from authlib.oauth2.rfc7662 import IntrospectionEndpoint
from joserfc import jwt
from joserfc.errors import JoseError
from sqlalchemy.orm import Session

from registry.identity.repository import tokens
from registry.identity.repository.tokens import Granted
from registry.identity.service.clients import CLIENT_SECRET_BASIC, PRIVATE_KEY_JWT
from registry.identity.service.jose import TokenMalformed, checked_header
from registry.identity.service.keys import ALGORITHM, TOKEN_TYPE, verification_key
from registry.identity.service.oauth.client import Client
from registry.identity.service.oauth.grants import digest
from registry.identity.service.standing import allowed_now

_METHODS: Final = (CLIENT_SECRET_BASIC, PRIVATE_KEY_JWT)


@dataclass(frozen=True, slots=True)
class Issued:
    """An access token (``claims``) or refresh token (``row``) that this server issued and that holds now."""

    client_id: str
    claims: dict[str, Any] | None = None
    row: Granted | None = None

    def check_client(self, client: Client) -> bool:
        return self.client_id == client.client_id

    def is_expired(self) -> bool:
        return self.claims is not None and self.claims["exp"] <= time.time()

    def is_revoked(self) -> bool:
        return self.row is not None and (self.row.used or not self.row.good)


def issued(session: Session, token: str) -> Issued | None:
    """Return what ``token`` is, if it is one of ours; what kind it is, it says itself."""
    if token.count(".") != 2:
        row = tokens.refresh_token(session, digest(token))
        return Issued(row.client_id, row=row) if row else None
    try:
        header = checked_header(token)
        key = verification_key(session, header.get("kid", ""))
        if key is None or header.get("typ") != TOKEN_TYPE:
            return None
        claims = jwt.decode(token, key, algorithms=[ALGORITHM]).claims
    except (JoseError, TokenMalformed, ValueError):
        return None
    return Issued(str(claims["client_id"]), claims=claims)


class Revocation(RevocationEndpoint):  # type: ignore[misc]
    """A client revokes its own tokens; those of others, and what is no token, change nothing and get the same 200."""

    CLIENT_AUTH_METHODS = _METHODS

    def query_token(self, token_string: str, token_type_hint: str | None) -> Issued | None:
        del token_type_hint
        return issued(self.server.session, token_string)

    def authenticate_token(self, request: Any, client: Client) -> Issued | None:
        self.check_params(request, client)
        found = self.query_token(request.form["token"], request.form.get("token_type_hint"))
        return found if found is not None and found.check_client(client) else None

    def revoke_token(self, token: Issued, request: Any) -> None:
        """End the token; with a refresh token its whole family (RFC 7009 §2.1)."""
        del request
        if token.row is not None:
            tokens.revoke_consent(self.server.session, token.row.consent_id)
        elif token.claims is not None:
            tokens.revoke_access_token(self.server.session, uuid.UUID(token.claims["jti"]))


class Introspection(IntrospectionEndpoint):  # type: ignore[misc]
    """A client asks about its own tokens; about any other, and any that is stopped, the answer is "not active"."""

    CLIENT_AUTH_METHODS = _METHODS

    def query_token(self, token_string: str, token_type_hint: str | None) -> Issued | None:
        del token_type_hint
        return issued(self.server.session, token_string)

    def check_permission(self, token: Issued, client: Client, request: Any) -> bool:
        del request
        return token.check_client(client)

    def introspect_token(self, token: Issued) -> dict[str, Any]:
        if token.claims is None:
            assert token.row is not None
            return self._refresh_token(token.row)
        claims = token.claims
        standing = tokens.standing_of(
            self.server.session, uuid.UUID(claims["jti"]), token.client_id, uuid.UUID(claims["org"])
        )
        if standing is None:
            return {"active": False}
        kind = "DPoP" if "cnf" in claims else "Bearer"
        allowed = allowed_now(standing.scopes, standing.kind, standing.roles)
        return {"active": True, "token_type": kind, **claims, "scope": _kept(claims["scope"].split(), allowed)}

    def _refresh_token(self, row: Granted) -> dict[str, Any]:
        person = tokens.person(self.server.session, row.user_id, row.organisation_id)
        if person is None:
            return {"active": False}
        allowed = allowed_now(self.server.asked.scopes, person.kind, person.roles)  # who asks is whose token it is
        return {
            "active": True, "client_id": row.client_id, "sub": str(row.user_id), "scope": _kept(row.scopes, allowed),
            "iss": self.server.issuer.url,
        }  # fmt: skip


def _kept(issued: Iterable[str], allowed: frozenset[str]) -> str:
    """Return what is left of the scopes that a token was issued with."""
    return " ".join(sorted(allowed.intersection(issued)))
