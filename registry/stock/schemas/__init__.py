"""What a landlord sends of its own stock."""

import datetime as dt
import re
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Final, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    WithJsonSchema,
    field_validator,
    model_validator,
)
from stdnum.fr import siren as siren_number

from registry.kernel.clock import latest_date_in_france
from registry.kernel.fields import NUMBER, WHOLE, FullDate, Printable, YesNo
from registry.kernel.geo import in_france
from registry.kernel.tripwire import personal_data_in
from registry.kernel.validation import Wrong
from registry.stock.schemas.judging import UNIT, refusals
from registry.vocabulary import json_schema
from registry.vocabulary.fact import Place
from registry.vocabulary.facts import FACTS_BY_CODE, HOME_FACTS, RESIDENCE_FACTS
from registry.vocabulary.stock import (
    EnergyLabel,
    Equipment,
    Financing,
    HousingForm,
    QuotaHolder,
    Source,
    Status,
    Typology,
)

FIRST_DATE: Final = date(1850, 1, 1)
MAX_RENT_CENTS: Final = 10_000_000
MAX_EVIDENCE: Final = 100
STATED: Final = ("yes", "no", "unknown")


def impersonal(value: str) -> str:
    """Return ``value`` if it holds no personal data that the tripwire knows."""
    if found := personal_data_in(value):
        raise Wrong(
            f"ce texte semble contenir {found.fr} ; aucune donnée personnelle n'entre ici",
            f"this text seems to hold {found.en}; no personal data enters here",
        )
    return value


LISTS: Final = (
    r"/(adaptations|assessment|assessment/history|assessment/simulate|facts|facts/history|feasible-works|lift-outages"
    r"|services|status/history)$"
)
"""What an address ends in that names a list of a home or a residence, or what is said of it."""
UNADDRESSABLE: Final = rf"(^|/)\.\.?(/|$)|{LISTS}"
_UNADDRESSABLE: Final = re.compile(UNADDRESSABLE)


def is_addressable(ref: str) -> bool:
    """Return whether ``ref`` can stand in an address.

    "." or ".." between slashes cannot: clients and proxies remove them (RFC 3986 §5.2.4). Nor can an end that is the
    name of a list: it would be taken for that list of another home.
    """
    return _UNADDRESSABLE.search(ref) is None


def addressable(ref: str) -> str:
    """Return ``ref`` if it can stand in an address."""
    if not is_addressable(ref):
        raise Wrong(
            "« . », « .. » et une fin comme « /facts » ou « /adaptations » ne peuvent pas être adressés",
            "'.', '..' and an end like '/facts' or '/adaptations' cannot be addressed",
        )
    return ref


Ref = Annotated[
    Printable,
    StringConstraints(min_length=1, max_length=100),
    AfterValidator(addressable),
    Field(json_schema_extra={"not": {"pattern": UNADDRESSABLE}}),
]
Name = Annotated[Printable, StringConstraints(min_length=1, max_length=200), AfterValidator(impersonal)]
Identifier = Annotated[str, StringConstraints(min_length=1, max_length=60, pattern=r"^[A-Za-z0-9_.:-]+$")]
Evidence = Annotated[Printable, StringConstraints(min_length=1, max_length=MAX_EVIDENCE), AfterValidator(impersonal)]
Cents = Annotated[int, Field(ge=0, le=MAX_RENT_CENTS), WHOLE]
SquareMetres = Annotated[
    Decimal,
    Field(ge=5, le=1000),
    AfterValidator(lambda value: round(value, 2)),
    NUMBER,
    WithJsonSchema(
        {"type": "number", "minimum": 5, "maximum": 1000, "description": "Living area, rounded to two decimals."}
    ),
]


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def _degrees(value: Any) -> Any:
    if isinstance(value, int | float) and abs(value) > 360:
        raise Wrong(
            "des degrés WGS84 sont attendus, non les mètres d'une projection",
            "WGS84 degrees are expected, not metres of a projection",
        )
    return value


class Position(Strict):
    """Longitude and latitude in WGS84 degrees, in France."""

    lon: Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False), NUMBER, BeforeValidator(_degrees)]
    lat: Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False), NUMBER, BeforeValidator(_degrees)]

    @model_validator(mode="after")
    def _somewherein_france(self) -> "Position":
        if not in_france(self.lon, self.lat):
            if in_france(self.lat, self.lon):
                raise Wrong("longitude et latitude sont inversées", "longitude and latitude are swapped")
            raise Wrong("ce point est hors de France", "this point is outside France")
        return self


_CHOICES: Final = tuple(choice.code for fact in FACTS_BY_CODE.values() for choice in fact.choices)


