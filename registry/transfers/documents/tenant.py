"""The tenant's sheet: one large page in plain words about a home that is proposed to her."""

from dataclasses import dataclass
from typing import Final

from registry.kernel.text import Language, Text

TITLE: Final = Text("Un logement vous est proposé", "A home is proposed to you")
WORDS: Final[dict[str, Text]] = {
    "home": Text("Le logement", "The home"),
    "living": Text("Comment on y vit", "What it is like to live there"),
    "check": Text("À vérifier à la visite", "To be checked on the visit"),
    "lacks": Text("Ce qu'il n'a pas", "What it does not have"),
    "places": Text("À pied, {way}", "On foot, {way}"),
    "places_none": Text(
        "Les distances ne sont pas connues : demandez-les à la visite.",
        "The distances are not known: ask on the visit.",
    ),
    "rent": Text("Le loyer par mois", "The rent a month"),
    "principal": Text("Loyer", "Rent"),
    "total": Text("Loyer et charges", "Rent and charges"),
    "now": Text("Aujourd'hui", "Today"),
    "then": Text("Dans ce logement", "In this home"),
    "unknown": Text("à demander", "to be asked"),
    "help": Text("L'aide prévue pour le déménagement", "The help that is planned for the move"),
    "help_none": Text("Demandez ce qui peut être prévu.", "Ask what can be planned."),
    "no": Text("Vous pouvez dire non", "You may say no"),
    "no_text": Text(
        "Dire non est normal, même parce que vous êtes attachée ou attaché à votre logement ou à votre quartier. Votre"
        " dossier reste ouvert, vous gardez tous vos droits, et vous n'avez rien à justifier.",
        "Saying no is fine, be it because you are attached to your home or your neighbourhood. Your case stays open,"
        " you keep all your rights, and you need not give reasons.",
    ),
    "address": Text(
        "L'adresse vous est dite quand le bailleur du logement est d'accord et qu'il est réservé pour vous.",
        "You are told the address once the home's landlord agrees and it is kept for you.",
    ),
    "contact": Text("Pour en parler, appelez :", "To talk about it, call:"),
    "landlord": Text("Bailleur", "Landlord"),
    "where": Text("Commune", "Town"),
    "size": Text("Taille", "Size"),
    "floor": Text("Étage", "Floor"),
    "free": Text("Libre", "Free"),
}
WAYS: Final[dict[str, Text]] = {
    "walking": Text("sans aide à la marche", "without a walking aid"),
    "senior": Text("avec une canne ou un déambulateur", "with a stick or a walker"),
    "wheelchair": Text("en fauteuil roulant", "in a wheelchair"),
}


@dataclass(frozen=True, slots=True)
class TenantSheet:
    """What the sheet says; the order is that of the page.

    Attributes:
        way: How she goes out: a key of :data:`WAYS`.
        good: What the home is known to have; ``check``: what nobody knows; ``lacks``: what it is known not to have.
        places: What is how far by accessible path.
        rents: Principal rent and total, each today and then, in euro cents a month; ``None``: not known.
    """

    landlord: str
    commune: str
    size: Text
    floor: Text | None
    free: Text
    way: str
    good: tuple[Text, ...]
    check: tuple[Text, ...]
    lacks: tuple[Text, ...]
    places: tuple[tuple[Text, Text], ...]
    rents: tuple[tuple[Text, int | None, int | None], ...]
    help: tuple[Text, ...]

    def title(self, language: Language) -> str:
        return TITLE.in_language(language)
