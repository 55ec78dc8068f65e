"""What is near a residence, as it is kept: its landlord's data."""

import uuid
from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKeyConstraint, SmallInteger, Text, text
from sqlalchemy.dialects.postgresql import REAL, TIMESTAMP
from sqlalchemy.orm import Mapped, mapped_column

from registry.platform.database import Base


class DistanceRun(Base):
    """From what the distances of a residence were computed; goes with the residence.

    Attributes:
        doors: How many doors were asked: one for each building with a position, else the residence's own.
        paths_m: Metres of paths within 200 m of the doors, all doors together; ``None``: unknown. Of which are reached
            without a step (``step_free_m``), by a wheelchair for sure (``proven_m``), and perhaps (``possible_m``).
        fingerprint: Of the doors and of every service near enough to matter: another one is another answer.
    """

    __tablename__ = "distance_runs"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organisation_id", "residence_id"], ["residences.organisation_id", "residences.id"], ondelete="CASCADE",
            name="fk_distance_runs_organisation_id_residence_id_residences",
        ),
        CheckConstraint(
            "num_nulls(paths_m, step_free_m, proven_m, possible_m) = 4"
            " OR num_nulls(paths_m, step_free_m, proven_m, possible_m) = 0"
            " AND step_free_m <= paths_m AND proven_m <= possible_m AND possible_m <= paths_m",
            name="around",
        ),
    )  # fmt: skip

    organisation_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    residence_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    network: Mapped[str] = mapped_column(Text)
    network_version: Mapped[int] = mapped_column(BigInteger)
    profile_version: Mapped[int] = mapped_column(SmallInteger)
    doors: Mapped[int] = mapped_column(SmallInteger)
    fingerprint: Mapped[int] = mapped_column(BigInteger)
    paths_m: Mapped[float | None] = mapped_column(REAL)
    step_free_m: Mapped[float | None] = mapped_column(REAL)
    proven_m: Mapped[float | None] = mapped_column(REAL)
    possible_m: Mapped[float | None] = mapped_column(REAL)
    computed_at: Mapped[datetime] = mapped_column(TIMESTAMP(timezone=True), server_default=text("now()"))


class AccessibleDistance(Base):
    """The best service of a family for a profile, over the residence's doors; metres and metre-equivalents.

    Attributes:
        service_id: Row of ``services``, without a foreign key: a service that vanishes has the distances computed anew.
        building_id: Of the door that it is nearest to; ``None``: the residence's own position.
        known: Share of ``length_m`` whose attributes are known, 0 to 1.
        outcome: :class:`registry.surroundings.distances.Outcome`; ``reason``: its ``Reason``.
    """

    __tablename__ = "accessible_distances"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organisation_id", "residence_id"], ["distance_runs.organisation_id", "distance_runs.residence_id"],
            ondelete="CASCADE", name="fk_accessible_distances_organisation_id_residence_id_runs",
        ),
        CheckConstraint(
            "CASE WHEN outcome = 1 THEN num_nonnulls(service_id, straight_m, length_m, cost_m, known) = 5"
            " ELSE num_nonnulls(service_id, straight_m, length_m, cost_m, known) = 0 END",
            name="reached",
        ),
    )  # fmt: skip

    organisation_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    residence_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    profile: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    family: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    service_id: Mapped[int | None] = mapped_column(BigInteger)
    building_id: Mapped[uuid.UUID | None]
    straight_m: Mapped[float | None] = mapped_column(REAL)
    length_m: Mapped[float | None] = mapped_column(REAL)
    cost_m: Mapped[float | None] = mapped_column(REAL)
    known: Mapped[float | None] = mapped_column(REAL)
    outcome: Mapped[int] = mapped_column(SmallInteger)
    reason: Mapped[int] = mapped_column(SmallInteger)
