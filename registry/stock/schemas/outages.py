"""What a landlord sends of the outages of its lifts."""

from typing import Annotated, Final

from pydantic import AfterValidator, Field, StringConstraints

from registry.kernel.fields import Moment
from registry.stock.schemas import Ref, Strict, impersonal
from registry.vocabulary.works import OutageSource

Lift = Annotated[
    str, StringConstraints(min_length=1, max_length=20, pattern=r"^[A-Za-z0-9._-]+$"), AfterValidator(impersonal)
]


class LiftOutageIn(Strict):
    """A lift that stands: of a building, or of the whole residence where none is named."""

    building_ref: Annotated[Ref | None, Field(description="Whose lifts stand; null: those of the whole residence.")] = (
        None
    )
    lift: Annotated[Lift | None, Field(description="Your own code of one lift; null: all of them.")] = None
    source: OutageSource = OutageSource.DECLARED
    started_at: Annotated[Moment | None, Field(description="RFC 3339, with its offset; null: now.")] = None
    expected_end: Annotated[Moment | None, Field(description="When it is expected to run again.")] = None


class LiftOutageChange(Strict):
    """When a lift is expected to run again, and since when it does; both are replaced."""

    expected_end: Annotated[Moment | None, Field(description="null: not known.")]
    ended_at: Annotated[Moment | None, Field(description="null: it stands.")]


OUTAGE_EXAMPLE: Final = {
    "building_ref": "B1", "lift": "ASC-1", "source": "maintenance_firm", "started_at": "2026-03-01T08:00:00+01:00",
    "expected_end": "2026-03-04T18:00:00+01:00",
}  # fmt: skip
OUTAGE_CHANGE_EXAMPLE: Final = {
    "expected_end": "2026-03-04T18:00:00+01:00", "ended_at": "2026-03-03T15:30:00+01:00",
}  # fmt: skip
