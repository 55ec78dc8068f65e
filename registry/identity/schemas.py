"""What the authorization server answers, and what an organisation sends about itself."""

import uuid
from datetime import datetime
from typing import Annotated, Any, Final, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)

from registry.access.roles import UserRole
from registry.access.scopes import Scope
from registry.kernel.clock import now
from registry.kernel.fields import Moment, Printable, YesNo
from registry.kernel.tripwire import personal_data_in
from registry.kernel.validation import Wrong

EMAIL: Final = r"^[^\s@<>\"(),:;\[\]\\]{1,64}@[A-Za-z0-9]([A-Za-z0-9.-]{0,188}[A-Za-z0-9])?\.[A-Za-z]{2,63}$"


class TokenOut(BaseModel):
    """An access token (RFC 6749 §5.1)."""

    access_token: str
    token_type: str
    expires_in: int
    scope: str


class OAuthErrorOut(BaseModel):
    """An error of the token endpoint (RFC 6749 §5.2)."""

    error: str
    error_description: str


class KeySetOut(BaseModel):
    """A JSON Web Key Set (RFC 7517)."""

    keys: list[dict[str, Any]]


class MetadataOut(BaseModel):
    """Authorization server metadata (RFC 8414 §2)."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    revocation_endpoint: str
    introspection_endpoint: str
    jwks_uri: str
    scopes_supported: list[str]
    response_types_supported: list[str]
    grant_types_supported: list[str]
    token_endpoint_auth_methods_supported: list[str]
    token_endpoint_auth_signing_alg_values_supported: list[str]
    code_challenge_methods_supported: list[str]
    dpop_signing_alg_values_supported: list[str]
    authorization_response_iss_parameter_supported: bool
    ui_locales_supported: list[str]


class ResourceOut(BaseModel):
    """Protected resource metadata (RFC 9728 §2)."""

    resource: str
    authorization_servers: list[str]
    jwks_uri: str
    scopes_supported: list[str]
    bearer_methods_supported: list[str]
    resource_name: str


class IntrospectionOut(BaseModel):
    """What a token is worth (RFC 7662 §2.2): `active` alone where it is worth nothing."""

    active: bool


# What an organisation sends about itself


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def _impersonal(value: str) -> str:
    if not value.strip():
        raise Wrong("ce nom est vide", "this name is empty")
    if found := personal_data_in(value):
        raise Wrong(
            f"ce nom semble contenir {found.fr} ; donnez celui du logiciel",
            f"this name seems to hold {found.en}; give that of the software",
        )
    return value


def _future(value: datetime) -> datetime:
    if value <= now():
        raise Wrong("cet instant est passé", "this time is past")
    return value


Name = Annotated[Printable, StringConstraints(min_length=1, max_length=200), AfterValidator(_impersonal)]
Uri = Annotated[str, StringConstraints(min_length=1, max_length=500, pattern=r"^[!-~]+$")]
Base64Url = Annotated[str, StringConstraints(min_length=1, max_length=2_000, pattern=r"^[A-Za-z0-9_-]+$")]
End = Annotated[Moment, AfterValidator(_future)]
_PRIVATE: Final = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})


class KeyIn(Strict):
    """A public key (RFC 7517): EC P-256 with `crv`, `x`, `y`, or RSA of at least 2048 bits with `n`, `e`."""

    kid: Annotated[Printable, StringConstraints(min_length=1, max_length=100)]
    kty: Literal["EC", "RSA"]
    use: Literal["sig"] | None = None
    alg: Literal["ES256", "RS256", "PS256"] | None = None
    crv: Literal["P-256"] | None = None
    x: Base64Url | None = None
    y: Base64Url | None = None
    n: Base64Url | None = None
    e: Base64Url | None = None

    @model_validator(mode="before")
    @classmethod
    def _public(cls, given: Any) -> Any:
        held = sorted(_PRIVATE & set(given)) if isinstance(given, dict) else []
        if held:
            raise Wrong(
                "c'est une clé privée : n'envoyez que la clé publique, et remplacez celle-ci",
                "this is a private key: send the public one only, and replace this one",
                field="kty",
            )
        return given

    def as_jwk(self) -> dict[str, Any]:
        """Return the members that were given."""
        return self.model_dump(exclude_none=True)


class _Addresses(Strict):
    """What may change of a client."""

    name: Name
    scopes: Annotated[list[Scope], Field(min_length=1, max_length=20, description="None that you lack yourself.")]
    redirect_uris: Annotated[
        list[Uri],
        Field(max_length=10, description="Where people who let it act for them are sent back to; none: it acts alone."),
    ] = []
    jwks_uri: Annotated[Uri | None, Field(description="Where it publishes its public keys; instead of `keys`.")] = None
    dpop_bound: Annotated[YesNo, Field(description="Its tokens are bound to a key of its own (RFC 9449).")] = False
    token_endpoint_audience: Annotated[
        YesNo, Field(description="Its assertions may name the token endpoint instead of the issuer.")
    ] = True


class ClientIn(_Addresses):
    """A client to register."""

    auth_method: Literal["client_secret_basic", "private_key_jwt"] = "client_secret_basic"
    keys: Annotated[list[KeyIn] | None, Field(min_length=1, max_length=50)] = None
    machine: Annotated[YesNo, Field(description="It may ask tokens for itself (`client_credentials`).")] = True
    secret_expires_at: Annotated[End | None, Field(description="When its first secret stops; null: never.")] = None

    @model_validator(mode="after")
    def _consistent(self) -> "ClientIn":
        if self.keys is not None and self.jwks_uri is not None:
            raise Wrong("« keys » ou « jwks_uri », pas les deux", "'keys' or 'jwks_uri', not both", field="jwks_uri")
        if not self.machine and not self.redirect_uris:
            raise Wrong(
                "sans « machine » ni « redirect_uris », ce client ne pourrait rien obtenir",
                "without 'machine' and 'redirect_uris' this client could get nothing",
                field="machine",
            )
        return self


class ClientChangeIn(_Addresses):
    """A client as it is to be from now on: what you leave out becomes its default."""


class SecretIn(Strict):
    """A secret to make."""

    expires_at: Annotated[
        End | None, Field(description="When it stops; null: never. You are warned 30, 7, 1 days before.")
    ] = None


class RolesIn(Strict):
    """All the roles that a member is to have."""

    roles: Annotated[list[UserRole], Field(min_length=1, max_length=10)]


class InvitationIn(Strict):
    """Whom to invite, as what, in which language."""

    email: Annotated[str, StringConstraints(min_length=3, max_length=254, pattern=EMAIL)]
    role: UserRole
    language: Literal["fr", "en"] = "fr"


class RevokeAllIn(Strict):
    """Your own organisation, named so that nobody stops everything by accident."""

    organisation_id: uuid.UUID


CLIENT_EXAMPLE: Final[dict[str, Any]] = {
    "name": "ERP, production", "scopes": ["stock:read", "stock:write"], "secret_expires_at": "2099-01-01T00:00:00Z",
}  # fmt: skip
CHANGE_EXAMPLE: Final[dict[str, Any]] = {"name": "ERP, production (2027)", "scopes": ["stock:read", "stock:write"]}
KEY_EXAMPLE: Final[dict[str, Any]] = {
    "kid": "erp-2027", "kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256",
    "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU", "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
}  # fmt: skip
"""The public key of RFC 7515, appendix A.3.1."""
