"""What an organisation reads about itself."""

import uuid
from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field


class OrganisationOut(BaseModel):
    id: uuid.UUID
    name: str
    kind: str


class ScopeOut(BaseModel):
    """A scope and what it is for."""

    scope: str
    fr: str
    en: str


class WhoamiOut(BaseModel):
    """What a token is, and what it may do now."""

    organisation: OrganisationOut
    client_id: str
    client_name: str | None = Field(description="null: the client is another organisation's.")
    user_id: uuid.UUID | None = Field(description="The person who acts through the client, if one does.")
    scopes: list[ScopeOut] = Field(description="What the token carries and is allowed now.")
    territories: list[str] = Field(description="Where your charter is in force, and you may search.")
    expires_at: datetime


class SecretOut(BaseModel):
    """A secret that can be used: the secret itself was shown once, and is not kept."""

    id: uuid.UUID
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None = Field(description="To the minute.")


class KeyOut(BaseModel):
    """A public key by which the client may authenticate."""

    kid: str
    kty: str
    alg: str | None
    last_used_at: datetime | None = Field(description="To the minute: which one may be retired.")


class ClientOut(BaseModel):
    """A client of yours."""

    client_id: str
    name: str
    status: Literal["active", "revoked"]
    auth_method: Literal["client_secret_basic", "private_key_jwt"]
    grant_types: list[str]
    scopes: list[str]
    redirect_uris: list[str]
    dpop_bound: bool
    token_endpoint_audience: bool
    shared: bool = Field(description="It may act for other organisations too; set by the operator.")
    secrets: list[SecretOut]
    keys: list[KeyOut]
    jwks_uri: str | None
    jwks_fetched_at: datetime | None
    jwks_error: str | None = Field(description="Why the last fetch of `jwks_uri` failed; the keys before it stay.")
    created_at: datetime
    last_used_at: datetime | None = Field(description="To the minute.")
    version: str = Field(description="Also the ETag.")


class ClientPage(BaseModel):
    items: list[ClientOut]
    next: str | None


class NewClientOut(BaseModel):
    """A client that was just registered."""

    client: ClientOut
    client_secret: str | None = Field(
        description="Shown once, now; null for a client that authenticates by key, and in a repeated answer."
    )


class NewSecretOut(BaseModel):
    """A secret that was just made."""

    id: uuid.UUID
    expires_at: datetime | None
    client_secret: str | None = Field(description="Shown once, now; null in a repeated answer.")


class MemberOut(BaseModel):
    """A person who works for you."""

    user_id: uuid.UUID
    name: str
    email: str
    status: Literal["active", "disabled"]
    roles: list[str]
    last_login_at: datetime | None
    version: str = Field(description="Of the roles; also the ETag.")


class MemberPage(BaseModel):
    items: list[MemberOut]
    next: str | None


class InvitationOut(BaseModel):
    """An invitation that was not answered yet: its link is in the mail alone."""

    id: uuid.UUID
    email: str
    role: str
    created_at: datetime
    expires_at: datetime


class InvitationPage(BaseModel):
    items: list[InvitationOut]
    next: str | None


class RevokedOut(BaseModel):
    """What was stopped: access tokens, and permissions that people gave, with codes and refresh tokens."""

    access_tokens: int
    grants: int
