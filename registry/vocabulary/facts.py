"""What can be known about a home, its common parts and its surroundings: one declarative table a part.

``number`` fixes the place of a fact among the search tags and never changes. Thresholds turn a measure into the
feature that others search for; each carries the text that says so. Everything that names facts is made from here: the
API's models, the Table Schema, the search filters, ``docs/vocabulary.md``.
"""

from typing import Final

from registry.kernel.text import Text
from registry.vocabulary.common_parts import COMMON_PARTS
from registry.vocabulary.fact import VERSIONS, Fact, Version
from registry.vocabulary.home import HOME
from registry.vocabulary.outside import SURROUNDINGS

VERSION: Final = VERSIONS[-1]
"""The current one. A charter pins one: its signatories share only what that one knows (ADR 0019)."""

FACTS: Final[tuple[Fact, ...]] = (*HOME, *COMMON_PARTS, *SURROUNDINGS)
HOME_FACTS: Final = tuple(fact for fact in FACTS if "home" in fact.stated_on)
"""Those that are stated on a home."""
RESIDENCE_FACTS: Final = tuple(fact for fact in FACTS if "residence" in fact.stated_on)
"""Those that are stated on a residence; of the common parts, they count for its homes where these state nothing."""
INHERITED: Final = tuple(fact for fact in RESIDENCE_FACTS if fact.part == "common_parts")
FEATURES: Final = tuple(sorted((fact for fact in FACTS if fact.number is not None), key=lambda fact: fact.number or 0))
"""Those that a search filters by and a listing shows."""

FACTS_BY_CODE: Final[dict[str, Fact]] = {fact.code: fact for fact in FACTS}
FEATURES_BY_CODE: Final[dict[str, Fact]] = {fact.code: fact for fact in FEATURES}


def codes_of(version: Version) -> frozenset[str]:
    """Return the codes of the facts that a version of the vocabulary knows: its own and those of earlier versions."""
    known = VERSIONS[: VERSIONS.index(version) + 1]
    return frozenset(fact.code for fact in FACTS if fact.since in known)


SECTIONS: Final[dict[str, Text]] = {
    "doors": Text("Portes", "Doors"),
    "circulation": Text("Circulation", "Moving about"),
    "bathroom": Text("Salle d'eau et toilettes", "Bathroom and toilet"),
    "kitchen": Text("Cuisine", "Kitchen"),
    "bedroom": Text("Chambre et balcon", "Bedroom and balcony"),
    "controls": Text("Commandes", "Controls"),
    "equipment": Text("Équipement", "Equipment"),
    "senses": Text("Voir, entendre, se repérer", "Seeing, hearing, finding one's way"),
    "declared": Text("Déclarations", "Declarations"),
    "entrance": Text("Entrée de l'immeuble", "Entrance of the building"),
    "halls": Text("Halls et circulations", "Halls and passages"),
    "levels": Text("Escaliers et ascenseur", "Stairs and lift"),
    "parking": Text("Stationnement", "Parking"),
    "people": Text("Présence humaine", "People on the spot"),
    "path": Text("Cheminement", "Path"),
    "crossings": Text("Traversées", "Crossings"),
    "rest": Text("Repos", "Rest"),
}

DEFINITIONS: Final[dict[str, tuple[Text, Text, str]]] = {
    "accessible": (
        Text("Accessible", "Accessible"),
        Text(
            "Qu'une personne handicapée, habitante ou visiteuse, peut atteindre et utiliser avec la plus grande "
            "autonomie possible ; une qualité du bâtiment et du logement, par les règles de construction.",
            "That a disabled resident or visitor can reach and use as independently as possible; a quality of building "
            "and home, by the building rules.",
        ),
        "CCH, anc. art. R.111-18-1",
    ),
    "adaptable": (
        Text("Adaptable", "Adaptable"),
        Text(
            "Où des travaux d'adaptation sont faisables ; le registre dit lesquels, et à quel coût.",
            "Where adaptation works are feasible; the registry says which, and at what cost.",
        ),
        "Charte",
    ),
    "adapted": (
        Text("Adapté", "Adapted"),
        Text(
            "Équipé pour un besoin, travaux faits ; une qualité du logement tel qu'il est, distincte de "
            "l'accessibilité.",
            "Fitted for a need, works done; a quality of the home as it stands, distinct from accessibility.",
        ),
        "Charte",
    ),
    "evolutive": (
        Text("Évolutif", "Evolutive"),
        Text(
            "Dont le séjour et les toilettes sont utilisables dès la livraison, le reste étant rendu accessible par "
            "des travaux simples : sans toucher à la structure ni guère aux réseaux.",
            "Whose living room and toilet are usable from delivery, the rest being made accessible by simple works: "
            "without touching the structure, and hardly the pipes and wires.",
        ),
        "Loi n° 2018-1021 du 23 novembre 2018 (ELAN), art. 64",
    ),
}
"""The words that a charter must define: label, definition, source."""
