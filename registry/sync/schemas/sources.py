"""A landlord's sources: where its files come from, how they are read, and how far they were applied."""

import re
import uuid
from datetime import datetime
from typing import Annotated, Final, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from registry.kernel.fields import WHOLE, Printable, YesNo
from registry.kernel.validation import Wrong
from registry.sync.formats.declared import Format
from registry.vocabulary.stock import Status

NAME: Final = r"^[a-z0-9]([a-z0-9-]{0,58}[a-z0-9])?$"
"""Names stand in addresses and are those of directories."""
Name = Annotated[str, StringConstraints(pattern=NAME)]
SourceKind = Literal["push", "pull", "drop"]
Mode = Literal["full", "delta"]

# What the request itself is made of: a key under one of these names would change what is asked, and of whom.
_TAKEN: Final = frozenset({
    "accept", "accept-encoding", "connection", "content-length", "content-type", "cookie", "expect", "forwarded",
    "host", "if-modified-since", "if-none-match", "if-range", "proxy-authorization", "range", "te", "trailer",
    "transfer-encoding", "upgrade", "via",
})  # fmt: skip
_ADDRESS: Final = re.compile(r"[!-~]+")


def _own_header(value: str) -> str:
    if value.lower() in _TAKEN:
        raise Wrong("cet en-tête n'est pas celui d'une clé", "this header is not one for a key")
    return value


def _written_out(value: str) -> str:
    if not _ADDRESS.fullmatch(value):
        raise Wrong("une adresse s'écrit en ASCII, sans espace", "an address is written in ASCII, without spaces")
    return value


Address = Annotated[str, StringConstraints(min_length=9, max_length=2_000), AfterValidator(_written_out)]
Header = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9-]{0,63}$"), AfterValidator(_own_header)]
Login = Annotated[Printable, StringConstraints(min_length=1, max_length=200, pattern=r"^[^:]*$")]
Token = Annotated[str, StringConstraints(min_length=1, max_length=4_000, pattern=r"^[!-~]*$")]
Password = Annotated[Printable, StringConstraints(min_length=1, max_length=1_000)]
ScopeList = Annotated[str, StringConstraints(min_length=1, max_length=500, pattern=r"^[!#-\[\]-~]+( [!#-\[\]-~]+)*$")]
_WRITE_ONLY: Final = {"writeOnly": True}
_KEPT: Final = "Never shown again. Left out: the one that is held stays, for the same address and the same login."


