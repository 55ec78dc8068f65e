"""The code lists of the CNIG accessibility standard that a path depends on: one row a value, with its labels and codes.

Source: standard CNIG « Accessibilité du cheminement en voirie », codes of 2021-10 (as published in 2024) and labels of
the exchange format of 2026 (cnigfr/schema-accessibilite-voirie). ``99``, ``9999``, ``NC`` and ``sans objet`` stand for
unknown.
"""

import unicodedata
from typing import Final, NamedTuple

from registry.kernel.text import Text

UNKNOWN_CODES: Final = frozenset({"", "99", "9999", "nc", "sans objet", "none", "nan"})
UNKNOWN_MEASURES: Final = frozenset({99.0, 999.0, 9999.0})


class Coded(NamedTuple):
    """A value of a list: our code, its labels, the code of 2022, the label of 2026 if it differs from the French one.

    Attributes:
        label_2026: Lower case, as the exchange format of 2026 writes it; ``None``: the list of 2026 has no such value.
    """

    code: str
    label: Text
    code_2022: str | None
    label_2026: str | None


def _list(*rows: tuple[str, str, str, str | None, str | None]) -> tuple[Coded, ...]:
    return tuple(Coded(code, Text(fr, en), old, new) for code, fr, en, old, new in rows)


SECTION_KINDS: Final = _list(
    ("lift", "Ascenseur", "Lift", "01", "ascenseur"),
    ("escalator", "Escalator", "Moving stairs", "02", "escalator"),
    ("platform_lift", "Monte-charge ou monte-personne", "Platform lift", "03", "monte-charge ou monte-personne"),
    ("moving_walkway", "Tapis roulant", "Moving walkway", "04", "tapis roulant"),
    ("ramp", "Rampe", "Ramp", "05", "rampe"),
    ("stairs", "Escalier", "Stairs", "06", "escalier"),
    ("flights", "Série d’escaliers", "Several flights", "07", "série d’escaliers"),
    ("shuttle", "Navette", "Shuttle", "08", "navette"),
    ("crossing", "Traversée piétonne", "Crossing", "09", "traversée piétonne"),
    ("barriers", "Présence de barrières", "Barriers", "10", "présence de barrière"),
    ("narrow_passage", "Passage étroit", "Narrow passage", "11", "passage étroit"),
    ("hall", "Hall", "Entrance hall", "12", "hall"),
    ("corridor", "Couloir intérieur", "Indoor corridor", "13", "couloir intérieur"),
    ("confined", "Espace confiné", "Confined space", "14", "espace confiné"),
    ("queue", "Gestion de queue", "Queue", "15", "gestion de queue"),
    ("open_space", "Espace ouvert", "Open space", "16", "espace ouvert"),
    ("street", "Rue", "Street", "17", "rue"),
    ("pavement", "Trottoir", "Pavement", "18", "trottoir"),
    ("footpath", "Chemin piéton", "Footpath", "19", "chemin piéton"),
    ("passage", "Passage", "Passageway", "20", "passage"),
    ("platform", "Quai", "Platform", "21", "quai"),
    ("island", "Îlot de traversée piétonne", "Traffic island", None, "îlot de traversée piétonne"),
    ("shared_space", "Espace partagé", "Shared space", None, "espace partagé"),
)
GROUNDS: Final = _list(
    ("carpet", "Tapis", "Carpet", "01", "carpet"),
    ("concrete", "Béton", "Concrete", "02", "concrete"),
    ("asphalt", "Asphalte, enrobé", "Asphalt", "03", "asphalt"),
    ("cork", "Liège", "Cork", "04", "cork"),
    ("fibreglass_grating", "Caillebotis en fibre de verre", "Fibreglass grating", "05", "fibreglassgrating"),
    ("glazed_tiles", "Carreaux de céramique émaillés", "Glazed tiles", "06", "glazedceramictiles"),
    ("plastic", "Matière plastique", "Plastic matting", "07", "plasticmatting"),
    ("tiles", "Carrelage", "Ceramic tiles", "08", "ceramictiles"),
    ("rubber", "Caoutchouc", "Rubber", "09", "rubber"),
    ("steel", "Plaques métalliques", "Steel plates", "10", "steelplate"),
    ("vinyl", "Vinyle", "Vinyl", "11", "vinyl"),
    ("wood", "Bois", "Wood", "12", "wood"),
    ("stone", "Pierre, pavé", "Stone, setts", "13", "stone"),
    ("grass", "Gazon", "Grass", "14", "grass"),
    ("dirt", "Terre", "Earth", "15", "dirt"),
    ("gravel", "Graviers", "Gravel", "16", "gravel"),
    ("uneven", "Matériau inégal par nature", "Uneven by nature", "17", "uneven"),
    ("stabilised", "Sable stabilisé", "Stabilised sand", "18", "stabilisé"),
    ("other", "Autre", "Other", "98", "autre"),
)
STATES_2022: Final = _list(
    ("none", "Absence", "None", "01", "absence"),
    ("good", "Bon état", "Good", "02", "bon état"),
    ("worn", "Dégradation sans gravité", "Worn, without consequence", "03", "dégradation sans gravité"),
    ("hard", "Dégradation entraînant une difficulté d'usage ou d'inconfort", "Damaged, hard to use", "04",
     "dégradation entraînant une difficulté d'usage ou d'inconfort"),
    ("unsafe", "Dégradation entraînant un problème de sécurité immédiat", "Damaged, unsafe", "05",
     "dégradation entraînant un problème de sécurité immédiat"),
)  # fmt: skip
STATES_2026: Final = _list(
    ("rolling", "Roulant", "Rolls well", None, "roulant"),
    ("soft", "Meuble", "Soft", None, "meuble"),
    ("shaking", "Secouant", "Shaking", None, "secouant"),
    ("slippery", "Glissant", "Slippery", None, "glissant"),
)
STATES: Final = (*STATES_2022, *STATES_2026)
SIDES: Final = _list(
    ("none", "Aucun", "None", "01", "aucun"),
    ("right", "À droite", "On the right", "02", "à droite"),
    ("left", "À gauche", "On the left", "03", "à gauche"),
    ("both", "Des deux côtés", "On both sides", "04", "des deux côtés"),
    ("opposite", "En face", "Opposite", "05", "en face"),
    ("middle", "Au milieu", "In the middle", "06", "au milieu"),
)
OBSTACLES: Final = _list(
    ("lip", "Ressaut", "Lip", "01", "ressaut"),
    ("grate", "Grille", "Grate", "02", "grille"),
    ("drain", "Avaloir", "Drain", "03", "avaloir"),
    ("retired", "[valeur déclassée]", "[retired value]", "04", None),
    ("bollard", "Potelet", "Bollard", "05", "potelet"),
    ("letter_box", "Boîte aux lettres", "Letter box", "06", "boîte aux lettres"),
    ("furniture", "Mobilier urbain", "Street furniture", "07", "mobilier urbain"),
    ("plants", "Végétation", "Plants", "08", "végétation"),
    ("cycle_path", "Traversée de piste cyclable", "Cycle path to cross", "09", "traversée de piste cyclable"),
    ("uneven", "Surface irrégulière", "Uneven surface", "10", "surface irrégulière"),
    ("cross_fall", "Dévers ponctuel fort", "Strong cross-fall", "11", "dévers ponctuel fort"),
    ("lit_post", "Poteau électrifié", "Post with current", "12", "poteau électrifié"),
    ("post", "Poteau non électrifié", "Post without current", "13", "poteau non électrifié"),
    ("other", "Autre", "Other", "98", "autre"),
    ("slope", "Pente ponctuelle forte", "Strong slope", None, "pente ponctuelle forte"),
    ("overhang", "Débord de façade, mur", "Protruding wall", None, "débord de façade, mur, paroi"),
)
INNER_RAMPS: Final = _list(
    ("none", "Aucune", "None", None, "aucune"),
    ("bicycle", "Vélo", "For bicycles", None, "vélo"),
    ("luggage", "Valise", "For luggage", None, "valise"),
    ("pram", "Poussette", "For prams", None, "poussette"),
    ("other", "Autre", "Other", None, "autre"),
)

