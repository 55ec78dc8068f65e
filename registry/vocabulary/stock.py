"""The code lists of the stock, each code with its French and English label."""

from enum import StrEnum
from typing import Final

from registry.kernel.text import Text


class Status(StrEnum):
    """What a home is used for now. Only the first four can ever be shared."""

    OCCUPIED = "occupied"
    NOTICE = "notice"
    VACANT = "vacant"
    WORKS = "works"
    RESERVED = "reserved"
    WITHDRAWN = "withdrawn"


class HousingForm(StrEnum):
    ORDINARY = "ordinary"
    INTERGENERATIONAL = "intergenerational"
    INCLUSIVE = "inclusive"
    SENIORS_RESIDENCE = "seniors_residence"


class Equipment(StrEnum):
    """What the residents of a residence share."""

    COMMON_ROOM = "common_room"
    CARETAKER = "caretaker"
    LAUNDRY = "laundry"
    GUEST_ROOM = "guest_room"
    GARDEN = "garden"
    RESTAURANT = "restaurant"
    MOBILITY_SCOOTER_STORE = "mobility_scooter_store"


class Source(StrEnum):
    """Where a fact comes from."""

    DECLARED = "declared"
    MEASURED = "measured"
    OCCUPATIONAL_THERAPIST = "occupational_therapist"
    WORKS_DELIVERED = "works_delivered"
    IMPORTED = "imported"


SOURCE_RANKING: Final = (
    Source.IMPORTED, Source.DECLARED, Source.WORKS_DELIVERED, Source.MEASURED, Source.OCCUPATIONAL_THERAPIST,
)  # fmt: skip
"""From the weakest: a file does not replace what a better source established."""


class Typology(StrEnum):
    T1 = "T1"
    T1_BIS = "T1bis"
    T2 = "T2"
    T3 = "T3"
    T4 = "T4"
    T5 = "T5"
    T6 = "T6"
    T7 = "T7"
    T8 = "T8"
    T9 = "T9"


class EnergyLabel(StrEnum):
    A = "A"
    B = "B"
    C = "C"
    D = "D"
    E = "E"
    F = "F"
    G = "G"


class Financing(StrEnum):
    """RPLS variable FINAN: the initial financing (arrêté du 5 janvier 2010, annexe)."""

    PLAI = "10"
    PLA_LM = "11"
    PLA = "12"
    PLUS = "13"
    PLS = "14"
    PAP = "15"
    PLI = "16"
    PCL = "17"
    OTHER_SINCE_1977 = "49"
    HBM = "50"
    PLR_PSR = "51"
    HLM_O = "52"
    ILM = "53"
    ILN = "54"
    CFF = "55"
    OTHER_BEFORE_1977 = "99"


class QuotaHolder(StrEnum):
    """RPLS variable CONTRESLOG: who holds the right to nominate (arrêté du 5 janvier 2010, annexe)."""

    STATE_OFFICIALS = "1"
    STATE_PRIORITY = "2"
    EMPLOYERS = "3"
    LOCAL_AUTHORITIES = "4"
    STATE_OFFICIALS_AGREED = "5"
    OTHER = "6"
    NOT_RESERVED = "7"


