"""A landlord's private stock: residences, their buildings, homes with their facts."""

import uuid
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from geoalchemy2 import Geometry, WKBElement
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Numeric,
    SmallInteger,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, REAL, TIMESTAMP
from sqlalchemy.orm import Mapped, mapped_column

from registry.platform.database import Base, TransactionNumber

_moment = TIMESTAMP(timezone=True)
_now = text("now()")
_ref = Text(collation="C")  # lists are in byte order, whatever the database's own collation, and read it from the index


class Residence(Base):
    """One or more buildings managed together, under the landlord's own ``ref``.

    Attributes:
        position: As its landlord states it, WGS84; where none is stated, ``found_position`` counts in its place.
        changed_in: The transaction that last changed what its landlord reads of it (ADR 0013).
        owner_siren: Who owns it, where its landlord manages it for somebody else; nine digits. Nobody else sees it.
        manager_siren: Who manages it, where its landlord has that done by somebody else; so, too.
        declared_homes: How many homes its landlord says it has, where a file counts them without naming them.
        located_at: When its address was looked up; ``None``: it is to be. A trigger forgets all that was found once the
            address is another one.
        found_position: What a geocoder found beyond doubt, or a person confirmed.
        candidate_position: What a geocoder found and a person is to look at; nobody else ever sees it.
        found_method: Which geocoder, or "reviewed", "refused" by a person; the other ``found_…`` describe the find.
    """

    __tablename__ = "residences"
    __table_args__ = (
        UniqueConstraint("organisation_id", "ref"),
        UniqueConstraint("organisation_id", "id"),
        Index("ix_residences_organisation_id_changed_in", "organisation_id", "changed_in", "id"),
        Index(
            "ix_residences_waiting", "organisation_id", "id",
            postgresql_where=text("located_at IS NULL AND position IS NULL AND street IS NOT NULL"),
        ),
        Index(
            "ix_residences_to_review", "organisation_id", "ref",
            postgresql_where=text("candidate_position IS NOT NULL AND position IS NULL"),
        ),
    )  # fmt: skip

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisations.id"))
    ref: Mapped[str] = mapped_column(_ref)
    name: Mapped[str | None] = mapped_column(Text)
    number: Mapped[str | None] = mapped_column(Text)
    street: Mapped[str | None] = mapped_column(Text)
    postcode: Mapped[str | None] = mapped_column(Text)
    commune_code: Mapped[str] = mapped_column(ForeignKey("communes.code"), index=True)
    position: Mapped[WKBElement | None] = mapped_column(Geometry("POINT", srid=4326, spatial_index=False))
    quarter_codes: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'"))
    territory_slug: Mapped[str | None] = mapped_column(Text)
    housing_form: Mapped[str] = mapped_column(Text, server_default="ordinary")
    equipment: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'"))
    construction_year: Mapped[int | None] = mapped_column(SmallInteger)
    declared_homes: Mapped[int | None]
    in_priority_quarter: Mapped[bool | None]
    facts: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'"))
    rnb_id: Mapped[str | None] = mapped_column(Text)
    ban_id: Mapped[str | None] = mapped_column(Text)
    owner_siren: Mapped[str | None] = mapped_column(Text)
    manager_siren: Mapped[str | None] = mapped_column(Text)
    version: Mapped[int] = mapped_column(server_default=text("1"))
    created_at: Mapped[datetime] = mapped_column(_moment, server_default=_now)
    updated_at: Mapped[datetime] = mapped_column(_moment, server_default=_now)
    changed_in: Mapped[str] = mapped_column(TransactionNumber, server_default=text("pg_current_xact_id()"))
    located_at: Mapped[datetime | None] = mapped_column(_moment)
    found_position: Mapped[WKBElement | None] = mapped_column(Geometry("POINT", srid=4326, spatial_index=False))
    found_quarter_codes: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'"))
    candidate_position: Mapped[WKBElement | None] = mapped_column(Geometry("POINT", srid=4326, spatial_index=False))
    found_method: Mapped[str | None] = mapped_column(Text)
    found_score: Mapped[float | None] = mapped_column(REAL)
    found_gap: Mapped[float | None] = mapped_column(REAL)
    found_type: Mapped[str | None] = mapped_column(Text)
    found_label: Mapped[str | None] = mapped_column(Text)
    found_ban_id: Mapped[str | None] = mapped_column(Text)