RAMPS: Final = _list(
    ("fixed", "Fixe", "Fixed", "01", "fixe"),
    ("removable", "Amovible", "Removable", "02", "amovible"),
    ("none", "Absence", "None", "03", "absence"),
)
OPENINGS: Final = _list(
    ("none", "Absence de dispositif d'ouverture", "Nothing to open", "01", None),
    ("manual", "Manuelle", "By hand", "02", "manuelle"),
    ("automatic", "Automatique", "Automatic", "03", "automatique"),
    ("assisted", "Ouverture manuelle assistée mécaniquement", "By hand, assisted", "04",
     "ouverture manuelle assistée mécaniquement"),
)  # fmt: skip
ACCESS_CONTROLS: Final = _list(
    ("none", "Absence", "None", "01", "absence"),
    ("button", "Bouton d’appel", "Call button", "02", "bouton d'appel"),
    ("intercom", "Interphone", "Intercom", "03", "interphone"),
    ("video", "Visiophone", "Video intercom", "04", "visiophone"),
    ("loop", "Boucle à induction magnétique", "Induction loop", "05", "boucle à induction magnétique"),
)
SURFACES: Final = {
    "hard": "uneven", "unsafe": "uneven", "shaking": "uneven", "soft": "loose", "rolling": "smooth",
}  # fmt: skip
"""What a state of a surface makes of it, by code of :data:`STATES`, as the fact ``path_surface`` says it.

Others say nothing of it: setts may be in good state.
"""


def plain(text: str) -> str:
    """Return a text as lists are compared: lower case, without accents, one kind of apostrophe, single spaces."""
    bare = unicodedata.normalize("NFKD", text.replace("’", "'")).encode("ascii", "ignore").decode()
    return " ".join(bare.lower().split())


def index(*lists: tuple[Coded, ...]) -> dict[str, str]:
    """Return our code by every way of writing a value: code of 2022, label of 2022, label of 2026."""
    found: dict[str, str] = {}
    for row in (row for one in lists for row in one):
        for written in (row.code_2022, row.label.fr, row.label_2026):
            if written is not None:
                found.setdefault(plain(written), row.code)
    return found
