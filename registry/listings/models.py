"""What others see of a home, where it is shown, and who looked."""

import uuid
from datetime import date, datetime

from geoalchemy2 import Geometry, WKBElement
from sqlalchemy import (
    BigInteger,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    SmallInteger,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, TIMESTAMP
from sqlalchemy.orm import Mapped, mapped_column

from registry.platform.database import Base, TransactionNumber


class Listing(Base):
    """One shared home: shareable fields only, and nothing that leads back to the private row.

    ``id`` is random and kept as long as the home exists. ``point`` (EPSG:3857) is a random point of the zone, the true
    place only where the charter says so. ``tags`` hold every filterable code (see ``listings.tags``). ``document``
    is the JSON object that a search returns, made when the home changes and passed through when it is read.
    ``residence_grade`` and ``services`` (see ``listings.reach``): what it says of its residence, in the group of it.
    ``changed_in``: the transaction that last changed the document, or in which it came to its territory (ADR 0013).
    """

    __tablename__ = "listings"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisations.id"))
    territory_id: Mapped[int] = mapped_column(ForeignKey("territories.id"))
    zone_id: Mapped[int | None] = mapped_column(ForeignKey("location_zones.id"))
    rent_order: Mapped[int]
    available_month: Mapped[date | None]
    fresh_week: Mapped[date]
    area_low: Mapped[int | None] = mapped_column(SmallInteger)
    floor_top: Mapped[int | None] = mapped_column(SmallInteger)
    bookable: Mapped[bool]
    commune_code: Mapped[str] = mapped_column(Text)
    quarter_codes: Mapped[list[str]] = mapped_column(ARRAY(Text))
    point: Mapped[WKBElement] = mapped_column(Geometry("POINT", srid=3857, spatial_index=False))
    tags: Mapped[list[int]] = mapped_column(ARRAY(Integer))
    residence_grade: Mapped[str | None] = mapped_column(Text)
    services: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    document: Mapped[str] = mapped_column(Text)
    changed_in: Mapped[str] = mapped_column(TransactionNumber, server_default=text("pg_current_xact_id()"))

    __table_args__ = (
        # The search (ADR 0004). The operator classes are ours: PostGIS's are not usable under row-level security.
        Index(
            "ix_listings_place",
            "point",
            "tags",
            postgresql_using="gist",
            postgresql_ops={"point": "point_ops", "tags": "tags_ops(siglen=12)"},
        ),
        Index(
            "ix_listings_place_bookable",
            "point",
            "tags",
            postgresql_using="gist",
            postgresql_ops={"point": "point_ops", "tags": "tags_ops(siglen=12)"},
            postgresql_where=text("bookable"),
        ),
        Index("ix_listings_commune_rent", "commune_code", "rent_order", "id"),
        Index("ix_listings_commune_freshness", "commune_code", text("fresh_week DESC"), "id"),
        Index("ix_listings_organisation_id", "organisation_id"),
        Index("ix_listings_territory_rent", "territory_id", "rent_order", "id"),
        Index("ix_listings_territory_freshness", "territory_id", text("fresh_week DESC"), "id"),
        Index("ix_listings_territory_id_changed_in", "territory_id", "changed_in", "id"),
        Index("ix_listings_zone_id", "zone_id"),
    )


class LocationZone(Base):
    """A zone of ``listings.zoning``.

    ``region`` (the territory's legal projection) where it is not a whole square; none too for a commune of which
    only the centre is known. ``retired``: it is no more, but a listing may still name it.
    """

    __tablename__ = "location_zones"

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    territory_id: Mapped[int] = mapped_column(ForeignKey("territories.id"))
    commune_code: Mapped[str] = mapped_column(Text)
    size_m: Mapped[int] = mapped_column(SmallInteger)
    x: Mapped[int]
    y: Mapped[int]
    quarters_shown: Mapped[bool] = mapped_column(server_default=text("false"))
    retired: Mapped[bool] = mapped_column(server_default=text("false"))
    region: Mapped[WKBElement | None] = mapped_column(Geometry("GEOMETRY", srid=-1, spatial_index=False))

    __table_args__ = (UniqueConstraint("territory_id", "commune_code", "size_m", "x", "y"),)


class ZoningRequest(Base):
    """A territory whose zones must be computed anew; with ``everything``, its listings too (charter, adhesions).

    Any number of rows for a territory: with a key, landlords that publish would wait for each other's commit.
    """

    __tablename__ = "zoning_requests"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    territory_id: Mapped[int] = mapped_column(ForeignKey("territories.id"))
    everything: Mapped[bool]


class Zoning(Base):
    """When a territory's zones were last computed, and when one of them last narrowed (at most monthly).

    ``split_at``: when a group of residences that are shown alike last fell into parts (so, too).
    """

    __tablename__ = "zonings"

    territory_id: Mapped[int] = mapped_column(ForeignKey("territories.id"), primary_key=True)
    computed_at: Mapped[datetime] = mapped_column(TIMESTAMP(timezone=True))
    narrowed_at: Mapped[datetime | None] = mapped_column(TIMESTAMP(timezone=True))
    split_at: Mapped[datetime | None] = mapped_column(TIMESTAMP(timezone=True))


class ShownResidence(Base):
    """What listings show of a residence beside its homes, by where they stand; kept as long as it is shown there.

    Attributes:
        zone_id: 0: where homes are shown where they are.
        quarter_codes: Those of the homes, sorted; none where the zone shows no quarters.
        group_id: The residences that are shown alike; so ``core_id``, ``founding``: see ``listings.groups``. None
            where places are exact.
        services: As ``listings.reach`` puts bands; ``document``: the same as JSON.
    """

    __tablename__ = "shown_residences"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organisation_id", "residence_id"], ["residences.organisation_id", "residences.id"], ondelete="CASCADE",
            name="fk_shown_residences_organisation_id_residence_id_residences",
        ),
    )  # fmt: skip

    organisation_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    residence_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    territory_id: Mapped[int] = mapped_column(primary_key=True, index=True, autoincrement=False)
    zone_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    quarter_codes: Mapped[list[str]] = mapped_column(ARRAY(Text), primary_key=True)
    group_id: Mapped[uuid.UUID | None]
    core_id: Mapped[uuid.UUID | None]
    founding: Mapped[bool]
    grade: Mapped[str | None] = mapped_column(Text)
    services: Mapped[int] = mapped_column(BigInteger)
    document: Mapped[str] = mapped_column(Text)