class Building(Base):
    """A building of a residence, under a ``ref`` that is the landlord's own within the residence."""

    __tablename__ = "buildings"
    __table_args__ = (
        UniqueConstraint("organisation_id", "residence_id", "ref"),
        UniqueConstraint("organisation_id", "residence_id", "id"),
        ForeignKeyConstraint(
            ["organisation_id", "residence_id"], ["residences.organisation_id", "residences.id"], ondelete="CASCADE"
        ),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    organisation_id: Mapped[uuid.UUID]
    residence_id: Mapped[uuid.UUID]
    ref: Mapped[str] = mapped_column(_ref)
    name: Mapped[str | None] = mapped_column(Text)
    position: Mapped[WKBElement | None] = mapped_column(Geometry("POINT", srid=4326, spatial_index=False))
    quarter_codes: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'"))
    levels: Mapped[int | None] = mapped_column(SmallInteger)
    rnb_id: Mapped[str | None] = mapped_column(Text)
    ban_id: Mapped[str | None] = mapped_column(Text)


class Home(Base):
    """A home, under the landlord's own ``ref``.

    Attributes:
        listing_id: The random id under which it is listed where it is shared; it never changes.
        facts: ``{code: {"value": "yes" | "no" | number, "source": …, "date": …}}``; an unknown fact is absent.
        confirmed_at: When the landlord last stood by this row, to the day; its source may have stood by it since.
        source_id: The :class:`Source` that created it, whose full files may withdraw it. No foreign key: it would be
            checked for every row of every file.
        changed_in: The transaction that last changed it, as ``version`` counts changes (ADR 0013).
        line_hash: Of the record of that source by which it was last written; ``None`` once anything else wrote it.
    """

    __tablename__ = "homes"
    __table_args__ = (
        UniqueConstraint("organisation_id", "ref"),
        ForeignKeyConstraint(["organisation_id", "residence_id"], ["residences.organisation_id", "residences.id"]),
        ForeignKeyConstraint(
            ["organisation_id", "residence_id", "building_id"],
            ["buildings.organisation_id", "buildings.residence_id", "buildings.id"],
        ),
        Index("ix_homes_organisation_id_residence_id_building_id", "organisation_id", "residence_id", "building_id"),
        Index("ix_homes_organisation_id_changed_in", "organisation_id", "changed_in", "id"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    organisation_id: Mapped[uuid.UUID]
    residence_id: Mapped[uuid.UUID]
    building_id: Mapped[uuid.UUID | None]
    listing_id: Mapped[uuid.UUID] = mapped_column(unique=True, server_default=text("gen_random_uuid()"))
    created_at: Mapped[datetime] = mapped_column(_moment, server_default=_now)
    updated_at: Mapped[datetime] = mapped_column(_moment, server_default=_now)
    confirmed_at: Mapped[datetime] = mapped_column(_moment, server_default=_now)
    rent_cents: Mapped[int | None]
    charges_cents: Mapped[int | None]
    available_on: Mapped[date | None]
    version: Mapped[int] = mapped_column(server_default=text("1"))
    rooms: Mapped[int] = mapped_column(SmallInteger)
    floor: Mapped[int | None] = mapped_column(SmallInteger)
    area_m2: Mapped[Decimal | None] = mapped_column(Numeric(6, 2))
    ref: Mapped[str] = mapped_column(_ref)
    typology: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = mapped_column(Text)
    financing: Mapped[str | None] = mapped_column(Text)
    quota_holder: Mapped[str | None] = mapped_column(Text)
    energy_label: Mapped[str | None] = mapped_column(Text)
    rpls_id: Mapped[str | None] = mapped_column(Text)
    housing_form: Mapped[str | None] = mapped_column(Text)
    facts: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'"))
    source_id: Mapped[uuid.UUID | None]
    changed_in: Mapped[str] = mapped_column(TransactionNumber, server_default=text("pg_current_xact_id()"))
    line_hash: Mapped[int | None] = mapped_column(BigInteger)


class SupersededFact(Base):
    """A fact of a home or a residence that gave way to another, or was withdrawn; triggers of both tables set it.

    Kept as long as its subject. ``subject_id``: of the home or the residence, without a foreign key: a trigger forgets
    the facts of what is removed.
    """

    __tablename__ = "fact_history"

    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisations.id"), primary_key=True)
    subject_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(Text, primary_key=True)
    superseded_at: Mapped[datetime] = mapped_column(_moment, primary_key=True, server_default=text("clock_timestamp()"))
    fact: Mapped[dict[str, Any]] = mapped_column(JSONB)


class SupersededStatus(Base):
    """A status of a home that gave way to another, or to another day from which it is free; a trigger sets it.

    Kept for three years, and no longer than the home: a trigger forgets those of what is removed.
    """

    __tablename__ = "home_status_history"
    __table_args__ = (Index("ix_home_status_history_superseded_at", "superseded_at", postgresql_using="brin"),)

    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisations.id"), primary_key=True)
    home_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    superseded_at: Mapped[datetime] = mapped_column(_moment, primary_key=True, server_default=text("clock_timestamp()"))
    status: Mapped[str] = mapped_column(Text)
    available_on: Mapped[date | None]


class Duplicate(Base):
    """A home whose RPLS id another landlord states too, as each of the two is told of its own."""

    __tablename__ = "stock_duplicates"

    organisation_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(_ref, primary_key=True)
    rpls_id: Mapped[str] = mapped_column(Text)
    found_at: Mapped[datetime] = mapped_column(_moment, server_default=_now)


class Source(Base):
    """Where homes come from: when its last full file, read today or a year ago, said that they are as they stand.

    ``former_organisation_id``: the landlord before a merger, whose references its files state.
    """

    __tablename__ = "stock_sources"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisations.id"), index=True)
    confirmed_at: Mapped[datetime | None] = mapped_column(_moment)
    former_organisation_id: Mapped[uuid.UUID | None]


class Tombstone(Base):
    """What is left of a deleted home or residence, for those who follow the changes; a trigger of the table sets it."""

    __tablename__ = "stock_tombstones"
    __table_args__ = (
        CheckConstraint("kind IN ('home', 'residence')", name="kind"),
        Index("ix_stock_tombstones_deleted_at", "deleted_at"),
    )

    organisation_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    changed_in: Mapped[str] = mapped_column(
        TransactionNumber, primary_key=True, server_default=text("pg_current_xact_id()")
    )
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(Text)
    ref: Mapped[str] = mapped_column(_ref)
    deleted_at: Mapped[datetime] = mapped_column(_moment, server_default=_now)


class LiftOutage(Base):
    """A time in which a lift stands.

    Attributes:
        building_id: The building whose lifts stand; ``None``: those of the whole residence.
        lift: The landlord's own code of one lift; ``None``: all of them.
        ended_at: When it ran again; ``None``: it stands. Deleted 24 months later.
    """

    __tablename__ = "lift_outages"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organisation_id", "residence_id"], ["residences.organisation_id", "residences.id"], ondelete="CASCADE"
        ),
        ForeignKeyConstraint(
            ["organisation_id", "residence_id", "building_id"],
            ["buildings.organisation_id", "buildings.residence_id", "buildings.id"], ondelete="CASCADE",
            name="fk_lift_outages_building",
        ),
        CheckConstraint("expected_end >= started_at", name="expected_end"),
        CheckConstraint("ended_at >= started_at", name="ended_at"),
        Index(
            "uq_lift_outages_open", "organisation_id", "residence_id", "building_id", "lift", unique=True,
            postgresql_nulls_not_distinct=True, postgresql_where=text("ended_at IS NULL"),
        ),
        Index("ix_lift_outages_organisation_id_residence_id", "organisation_id", "residence_id"),
        Index("ix_lift_outages_ended_at", "ended_at", postgresql_where=text("ended_at IS NOT NULL")),
    )  # fmt: skip

    organisation_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    residence_id: Mapped[uuid.UUID]
    building_id: Mapped[uuid.UUID | None]
    lift: Mapped[str | None] = mapped_column(_ref)
    source: Mapped[str] = mapped_column(Text)
    started_at: Mapped[datetime] = mapped_column(_moment)
    expected_end: Mapped[datetime | None] = mapped_column(_moment)
    ended_at: Mapped[datetime | None] = mapped_column(_moment)
    version: Mapped[int] = mapped_column(server_default=text("1"))
    updated_at: Mapped[datetime] = mapped_column(_moment, server_default=_now)


class Adaptation(Base):
    """Works that were done for a home, one of the list that its landlord replaces as a whole; it goes with the home.

    Attributes:
        n: Its place in the list, from 0.
        work: A code of :mod:`registry.vocabulary.works`.
    """

    __tablename__ = "adaptations"
    __table_args__ = (
        UniqueConstraint("organisation_id", "home_ref", "n"),
        ForeignKeyConstraint(["organisation_id", "home_ref"], ["homes.organisation_id", "homes.ref"],
                             ondelete="CASCADE"),
    )  # fmt: skip

    organisation_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, server_default=text("gen_random_uuid()"))
    home_ref: Mapped[str] = mapped_column(_ref)
    n: Mapped[int] = mapped_column(SmallInteger)
    work: Mapped[str] = mapped_column(Text)
    delivered_on: Mapped[date]
    cost_cents: Mapped[int | None]
    funder: Mapped[str | None] = mapped_column(Text)
    removable: Mapped[bool]
    life_span_years: Mapped[int | None] = mapped_column(SmallInteger)
    evidence_ref: Mapped[str | None] = mapped_column(Text)


