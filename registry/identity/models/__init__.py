"""What identity keeps: organisations and their credentials, people, and what people grant."""

from registry.identity.models.grants import (
    AccessToken,
    AuthorizationCode,
    Consent,
    DpopProof,
    RefreshToken,
    TokenCount,
)
from registry.identity.models.organisations import (
    AssertionId,
    ClientSecret,
    OAuthClient,
    Organisation,
    SigningKey,
)
from registry.identity.models.people import (
    FailedAttempts,
    Mail,
    Membership,
    RecoveryCode,
    SingleUseLink,
    UpstreamRequest,
    User,
)
from registry.identity.models.people import Session as UserSession

__all__ = [
    "AccessToken",
    "AssertionId",
    "AuthorizationCode",
    "ClientSecret",
    "Consent",
    "DpopProof",
    "FailedAttempts",
    "Mail",
    "Membership",
    "OAuthClient",
    "Organisation",
    "RecoveryCode",
    "RefreshToken",
    "SigningKey",
    "SingleUseLink",
    "TokenCount",
    "UpstreamRequest",
    "User",
    "UserSession",
]
