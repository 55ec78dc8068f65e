"""Transfer cases as a landlord sends them and is answered, and as a coordinator reads of them."""

import datetime as dt
import uuid
from datetime import datetime
from typing import Annotated, Any, Final, Self

from pydantic import AfterValidator, BaseModel, Field, StringConstraints, model_validator

from registry.kernel.clock import latest_date_in_france, month_after
from registry.kernel.fields import FullDate
from registry.kernel.text import Text
from registry.kernel.validation import Wrong
from registry.stock.schemas import Ref as HomeRef
from registry.stock.schemas import impersonal
from registry.transfers.need import NeedProfile, Strict
from registry.vocabulary.transfers import CaseKind, Closing, Consent, Ground

MOST_CONSENT_MONTHS: Final = 24
"""For how long a consent is taken at most, before it is asked for anew (privacy rules of the registry, §8)."""
FARTHEST: Final = dt.timedelta(days=5 * 366)
Slug = Annotated[str, StringConstraints(min_length=1, max_length=60, pattern=r"^[a-z0-9-]+$")]


def months_on(day: dt.date, months: int) -> dt.date:
    """Return the same day of the month so many months later, or the last one of that month."""
    last = month_after(day, months + 1) - dt.timedelta(days=1)
    return last.replace(day=min(day.day, last.day))


def _consented(value: dt.date) -> dt.date:
    today = latest_date_in_france()
    if value < today - dt.timedelta(days=1):
        raise Wrong(
            "ce consentement a pris fin", "this consent has ended",
            remedy=Text("Demandez-en un nouveau à la personne.", "Ask the person for a new one."),
        )  # fmt: skip
    if value > months_on(today, MOST_CONSENT_MONTHS):
        raise Wrong(
            f"un consentement est tenu {MOST_CONSENT_MONTHS} mois au plus",
            f"a consent is held for {MOST_CONSENT_MONTHS} months at most",
            remedy=Text("Redemandez-le avant qu'il ne prenne fin.", "Ask for it again before it ends."),
        )  # fmt: skip
    return value


def _due(value: dt.date) -> dt.date:
    today = latest_date_in_france()
    if not today - FARTHEST <= value <= today + FARTHEST:
        raise Wrong("une date à moins de cinq ans est attendue", "a date within five years is expected")
    return value


class ConsentIn(Strict):
    """On what basis the need may be kept and told, and until when."""

    basis: Consent
    version: Annotated[
        str,
        StringConstraints(min_length=1, max_length=40, pattern=r"^[A-Za-z0-9._-]+$"),
        AfterValidator(impersonal),
        Field(description="Of the text that was agreed to, by your own name of it."),
    ]
    until: Annotated[
        FullDate,
        AfterValidator(_consented),
        Field(description="The last day, at most 24 months from now; the case is closed after it."),
    ]


class CaseIn(Strict):
    """Somebody who looks for a home that fits, without anything that says who."""

    kind: CaseKind = CaseKind.TRANSFER
    territory: Annotated[
        Slug | None, Field(description="Its id; null: the only one where your charter is in force.")
    ] = None
    home_ref: Annotated[
        HomeRef | None,
        Field(
            description="The present home, one of yours: its rent, charges, rooms and commune fill what the need leaves"
            " out, and what comes back as it was filled is filled anew. Null: not one of yours, or a first entry."
        ),
    ] = None
    need: NeedProfile
    deadline: Annotated[
        FullDate | None, AfterValidator(lambda day: day and _due(day)), Field(description="By when a home is needed.")
    ] = None
    ground: Annotated[Ground | None, Field(description="Why it goes before others, where it does.")] = None
    consent: ConsentIn

    @model_validator(mode="after")
    def _somewhere(self) -> Self:
        if self.kind is CaseKind.FIRST_ENTRY and self.home_ref is not None:
            raise Wrong(
                "une première entrée n'a pas de logement actuel dans votre parc",
                "a first entry has no present home of your stock", field="home_ref",
                remedy=Text("Retirez-le, ou choisissez « transfer ».", "Leave it out, or choose 'transfer'."),
            )  # fmt: skip
        if self.kind is CaseKind.TRANSFER and not (self.home_ref or self.need.communes or self.need.quarters):
            raise Wrong(
                "un logement actuel, ou un secteur recherché, est attendu",
                "a present home, or an area that is wanted, is expected", field="home_ref",
                remedy=Text(
                    "Donnez home_ref, ou des communes ou quartiers dans need.",
                    "State home_ref, or communes or quarters within need.",
                ),
            )  # fmt: skip
        return self


class CloseIn(Strict):
    """Why a case ends."""

    reason: Closing


class ConsentOut(BaseModel):
    basis: Consent
    version: str
    until: dt.date


class CaseLine(BaseModel):
    """A case of yours in a list: never its need."""

    ref: str = Field(description="Yours; only your own file says whose it is.")
    id: uuid.UUID = Field(description="As others see it on a proposal.")
    territory: str
    kind: CaseKind
    ground: Ground | None
    home_ref: str | None
    deadline: dt.date | None
    consent_until: dt.date
    closing: Closing | None = Field(description="Why it ended; null: it is open.")
    created_at: datetime
    updated_at: datetime
    closed_at: datetime | None
    version: int = Field(description="Counts the changes; also the ETag.")
    alerts: int = Field(description="Homes that came free for it since it was opened, and still are.")


class CasePage(BaseModel):
    items: list[CaseLine]
    next: str | None


class CaseOut(BaseModel):
    """A case of yours. Each reading of its need is in your audit chain."""

    ref: str = Field(description="Yours; only your own file says whose it is.")
    id: uuid.UUID = Field(description="As others see it on a proposal.")
    territory: str
    kind: CaseKind
    ground: Ground | None
    home_ref: str | None = Field(description="Null too once that home is no longer in your stock.")
    need: NeedProfile
    deadline: dt.date | None
    consent: ConsentOut
    closing: Closing | None = Field(description="Why it ended; null: it is open.")
    created_at: datetime
    updated_at: datetime
    closed_at: datetime | None
    version: int = Field(description="Counts the changes; also the ETag.")
    alerts: int = Field(description="Homes that came free for it since it was opened, and still are.")


class TerritoryCase(BaseModel):
    """A case of a member, as the coordinator of its territory reads of it: no need, no reference."""

    id: uuid.UUID
    organisation_id: uuid.UUID
    kind: CaseKind
    ground: Ground | None
    closing: Closing | None
    created_at: datetime
    closed_at: datetime | None


class TerritoryCasePage(BaseModel):
    items: list[TerritoryCase]
    next: str | None


CASE_EXAMPLE: Final[dict[str, Any]] = {
    "kind": "transfer",
    "home_ref": "H-12-1",
    "need": {
        "aid_indoors": "walker", "aid_outdoors": "walker", "steps_passable": 1, "shower": "zero_step",
        "grab_bars": True, "ground_floor_or_lift": True, "residents": 1, "rooms_max": 2, "lived": "over_20_years",
    },
    "ground": "under_occupation",
    "consent": {"basis": "explicit_consent", "version": "2026-1", "until": "2027-09-30"},
}  # fmt: skip
