"""Errors of the authorization server, in the words of RFC 6749, 8707 and 9449. Authlib has no types."""

from authlib.oauth2.rfc6749.errors import (
    InvalidClientError,
    InvalidRequestError,
    OAuth2Error,
    UnsupportedGrantTypeError,
)

__all__ = ["InvalidClientError", "InvalidRequestError", "OAuth2Error"]

RETRY_AFTER_S = 60


class ClientRefused(InvalidClientError):  # type: ignore[misc]
    """Authentication failed: one answer, whatever failed, so that it does not tell which clients exist."""

    status_code = 401
    description = (
        "Client authentication failed. Send HTTP Basic credentials (client_secret_basic)"
        " or a signed assertion (private_key_jwt) of an active client."
    )

    def get_headers(self) -> list[tuple[str, str]]:
        headers: list[tuple[str, str]] = super(InvalidClientError, self).get_headers()
        return [*headers, ("WWW-Authenticate", 'Basic realm="registry", charset="UTF-8"')]


class AssertionRefused(ClientRefused):
    """The assertion's signature is the client's own, so its claims may be discussed with it."""


class TooManyAttempts(ClientRefused):
    """Wrong credentials of this client came too often from this network. Right ones are always taken."""

    status_code = 429
    description = "Too many failed attempts for this client from this network; wait a minute."

    def get_headers(self) -> list[tuple[str, str]]:
        return [*super().get_headers(), ("Retry-After", str(RETRY_AFTER_S))]


class GrantTypeUnsupported(UnsupportedGrantTypeError):  # type: ignore[misc]
    """The same, saying what is supported."""

    description = "Supported: client_credentials, authorization_code, refresh_token."


class InvalidTarget(OAuth2Error):  # type: ignore[misc]
    """RFC 8707 §2: the ``resource`` is not ours."""

    error = "invalid_target"
    description = "Parameter 'resource' must be the API of this service, or be left out."


class InvalidProof(OAuth2Error):  # type: ignore[misc]
    """RFC 9449 §5: the DPoP proof is missing or wrong."""

    error = "invalid_dpop_proof"
