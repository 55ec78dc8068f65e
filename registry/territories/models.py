"""Communes and their history, EPCI, quarters of any layer, streets with their houses, territories."""

import uuid
from datetime import datetime
from typing import Any

from geoalchemy2 import Geometry, WKBElement
from sqlalchemy import BigInteger, ForeignKey, Identity, Index, SmallInteger, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP
from sqlalchemy.orm import Mapped, mapped_column

from registry.platform.database import Base


class Epci(Base):
    """An EPCI with own taxation; ``code`` is its SIREN."""

    __tablename__ = "epcis"

    code: Mapped[str] = mapped_column(Text, primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    kind: Mapped[str | None] = mapped_column(Text)
    vintage: Mapped[int | None] = mapped_column(SmallInteger)


class Departement(Base):
    """A département; ``region`` is the code of its région."""

    __tablename__ = "departements"

    code: Mapped[str] = mapped_column(Text, primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    region: Mapped[str | None] = mapped_column(Text)
    vintage: Mapped[int] = mapped_column(SmallInteger)


class Commune(Base):
    """A present commune. ``code``: INSEE; ``centre`` and ``contour``: WGS84; ``vintage``: year of the source."""

    __tablename__ = "communes"
    __table_args__ = (Index("ix_communes_contour", "contour", postgresql_using="gist"),)

    code: Mapped[str] = mapped_column(Text, primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    epci_code: Mapped[str | None] = mapped_column(Text, index=True)
    departement: Mapped[str] = mapped_column(Text, index=True)
    region: Mapped[str | None] = mapped_column(Text)
    population: Mapped[int | None]
    centre: Mapped[WKBElement | None] = mapped_column(Geometry("POINT", srid=4326, spatial_index=False))
    contour: Mapped[WKBElement | None] = mapped_column(Geometry("MULTIPOLYGON", srid=4326, spatial_index=False))
    vintage: Mapped[int] = mapped_column(SmallInteger)


class FormerCommune(Base):
    """A code that is no longer a commune's, and the commune it is part of now."""

    __tablename__ = "former_communes"

    code: Mapped[str] = mapped_column(Text, primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    current_code: Mapped[str] = mapped_column(Text)


class Quarter(Base):
    """A polygon of any layer: quarters of a city, QPV, IRIS. Outside it is named ``layer:code``."""

    __tablename__ = "quarters"
    __table_args__ = (
        UniqueConstraint("layer", "code", "vintage"),
        Index("ix_quarters_shape", "shape", postgresql_using="gist"),
    )

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    layer: Mapped[str] = mapped_column(Text)
    code: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    commune_code: Mapped[str | None] = mapped_column(Text, index=True)
    vintage: Mapped[int] = mapped_column(SmallInteger)
    shape: Mapped[WKBElement] = mapped_column(Geometry("MULTIPOLYGON", srid=4326, spatial_index=False))


class Street(Base):
    """A street, or the part of it under one postcode. ``plain``: as spellings are compared."""

    __tablename__ = "streets"
    __table_args__ = (
        Index("ix_streets_commune_code_plain", "commune_code", "plain"),
        Index(
            "ix_streets_likeness", "commune_code", "plain",
            postgresql_using="gist", postgresql_ops={"plain": "gist_trgm_ops"},
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    commune_code: Mapped[str] = mapped_column(Text)
    postcode: Mapped[str | None] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    plain: Mapped[str] = mapped_column(Text)


class HouseAddress(Base):
    """A house of a street. ``position``: WGS84; ``repetition``: "b" for "bis", empty where there is none."""

    __tablename__ = "addresses"
    __table_args__ = (Index("ix_addresses_street_id_number", "street_id", "number"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    street_id: Mapped[int] = mapped_column(ForeignKey("streets.id", ondelete="CASCADE"))
    number: Mapped[int]
    repetition: Mapped[str] = mapped_column(Text)
    position: Mapped[WKBElement] = mapped_column(Geometry("POINT", srid=4326, spatial_index=False))
    ban_id: Mapped[str | None] = mapped_column(Text)


class Territory(Base):
    """Where one charter applies. ``srid``: the legal projection in which its cells are counted.

    Its communes are resolved from ``made_of`` (codes of communes, EPCI and départements) and ``outline`` (WGS84), in
    the state of ``vintage``, the latest of theirs; ``revision`` counts the changes.
    """

    __tablename__ = "territories"

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    slug: Mapped[str] = mapped_column(Text, unique=True)
    name: Mapped[str] = mapped_column(Text)
    coordinator_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("organisations.id"), index=True)
    srid: Mapped[int]
    made_of: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'"))
    outline: Mapped[WKBElement | None] = mapped_column(Geometry("MULTIPOLYGON", srid=4326, spatial_index=False))
    vintage: Mapped[int | None] = mapped_column(SmallInteger)
    revision: Mapped[int] = mapped_column(server_default=text("1"))
    created_at: Mapped[datetime] = mapped_column(TIMESTAMP(timezone=True), server_default=text("now()"))


class TerritoryCommune(Base):
    __tablename__ = "territory_communes"

    territory_id: Mapped[int] = mapped_column(ForeignKey("territories.id"), primary_key=True)
    commune_code: Mapped[str] = mapped_column(ForeignKey("communes.code"), primary_key=True, index=True)
