"""The terms of a charter: what its signatories agree that the service does with their data."""

from datetime import datetime
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, field_validator

from registry.kernel.fields import WHOLE
from registry.kernel.validation import Wrong
from registry.vocabulary.fact import Version
from registry.vocabulary.facts import FEATURES_BY_CODE, VERSION
from registry.vocabulary.grid import Grid
from registry.vocabulary.matching import MatchingWeights

SharedStatus = Literal["vacant", "notice", "works", "occupied"]


class Terms(BaseModel):
    """Typed terms. Homes reserved or withdrawn are never shared, whatever a charter says.

    Attributes:
        vocabulary_version: The version of the vocabulary that the signatories read. Of their homes a listing shows, and
            a search finds, only features that it knows. The class of a home is a judgement, not a fact disclosed: it
            is computed over all facts by the current rules, whichever version is pinned (ADR 0019).
        shared_statuses: Statuses of the homes that are shared.
        shared_features: A home is shared when at least one of these is proven. Only features of
            ``vocabulary_version`` may be named, which is asked of terms as they come into force.
        shared_class_min: A home whose class is proven to be this one or a higher one is shared too, whichever features
            are proven; ``None``: features alone decide. Of two versions the higher class binds, or none at all.
        location_precision: ``cell``: at a random point of a cell of *k*; ``residence``: at its true place.
        k: Registered dwellings that a cell holds at least. 11 is INSEE's threshold for data about persons and the
            least allowed; a charter may ask for more.
        k_residences: Residences that a cell holds at least.
        listing_daily_homes: Distinct foreign homes that one organisation may see a day, through all its clients;
            ``None``: the service's default.
        freshness_days: Within how many days a landlord confirms again how its homes stand; it is warned after that.
        import_guard_percent: Of a source's homes that one file may withdraw or change before a person has to confirm
            it.
        index_grid: By which the residences of the territory are assessed.
        completeness_floor_percent: Share of what is asked of its homes that a landlord states, in per cent; 0: no
            floor. Read by the obligations' scores, and by the rule of reciprocity where there is one.
        reciprocity: Whether the right to search follows publishing. ``none``: it comes with the adhesion.
            ``completeness``: it is suspended while less is stated of the homes that a landlord shares than
            ``completeness_floor_percent``, or while one that shares none has not declared its census; publishing goes
            on. Read by the obligations' job (ADR 0024).
        reciprocity_warning_days: How many days before that it is warned; what is mended until then has no effect.
        answer_days: Within how many days a landlord answers a proposal of one of its homes. Read by the transfers, and
            by the obligations' scores.
        examined_floor_percent: Share of the allotments of vacated adapted homes at which the adaptation is examined, in
            per cent; 0: no floor. Read by the obligations' scores.
        relet_floor_percent: Share of the vacated adapted homes that is let to who needs them or to elderly people, in
            per cent and in steps of five, as others than the landlord read it; 0: no floor. Read by the same.
        hold_days: For how many days a home stays reserved for the tenant of an accepted proposal. Read by the
            transfers.
        case_retention_months: For how many months after its end a case is kept, 24 at most (privacy rules, §8). Read
            by the transfers' nightly job.
        matching_weights: What each criterion weighs by which the homes that fit a transfer case are ranked. Read by
            the transfers.
        comparisons_daily: For how many new cases a landlord and day the service compares the present home's place with
            those of other landlords' homes; 0: for none. Read by the transfers' job (ADR 0029).
        unsigned: What holds for a member that has not signed the version in force. ``stricter``: the stricter of it
            and of the version that the member signed, term by term (``binding_terms``). ``suspended``: that too, and
            its adhesion is suspended ``unsigned_grace_days`` after the version came into force, until it signs. Read
            by the charter's hourly job, of the version in force.
        unsigned_grace_days: See ``unsigned``.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    vocabulary_version: Version = VERSION
    shared_statuses: tuple[SharedStatus, ...] = ("vacant", "notice", "works", "occupied")
    shared_features: Annotated[tuple[str, ...], Field(min_length=1)] = (
        "step_free_entrance",
        "zero_step_shower",
        "grab_bars",
        "raised_wc",
        "turning_space",
        "wc_transfer_space",
        "adapted_parking",
    )
    shared_class_min: Annotated[int, Field(ge=1, le=6), WHOLE] | None = None
    location_precision: Literal["cell", "residence"] = "cell"
    k: Annotated[int, Field(ge=11, le=1000), WHOLE] = 11
    k_residences: Annotated[int, Field(ge=3, le=100), WHOLE] = 3
    listing_daily_homes: Annotated[int, Field(ge=1, le=1_000_000), WHOLE] | None = None
    freshness_days: Annotated[int, Field(ge=7, le=400), WHOLE] = 35
    import_guard_percent: Annotated[int, Field(ge=1, le=100), WHOLE] = 20
    index_grid: Grid = Grid()
    completeness_floor_percent: Annotated[int, Field(ge=0, le=100), WHOLE] = 0
    reciprocity: Literal["none", "completeness"] = "none"
    reciprocity_warning_days: Annotated[int, Field(ge=7, le=365), WHOLE] = 30
    answer_days: Annotated[int, Field(ge=1, le=90), WHOLE] = 10
    examined_floor_percent: Annotated[int, Field(ge=0, le=100), WHOLE] = 100
    relet_floor_percent: Annotated[int, Field(ge=0, le=100, multiple_of=5), WHOLE] = 0
    hold_days: Annotated[int, Field(ge=1, le=180), WHOLE] = 30
    case_retention_months: Annotated[int, Field(ge=1, le=24), WHOLE] = 6
    matching_weights: MatchingWeights = MatchingWeights()
    comparisons_daily: Annotated[int, Field(ge=0, le=1_000), WHOLE] = 20
    unsigned: Literal["stricter", "suspended"] = "stricter"
    unsigned_grace_days: Annotated[int, Field(ge=7, le=365), WHOLE] = 60

    @field_validator("shared_features")
    @classmethod
    def _known(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for code in value:
            if code not in FEATURES_BY_CODE:
                raise Wrong(
                    f"« {code} » n'est pas du vocabulaire {VERSION}", f"'{code}' is not in vocabulary {VERSION}"
                )
        return value


class ZoningTerms(NamedTuple):
    """What binds the zones of a territory, whose members may have signed different versions.

    Attributes:
        needed: Whether anybody's homes are shown in zones: no member need be, where all signed ``residence``.
        k: The greatest that the version in force or one that a member signed asks for; so is ``k_residences``.
        k_residences: See ``k``.
    """

    needed: bool
    k: int
    k_residences: int


class Obligations(NamedTuple):
    """What a landlord owes, by the strictest of the charters that it signed; see :class:`Terms`."""

    freshness_days: int
    import_guard_percent: int


class Adhesion(BaseModel):
    """What an organisation's signature is worth now; ``pending``: nothing yet, until the coordinator admits it."""

    charter_version: int
    status: Literal["pending", "in_force", "suspended", "withdrawn"]
    signed_at: datetime
    unsigned: bool = Field(
        description="Suspended since a later version was not signed in time; signing the one in force lifts it."
    )