def _fact_value(value: Any) -> Any:
    if isinstance(value, float):
        if value.is_integer():
            return int(value)
        raise Wrong(
            "un nombre entier est attendu, dans l'unité du vocabulaire : 0,90 m s'écrit 90, en cm",
            "a whole number is expected, in the vocabulary's unit: 0.90 m is written 90, in cm",
            remedy=UNIT,
        )
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise Wrong(
            "« yes », « no », « unknown », un nombre entier ou un code",
            "'yes', 'no', 'unknown', a whole number or a code",
        )
    return value  # which code or number it may be is each fact's own: judging


class FactIn(Strict):
    """A fact: `value` is "yes", "no" or "unknown", a whole number for a measure, a code for a choice.

    `date` is the day from which it holds; after `until`, where that is given, it is unknown again. `evidence` is your
    own reference of what proves it.
    """

    value: Annotated[
        str | int,
        BeforeValidator(_fact_value),
        WithJsonSchema({"anyOf": [{"type": "string", "enum": [*STATED, *_CHOICES]}, {"type": "integer"}]}),
    ]
    source: Source = Source.DECLARED
    date: FullDate
    until: Annotated[FullDate | None, Field(description="The last day on which it holds.")] = None
    evidence: Annotated[Evidence | None, Field(description="Your reference of what proves it.")] = None

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> "FactIn":
        if self.until is not None and self.until < self.date:
            raise Wrong("« until » précède « date »", "'until' is before 'date'", field="until")
        return self

    @field_validator("date")
    @classmethod
    def _not_in_the_future(cls, value: dt.date) -> dt.date:
        if value > latest_date_in_france():
            raise Wrong("cette date est dans l'avenir", "this date is in the future")
        if value < FIRST_DATE:
            raise Wrong("cette date est trop ancienne", "this date is too old")
        return value


def _checked_all(value: dict[str, FactIn | None], place: Place) -> dict[str, FactIn | None]:
    stated = {code: None if given is None else vars(given) for code, given in value.items()}
    if refused := refusals(stated, place):
        raise ValidationError.from_exception_data("facts", refused)
    return value


class ResidenceFacts(Strict):
    """Facts of a residence: of its common parts and of its surroundings. They are merged, as a home's are."""

    facts: Annotated[
        dict[str, FactIn | None], Field(min_length=1, json_schema_extra=json_schema.facts(RESIDENCE_FACTS))
    ]

    @field_validator("facts")
    @classmethod
    def _known_facts(cls, value: dict[str, FactIn | None]) -> dict[str, FactIn | None]:
        return _checked_all(value, "residence")


class ResidenceFactsLine(ResidenceFacts):
    """A line of a batch: a residence's reference and its facts."""

    ref: Ref


class HomeIn(Strict):
    """A home as its landlord states it. Attributes are replaced; `facts` are merged.

    A fact that is not given stays as it was; one given as `null` or "unknown" is withdrawn.
    """

    residence_ref: Ref
    building_ref: Ref | None = None
    typology: Typology
    rooms: Annotated[int, Field(ge=1, le=20, description="Main rooms."), WHOLE]
    area_m2: SquareMetres | None = None
    floor: Annotated[int, Field(ge=-5, le=60, description="0: ground floor."), WHOLE] | None = None
    rent_cents: Annotated[Cents, Field(description="Principal rent, euro cents a month.")] | None = None
    charges_cents: Annotated[Cents, Field(description="Charges, euro cents a month.")] | None = None
    financing: Annotated[Financing, Field(description="RPLS FINAN.")] | None = None
    quota_holder: Annotated[QuotaHolder, Field(description="RPLS CONTRESLOG.")] | None = None
    energy_label: EnergyLabel | None = None
    rpls_id: Identifier | None = None
    status: Status
    available_on: FullDate | None = None
    housing_form: Annotated[HousingForm, Field(description="Where it differs from the residence's.")] | None = None
    facts: Annotated[dict[str, FactIn | None], Field(json_schema_extra=json_schema.facts(HOME_FACTS))] = {}

    @field_validator("facts")
    @classmethod
    def _known_facts(cls, value: dict[str, FactIn | None]) -> dict[str, FactIn | None]:
        return _checked_all(value, "home")

    @field_validator("available_on")
    @classmethod
    def _within_reason(cls, value: date | None) -> date | None:
        if value is not None and not FIRST_DATE <= value <= date(2100, 1, 1):
            raise Wrong("cette date n'est pas plausible", "this date is not plausible")
        return value


class HomeLine(HomeIn):
    """A line of a batch: a home and its reference."""

    ref: Ref


def _siren(value: str) -> str:
    if not siren_number.is_valid(value):
        raise Wrong("la clé de ce numéro SIREN est fausse", "the check digit of this SIREN is wrong")
    return value


