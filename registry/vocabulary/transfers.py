"""The words of transfers: what a tenant needs of a home, why something is declined, what became of a home.

Codes only: nothing here, and nothing made of it, tells of a diagnosis or of who somebody is.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from registry.kernel.text import Text


class Aid(StrEnum):
    """What somebody moves with."""

    NONE = "none"
    STICK = "stick"
    WALKER = "walker"
    MANUAL_WHEELCHAIR = "manual_wheelchair"
    POWERED_WHEELCHAIR = "powered_wheelchair"
    SCOOTER = "scooter"


class Side(StrEnum):
    """From which side of the toilet somebody transfers, as they sit on it."""

    LEFT = "left"
    RIGHT = "right"
    EITHER = "either"


class Shower(StrEnum):
    """Which shower can be used."""

    ANY = "any"
    LOW_TRAY = "low_tray"
    ZERO_STEP = "zero_step"


class Lived(StrEnum):
    """For how long somebody has lived in their quarter."""

    UNDER_5 = "under_5_years"
    FROM_5_TO_20 = "5_to_20_years"
    OVER_20 = "over_20_years"


class Ground(StrEnum):
    """Why a case goes before others."""

    ADAPTATION_REFUSED = "adaptation_refused"
    UNDER_OCCUPATION = "under_occupation"
    HOME_NO_LONGER_NEEDED = "home_no_longer_needed"


class CaseKind(StrEnum):
    """A transfer from a home, or a first entry before there is a need."""

    TRANSFER = "transfer"
    FIRST_ENTRY = "first_entry"


class Consent(StrEnum):
    """On what basis a need may be kept and told (GDPR art. 6 and 9)."""

    EXPLICIT_CONSENT = "explicit_consent"
    LEGAL_REPRESENTATIVE = "legal_representative"


class Closing(StrEnum):
    """Why a case has ended."""

    MOVED = "moved"
    ADAPTED_IN_PLACE = "adapted_in_place"
    WISHES_TO_STAY = "wishes_to_stay"
    MOVED_ELSEWHERE = "moved_elsewhere"
    CONSENT_ENDED = "consent_ended"
    OTHER = "other"


class Refusal(StrEnum):
    """Why a tenant says no; a normal outcome."""

    ATTACHMENT = "attachment"
    COST = "cost"
    SERVICES = "services"
    HOME = "home"
    HEALTH = "health"
    OTHER = "other"


class Decline(StrEnum):
    """Why an owner does not take a proposal on."""

    ALREADY_ALLOTTED = "already_allotted"
    RESERVED = "reserved_by_quota_holder"
    WORKS = "works"
    DATA_OUT_OF_DATE = "data_out_of_date"
    NEED_NOT_MET = "need_not_met"
    PRIORITY_TO_ANOTHER = "priority_to_another"
    OTHER = "other"


class Rejection(StrEnum):
    """Why a committee (CALEOL) does not allot."""

    RANKED_BEHIND = "ranked_behind"
    FILE_INCOMPLETE = "file_incomplete"
    INCOME = "income"
    HOUSEHOLD_AND_HOME = "household_and_home"
    OTHER = "other"


class Ending(StrEnum):
    """Why the service itself ends a proposal; nobody decided against it."""

    HOME_ALLOTTED = "home_allotted"
    HOME_GONE = "home_gone"
    OWNER_LEFT = "owner_left"
    ORIGIN_LEFT = "origin_left"
    CASE_CLOSED = "case_closed"
    CASE_ERASED = "case_erased"
    CONSENT_ENDED = "consent_ended"
    HOUSED_ELSEWHERE = "housed_elsewhere"


class Help(StrEnum):
    """What helps with a move."""

    REMOVAL = "removal"
    DOUBLE_RENT = "double_rent"
    CONNECTIONS = "connections"
    WORKS_BEFORE_ENTRY = "works_before_entry"
    SORTING = "sorting"
    STORAGE = "storage"
    PARTING = "parting"
    OTHER = "other_help"


class Outcome(StrEnum):
    """What became of an adapted home that fell vacant (CCH art. R.441-4)."""

    NEEDED = "allotted_to_need"
    ELDERLY = "allotted_to_elderly"
    LARGE_TO_FAMILY = "large_home_to_family"
    LOST = "lost"
    STAYED = "tenant_stayed"


LARGE_ROOMS: Final = 4
"""From this number of main rooms on a home is a large one (T4), whoever lived in it."""
ADAPTED_CLASS: Final = 4
"""From this proven class on a home counts as adapted (walking with an aid), works or none."""


class Loss(StrEnum):
    """Why an adapted home is lost: it went to somebody who does not need it or, ``NOT_LET``, to nobody any more."""

    NO_CANDIDATE = "no_candidate"
    QUOTA_HOLDER = "quota_holder"
    UNKNOWN_ADAPTATION = "adaptation_not_known"
    URGENCY = "urgency"
    REFUSED_BY_CANDIDATES = "refused_by_candidates"
    NOT_LET = "no_longer_let"
    OTHER = "other"


LOST_TO: Final = tuple(code for code in Loss if code is not Loss.NOT_LET)
"""Why an adapted home was allotted to somebody who does not need it; a home that is let no more was not allotted."""


class Exemption(StrEnum):
    """Who is exempt from what a text attaches to refusals. The age of ``OVER_65`` is a figure of each text."""

    OVER_65 = "over_65"
    DISABILITY = "disability"
    DEPENDANT = "dependant"
    LOSS_OF_AUTONOMY = "loss_of_autonomy"
    QPV = "qpv"


class LegalCondition(StrEnum):
    """What has to hold before a text attaches anything to refusals."""

    TENSE_AREA = "tense_area"


LABELS: Final[Mapping[StrEnum, Text]] = MappingProxyType(
    {
        Aid.NONE: Text("Aucune", "None"),
        Aid.STICK: Text("Canne", "Stick"),
        Aid.WALKER: Text("Déambulateur", "Walker"),
        Aid.MANUAL_WHEELCHAIR: Text("Fauteuil roulant manuel", "Manual wheelchair"),
        Aid.POWERED_WHEELCHAIR: Text("Fauteuil roulant électrique", "Powered wheelchair"),
        Aid.SCOOTER: Text("Scooter électrique", "Mobility scooter"),
        Side.LEFT: Text("Par la gauche", "From the left"),
        Side.RIGHT: Text("Par la droite", "From the right"),
        Side.EITHER: Text("D'un côté ou de l'autre", "From either side"),
        Shower.ANY: Text("Toute douche ou baignoire", "Any shower or bath"),
        Shower.LOW_TRAY: Text("Receveur bas", "Low tray"),
        Shower.ZERO_STEP: Text("De plain-pied", "Zero-step"),
        Lived.UNDER_5: Text("Moins de 5 ans", "Less than 5 years"),
        Lived.FROM_5_TO_20: Text("De 5 à 20 ans", "5 to 20 years"),
        Lived.OVER_20: Text("Plus de 20 ans", "More than 20 years"),
        Ground.ADAPTATION_REFUSED: Text("Adaptation refusée ou impossible", "Adaptation refused or impossible"),
        Ground.UNDER_OCCUPATION: Text("Sous-occupation", "Under-occupation"),
        Ground.HOME_NO_LONGER_NEEDED: Text(
            "Logement adapté dont on n'a plus besoin", "Adapted home that is no longer needed"
        ),
        CaseKind.TRANSFER: Text("Mutation", "Transfer"),
        CaseKind.FIRST_ENTRY: Text("Première entrée", "First entry"),
        Consent.EXPLICIT_CONSENT: Text("Consentement explicite de la personne", "The person's explicit consent"),
        Consent.LEGAL_REPRESENTATIVE: Text(
            "Consentement donné par son représentant légal", "Consent given by their legal representative"
        ),
        Closing.MOVED: Text("A emménagé", "Moved"),
        Closing.ADAPTED_IN_PLACE: Text("Logement actuel adapté", "Present home adapted"),
        Closing.WISHES_TO_STAY: Text("Souhaite rester", "Wishes to stay"),
        Closing.MOVED_ELSEWHERE: Text("Parti ailleurs", "Moved elsewhere"),
        Closing.CONSENT_ENDED: Text("Consentement retiré ou échu", "Consent withdrawn or ended"),
        Closing.OTHER: Text("Autre motif", "Other reason"),
        Refusal.ATTACHMENT: Text(
            "Attachement au logement ou au quartier", "Attachment to the home or the neighbourhood"
        ),
        Refusal.COST: Text("Loyer ou coût", "Rent or cost"),
        Refusal.SERVICES: Text("Services et soins", "Services and care"),
        Refusal.HOME: Text("Le logement lui-même", "The home itself"),
        Refusal.HEALTH: Text("Santé", "Health"),
        Refusal.OTHER: Text("Autre motif", "Other reason"),
        Decline.ALREADY_ALLOTTED: Text("Déjà attribué", "Already allotted"),
        Decline.RESERVED: Text("Réservé par un réservataire", "Reserved by a quota holder"),
        Decline.WORKS: Text("En travaux", "Under works"),
        Decline.DATA_OUT_OF_DATE: Text("Données périmées", "Data out of date"),
        Decline.NEED_NOT_MET: Text("Ne répond pas au besoin", "Does not meet the need"),
        Decline.PRIORITY_TO_ANOTHER: Text("Priorité d'un autre candidat", "Another candidate's priority"),
        Decline.OTHER: Text("Autre motif", "Other reason"),
        Rejection.RANKED_BEHIND: Text("Classé derrière un autre candidat", "Ranked behind another candidate"),
        Rejection.FILE_INCOMPLETE: Text("Dossier incomplet", "File incomplete"),
        Rejection.INCOME: Text("Ressources", "Income"),
        Rejection.HOUSEHOLD_AND_HOME: Text(
            "Logement inadapté à la composition du ménage", "Home does not suit the household"
        ),
        Rejection.OTHER: Text("Autre motif", "Other reason"),
        Ending.HOME_ALLOTTED: Text("Logement attribué à quelqu'un d'autre", "Home allotted to somebody else"),
        Ending.HOME_GONE: Text("Logement retiré du parc", "Home withdrawn from the stock"),
        Ending.OWNER_LEFT: Text(
            "Le bailleur du logement n'est plus membre", "The home's landlord is no member any more"
        ),
        Ending.ORIGIN_LEFT: Text(
            "Le bailleur du dossier n'est plus membre", "The case's landlord is no member any more"
        ),
        Ending.CASE_CLOSED: Text("Dossier clos", "Case closed"),
        Ending.CASE_ERASED: Text("Dossier effacé", "Case erased"),
        Ending.CONSENT_ENDED: Text("Consentement retiré ou échu", "Consent withdrawn or ended"),
        Ending.HOUSED_ELSEWHERE: Text("Un autre logement a été loué", "Another home was let"),
        Help.REMOVAL: Text("Déménagement", "Removal"),
        Help.DOUBLE_RENT: Text("Double loyer", "Double rent"),
        Help.CONNECTIONS: Text("Raccordements et abonnements", "Connections and subscriptions"),
        Help.WORKS_BEFORE_ENTRY: Text("Travaux avant l'entrée", "Works before entry"),
        Help.SORTING: Text("Tri des affaires", "Sorting belongings"),
        Help.STORAGE: Text("Garde-meuble", "Storage"),
        Help.PARTING: Text("Se séparer d'affaires", "Parting from belongings"),
        Help.OTHER: Text("Autre aide", "Other help"),
        Outcome.NEEDED: Text("Attribué à qui en a besoin", "Allotted to somebody who needs it"),
        Outcome.ELDERLY: Text("Attribué à une personne âgée", "Allotted to an elderly person"),
        Outcome.LARGE_TO_FAMILY: Text("Grand logement attribué à une famille", "Large home allotted to a family"),
        Outcome.LOST: Text("Perdu pour l'accessibilité", "Lost to accessibility"),
        Outcome.STAYED: Text(
            "Le locataire reste (congé retiré, ou retour après travaux)",
            "The tenant stays (notice withdrawn, or back after works)",
        ),
        Exemption.OVER_65: Text("Plus de {age} ans", "Over {age}"),
        Exemption.DISABILITY: Text("Situation de handicap (CASF art. L.114)", "Disability (CASF art. L.114)"),
        Exemption.DEPENDANT: Text("Personne à charge en situation de handicap", "A dependant who has a disability"),
        Exemption.LOSS_OF_AUTONOMY: Text("Perte d'autonomie", "Loss of autonomy"),
        LegalCondition.TENSE_AREA: Text(
            "Logement en zone tendue (au sens du texte)", "Home in a tense area (as the text means it)"
        ),
        Exemption.QPV: Text("Logement en quartier prioritaire (QPV)", "Home in a priority quarter (QPV)"),
        Loss.NO_CANDIDATE: Text("Aucun candidat qui en ait besoin", "No candidate who needs it"),
        Loss.QUOTA_HOLDER: Text("Choix du réservataire", "The quota holder's choice"),
        Loss.UNKNOWN_ADAPTATION: Text("Adaptation ignorée", "Adaptation not known"),
        Loss.URGENCY: Text("Urgence", "Urgency"),
        Loss.REFUSED_BY_CANDIDATES: Text("Refusé par les candidats", "Refused by the candidates"),
        Loss.NOT_LET: Text(
            "N'est plus loué (vente, démolition, travaux lourds)", "No longer let (sale, demolition, heavy works)"
        ),
        Loss.OTHER: Text("Autre motif", "Other reason"),
    }
)
