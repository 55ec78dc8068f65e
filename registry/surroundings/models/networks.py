"""Pedestrian networks as they are kept: public reference data, version by version."""

from datetime import datetime
from typing import Any

from geoalchemy2 import Geometry, WKBElement
from sqlalchemy import BigInteger, CheckConstraint, Double, ForeignKey, Identity, Index, SmallInteger, Text, text
from sqlalchemy.dialects.postgresql import JSONB, REAL, TIMESTAMP
from sqlalchemy.orm import Mapped, mapped_column

from registry.platform.database import Base


class Network(Base):
    """One version of a network. Kept: the active one and the one before it.

    Attributes:
        name: What the operator calls it; one active version each.
        srid: EPSG code of all its coordinates, in metres; ``west`` to ``north``: the box within which it is complete.
        sources: What it comes from: kind, name, data date, licence, box, what was left out.
    """

    __tablename__ = "networks"
    __table_args__ = (
        CheckConstraint("west <= east AND south <= north", name="box"),
        Index("uq_networks_name", "name", unique=True, postgresql_where=text("active")),
    )

    version: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    name: Mapped[str] = mapped_column(Text(collation="C"))
    active: Mapped[bool]
    srid: Mapped[int]
    west: Mapped[float] = mapped_column(Double)
    south: Mapped[float] = mapped_column(Double)
    east: Mapped[float] = mapped_column(Double)
    north: Mapped[float] = mapped_column(Double)
    nodes: Mapped[int]
    edges: Mapped[int]
    sources: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    imported_at: Mapped[datetime] = mapped_column(TIMESTAMP(timezone=True), server_default=text("now()"))


class NetworkNode(Base):
    """A node; its number is its place in the arrays of :class:`~registry.surroundings.graph.Graph`."""

    __tablename__ = "network_nodes"

    version: Mapped[int] = mapped_column(ForeignKey("networks.version", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    x: Mapped[float] = mapped_column(Double)
    y: Mapped[float] = mapped_column(Double)
    frontier: Mapped[bool]


class NetworkEdge(Base):
    """An edge; columns and units as in :class:`~registry.surroundings.graph.Graph`.

    Unknown is ``NaN`` or -1, never null: rows of one width are read at once.
    """

    __tablename__ = "network_edges"
    __table_args__ = (Index("ix_network_edges_line", "version", "line", postgresql_using="gist"),)

    version: Mapped[int] = mapped_column(ForeignKey("networks.version", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    start_node: Mapped[int]
    end_node: Mapped[int]
    length_m: Mapped[float] = mapped_column(Double)
    object_id: Mapped[int] = mapped_column(BigInteger)
    slope_pct: Mapped[float] = mapped_column(REAL)
    cross_fall_pct: Mapped[float] = mapped_column(REAL)
    width_m: Mapped[float] = mapped_column(REAL)
    kerb_m: Mapped[float] = mapped_column(REAL)
    kind: Mapped[int] = mapped_column(SmallInteger)
    steps: Mapped[int] = mapped_column(SmallInteger)
    surface: Mapped[int] = mapped_column(SmallInteger)
    ramp: Mapped[int] = mapped_column(SmallInteger)
    handrail: Mapped[int] = mapped_column(SmallInteger)
    wheelchair: Mapped[int] = mapped_column(SmallInteger)
    source: Mapped[int] = mapped_column(SmallInteger)
    line: Mapped[WKBElement] = mapped_column(Geometry("LINESTRING", srid=-1, spatial_index=False))
