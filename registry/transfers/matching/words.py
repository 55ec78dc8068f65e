"""What the matching says, in French and English: demands, places, and the values and thresholds of each criterion."""

from collections.abc import Mapping
from typing import Final

from registry.kernel.numbers import money_said
from registry.kernel.text import Text
from registry.transfers.matching.asked import CLASS
from registry.transfers.matching.requirements import PROVEN_DOOR_CM, Fit, Requirement
from registry.transfers.matching.shares import BAND_M, BANDS, Place
from registry.vocabulary.home_class import LABELS as CLASS_LABELS

UNKNOWN: Final = Text("Inconnu", "Unknown")
QUARTER_UNKNOWN: Final = Text("Quartier inconnu, à vérifier", "Quarter unknown, to be checked")
FITS: Final[Mapping[Fit, Text]] = {
    Fit.PROVEN: Text("Convient, établi", "Fits, proven"),
    Fit.POSSIBLE: Text("Peut convenir, à vérifier", "May fit, to be checked"),
    Fit.NO: Text("Ne convient pas", "Does not fit"),
}
PLACES: Final[Mapping[Place, Text]] = {
    Place.SAME_BUILDING: Text("Même immeuble", "Same building"),
    Place.SAME_RESIDENCE: Text("Même résidence", "Same residence"),
    Place.SAME_QUARTER: Text("Même quartier", "Same quarter"),
    Place.SAME_COMMUNE: Text("Même commune, autre quartier", "Same commune, another quarter"),
    Place.ELSEWHERE: Text("Autre commune", "Another commune"),
}
_DEMANDS: Final[Mapping[str, Text]] = {
    "few_steps": Text(
        "Moins de six marches jusqu'au logement, pièces essentielles sur un niveau",
        "Fewer than six steps up to the home, the essential rooms on one level",
    ),
    "limited_steps": Text(
        "Nombre limité de marches jusqu'au logement", "No more than a certain number of steps up to the home"
    ),
    "no_steps": Text("Aucune marche, ni pour entrer ni dedans", "No step, neither to enter nor inside"),
    "door_width": Text("Largeur des portes", "Width of the doors"),
    "wc_transfer_space": Text("Espace de transfert aux toilettes", "Space to transfer at the toilet"),
    "wc_transfer_left": Text(
        "Espace de transfert aux toilettes, par la gauche, à vérifier sur place",
        "Space to transfer at the toilet, from the left, to check there",
    ),
    "wc_transfer_right": Text(
        "Espace de transfert aux toilettes, par la droite, à vérifier sur place",
        "Space to transfer at the toilet, from the right, to check there",
    ),
    "zero_step_shower": Text("Douche de plain-pied", "Zero-step shower"),
    "low_shower_tray": Text("Douche à receveur bas, ou de plain-pied", "Shower with a low tray, or without a step"),
    "grab_bars": Text("Barres d'appui", "Grab bars"),
    "adapted_parking": Text("Stationnement adapté", "Adapted parking"),
    "ground_floor_or_lift": Text("Rez-de-chaussée ou ascenseur", "Ground floor or lift"),
    "contrast_markings": Text("Contrastes et repères", "Contrasts and markings"),
    "lighting_path": Text("Chemin lumineux", "Lit path"),
    "visual_signals": Text("Signaux lumineux", "Light signals"),
    "reachable_controls": Text(
        "Prises et interrupteurs à portée, à vérifier sur place", "Sockets and switches within reach, to check there"
    ),
}
_OF_CLASS: Final = Text("classe {number} : {label}", "class {number}: {label}")
_CLASS: Final = Text("Classe {number} au moins : {label}", "Class {number} at least: {label}")
_WIDER: Final = Text("{said} : plus de {cm} cm, à mesurer", "{said}: more than {cm} cm, to be measured")


def demand(asked: Requirement) -> Text:
    """Return what a hard demand is called."""
    if asked.code.startswith(CLASS):
        return _numbered(_CLASS, int(asked.code.removeprefix(CLASS)))
    said = _DEMANDS[asked.code]
    if asked.code == "door_width" and not asked.proven:
        return Text(
            _WIDER.fr.format(said=said.fr, cm=PROVEN_DOOR_CM), _WIDER.en.format(said=said.en, cm=PROVEN_DOOR_CM)
        )
    return said


def home_class(number: int) -> Text:
    """Return what a class is called in a line."""
    return _numbered(_OF_CLASS, number)


def _numbered(said: Text, number: int) -> Text:
    label = CLASS_LABELS[number]
    return Text(said.fr.format(number=number, label=label.fr), said.en.format(number=number, label=label.en))


def money(cents: int | None) -> Text:
    return UNKNOWN if cents is None else money_said(cents)


def at_most(cents: int, *, strictly: bool) -> Text:
    said = money(cents)
    if strictly:
        return Text(f"moins de {said.fr}", f"less than {said.en}")
    return Text(f"au plus {said.fr}", f"at most {said.en}")


def band(number: int | None) -> Text:
    """Return a band of accessible distance (metre-equivalents)."""
    if number is None:
        return UNKNOWN
    if number == 0:
        most = BANDS * BAND_M
        return Text(f"plus de {most} m, ou hors d'atteinte", f"more than {most} m, or out of reach")
    if number == 1:
        return Text(f"moins de {BAND_M} m", f"less than {BAND_M} m")
    low, high = (number - 1) * BAND_M, number * BAND_M
    return Text(f"de {low} à {high} m", f"{low} to {high} m")


def place(code: str | None) -> Text:
    return QUARTER_UNKNOWN if code is None else PLACES[Place(code)]


def of(count: int, total: int) -> Text:
    return Text(f"{count} sur {total}", f"{count} of {total}")