Siren = Annotated[str, StringConstraints(pattern=r"^[0-9]{9}$"), AfterValidator(_siren)]
"""Number of an enterprise (INSEE): nine digits, of which the last is a check digit."""


class BuildingIn(Strict):
    ref: Ref
    name: Name | None = None
    position: Position | None = None
    levels: Annotated[int, Field(ge=1, le=80), WHOLE] | None = None
    rnb_id: Identifier | None = None
    ban_id: Identifier | None = None


class ResidenceIn(Strict):
    """A residence as its landlord states it; everything is replaced, `buildings` as a whole."""

    name: Name | None = None
    number: Annotated[Printable, StringConstraints(min_length=1, max_length=20)] | None = None
    street: Name | None = None
    postcode: Annotated[str, StringConstraints(pattern=r"^[0-9]{5}$")] | None = None
    commune_code: Annotated[
        str, StringConstraints(pattern=r"^[0-9AB]{5}$"), Field(description="INSEE code; a retired one is resolved.")
    ]
    position: Position | None = None
    territory: Annotated[
        str | None,
        StringConstraints(min_length=1, max_length=60, pattern=r"^[a-z0-9-]+$"),
        Field(description="Where to publish, if several charters that you signed cover the commune."),
    ] = None
    housing_form: HousingForm = HousingForm.ORDINARY
    equipment: Annotated[tuple[Equipment, ...], Field(max_length=20)] = ()
    construction_year: Annotated[int, Field(ge=1600, le=2100), WHOLE] | None = None
    declared_homes: (
        Annotated[int, Field(ge=0, le=100_000, description="How many homes it has, named here or not."), WHOLE] | None
    ) = None
    in_priority_quarter: YesNo | None = None
    rnb_id: Identifier | None = None
    ban_id: Identifier | None = None
    owner_siren: (
        Annotated[Siren, Field(description="Who owns it, where you manage it for somebody else. Nobody else sees it.")]
        | None
    ) = None
    manager_siren: (
        Annotated[Siren, Field(description="Who manages it for you, where you own it. Nobody else sees it.")] | None
    ) = None
    buildings: Annotated[tuple[BuildingIn, ...], Field(max_length=500)] = ()

    @field_validator("buildings")
    @classmethod
    def _each_ref_once(cls, value: tuple[BuildingIn, ...]) -> tuple[BuildingIn, ...]:
        if len({building.ref for building in value}) < len(value):
            raise Wrong("deux bâtiments ont la même référence", "two buildings have the same reference")
        return value


class ReviewIn(Strict):
    """What a person decides about a doubtful position: `position` is given to correct it, and only then."""

    decision: Literal["accept", "correct", "refuse"]
    position: Position | None = None

    @model_validator(mode="after")
    def _position_to_correct(self) -> "ReviewIn":
        if self.decision == "correct" and self.position is None:
            raise Wrong("« correct » demande une position", "'correct' needs a position", field="position")
        if self.decision != "correct" and self.position is not None:
            raise Wrong("seul « correct » prend une position", "only 'correct' takes a position", field="position")
        return self


REVIEW_EXAMPLE: Final = {"decision": "correct", "position": {"lon": -0.5792, "lat": 44.8378}}
RESIDENCE_FACTS_EXAMPLE: Final = {
    "facts": {
        "step_free_entrance": {"value": "yes", "source": "measured", "date": "2026-03-01"},
        "entrance_door_effort": {"value": 45, "source": "measured", "date": "2026-03-01", "evidence": "REL-2026-118"},
        "stair_handrails": {"value": "both_sides", "date": "2026-03-01"},
        "path_slope": {"value": 4, "source": "measured", "date": "2026-03-01"},
    },
}
RESIDENCE_EXAMPLE: Final = {
    "name": "Les Tilleuls", "number": "12", "street": "rue des Acacias", "postcode": "33000", "commune_code": "33063",
    "position": {"lon": -0.5792, "lat": 44.8378}, "equipment": ["caretaker"], "construction_year": 1974,
    "declared_homes": 48,
    "buildings": [{"ref": "B1", "name": "Bâtiment A", "levels": 6}],
}  # fmt: skip
HOME_EXAMPLE: Final = {
    "residence_ref": "R-12", "building_ref": "B1", "typology": "T2", "rooms": 2, "area_m2": 47.5, "floor": 1,
    "rent_cents": 41_250, "charges_cents": 6_000, "status": "vacant", "available_on": "2026-05-01",
    "facts": {
        "step_free_entrance": {"value": "yes", "source": "measured", "date": "2026-03-01"},
        "lift": {"value": "yes", "date": "2026-03-01"},
        "zero_step_shower": {"value": "yes", "source": "works_delivered", "date": "2025-11-20"},
        "entrance_door_width": {"value": 90, "source": "measured", "date": "2026-03-01"},
    },
}  # fmt: skip
