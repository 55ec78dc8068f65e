"""What is read of obligations: scores, their history, what is behind them, a landlord's standing."""

import datetime as dt
import uuid
from typing import Final, Literal

from pydantic import BaseModel, Field

from registry.kernel.text import Text

ObligationCode = Literal["freshness", "completeness", "census", "answer", "examined", "relet"]
OBLIGATIONS: Final[tuple[ObligationCode, ...]] = (
    "freshness", "completeness", "census", "answer", "examined", "relet",
)  # fmt: skip
TERMS: Final[dict[str, str]] = {
    "freshness": "freshness_days",
    "completeness": "completeness_floor_percent",
    "census": "reciprocity",
    "answer": "answer_days",
    "examined": "examined_floor_percent",
    "relet": "relet_floor_percent",
}
"""The term of the charter that each obligation rests on."""
ABOUT_HOUSEHOLDS: Final = frozenset({"relet"})
"""What is counted of these tells of the households that moved in: others than the landlord read it protected."""
LEAST: Final = 11
"""Of fewer homes others read no share (privacy rule 7)."""
STEP: Final = 5
"""Per cent to a multiple of which the share is rounded down that others read."""
LABELS: Final[dict[str, Text]] = {
    "freshness": Text("Fraîcheur", "Freshness"),
    "completeness": Text("Complétude", "Completeness"),
    "census": Text("Recensement", "Census"),
    "answer": Text("Réponse aux propositions", "Answers to proposals"),
    "examined": Text("Adaptation examinée", "Adaptation examined"),
    "relet": Text("Logements adaptés reloués à qui en a besoin", "Adapted homes let to who needs them"),
}
DEFINITIONS: Final[dict[str, Text]] = {
    "freshness": Text(
        "Part des logements partagés dans le territoire que leur bailleur, ou leur source, a confirmés dans le délai"
        " de la charte (freshness_days).",
        "Share of the homes shared in the territory that their landlord, or their source, confirmed within the time of"
        " the charter (freshness_days).",
    ),
    "completeness": Text(
        "Part renseignée de ce qui est demandé des logements partagés : les caractéristiques du logement et des parties"
        " communes que compte le vocabulaire, sauf celles qui ne s'appliquent pas.",
        "Stated share of what is asked of the shared homes: the facts of the home and of the common parts that the"
        " vocabulary counts, but those that do not apply.",
    ),
    "census": Text(
        "Déclaré quand le bailleur a enregistré des résidences du territoire, chacune avec ses logements ou leur"
        " nombre.",
        "Declared once the landlord has registered residences of the territory, each with its homes or their number.",
    ),
    "answer": Text(
        "Part des propositions des douze derniers mois auxquelles une réponse était due, que le bailleur du logement a"
        " prises à l'étude ou déclinées dans le délai de la charte (answer_days).",
        "Share of the proposals of the last twelve months to which an answer was due that the home's landlord took on"
        " or declined within the time of the charter (answer_days).",
    ),
    "examined": Text(
        "Part des logements adaptés reloués dans les douze derniers mois dont l'attribution a examiné l'adaptation ; ce"
        " qui n'est pas déclaré compte pour non examiné. Un logement qui n'est plus loué (vendu, démoli, retiré du"
        " parc) n'y compte pas.",
        "Share of the adapted homes that were let again in the last twelve months whose adaptation was examined at the"
        " allotment; what is not stated counts as not examined. A home that is let no more (sold, demolished, withdrawn"
        " from the stock) does not count.",
    ),
    "relet": Text(
        "Part des logements adaptés libérés, sur douze mois jusqu'à la fin du mois dernier, reloués à qui en a besoin"
        " ou à une personne âgée (CCH art. R.441-4). Un grand logement attribué à une famille n'y compte pas, ni un"
        " logement qui n'est plus loué ; un logement reloué depuis plus de trente jours sans déclaration compte pour"
        " perdu. Les autres membres et le coordinateur n'en lisent qu'une part arrondie, à partir de onze logements.",
        "Share of the vacated adapted homes, over twelve months up to the end of last month, that were let to somebody"
        " who needs them or to an elderly person (CCH art. R.441-4). A large home given to a family does not count, nor"
        " one that is let no more; one let again for more than thirty days without a statement counts as lost. Other"
        " members and the coordinator read a rounded share alone, from eleven homes on.",
    ),
}
FIGURES: Final[dict[str, Text]] = {
    "landlords": Text(
        "Bailleurs dont l'adhésion à la charte est en vigueur.", "Landlords whose adhesion to the charter is in force."
    ),
    "residences": Text(
        "Résidences dont au moins un logement est partagé.", "Residences of which at least one home is shared."
    ),
    "listings": Text("Logements partagés dans le territoire.", "Homes shared in the territory."),
    "available_now": Text("Logements partagés qui sont vacants.", "Shared homes that are vacant."),
    "class_4": Text(
        "Logements partagés dont la classe prouvée est 4 ou plus (marche aidée).",
        "Shared homes whose proven class is 4 or higher (walking with an aid).",
    ),
    "fresh": Text(
        "Logements partagés confirmés dans le délai de la charte.",
        "Shared homes confirmed within the time of the charter.",
    ),
}
"""What each figure of a territory counts."""