LABELS: Final[dict[type[StrEnum], dict[StrEnum, Text]]] = {
    Status: {
        Status.OCCUPIED: Text("Occupé", "Occupied"),
        Status.NOTICE: Text("Congé donné", "Notice given"),
        Status.VACANT: Text("Vacant", "Vacant"),
        Status.WORKS: Text("En travaux", "In works"),
        Status.RESERVED: Text("Réservé", "Reserved"),
        Status.WITHDRAWN: Text("Sorti du parc", "Withdrawn from the stock"),
    },
    HousingForm: {
        HousingForm.ORDINARY: Text("Logement ordinaire", "Ordinary housing"),
        HousingForm.INTERGENERATIONAL: Text("Habitat intergénérationnel", "Intergenerational housing"),
        HousingForm.INCLUSIVE: Text("Habitat inclusif", "Inclusive housing"),
        HousingForm.SENIORS_RESIDENCE: Text("Résidence seniors", "Seniors' residence"),
    },
    Equipment: {
        Equipment.COMMON_ROOM: Text("Salle commune", "Common room"),
        Equipment.CARETAKER: Text("Gardien", "Caretaker"),
        Equipment.LAUNDRY: Text("Laverie", "Laundry"),
        Equipment.GUEST_ROOM: Text("Chambre d'hôte", "Guest room"),
        Equipment.GARDEN: Text("Jardin", "Garden"),
        Equipment.RESTAURANT: Text("Restaurant", "Restaurant"),
        Equipment.MOBILITY_SCOOTER_STORE: Text("Local pour scooters", "Mobility scooter store"),
    },
    Source: {
        Source.DECLARED: Text("Déclaré par le bailleur", "Declared by the landlord"),
        Source.MEASURED: Text("Mesuré", "Measured"),
        Source.OCCUPATIONAL_THERAPIST: Text("Relevé par un ergothérapeute", "Established by an occupational therapist"),
        Source.WORKS_DELIVERED: Text("Travaux réceptionnés", "Works delivered"),
        Source.IMPORTED: Text("Repris d'un fichier", "Imported from a file"),
    },
    Typology: {
        code: Text(f"{code} : {number} pièce(s) principale(s)", f"{code}: {number} main room(s)")
        for code, number in zip(Typology, (1, 1, 2, 3, 4, 5, 6, 7, 8, 9), strict=True)
    },
    EnergyLabel: {label: Text(f"Étiquette énergie {label}", f"Energy label {label}") for label in EnergyLabel},
    Financing: {
        Financing.PLAI: Text("PLAI", "PLAI (very social loan)"),
        Financing.PLA_LM: Text("PLA LM / TS / insertion", "PLA LM / TS / integration"),
        Financing.PLA: Text("PLA ordinaire", "PLA, ordinary"),
        Financing.PLUS: Text("PLUS", "PLUS (standard social loan)"),
        Financing.PLS: Text("PLS / PPLS / PLA CFF", "PLS (upper social loan)"),
        Financing.PAP: Text("PAP locatif", "PAP, rental"),
        Financing.PLI: Text("PLI", "PLI (intermediate loan)"),
        Financing.PCL: Text("PCL", "PCL"),
        Financing.OTHER_SINCE_1977: Text("Autre, depuis 1977", "Other, since 1977"),
        Financing.HBM: Text("HBM", "HBM"),
        Financing.PLR_PSR: Text("PLR / PSR", "PLR / PSR"),
        Financing.HLM_O: Text("HLM/O", "HLM/O"),
        Financing.ILM: Text("ILM", "ILM"),
        Financing.ILN: Text("ILN", "ILN"),
        Financing.CFF: Text("CFF", "CFF"),
        Financing.OTHER_BEFORE_1977: Text("Autre, avant 1977", "Other, before 1977"),
    },
    QuotaHolder: {
        QuotaHolder.STATE_OFFICIALS: Text("État, fonctionnaires", "State, officials"),
        QuotaHolder.STATE_PRIORITY: Text("État, prioritaires", "State, priority households"),
        QuotaHolder.EMPLOYERS: Text("Employeurs, Action Logement", "Employers, Action Logement"),
        QuotaHolder.LOCAL_AUTHORITIES: Text("Collectivités territoriales", "Local authorities"),
        QuotaHolder.STATE_OFFICIALS_AGREED: Text(
            "État, fonctionnaires, conventionné", "State, officials, under agreement"
        ),
        QuotaHolder.OTHER: Text("Autres réservataires", "Other quota holders"),
        QuotaHolder.NOT_RESERVED: Text("Non réservé", "Not reserved"),
    },
}
"""Every code list of the stock, as ``GET /v1/vocabulary`` shows it."""

NAMES: Final[dict[type[StrEnum], str]] = {
    Status: "statuses",
    HousingForm: "housing_forms",
    Equipment: "equipment",
    Source: "fact_sources",
    Typology: "typologies",
    EnergyLabel: "energy_labels",
    Financing: "financing",
    QuotaHolder: "quota_holders",
}
