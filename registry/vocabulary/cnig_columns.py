"""Which columns of the CNIG accessibility standard state a fact of a residence, and what their values make of it.

Source: standard CNIG « Accessibilité du cheminement en voirie », layers and columns of the exchange format of 2026
(cnigfr/schema-accessibilite-voirie). Where several facts are called after one column the one outdoors has it: the
standard is about the street. Columns whose values cannot tell a fact are left out: a class of lighting is no measure
in lux, the width of a lift's cabin no proof of EN 81-70.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final, Literal

from registry.vocabulary import cnig
from registry.vocabulary.cnig import Coded

_YES_NO: Final = {"1": "yes", "true": "yes", "vrai": "yes", "0": "no", "false": "no", "faux": "no"}


@dataclass(frozen=True, slots=True)
class Bound:
    """From which number on a measure means "yes"; ``source``: the text that says so."""

    comparison: Literal["<=", ">="]
    value: Decimal
    unit: str
    source: str

    def met(self, measure: Decimal) -> bool:
        return measure <= self.value if self.comparison == "<=" else measure >= self.value


@dataclass(frozen=True, slots=True)
class CnigColumn:
    """A column that states a fact.

    Attributes:
        name: ``layer.column``.
        code: Of the fact.
        unit: Of its numbers, where it is not the fact's own.
        listed: Its list of values.
        values: What each way of writing a value makes of the fact, lower case and without accents; ``None``: the value
            says nothing of it.
        bound: Of a fact that is yes or no where the column is a number.
        labels: The value of the list that a form writes for a value of the fact.
    """

    name: str
    code: str
    unit: str | None = None
    listed: tuple[Coded, ...] = ()
    values: Mapping[str, str | None] = field(default_factory=dict)
    bound: Bound | None = None
    labels: Mapping[str, str] = field(default_factory=dict)


def _listed(
    name: str, code: str, listed: tuple[Coded, ...], meant: Mapping[str, str], labels: Mapping[str, str] | None = None
) -> CnigColumn:
    """Return a column with a list; codes of 2022 are read also without the zero that spreadsheets lose."""
    values = {written: meant.get(ours) for written, ours in cnig.index(listed).items()}
    values |= {written.lstrip("0"): value for written, value in values.items() if written.isdigit()}
    return CnigColumn(name, code, listed=listed, values=values, labels=labels or {})


CNIG_COLUMNS: Final[tuple[CnigColumn, ...]] = (
    CnigColumn(
        "entree.escalierNbMarche", "step_free_entrance",
        bound=Bound("<=", Decimal(0), "", "Arrêté du 24 décembre 2015 (bâtiments d'habitation), art. 2"),
    ),
    _listed("entree.rampe", "access_ramp", cnig.RAMPS, {"fixed": "yes", "removable": "no", "none": "no"}),
    CnigColumn("entree.largeurPassage", "entrance_door_width_common", unit="m"),
    CnigColumn("entree.effortOuverture", "entrance_door_effort"),
    _listed("entree.typeOuverture", "automatic_entrance_door", cnig.OPENINGS,
            {"manual": "no", "automatic": "yes", "assisted": "no"}),
    _listed("entree.controleAcces", "video_intercom", cnig.ACCESS_CONTROLS,
            {"none": "no", "button": "no", "intercom": "no", "video": "yes"}),
    CnigColumn("entree.ascenseur", "lift", values=_YES_NO),
    CnigColumn("escalier.hauteurMarche", "stair_riser", unit="m"),
    CnigColumn("escalier.giron", "stair_tread", unit="m"),
    CnigColumn("circulation.largeurUtile", "path_width", unit="m"),
    CnigColumn("circulation.pente", "path_slope"),
    CnigColumn("circulation.devers", "path_cross_fall"),
    CnigColumn("noeud_cheminement.hauteurRessaut", "path_kerb", unit="m"),
    CnigColumn("escalier.nbMarches", "path_steps"),
    _listed("escalier.mainCourante", "path_handrail", cnig.SIDES,
            {**dict.fromkeys(("none", "right", "left", "middle"), "no"), "both": "yes"}),
    _listed("circulation.etatRevetement", "path_surface", cnig.STATES, cnig.SURFACES,
            {"smooth": "roulant", "uneven": "secouant", "loose": "meuble"}),
    CnigColumn(
        "noeud_cheminement.abaisseLargeur", "dropped_kerbs",
        bound=Bound(">=", Decimal("1.2"), "m", "Arrêté du 15 janvier 2007 (voirie), art. 1, 4°"),
    ),
    _listed("noeud_cheminement.bandeEveilVigilance", "tactile_warning", cnig.STATES_2022,
            {"none": "no", "good": "yes", "worn": "yes", "hard": "no", "unsafe": "no"}),
)  # fmt: skip
"""In the order of the vocabulary."""

BY_CODE: Final = {column.code: column for column in CNIG_COLUMNS}