class Words(BaseModel):
    """In both languages."""

    fr: str
    en: str


class Named(BaseModel):
    id: uuid.UUID
    name: str


class Score(BaseModel):
    """What was measured of an obligation."""

    obligation: ObligationCode
    day: dt.date = Field(description="In France.")
    met: int = Field(
        description="Homes for freshness, examined and relet, facts for completeness, proposals for answer; the census:"
        " 1 once declared. Of another landlord's relet: per cent, rounded down to a multiple of 5."
    )
    counted: int = Field(
        description="Of so many; 0: there are none, or of another landlord's relet fewer than 11; 100: a protected"
        " share."
    )
    share_percent: int | None = Field(description="Rounded down; null: nothing is counted.")
    asked: int | None = Field(
        description="What the charter asks: days of freshness or for an answer, per cent of completeness, of examined"
        " and of relet."
    )
    floor_percent: int | None = Field(description="The share that is held to; null: the charter sets none.")
    holds: bool | None = Field(description="Whether the floor is reached; null: there is none, or nothing to measure.")


class TrendScore(Score):
    before_percent: int | None = Field(description="The share four weeks earlier; null: it was not measured.")


class StandingBrief(BaseModel):
    rule: Literal["none", "completeness"] = Field(description="The charter's term 'reciprocity' as it binds.")
    state: Literal["met", "warned", "barred"] = Field(description="barred: the landlord does not search here.")
    unmet_since: dt.datetime | None
    bars_on: dt.date | None = Field(description="From this day on (France) the landlord does not search.")


class MemberScores(BaseModel):
    """A line of the scoreboard."""

    organisation: Named
    scores: list[TrendScore] = Field(description="Empty until the first measure, within a minute of the admission.")
    standing: StandingBrief | None = Field(description="Yours, or to the coordinator everybody's; null: not yours.")


class Scoreboard(BaseModel):
    items: list[MemberScores]
    next: str | None


class ScoreHistory(BaseModel):
    items: list[Score]
    next: str | None


class OwnScore(TrendScore):
    term: str | None = Field(description="The term of the charter that it rests on; null: it rests on the law alone.")
    articles: list[str] = Field(description="Codes of the articles in force that rest on this term.")
    label: Words
    definition: Words


class StandingOut(StandingBrief):
    """Where you stand in a territory: what is asked, what was measured, what follows on which day, the remedy."""

    searching: bool = Field(description="Whether you may search here now, as far as reciprocity goes.")
    measured_at: dt.datetime = Field(description="Each night, and within a minute of a change of your homes.")
    asked: Words = Field(description="What the rule asks; without a rule, that there is none.")
    measured: Words
    follows: Words = Field(description="What happens, and on which day.")
    remedy: Words | None = Field(description="What to do; null: nothing.")
    scores: list[OwnScore]


class Behind(BaseModel):
    """A home that keeps your score down; for the census a residence, for examined and relet a vacated home."""

    ref: str = Field(description="Your reference of the home; for the census, of the residence.")
    residence_ref: str | None = Field(description="Null: the vacated home is registered no more.")
    confirmed_at: dt.datetime | None = Field(description="Freshness: when it was last confirmed.")
    missing: list[str] = Field(description="Completeness: codes of the facts that are asked of it and not stated.")
    vacated_id: uuid.UUID | None = Field(
        description="Examined and relet: its id among your vacated homes; a home may have fallen vacant several times."
    )


class BehindPage(BaseModel):
    items: list[Behind]
    next: str | None
