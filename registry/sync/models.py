"""Sources, mappings, raw files and runs of the sync."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Computed,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    SmallInteger,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP
from sqlalchemy.orm import Mapped, mapped_column

from registry.platform.database import Base

_moment = TIMESTAMP(timezone=True)
_now = text("now()")


class SyncMapping(Base):
    """One version of a landlord's mapping: their columns and codes to ours. ``document``: registry.sync.mapping."""

    __tablename__ = "sync_mappings"

    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisations.id"), primary_key=True)
    name: Mapped[str] = mapped_column(Text, primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    document: Mapped[dict[str, Any]] = mapped_column(JSONB)
    created_at: Mapped[datetime] = mapped_column(_moment, server_default=_now)
    created_by: Mapped[str] = mapped_column(Text)


class SyncSource(Base):
    """Where a landlord's files come from, how they are read, and how far they were applied.

    Attributes:
        kind: ``push`` (it sends them), ``pull`` (the worker fetches them), ``drop`` (the worker finds them in a
            directory).
        mode: ``full``: a file holds everything, and what it no longer names is withdrawn; ``delta``: it does not.
        accept_partially: Whether the good records of a file with rejected ones are applied.
        default_status: Of new homes whose file does not state one.
        pull: Address and kind of authentication; ``secret``: its credentials, sealed.
        applied_as_of: Of which moment the file was that was applied last; an older one is refused.
        failures: Runs and pulls that failed since the last that did not.
    """

    __tablename__ = "sync_sources"
    __table_args__ = (
        UniqueConstraint("organisation_id", "name"),
        UniqueConstraint("organisation_id", "id"),
        ForeignKeyConstraint(
            ["organisation_id", "mapping_name", "mapping_version"],
            ["sync_mappings.organisation_id", "sync_mappings.name", "sync_mappings.version"],
            name="fk_sync_sources_mapping",
        ),
        Index("ix_sync_sources_next_run_at", "next_run_at", postgresql_where=text("next_run_at IS NOT NULL")),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisations.id"))
    name: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    format: Mapped[dict[str, Any]] = mapped_column(JSONB)
    mapping_name: Mapped[str | None] = mapped_column(Text)
    mapping_version: Mapped[int | None]
    mode: Mapped[str] = mapped_column(Text)
    accept_partially: Mapped[bool] = mapped_column(server_default=text("false"))
    default_status: Mapped[str] = mapped_column(Text, server_default="occupied")
    keep_runs: Mapped[int] = mapped_column(SmallInteger, server_default=text("10"))
    pull: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    secret: Mapped[bytes | None] = mapped_column(LargeBinary)
    schedule: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    paused: Mapped[bool] = mapped_column(server_default=text("false"))
    created_at: Mapped[datetime] = mapped_column(_moment, server_default=_now)
    applied_run_id: Mapped[uuid.UUID | None]
    applied_as_of: Mapped[datetime | None] = mapped_column(_moment)
    applied_at: Mapped[datetime | None] = mapped_column(_moment)
    etag: Mapped[str | None] = mapped_column(Text)
    last_modified: Mapped[str | None] = mapped_column(Text)
    next_run_at: Mapped[datetime | None] = mapped_column(_moment)
    failures: Mapped[int] = mapped_column(SmallInteger, server_default=text("0"))
    last_failure: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    stale_warned_at: Mapped[datetime | None] = mapped_column(_moment)
    failure_code: Mapped[str | None] = mapped_column(Text, Computed("last_failure->>'code'"))


class SyncFile(Base):
    """A raw file or a report, by the digest of its content. ``size``: uncompressed, bytes."""

    __tablename__ = "sync_files"

    organisation_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    sha256: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    size: Mapped[int] = mapped_column(BigInteger)
    created_at: Mapped[datetime] = mapped_column(_moment, server_default=_now)


class SyncFilePart(Base):
    """A piece of a file; the first begins with a byte that says whether they are compressed by us or as they came."""

    __tablename__ = "sync_file_parts"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organisation_id", "sha256"], ["sync_files.organisation_id", "sync_files.sha256"], ondelete="CASCADE"
        ),
    )

    organisation_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    sha256: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    n: Mapped[int] = mapped_column(primary_key=True)
    data: Mapped[bytes] = mapped_column(LargeBinary)


class SyncRun(Base):
    """One file on its way in.

    Attributes:
        status: ``received`` → ``running`` → ``previewed`` (a dry run), ``waiting`` (for a person: see ``guard``), then
            ``confirmed`` → ``running``; ``applied``; ``refused`` (the file), ``superseded`` (by a newer one), or
            ``failed`` after several attempts: a person must look at it.
        as_of: Of which moment the file states the stock.
        attempts: How often a worker began it: one that dies begins it again, up to a limit.
        report_sha256: The file of all its notes and a part of its differences, in ``sync_files``.
        difference: Digest of what it changed.
        positions_sha256: The file of positions that an operator gave beside it, in ``sync_files``.
        told_at: When its landlord was told of its present status.
        summary: What a coordinator reads of it: numbers and the code of the problem, nothing that a file says.
    """

    __tablename__ = "sync_runs"
    __table_args__ = (
        ForeignKeyConstraint(["organisation_id", "source_id"], ["sync_sources.organisation_id", "sync_sources.id"]),
        Index("ix_sync_runs_organisation_id_id", "organisation_id", "id"),
        Index("ix_sync_runs_source_id_created_at", "source_id", "created_at"),
        Index("ix_sync_runs_untold", "created_at", postgresql_where=text("told_at IS NULL")),
        Index(
            "ix_sync_runs_open",
            "created_at",
            postgresql_where=text("status IN ('received', 'running', 'confirmed')"),
        ),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisations.id"))
    source_id: Mapped[uuid.UUID]
    file_sha256: Mapped[bytes] = mapped_column(LargeBinary)
    file_name: Mapped[str | None] = mapped_column(Text)
    positions_sha256: Mapped[bytes | None] = mapped_column(LargeBinary)
    report_sha256: Mapped[bytes | None] = mapped_column(LargeBinary)
    format: Mapped[dict[str, Any]] = mapped_column(JSONB)
    mapping_name: Mapped[str | None] = mapped_column(Text)
    mapping_version: Mapped[int | None]
    mode: Mapped[str] = mapped_column(Text)
    dry_run: Mapped[bool]
    accept_partially: Mapped[bool]
    as_of: Mapped[datetime] = mapped_column(_moment)
    cause: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = mapped_column(Text, server_default="received")
    stage: Mapped[str | None] = mapped_column(Text)
    done: Mapped[int] = mapped_column(server_default=text("0"))
    total: Mapped[int | None]
    attempts: Mapped[int] = mapped_column(SmallInteger, server_default=text("0"))
    counts: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'"))
    guard: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    error: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    difference: Mapped[bytes | None] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(_moment, server_default=_now)
    created_by: Mapped[str] = mapped_column(Text)
    started_at: Mapped[datetime | None] = mapped_column(_moment)
    finished_at: Mapped[datetime | None] = mapped_column(_moment)
    confirmed_by: Mapped[str | None] = mapped_column(Text)
    confirmed_at: Mapped[datetime | None] = mapped_column(_moment)
    told_at: Mapped[datetime | None] = mapped_column(_moment)
    summary: Mapped[dict[str, Any]] = mapped_column(JSONB, Computed("run_summary(counts, error)"))
    rule_codes: Mapped[dict[str, int] | None] = mapped_column(JSONB(none_as_null=True))