class Charter(BaseModel):
    version: int
    in_force_from: datetime
    terms: Terms


class TerritoryOut(BaseModel):
    """A territory as its members see it."""

    id: str = Field(description="Stable id, used in filters.")
    name: str
    coordinator: str = Field(description="Name of the coordinating organisation.")
    charter: Charter | None
    adhesion: Adhesion | None = Field(description="Your organisation's; null for the coordinator.")


class TerritoryPage(BaseModel):
    items: list[TerritoryOut]
    next: str | None


class CommuneOut(BaseModel):
    code: str = Field(description="INSEE code.")
    name: str
    epci_code: str | None = Field(description="SIREN.")
    population: int | None
    lon: float | None = Field(description="Centre, WGS84.")
    lat: float | None = Field(description="Centre, WGS84.")


class CommunePage(BaseModel):
    items: list[CommuneOut]
    next: str | None


class QuarterOut(BaseModel):
    code: str = Field(description="layer:code, as the filter 'quarter' takes it.")
    name: str
    commune_code: str | None
    vintage: int


class QuarterPage(BaseModel):
    items: list[QuarterOut]
    next: str | None


class QuarterFeature(BaseModel):
    type: Literal["Feature"]
    id: str
    geometry: dict[str, Any]
    properties: QuarterOut


class QuarterFeatureCollection(BaseModel):
    """The same page as GeoJSON (RFC 7946)."""

    type: Literal["FeatureCollection"]
    features: list[QuarterFeature]
    next: str | None
