"""The need profile: what somebody can and cannot do, in codes and measures; never a diagnosis, never who they are."""

from math import ceil
from typing import Annotated, Final, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from registry.kernel.fields import WHOLE, YesNo
from registry.kernel.validation import Wrong
from registry.stock.schemas import Position
from registry.surroundings.schemas import FamilyCode
from registry.transfers.figures import Figures
from registry.vocabulary.transfers import Aid, Lived, Shower, Side

MOST_CENTS: Final = 1_000_000
MOST_PLACES: Final = 8
ROOMS_WANTED: Final = 9
"""Main rooms that may be asked for; nine stand for nine and more, as in listings."""
Cents = Annotated[int, Field(ge=0, le=MOST_CENTS), WHOLE]
Commune = Annotated[str, Field(pattern=r"^[0-9AB]{5}$")]
Quarter = Annotated[str, Field(min_length=3, max_length=100, pattern=r"^[a-z0-9_-]+:[^\x00-\x1f\x7f]+$")]


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class RoutinePlace(Position):
    """A place of somebody's week, at a point that is moved to the middle of its square of 500 m before it is kept."""

    family: Annotated[FamilyCode | None, Field(description="Of the services; null: a relative, say.")] = None
    within_m: Annotated[
        int, Field(ge=50, le=1_500, description="Accessible distance that is still possible, metres."), WHOLE
    ]


class NeedProfile(Strict):
    """What a home has to be for somebody. What is left out asks for nothing.

    Lengths in centimetres, money in euro cents a month.
    """

    aid_indoors: Aid = Aid.NONE
    aid_outdoors: Aid = Aid.NONE
    steps_passable: Annotated[
        Annotated[int, Field(ge=0, le=40), WHOLE] | None,
        Field(description="Steps that can be climbed at once; null: any number."),
    ] = None
    door_width_cm: Annotated[
        Annotated[int, Field(ge=60, le=120), WHOLE] | None, Field(description="Clear width that is needed.")
    ] = None
    transfer_side: Side | None = None
    shower: Shower = Shower.ANY
    grab_bars: YesNo = False
    reach_low_cm: Annotated[int, Field(ge=20, le=120), WHOLE] | None = None
    reach_high_cm: Annotated[int, Field(ge=60, le=200), WHOLE] | None = None
    visual: YesNo = False
    hearing: YesNo = False
    cognitive: YesNo = False
    carer_room: YesNo = False
    parking: YesNo = False
    ground_floor_or_lift: YesNo = False
    residents: Annotated[
        int,
        Field(ge=1, le=15, description="Two to a room beside the living room at the most, as the census counts."),
        WHOLE,
    ] = 1
    visiting_children: Annotated[int, Field(ge=0, le=10), WHOLE] = 0
    rooms_min: Annotated[
        Annotated[int, Field(ge=1, le=ROOMS_WANTED), WHOLE] | None,
        Field(description="Main rooms; null: those that the household needs at the least."),
    ] = None
    rooms_max: Annotated[int, Field(ge=1, le=ROOMS_WANTED), WHOLE] | None = None
    rent_max_cents: Annotated[Cents | None, Field(description="Principal rent.")] = None
    total_max_cents: Annotated[Cents | None, Field(description="Rent and charges together.")] = None
    current_rent_cents: Cents | None = None
    current_charges_cents: Cents | None = None
    current_rooms: Annotated[int, Field(ge=1, le=15), WHOLE] | None = None
    communes: Annotated[tuple[Commune, ...], Field(max_length=50, description="INSEE codes.")] = ()
    quarters: Annotated[tuple[Quarter, ...], Field(max_length=20, description="layer:code.")] = ()
    lived: Lived | None = None
    places: Annotated[tuple[RoutinePlace, ...], Field(max_length=MOST_PLACES)] = ()

    @model_validator(mode="after")
    def _coherent(self) -> Self:
        for low, high in (("rooms_min", "rooms_max"), ("reach_low_cm", "reach_high_cm")):
            least, most = getattr(self, low), getattr(self, high)
            if least is not None and most is not None and least > most:
                raise Wrong(f"{low} dépasse {high}", f"{low} is more than {high}", field=low)
        return self

    @property
    def current_total_cents(self) -> int | None:
        """Rent and charges of today together, where both are known."""
        if self.current_rent_cents is None or self.current_charges_cents is None:
            return None
        return self.current_rent_cents + self.current_charges_cents

    @property
    def rooms_needed(self) -> int:
        """Rooms that are the least, where none are stated: those of the norm of occupation of the census (Insee).

        The norm: one room to live in, one for each couple and each other adult, one for two children who may share.
        Who lives with whom is not known here, so this is the least that it can ask: two to a room. It counts nobody who
        lives alone. One room more where a carer sleeps there, or children who visit. A stated most is not exceeded.
        """
        rooms = 1 if self.residents == 1 else 1 + ceil(self.residents / 2)
        guests = self.carer_room or self.visiting_children > 0
        return self.rooms_min or min(rooms + guests, self.rooms_max or ROOMS_WANTED, ROOMS_WANTED)

    def rooms_most(self, figures: Figures) -> int:
        """Return the rooms beyond which a home would be under-occupied, where no most is stated (CCH art. L.621-2)."""
        people = figures.people(self.residents, self.visiting_children) + self.carer_room
        return self.rooms_max or min(ROOMS_WANTED, people + figures.rooms_above)