class FeasibleWork(Base):
    """Works that a home or a residence could have, at what cost; it goes with what it is of.

    Attributes:
        home_ref: The home, or else ``residence_ref``: the residence. By reference, so that a home that moves to
            another residence takes it along.
        n: Its place in the list, from 0.
        before_entry: The owner agreed to have it done before somebody moves in.
    """

    __tablename__ = "feasible_works"
    __table_args__ = (
        ForeignKeyConstraint(["organisation_id", "home_ref"], ["homes.organisation_id", "homes.ref"],
                             ondelete="CASCADE"),
        ForeignKeyConstraint(["organisation_id", "residence_ref"], ["residences.organisation_id", "residences.ref"],
                             ondelete="CASCADE"),
        CheckConstraint("num_nonnulls(home_ref, residence_ref) = 1", name="of_one"),
        CheckConstraint("cost_from_cents <= cost_to_cents", name="cost"),
        Index("uq_feasible_works_home", "organisation_id", "home_ref", "work", unique=True,
              postgresql_where=text("home_ref IS NOT NULL")),
        Index("uq_feasible_works_residence", "organisation_id", "residence_ref", "work", unique=True,
              postgresql_where=text("residence_ref IS NOT NULL")),
    )  # fmt: skip

    organisation_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, server_default=text("gen_random_uuid()"))
    home_ref: Mapped[str | None] = mapped_column(_ref)
    residence_ref: Mapped[str | None] = mapped_column(_ref)
    n: Mapped[int] = mapped_column(SmallInteger)
    work: Mapped[str] = mapped_column(Text)
    cost_from_cents: Mapped[int]
    cost_to_cents: Mapped[int]
    source: Mapped[str] = mapped_column(Text)
    stated_on: Mapped[date]
    before_entry: Mapped[bool] = mapped_column(server_default=text("false"))


class ReservationConvention(Base):
    """What a landlord's convention with a quota holder says of transfers, at the scale of a département.

    CCH art. R.441-5 and following (décret n° 2020-145 du 20 février 2020, gestion en flux): read, to be verified.

    Attributes:
        departement: As communes have it.
        quota_holder: A code of :class:`registry.vocabulary.stock.QuotaHolder`, never "not reserved".
        own_transfers: Whether a transfer within the landlord's own stock is deducted from the flow; ``None``: the
            convention was not stated to say.
        others_transfers: So, of a transfer between landlords.
        dated: When it was signed.
    """

    __tablename__ = "reservation_conventions"
    __table_args__ = (CheckConstraint("quota_holder IN ('1', '2', '3', '4', '5', '6')", name="quota_holder"),)

    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisations.id"), primary_key=True)
    departement: Mapped[str] = mapped_column(_ref, primary_key=True)
    quota_holder: Mapped[str] = mapped_column(_ref, primary_key=True)
    own_transfers: Mapped[bool | None]
    others_transfers: Mapped[bool | None]
    dated: Mapped[date | None]
    updated_at: Mapped[datetime] = mapped_column(_moment, server_default=_now)
