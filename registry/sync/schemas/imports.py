"""A file on its way in, as its landlord sees it."""

import uuid
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from registry.kernel.fields import Moment
from registry.sync.formats.declared import Format
from registry.sync.rules import RuleCode
from registry.sync.schemas.sources import MappingChosen, Mode, Name

RunStatus = Literal[
    "received", "running", "previewed", "waiting", "confirmed", "applied", "refused", "superseded", "failed"
]


class ImportQuery(BaseModel):
    """How a file is to be taken."""

    model_config = ConfigDict(extra="forbid")

    source: Annotated[Name, Field(description="Of /v1/sources; one that is not declared is, from the file's type.")] = (
        "default"
    )
    dry_run: Annotated[bool, Field(description="Compare and report; write nothing.")] = False
    mode: Annotated[Mode | None, Field(description="For this file; the source's otherwise.")] = None
    as_of: Annotated[
        Moment | None, Field(description="When the export was made; an older one than was applied is refused.")
    ] = None


class FaultOut(BaseModel):
    """One thing wrong with a file."""

    field: str
    value: Any
    message: str
    remedy: str | None


class RuleCount(BaseModel):
    """How often a rule spoke of a column."""

    column: str
    code: RuleCode | None = Field(description="Whatever its words and column; null in runs of before.")
    rule: str
    rejected: bool = Field(
        description="Whether the record was rejected; otherwise only doubted, or the value left out."
    )
    count: int


class ResidenceCounts(BaseModel):
    created: int
    updated: int
    unchanged: int
    rejected: int


class ImportCounts(BaseModel):
    """What became of the records: `rows` = created + updated + unchanged + rejected."""

    rows: int
    created: int
    updated: int
    unchanged: int
    rejected: int
    withdrawn: int = Field(description="Homes that a full file no longer names.")
    residences: ResidenceCounts
    rules: list[RuleCount]


class GuardOut(BaseModel):
    """Whether the file changes more than the charter lets pass unseen."""

    held: int = Field(description="Homes of the source, and others that the file names, before it.")
    changed: int = Field(description="How many of these it changes or withdraws.")
    withdrawn: int
    limit_percent: int
    exceeded: bool
    held_back: bool = Field(description="Nothing is withdrawn: rejected records do not say which homes they are about.")


class ImportProblem(BaseModel):
    """Why nothing was applied. ``code``: stable, as of a problem."""

    code: str
    message: str
    remedy: str | None
    faults: list[FaultOut]


class ImportOut(BaseModel):
    """A file that was sent, and what became of it."""

    id: uuid.UUID
    source: str
    status: RunStatus = Field(
        description="received, running; previewed (dry run); waiting: for a person's confirmation; confirmed; applied;"
        " refused: the file; superseded: by a newer one while it waited; failed: an operator must look at it."
    )
    stage: str | None = Field(description="While it runs: received, read, compare, apply.")
    done: int = Field(description="Records read so far.")
    file_name: str | None
    file_sha256: str
    format: Format
    mapping: MappingChosen | None
    mode: Mode
    dry_run: bool
    as_of: datetime
    cause: Literal["push", "schedule", "manual", "drop"]
    attempts: int
    counts: ImportCounts | None = Field(description="Once it was compared.")
    guard: GuardOut | None = Field(description="Once it was compared.")
    error: ImportProblem | None
    difference_sha256: str | None = Field(description="Of everything that was written, as in the audit.")
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    confirmed_at: datetime | None


class ImportPage(BaseModel):
    items: list[ImportOut]
    next: str | None


class NoteOut(BaseModel):
    """A value that a rule refused or doubted."""

    line: int
    column: str
    value: str
    effect: str
    rule: str
    remedy: str


class ChangeOut(BaseModel):
    """A home or a residence that is, or would be, written. `fields`: before and after, where it is updated."""

    subject: Literal["home", "residence"]
    ref: str
    kind: Literal["created", "updated", "withdrawn"]
    fields: dict[str, tuple[Any, Any]] | None


class ReportOut(BaseModel):
    """Every note, and up to a thousand differences of each kind."""

    notes: list[NoteOut]
    changes: list[ChangeOut]