class _Declared(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class NoLogin(_Declared):
    """Whoever asks gets the file."""

    type: Literal["none"]


class Bearer(_Declared):
    """A token that the landlord's system gave out (RFC 6750)."""

    type: Literal["bearer"]


class Basic(_Declared):
    """A user and a password (RFC 7617)."""

    type: Literal["basic"]
    username: Login


class ApiKey(_Declared):
    """A key in a header of the landlord's choice."""

    type: Literal["api_key"]
    header: Header


class ClientCredentials(_Declared):
    """An access token of the landlord's own authorization server (RFC 6749 §4.4); ``token_url`` gives it."""

    type: Literal["client_credentials"]
    token_url: Address
    client_id: Login
    scope: ScopeList | None


class BearerIn(Bearer):
    secret: Annotated[Token | None, Field(description=f"The token. {_KEPT}", json_schema_extra=_WRITE_ONLY)] = None


class BasicIn(Basic):
    secret: Annotated[Password | None, Field(description=f"The password. {_KEPT}", json_schema_extra=_WRITE_ONLY)] = (
        None
    )


class ApiKeyIn(ApiKey):
    secret: Annotated[Token | None, Field(description=f"The key. {_KEPT}", json_schema_extra=_WRITE_ONLY)] = None


class ClientCredentialsIn(ClientCredentials):
    scope: ScopeList | None = None
    secret: Annotated[
        Password | None, Field(description=f"The client's secret. {_KEPT}", json_schema_extra=_WRITE_ONLY)
    ] = None


LoginIn = Annotated[NoLogin | BearerIn | BasicIn | ApiKeyIn | ClientCredentialsIn, Field(discriminator="type")]
LoginOut = Annotated[NoLogin | Bearer | Basic | ApiKey | ClientCredentials, Field(discriminator="type")]


class PullIn(_Declared):
    """Where the worker fetches the file: https, a host that the service may ask, no redirect elsewhere."""

    url: Address
    auth: LoginIn = NoLogin(type="none")


class PullOut(_Declared):
    """Where the worker fetches the file; what is secret of it is not shown."""

    url: str
    auth: LoginOut


class Slot(_Declared):
    """When, once a week: within the hour that begins then in Paris, always at the same minute.

    Attributes:
        weekday: 1 is Monday, 7 is Sunday (ISO 8601).
    """

    weekday: Annotated[int, Field(ge=1, le=7), WHOLE]
    hour: Annotated[int, Field(ge=0, le=23), WHOLE]


class MappingChosen(_Declared):
    """A version of one of the landlord's mappings."""

    name: Name
    version: Annotated[int, Field(ge=1, le=1_000_000), WHOLE]


class SourceIn(_Declared):
    """How files come in from one of a landlord's systems, and how they are read."""

    kind: SourceKind = Field(
        description="push: you send files to /v1/imports; pull: we fetch them; drop: they are left in a directory."
    )
    format: Format
    mapping: MappingChosen | None = Field(None, description="Yours to ours; null: the columns have our names.")
    mode: Mode = Field("full", description="full: what a file no longer names is withdrawn; delta: it is untouched.")
    accept_partially: YesNo = Field(
        default=False, description="Apply the good records of a file of which others are rejected."
    )
    default_status: Status = Field(Status.OCCUPIED, description="Of new homes whose file does not state one.")
    keep_runs: Annotated[int, Field(ge=2, le=100, description="Files that are kept with their reports."), WHOLE] = 10
    pull: PullIn | None = None
    schedule: Slot | None = None
    paused: YesNo = Field(default=False, description="Fetch nothing until further notice.")

    @model_validator(mode="after")
    def _fits_its_kind(self) -> Self:
        if self.kind == "pull" and self.pull is None:
            raise Wrong("une source « pull » a une adresse", "a 'pull' source has an address", field="pull")
        for name in ("pull", "schedule"):
            if self.kind != "pull" and getattr(self, name) is not None:
                raise Wrong("seules les sources « pull » en ont", "only 'pull' sources have one", field=name)
        return self


SOURCE_EXAMPLE: Final = {
    "kind": "pull",
    "format": {"kind": "csv", "content": "homes", "delimiter": ";"},
    "mode": "full",
    "pull": {
        "url": "https://exports.example/homes.csv",
        "auth": {"type": "bearer", "secret": "a-token-of-your-system"},
    },
    "schedule": {"weekday": 7, "hour": 3},
}


class FailureOut(BaseModel):
    """Why the source failed last. ``code``: stable, as of a problem."""

    at: datetime
    code: str
    message: str


class SourceOut(BaseModel):
    """A source, and how far its files were applied."""

    id: uuid.UUID
    name: str
    kind: SourceKind
    format: Format
    mapping: MappingChosen | None
    mode: Mode
    accept_partially: bool
    default_status: Status
    keep_runs: int
    pull: PullOut | None
    schedule: Slot | None
    paused: bool
    created_at: datetime
    state: Literal["ready", "retrying", "stopped", "paused"] = Field(
        description="retrying: the last try failed, another follows; stopped: six failed, somebody must look at it."
    )
    applied_run_id: uuid.UUID | None
    applied_at: datetime | None = Field(description="When a file of it was applied last, or found to say nothing new.")
    applied_as_of: datetime | None = Field(description="Of which moment that file was; an older one is refused.")
    confirmed_at: datetime | None = Field(description="When a full file last said that its homes are as they stand.")
    stale: bool = Field(description="Whether it is older than the charters that you signed allow.")
    stale_after: datetime = Field(description="When it becomes so if nothing comes.")
    next_run_at: datetime | None = Field(description="When it is fetched next.")
    failures: int = Field(description="Tries that failed since the last that did not.")
    last_failure: FailureOut | None


class SourcePage(BaseModel):
    items: list[SourceOut]
    next: str | None