class ListingSeen(Base):
    """A foreign home that an organisation has seen on a day: the daily quota counts the distinct ones. Kept two days.

    ``client_id``: the client through which it saw it; the people of all organisations use the same one, the console.
    """

    __tablename__ = "listings_seen"

    organisation_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    listing_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    client_id: Mapped[str] = mapped_column(Text, primary_key=True)


class ListingRead(Base):
    """One reading of another organisation's listing: an append log that a job chains into the audit."""

    __tablename__ = "listing_reads"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    read_at: Mapped[datetime] = mapped_column(TIMESTAMP(timezone=True))
    organisation_id: Mapped[uuid.UUID]
    client_id: Mapped[str] = mapped_column(Text)
    listing_id: Mapped[uuid.UUID]
    chained: Mapped[bool] = mapped_column(server_default=text("false"))

    __table_args__ = (
        Index("ix_listing_reads_unchained", "id", postgresql_where=text("NOT chained")),
        Index("ix_listing_reads_read_at", "read_at", postgresql_using="brin"),
    )


class ListingSearch(Base):
    """Searches of one client in one minute, by shape (the names of the filters, never their values)."""

    __tablename__ = "listing_searches"

    organisation_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    minute: Mapped[datetime] = mapped_column(TIMESTAMP(timezone=True), primary_key=True)
    client_id: Mapped[str] = mapped_column(Text, primary_key=True)
    shape: Mapped[str] = mapped_column(Text, primary_key=True)
    searches: Mapped[int]


class ListingTombstone(Base):
    """A listing that was withdrawn from its territory; triggers of the table set it, whoever withdraws."""

    __tablename__ = "listing_tombstones"
    __table_args__ = (Index("ix_listing_tombstones_deleted_at", "deleted_at"),)

    territory_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    changed_in: Mapped[str] = mapped_column(
        TransactionNumber, primary_key=True, server_default=text("pg_current_xact_id()")
    )
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    organisation_id: Mapped[uuid.UUID]
    deleted_at: Mapped[datetime] = mapped_column(TIMESTAMP(timezone=True), server_default=text("now()"))


class Numbers:
    """How many listings: all, available now, of class 3 and 5 or higher (proven), and these available now."""

    homes: Mapped[int]
    available_now: Mapped[int]
    class_3: Mapped[int]
    class_3_now: Mapped[int]
    class_5: Mapped[int]
    class_5_now: Mapped[int]


class ListingCell(Numbers, Base):
    """What was counted in a cell of a tile's grid, by zoom; none where no listing stands (see ``repository.tiles``).

    ``cell``: row from the north times 16, and column from the west.
    """

    __tablename__ = "listing_cells"

    territory_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    zoom: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    tile_x: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    tile_y: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    cell: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)


class ListingCellChange(Numbers, Base):
    """What a statement has changed in a cell of the finest grid, since the cells were counted.

    Triggers of ``listings`` write it, whoever writes those; ``x`` and ``y`` count cells from the north-west.
    """

    __tablename__ = "listing_cell_changes"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    territory_id: Mapped[int]
    x: Mapped[int]
    y: Mapped[int]


class ListingFeedUsage(Base):
    """How many changes of other organisations' listings an organisation has read on a day (UTC)."""

    __tablename__ = "listing_feed_usage"

    organisation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisations.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    items: Mapped[int]
