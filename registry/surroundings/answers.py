"""Accessible distances as the API takes and gives them."""

from datetime import date, datetime
from typing import Final, Literal

from pydantic import BaseModel, Field

from registry.stock.schemas import Position
from registry.surroundings.profiles import Profile
from registry.surroundings.schemas import Entrance, FamilyCode, ReasonLabel, ServicePosition, ServiceSource
from registry.vocabulary.grid import ProfileCode

PROFILES: Final = {profile.name.lower(): profile for profile in Profile}


class DistancesAsked(BaseModel):
    """From a door to the best service of each family, or to one point."""

    model_config = {"extra": "forbid", "populate_by_name": True}

    from_: Position = Field(alias="from", description="The door, in WGS84 degrees.")
    to: Position | None = Field(None, description="A point; without it, the best service of each family.")
    profile: ProfileCode = Field("wheelchair", description="Who walks, or rolls.")


class DistanceReason(BaseModel):
    code: Literal[
        "no_network", "thin_network", "door_edge_impassable", "frontier", "service_off_network", "no_service_known",
        "enclosed", "no_position",
    ]  # fmt: skip
    label: ReasonLabel


class NearService(BaseModel):
    id: int
    ref: str = Field(description="The source's own id.")
    family: FamilyCode
    name: str | None
    position: ServicePosition
    entrance: Entrance
    source: ServiceSource
    checked_on: date | None


class PathObstacle(BaseModel):
    """What the profile cannot pass on a walker's way."""

    barrier: Literal["steps", "width", "slope", "kerb", "source", "entrance"]
    label: ReasonLabel
    object_id: int = Field(description="The source's number of the object; of an entrance, the service's id.")
    source: str | None = Field(description="The network's source; null: an entrance.")
    steps: int | None = Field(description="null: nobody counted them.")
    slope_pct: float | None
    width_m: float | None
    kerb_m: float | None


class PathLeg(BaseModel):
    kind: str
    length_m: float
    cost_m: float
    steps: int | None = Field(description="null: nobody counted them.")
    slope_pct: float | None = Field(description="Positive uphill; null: unknown.")
    object_id: int | None


class AccessiblePath(BaseModel):
    coordinates: list[tuple[float, float]] = Field(description="Longitude and latitude, from the door.")
    legs: list[PathLeg]


class AccessibleDistance(BaseModel):
    family: FamilyCode | None = Field(description="null: the point that was asked for.")
    outcome: Literal["reached", "beyond", "unknown"] = Field(
        description="beyond: all is known within 1,500 m, and none is there. unknown is never not accessible."
    )
    building_ref: str | None = Field(
        description="Whose door it is measured from; null: the residence's own position, or a door that was given."
    )
    reason: DistanceReason | None = Field(description="Why it is unknown, or what may be nearer.")
    service: NearService | None
    straight_m: float | None
    length_m: float | None = Field(description="Metres of the path.")
    cost_m: float | None = Field(description="Metres of level, smooth ground that are as hard, the entrance included.")
    known: float | None = Field(description="Share of the path whose attributes are known, 0 to 1.")
    nearer: NearService | None = Field(description="A service that is nearer for who walks, and not for this profile.")
    obstacles: list[PathObstacle] = Field(description="On a walker's way to the nearer one, in their order.")
    path: AccessiblePath | None


class DistanceNetworkSource(BaseModel):
    name: str
    kind: str
    data_date: date | None
    licence: str = Field(description="To show with the distances.")


class DistanceNetwork(BaseModel):
    name: str
    version: int
    sources: list[DistanceNetworkSource]


class FirstMetresAround(BaseModel):
    """The paths within 200 m of the residence's doors, along them, all doors together."""

    paths_m: float = Field(description="Metres of them.")
    step_free_m: float = Field(description="Of which are reached without a step.")
    proven_m: float = Field(description="Of which a wheelchair reaches for sure: all that matters to it is known.")
    possible_m: float = Field(description="Of which a wheelchair may reach: nothing that is known bars the way.")


class AccessibleDistances(BaseModel):
    profile: ProfileCode
    profile_version: int
    network: DistanceNetwork | None = Field(description="null: there is none here.")
    computed_at: datetime | None = Field(description="null: not computed yet.")
    first_metres: FirstMetresAround | None = Field(
        description="null: unknown, where the network ends or is missing; or one door was asked for."
    )
    items: list[AccessibleDistance]
