"""The committee's sheet (CALEOL): an adapted home that is to be allotted, and for whom the law has it kept."""

from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from registry.kernel.text import Language, Text

TITLE: Final = Text("Logement adapté à attribuer", "Adapted home to be allotted")
WORDS: Final[dict[str, Text]] = {
    "home": Text("Le logement", "The home"),
    "ref": Text("Référence du bailleur", "Landlord's reference"),
    "residence": Text("Résidence", "Residence"),
    "commune": Text("Commune", "Commune"),
    "size": Text("Taille", "Size"),
    "class": Text("Classe prouvée", "Proven class"),
    "rent": Text("Loyer et charges par mois", "Rent and charges a month"),
    "free": Text("Libre", "Free"),
    "works": Text("Adaptations réalisées", "Adaptations that were made"),
    "works_none": Text("Aucune n'est enregistrée.", "None is registered."),
    "features": Text("Caractéristiques d'accessibilité prouvées", "Accessibility features that are proven"),
    "features_none": Text("Aucune n'est prouvée.", "None is proven."),
    "quota": Text("Réservataire et flux", "Quota holder and flow"),
    "holder": Text("Réservataire", "Quota holder"),
    "flow": Text("Gestion en flux", "Flow management"),
    "own": Text("Mutation au sein du parc du bailleur", "Transfer within the landlord's own stock"),
    "others": Text("Mutation entre bailleurs", "Transfer between landlords"),
    "deducted": Text("soustraite du flux", "deducted from the flow"),
    "not_deducted": Text("non soustraite du flux", "not deducted from the flow"),
    "convention": Text("convention de réservation du {day}", "reservation convention of {day}"),
    "undated": Text("convention de réservation, date non renseignée", "reservation convention, date not stated"),
    "to_check": Text(
        "à vérifier. La convention de réservation dit si elle est soustraite du flux ; ce qu'elle dit se déclare à la"
        " page « Conventions de réservation » du registre.",
        "to be checked. Whether it is deducted from the flow is for the reservation convention to say; what it says is"
        " stated on the registry's page 'Reservation conventions'.",
    ),
    "flow_whom": Text(
        "Vaut pour une mutation ; le registre ne dit pas ici si le candidat est déjà locataire d'un bailleur social.",
        "Holds of a transfer; the registry does not say here whether the candidate is a social landlord's tenant"
        " already.",
    ),
    "free_of_quota": Text(
        "Aucun réservataire n'est enregistré pour ce logement : à rapprocher des conventions de gestion en flux.",
        "No quota holder is registered for this home: to be compared with the conventions on flow management.",
    ),
    "priority": Text("Ordre de priorité", "Order of priority"),
    "rank": Text("Rang du candidat proposé", "Rank of the proposed candidate"),
    "rank_open": Text(
        "à établir par la commission. Le premier rang est celui d'une personne handicapée ; le registre ne connaît ni"
        " le handicap ni l'âge de personne.",
        "to be established by the committee. First rank is that of a person with a disability; the registry knows"
        " nobody's disability or age.",
    ),
    "rank_asked": Text(
        "Le besoin du candidat demande une adaptation de ce logement, signalée ci-dessous.",
        "The candidate's need asks for an adaptation of this home, marked below.",
    ),
    "rank_not_asked": Text(
        "L'adaptation de ce logement n'est pas ce qui est demandé : rien de ce que le besoin demande ne repose sur"
        " elle.",
        "The adaptation of this home is not what is asked for: nothing of what the need asks for rests on it.",
    ),
    "rank_unknown": Text(
        "Le besoin n'est plus communiqué, ou ne demande rien de particulier.",
        "The need is no longer told, or asks for nothing in particular.",
    ),
    "rank_none": Text("Aucune proposition n'est jointe.", "No proposal is attached."),
    "link": Text("Lien avec la commune", "Link with the commune"),
    "link_where": Text(
        "Vaut si le candidat vient d'une autre commune que celle du logement ; le registre ne dit pas ici où il"
        " habite.",
        "Holds where the candidate comes from another commune than the home's; the registry does not say here where"
        " they live.",
    ),
    "demands": Text("Ce que le besoin demande", "What the need asks for"),
    "rests": Text("adaptation de ce logement", "adaptation of this home"),
    "examined": Text("L'adaptation a été examinée", "The adaptation was examined"),
    "yes": Text("oui", "yes"),
    "no": Text("non", "no"),
    "dated": Text("texte du {day}, {source}", "text of {day}, {source}"),
    "unverified": Text("à vérifier avec le texte en vigueur", "to be verified with the text in force"),
    "unknown": Text("non renseigné", "not stated"),
    "duty": Text(
        "Le registre prépare la décision et ne la prend pas. Ce qu'il advient du logement est à déclarer ensuite.",
        "The registry prepares the decision and does not take it. What becomes of the home is to be stated afterwards.",
    ),
}


@dataclass(frozen=True, slots=True)
class Cited:
    """A text of law as the sheet says it."""

    article: str
    text: Text
    source: str
    dated: date
    verified: bool


TransferKind = Literal["own", "others"]
"""Within the landlord's own stock, or between landlords."""


@dataclass(frozen=True, slots=True)
class Flow:
    """What the reservation convention says of a kind of transfer.

    Attributes:
        deducted: From the flow; ``None``: no convention is stated, or it does not say.
        dated: Of the convention; ``None``: not stated.
    """

    kind: TransferKind
    deducted: bool | None
    dated: date | None


@dataclass(frozen=True, slots=True)
class CommitteeSheet:
    """What the sheet says of a home; of a candidate only what the home has to have.

    Attributes:
        rent_cents, charges_cents: Euro cents a month; ``None``: not stated.
        works: Each adaptation with the day on which it was delivered.
        features: What the home is proven to have for accessibility, works or none.
        quota_holder: ``None``: none is registered.
        flow: Of the transfer that is proposed, of both kinds where no proposal is attached; of no quota holder nothing.
        demands: What the need asks for, whether the home has it, and whether it rests on an adaptation of the home;
            ``None``: no proposal is attached.
        link: What forbids to refuse for lack of a link with the commune alone (CCH art. L.441). It is said of every
            proposal in general: the owner is not told where the candidate lives. ``None``: no proposal is attached.
    """

    home_ref: str
    residence: str
    commune: str
    size: Text
    home_class: int
    class_label: Text
    rent_cents: int | None
    charges_cents: int | None
    free: Text
    works: tuple[tuple[Text, date], ...]
    features: tuple[Text, ...]
    quota_holder: Text | None
    flow: tuple[Flow, ...]
    demands: tuple[tuple[Text, Text, bool], ...] | None
    article: str
    priority: Text
    source: str
    dated: date
    verified: bool
    link: Cited | None

    @property
    def adaptation_is_asked(self) -> bool:
        return any(rests for _, _, rests in self.demands or ())

    def title(self, language: Language) -> str:
        return TITLE.in_language(language)
