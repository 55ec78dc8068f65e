"""What the terms of a charter are called and mean, in French and English: one line a term.

Forms, pages and comparisons are made from here; bounds and kinds stand in :class:`registry.charter.schemas.Terms`. The
grid of the index is a term too: its parts are named by their dotted names.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from registry.charter.schemas import Terms
from registry.kernel.text import Text
from registry.vocabulary.fact import VERSIONS
from registry.vocabulary.facts import FEATURES
from registry.vocabulary.grid import COMPONENTS, PROFILES
from registry.vocabulary.home_class import CLASSES
from registry.vocabulary.matching import CRITERIA, MatchingWeights

GRID: Final = "index_grid"
WEIGHTS: Final = "matching_weights"
Kind = Literal["number", "optional", "choice", "many", "flag"]


@dataclass(frozen=True, slots=True)
class Words:
    """What a term is called.

    Attributes:
        meaning: What follows from it, in a sentence or two.
        unit: How its value is said, with ``{}`` for the figure.
        choices: What each code means, where its value is one of several, or some of them.
        share: Whether it is a share, 0 to 1, that people read in per cent.
    """

    label: Text
    meaning: Text
    unit: Text | None = None
    choices: Mapping[str, Text] = field(default_factory=dict)
    share: bool = False


DAYS: Final = Text("{} jours", "{} days")
PERCENT: Final = Text("{} %", "{} %")
MONTHS: Final = Text("{} mois", "{} months")
HOMES: Final = Text("{} logements", "{} homes")
POINTS: Final = Text("{} points sur 100", "{} points of 100")

_STATUSES: Final = {
    "vacant": Text("Vacant", "Vacant"), "notice": Text("Préavis donné", "Notice given"),
    "works": Text("En travaux", "Under works"), "occupied": Text("Occupé", "Occupied"),
}  # fmt: skip
_PRECISIONS: Final = {
    "cell": Text("Dans une maille du territoire, en un point fixe au hasard", "In a cell, at a fixed random point"),
    "residence": Text("À l'adresse exacte de la résidence", "At the residence's true place"),
}
_RECIPROCITY: Final = {
    "none": Text("Qui participe recherche", "Who takes part searches"),
    "completeness": Text(
        "Qui publie trop peu est averti, puis ne recherche plus",
        "Who publishes too little is warned, then no longer searches",
    ),
}
_UNSIGNED: Final = {
    "stricter": Text(
        "La plus stricte des deux versions, clause par clause", "The stricter of both versions, term by term"
    ),
    "suspended": Text(
        "La plus stricte des deux versions, puis la suspension de l'adhésion",
        "The stricter of both versions, then its adhesion is suspended",
    ),
}
_TERMS: Final[dict[str, Words]] = {
    "vocabulary_version": Words(
        Text("Version du vocabulaire", "Version of the vocabulary"),
        Text("Les annonces ne montrent que les caractéristiques que cette version connaît.",
             "Listings show only features that this version knows."),
        choices={version: Text(version, version) for version in VERSIONS},
    ),
    "shared_statuses": Words(
        Text("Logements partagés, selon leur état", "Homes shared, by their status"),
        Text("Seuls les logements dans l'un de ces états sont partagés ; un logement réservé ou retiré ne l'est"
             " jamais.",
             "Only homes in one of these statuses are shared; one that is reserved or withdrawn never is."),
        choices=_STATUSES,
    ),
    "shared_features": Words(
        Text("Logements partagés, selon leurs caractéristiques", "Homes shared, by their features"),
        Text("Un logement est partagé dès que l'une de ces caractéristiques est établie.",
             "A home is shared when at least one of these features is proven."),
        choices={fact.code: fact.label for fact in FEATURES},
    ),
    "shared_class_min": Words(
        Text("Logements partagés, selon leur classe", "Homes shared, by their class"),
        Text("Un logement dont la classe établie est celle-ci ou une plus haute est partagé aussi, quelles que soient"
             " ses caractéristiques. Vide : seules les caractéristiques comptent.",
             "A home whose proven class is this one or a higher one is shared too, whichever its features are. Empty:"
             " features alone count."),
        unit=Text("classe {}", "class {}"),
    ),
    "location_precision": Words(
        Text("Précision du lieu", "Precision of the place"),
        Text("Où les autres membres voient un logement partagé.", "Where other members see a shared home."),
        choices=_PRECISIONS,
    ),
    "k": Words(
        Text("Logements par maille, au moins", "Homes in a cell, at least"),
        Text("Plus il y en a, moins le lieu est précis. 11 est le seuil de l'INSEE pour les données de personnes.",
             "The more there are, the less precise the place is. 11 is INSEE's threshold for data about persons."),
        unit=HOMES,
    ),
    "k_residences": Words(
        Text("Résidences par maille, au moins", "Residences in a cell, at least"),
        Text("Pour qu'une maille ne désigne pas une seule résidence.", "So that no cell stands for one residence."),
        unit=Text("{} résidences", "{} residences"),
    ),
    "listing_daily_homes": Words(
        Text("Logements d'autrui vus par jour, au plus", "Foreign homes seen a day, at most"),
        Text("Par organisation, tous logiciels confondus. Vide : la valeur du service.",
             "By one organisation through all its clients. Empty: the service's own number."),
        unit=HOMES,
    ),
    "freshness_days": Words(
        Text("Délai de fraîcheur", "Freshness delay"),
        Text("Un bailleur confirme l'état de ses logements au moins tous les tant de jours ; il est averti au-delà.",
             "A landlord confirms how its homes stand at least every so many days; it is warned after that."),
        unit=DAYS,
    ),
    "import_guard_percent": Words(
        Text("Garde des fichiers", "Guard of files"),
        Text("Un fichier qui retire ou change plus que cette part des logements de sa source attend une confirmation.",
             "A file that withdraws or changes more than this share of its source's homes waits to be confirmed."),
        unit=PERCENT,
    ),
    "completeness_floor_percent": Words(
        Text("Complétude attendue", "Completeness expected"),
        Text("Part des caractéristiques demandées qu'un bailleur renseigne. 0 : aucun minimum.",
             "Share of what is asked of its homes that a landlord states. 0: no minimum."),
        unit=PERCENT,
    ),
    "reciprocity": Words(
        Text("Réciprocité de la recherche", "Reciprocity of the search"),
        Text("Trop peu : moins que la complétude attendue ou, pour qui ne partage rien, pas de recensement déclaré."
             " Publier reste possible, et le droit revient dans la minute qui suit le remède.",
             "Too little: less than the completeness expected or, for who shares nothing, no census declared."
             " Publishing stays possible, and the right comes back within a minute of the remedy."),
        choices=_RECIPROCITY,
    ),
    "reciprocity_warning_days": Words(
        Text("Délai entre l'avertissement et la suspension de la recherche",
             "Delay between the warning and the end of searching"),
        Text("Ce qui est réparé dans ce délai n'a pas d'effet.", "What is mended within it has no effect."),
        unit=DAYS,
    ),
    "answer_days": Words(
        Text("Délai de réponse aux propositions", "Delay to answer proposals"),
        Text("Un bailleur répond à la proposition d'un de ses logements dans ce délai.",
             "A landlord answers a proposal of one of its homes within this delay."),
        unit=DAYS,
    ),
    "examined_floor_percent": Words(
        Text("Attributions où l'adaptation est examinée", "Allotments at which the adaptation is examined"),
        Text("Part attendue des attributions de logements adaptés libérés. 0 : aucun minimum.",
             "Share expected of the allotments of vacated adapted homes. 0: no minimum."),
        unit=PERCENT,
    ),
    "relet_floor_percent": Words(
        Text("Logements adaptés reloués à qui en a besoin", "Adapted homes let to who needs them"),
        Text("Part attendue des logements adaptés libérés, par pas de cinq. 0 : aucun minimum.",
             "Share expected of the vacated adapted homes, in steps of five. 0: no minimum."),
        unit=PERCENT,
    ),
    "hold_days": Words(
        Text("Durée de l'option", "Length of a hold"),
        Text("Un logement reste réservé tant de jours au locataire d'une proposition acceptée.",
             "A home stays reserved for so many days for the tenant of an accepted proposal."),
        unit=DAYS,
    ),
    "case_retention_months": Words(
        Text("Conservation des dossiers de mutation", "Retention of transfer cases"),
        Text("Un dossier est effacé tant de mois après sa fin ; 24 au plus.",
             "A case is erased so many months after its end; 24 at most."),
        unit=MONTHS,
    ),
    **{
        f"{WEIGHTS}.{criterion}": Words(
            Text(f"Rang des logements – {said.label.fr}", f"Ranking of homes – {said.label.en}"),
            Text("Ce que ce critère pèse à côté des autres quand les logements d'un dossier sont classés. 0 : rien.",
                 "What this criterion weighs beside the others as the homes for a case are ranked. 0: nothing."),
            unit=Text("poids {}", "weight {}"),
        )
        for criterion, said in CRITERIA.items()
    },
    "comparisons_daily": Words(
        Text("Dossiers comparés par jour, au plus", "Cases compared a day, at most"),
        Text("Pour tant de nouveaux dossiers par bailleur et par jour, le lieu du logement actuel est comparé à celui"
             " des logements des autres : même quartier ou non, et distance par tranches de 300 m.",
             "For so many new cases of a landlord a day, the present home's place is compared with that of others'"
             " homes: same quarter or not, and the distance in bands of 300 m."),
        unit=Text("{} dossiers", "{} cases"),
    ),
    "unsigned": Words(
        Text("Pour qui ne signe pas la version en vigueur", "For who does not sign the version in force"),
        Text("Ce qui vaut pour un membre qui a signé une version antérieure et pas celle-ci.",
             "What holds for a member that signed an earlier version and not this one."),
        choices=_UNSIGNED,
    ),
    "unsigned_grace_days": Words(
        Text("Délai avant cette suspension", "Delay before that suspension"),
        Text("Compté de l'entrée en vigueur ; ne vaut que si la clause précédente suspend.",
             "Counted from the entry into force; it matters only where the term before suspends."),
        unit=DAYS,
    ),
}  # fmt: skip
_GRID: Final[dict[str, Words]] = {
    **{
        f"weights.{code}": Words(
            Text(f"Poids : {label.fr}", f"Weight: {label.en}"),
            Text("Les quatre poids font 100 % ensemble.", "The four weights make 100 % together."),
            unit=PERCENT, share=True,
        )
        for code, label in COMPONENTS.items()
    },
    "target_share": Words(
        Text("Cible de logements adaptés", "Target of adapted homes"),
        Text("Part de logements adaptés à partir de laquelle la résidence a tous les points de cette partie.",
             "Share of adapted homes from which a residence has all points of that part."),
        unit=PERCENT, share=True,
    ),
    "adapted_class": Words(
        Text("Logement adapté à partir de la classe", "Home adapted from class"),
        Text("Un logement compte comme adapté à partir de cette classe.", "A home counts as adapted from this class."),
        choices={"1": Text("1 · Ordinaire", "1 · Ordinary"),
                 **{str(each.number): Text(f"{each.number} · {each.label.fr}", f"{each.number} · {each.label.en}")
                    for each in CLASSES}},
    ),
    "common_parts": Words(
        Text("Critères des parties communes", "Criteria of the common parts"),
        Text("Ce qui compte, et combien par rapport aux autres critères de cette partie.",
             "What counts, and how much beside the other criteria of this part."),
    ),
    "surroundings": Words(
        Text("Critères des abords", "Criteria of the surroundings"),
        Text("Ce qui compte, et combien par rapport aux autres critères de cette partie.",
             "What counts, and how much beside the other criteria of this part."),
    ),
    "profile": Words(
        Text("Pour qui les abords et les services sont mesurés", "For whom surroundings and services are measured"),
        Text("Les trajets sont comptés pour cette façon de se déplacer.", "Ways are counted for this way of moving."),
        choices=dict(PROFILES.items()),
    ),
    "impassable_below": Words(
        Text("Abords impraticables en dessous de", "Surroundings impassable below"),
        Text("Part des cheminements praticables autour de l'entrée.", "Share of the paths around the entrance."),
        unit=PERCENT, share=True,
    ),
    "services": Words(
        Text("Familles de services", "Families of services"),
        Text("Ce que pèse chaque famille par rapport aux autres.", "What each family weighs beside the others."),
    ),
    "bands": Words(
        Text("Points selon la distance", "Points by distance"),
        Text("À la porte, tous les points ; au-delà de la dernière distance, aucun ; entre deux, une ligne droite.",
             "At the door all points, past the last distance none, a line between two."),
    ),
    "entrances.yes": Words(
        Text("Service dont l'entrée est accessible", "Service whose entrance is accessible"),
        Text("Part des points que le service garde.", "Share of its points that the service keeps."),
        unit=PERCENT, share=True,
    ),
    "entrances.limited": Words(
        Text("Service dont l'entrée est partiellement accessible", "Service whose entrance is partly accessible"),
        Text("Part des points que le service garde.", "Share of its points that the service keeps."),
        unit=PERCENT, share=True,
    ),
    "entrances.no": Words(
        Text("Service dont l'entrée n'est pas accessible", "Service whose entrance is not accessible"),
        Text("Part des points que le service garde ; en fauteuil roulant, aucun.",
             "Share of its points that the service keeps; none in a wheelchair."),
        unit=PERCENT, share=True,
    ),
    "knock_outs": Words(
        Text("Critères éliminatoires", "Knock-outs"),
        Text("Quand toutes ses conditions sont réunies, la note ne dépasse pas celle qui est indiquée.",
             "Where all its conditions hold, the grade is no better than the one named."),
    ),
    **{
        f"grades.{grade}": Words(
            Text(f"Note {grade} à partir de", f"Grade {grade} from"),
            Text("En dessous de la note D, la note est E.", "Below grade D it is E."),
            unit=POINTS,
        )
        for grade in "ABCD"
    },
    "completeness_floor": Words(
        Text("À connaître pour noter une résidence", "To be known before a residence is graded"),
        Text("Part du poids de la grille qui doit être connue ; en dessous, la résidence n'est pas notée.",
             "Share of the grid's weight that must be known; below it a residence is not assessable."),
        unit=PERCENT, share=True,
    ),
    "favourable_from": Words(
        Text("Résidence favorable à partir de", "Residence favourable from"),
        Text("Moyenne des parties communes, des abords et des services à partir de laquelle adapter des logements en"
             " vaut la peine.",
             "Mean of common parts, surroundings and services from which adapting homes is worth it."),
        unit=POINTS,
    ),
}  # fmt: skip
WORDS: Final[dict[str, Words]] = {**_TERMS, **{f"{GRID}.{name}": words for name, words in _GRID.items()}}
"""By dotted name, in the order in which they are read."""
SHARING: Final = (
    "vocabulary_version", "shared_statuses", "shared_features", "shared_class_min", "location_precision", "k",
    "k_residences", "listing_daily_homes", "case_retention_months", "comparisons_daily",
)  # fmt: skip
"""The terms that belong to the data-sharing agreement: what is shared, how precisely, with whom how much, how long."""


@dataclass(frozen=True, slots=True)
class TermField:
    """How a term is given in a form; ``least`` and ``most`` bound a number."""

    name: str
    kind: Kind
    least: int | None = None
    most: int | None = None


def _field(name: str, schema: Mapping[str, Any]) -> TermField:
    optional = next((each for each in schema.get("anyOf", ()) if each.get("type") != "null"), None)
    stated = optional or schema
    if stated.get("type") == "array":
        return TermField(name, "many")
    if stated.get("type") == "boolean":
        return TermField(name, "flag")
    if stated.get("type") == "integer":
        kind: Kind = "optional" if optional else "number"
        return TermField(name, kind, stated.get("minimum"), stated.get("maximum"))
    return TermField(name, "choice")


def _fields() -> Iterator[TermField]:
    for name, schema in Terms.model_json_schema()["properties"].items():
        if name == WEIGHTS:
            for part, bounds in MatchingWeights.model_json_schema()["properties"].items():
                yield _field(f"{WEIGHTS}.{part}", bounds)
        elif name != GRID:
            yield _field(name, schema)


FIELDS: Final = tuple(_fields())
"""Of the terms but the grid, which has a form of its own; a term of several numbers has a field for each."""
