"""The services that a tenant reaches on foot, by family, and what other vocabularies call them.

Families: the S component of the residence index (food, pharmacy, doctor, transport, post, bank and administration,
social life, home help), with the park or bench on the way. ``other`` holds the shops and places
that are none of these: they are found and shown, and count in no index.

Crosswalks: OpenStreetMap tags (wiki "Map features"), activities of acceslibre (schema 0.0.20) and FINESS
categories of the SAE (DREES, SAE 2023).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Final

from registry.kernel.text import Text


class Family(IntEnum):
    """The numbers are stored in arrays and never change their meaning."""

    FOOD = 1
    PHARMACY = 2
    DOCTOR_AND_CARE = 3
    TRANSPORT_STOP = 4
    POST_BANK_ADMINISTRATION = 5
    SOCIAL_LIFE = 6
    PARK_BENCH = 7
    HOME_HELP = 8
    OTHER = 9

    @property
    def code(self) -> str:
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Description:
    """``counts``: whether the index of a residence asks how far it is."""

    label: Text
    help: Text
    counts: bool = True


FAMILIES: Final[dict[Family, Description]] = {
    Family.FOOD: Description(
        Text("Alimentation", "Food"),
        Text(
            "Commerce où l'on achète de quoi manger : supermarché, épicerie, boulangerie, marché.",
            "A shop that sells food for the day: supermarket, grocer, baker, market.",
        ),
    ),
    Family.PHARMACY: Description(
        Text("Pharmacie", "Pharmacy"), Text("Officine ouverte au public.", "A pharmacy open to the public.")
    ),
    Family.DOCTOR_AND_CARE: Description(
        Text("Médecin et soins", "Doctor and care"),
        Text(
            "Médecin, infirmier, kinésithérapeute, dentiste, laboratoire, opticien, centre de santé, hôpital.",
            "Doctor, nurse, physiotherapist, dentist, laboratory, optician, health centre, hospital.",
        ),
    ),
    Family.TRANSPORT_STOP: Description(
        Text("Arrêt de transport", "Transport stop"),
        Text("Arrêt de bus ou de tramway, gare.", "A stop of bus or tram, a station."),
    ),
    Family.POST_BANK_ADMINISTRATION: Description(
        Text("Poste, banque, administration", "Post, bank, administration"),
        Text(
            "Bureau ou relais de poste, banque ou distributeur, mairie, administration, police.",
            "Post office or relay, bank or cash machine, town hall, public office, police.",
        ),
    ),
    Family.SOCIAL_LIFE: Description(
        Text("Lien social", "Social life"),
        Text(
            "Lieu où l'on rencontre du monde : centre social, bibliothèque, culte, café, restaurant, spectacle, sport.",
            "A place to meet people: community centre, library, worship, café, restaurant, shows, sport.",
        ),
    ),
    Family.PARK_BENCH: Description(
        Text("Parc ou banc", "Park or bench"),
        Text("Jardin public, ou banc pour se reposer en chemin.", "A public garden, or a bench to rest on the way."),
    ),
    Family.HOME_HELP: Description(
        Text("Aide à domicile", "Home help"),
        Text(
            "Service qui vient à domicile ; la distance est celle de son accueil.",
            "A service that comes home; the distance is that of its office.",
        ),
    ),
    Family.OTHER: Description(
        Text("Autre commerce ou lieu", "Other shop or place"),
        Text(
            "Commerces et lieux qu'aucune autre famille ne compte : vêtements, chaussures, coiffure, toilettes.",
            "Shops and places that no other family counts: clothes, shoes, hairdresser, toilets.",
        ),
        counts=False,
    ),
}
BY_CODE: Final = {family.code: family for family in Family}


class Band(StrEnum):
    """How far the best service of a family is, as a listing says it; what is unknown is not said."""

    WITHIN_300 = "within_300"
    WITHIN_600 = "within_600"
    FURTHER = "further"


BANDS: Final = {
    Band.WITHIN_300: Text("À 300 m au plus", "Within 300 m"),
    Band.WITHIN_600: Text("À 600 m au plus", "Within 600 m"),
    Band.FURTHER: Text("Plus loin", "Further"),
}
"""Metre-equivalents of the accessible path."""

ANY: Final = "*"
"""Any value of the key, where no row before it names the value."""
_OSM: Final[tuple[tuple[Family | None, str, str], ...]] = (
    (Family.PHARMACY, "amenity", "pharmacy"),
    (Family.PHARMACY, "healthcare", "pharmacy"),
    (Family.HOME_HELP, "healthcare", "home_care"),
    (Family.HOME_HELP, "social_facility", "outreach:senior ambulatory_care home_care"),
    (Family.HOME_HELP, "office", "home_care"),
    (Family.DOCTOR_AND_CARE, "amenity", "doctors clinic hospital dentist"),
    (Family.DOCTOR_AND_CARE, "healthcare",
     ("alternative audiologist birthing_centre blood_donation centre clinic counselling dentist dialysis doctor hospice"
     " hospital laboratory midwife nurse occupational_therapist optometrist physiotherapist podiatrist psychotherapist"
     " rehabilitation sample_collection speech_therapist vaccination_centre yes")),
    (Family.DOCTOR_AND_CARE, "shop", "optician hearing_aids medical_supply"),
    (Family.FOOD, "shop",
     ("supermarket convenience bakery butcher greengrocer seafood dairy cheese deli grocery food general farm"
     " health_food frozen_food pastry department_store mall pasta rice")),
    (Family.FOOD, "amenity", "marketplace"),
    (Family.TRANSPORT_STOP, "highway", "bus_stop"),
    (Family.TRANSPORT_STOP, "railway", "tram_stop station halt"),
    (Family.TRANSPORT_STOP, "amenity", "bus_station ferry_terminal"),
    (Family.POST_BANK_ADMINISTRATION, "amenity", "post_office bank atm townhall courthouse police"),
    (Family.POST_BANK_ADMINISTRATION, "office", "government administrative employment_agency:public"),
    (Family.POST_BANK_ADMINISTRATION, "shop", "post_relay"),
    (Family.SOCIAL_LIFE, "amenity",
     ("community_centre social_centre social_facility library theatre cinema arts_centre place_of_worship cafe bar pub"
     " restaurant events_venue")),
    (Family.SOCIAL_LIFE, "leisure", "sports_centre swimming_pool:public fitness_centre bowling_alley dance"),
    (Family.SOCIAL_LIFE, "tourism", "museum gallery"),
    (Family.SOCIAL_LIFE, "club", ANY),
    (Family.PARK_BENCH, "leisure", "park garden:public"),
    (Family.PARK_BENCH, "amenity", "bench"),
    (Family.OTHER, "amenity", "toilets fast_food ice_cream"),
    (None, "shop", "vacant no disused"),
    (Family.OTHER, "shop", ANY),
)  # fmt: skip
OSM: Final[dict[tuple[str, str], tuple[int, Family | None]]] = {
    (key, value): (rank, family) for rank, (family, key, values) in enumerate(_OSM) for value in values.split()
}
"""Rank and family of a key with a value; the lowest rank of an object decides. ``None``: no service at all."""
OSM_KEYS: Final = tuple(dict.fromkeys(key for _, key, _ in _OSM))

_ACCESLIBRE: Final[dict[Family | None, str]] = {
    Family.FOOD: """
        boucherie|boulangerie|charcuterie|crèmerie fromagerie|épicerie|fruits et légumes|hypermarché|pâtisserie
        |poissonnerie|produits surgelés|supérette|supermarché|traiteur|centre commercial""",
    Family.PHARMACY: "pharmacie",
    Family.DOCTOR_AND_CARE: """
        audio prothésiste|cardiologie|chirurgien dentiste|clinique|dermatologie vénéréologie|ergothérapeute
        |établissement de santé|gastro-entérologie hépatologie|gynécologie médicale|gynécologie obstétrique|hôpital
        |infirmier|maison de santé ou centre de santé|masseur kinésithérapeute|médecin généraliste|ophtalmologie|optique
        |orthopédie|orthophonie|orthoptie|oto-rhino-laryngologie|pédiatrie|pédicure-podologue|pneumologie|psychiatrie
        |psychomotricien|radiodiagnostic et imagerie médicale|sage-femme|stomatologie""",
    Family.TRANSPORT_STOP: """
        gare avec desserte train à grande vitesse (tagv)|gare routière
        |gare sans desserte train à grande vitesse (tagv)""",
    Family.POST_BANK_ADMINISTRATION: """
        administration publique|agence postale|banques, caisses d'épargne|bureau de poste|mairie|relais poste""",
    Family.SOCIAL_LIFE: """
        athlétisme|bibliothèque médiathèque|boulodrome|bowling|café et thés|cafétéria|centre de loisirs|centre religieux
        |cinéma|conservatoire|débit de boisson|gymnase|lieu de culte|musée|personnes âgées : foyer restaurant|piscine
        |restaurant|salle de danse|salle de jeux|salle de spectacle|salle multisports|salle non spécialisée
        |salle spécialisée|salles de remise en forme|salon de thé|sports et loisirs|stade|tennis|théâtre""",
    Family.PARK_BENCH: "jardin botanique et/ou zoologique",
    Family.HOME_HELP: "service à domicile",
    Family.OTHER: """
        accessoires|agence de voyage|agence immobilière|aménagement maison : cuisine salle de bain salon|animalerie
        |antiquaire|art|assurance|bijouterie joaillerie|blanchisserie teinturerie|bouquins|bricolage aménagement|caviste
        |chapeaux et couvre-chefs|chaussures|chocolatier|cigarette électronique|coiffure|confiserie
        |cordonnerie serrurerie|cycle vente et entretien|décoration design|disquaire
        |droguerie quincaillerie bricolage|électroménager et matériel audio-vidéo|encadreur enlumineur
        |équipements du foyer|fleuriste|glacier|herboristerie naturopathie|horlogerie|information touristique
        |informatique|instruments et matériel de musique|jardinerie|jeux jouets|laverie|librairie|linge maison|literie
        |location articles loisirs et sport|luminaire|maroquinerie sellerie articles de voyage|massages|mercerie
        |meubles ameublement|papeterie journaux|parfumerie produits de beauté|photographie
        |poterie verrerie céramique|restauration rapide|retouche|revêtements murs et sols|soins de beauté|spa|tabac
        |tatouage piercing|téléphonie|textile hors habillement|toiletteur
        |vêtements sous-vêtements lingerie|vétérinaire""",
    None: """
        aéroport|agence de travail temporaire|aide sociale à l'enfance : action éducative|architecte
        |armurerie coutellerie|auto école|autres établissements pour adultes et familles en difficulté|avocat
        |camping caravaning|cantine
        |carrosserie|centre de vacances|centre équestre|cimetière|collège|commerce automobile
        |comptable expert-comptable|contrôle technique auto|cure thermale|cyclisme|école de conduite|école élémentaire
        |école maternelle|empailleur taxidermiste|exploitation agricole|garage|hôtel|huissier
        |imprimerie photocopie reliure|juriste|location véhicules|lycée|motocycle vente et entretien|notaire
        |organisation patronale, professionnelle, syndicale|parc d’attraction et parc à thème|patinoire|pension gîte
        |personnes âgées : hébergement|petite enfance crèche|plateaux et terrains de jeux extérieurs|pompes funèbres
        |port|profession libérale|promotion immobilière|rempailleur chaises fauteuils
        |réparation auto et de matériel agricole|restaurant scolaire|roller-skate-vélo bicross ou freestyle
        |salle de combat|sex shop|sports nautiques|station lavage auto|station service
        |université ou école supérieure""",
}


def plain(activity: str) -> str:
    """Return an activity as the crosswalk names it: lower case, single spaces, the straight apostrophe."""
    return " ".join(activity.replace("’", "'").casefold().split())


ACCESLIBRE: Final[dict[str, Family | None]] = {
    plain(activity): family for family, activities in _ACCESLIBRE.items() for activity in activities.split("|")
}
"""Family of each activity of acceslibre, as :func:`plain` writes it; ``None``: none of ours, on purpose."""

_FINESS: Final[dict[Family | None, str]] = {
    # Hospitals and clinics of all kinds, dialysis, mental health by the day.
    Family.DOCTOR_AND_CARE: "101 106 109 114 128 129 131 141 146 156 161 292 355 365 698",
    Family.HOME_HELP: "127",  # hospitalisation à domicile
    None: "362 430 697 999",  # long stays, after-care where one lives, cooperation groups without patients, unstated
}
FINESS: Final[dict[str, Family | None]] = {
    category: family for family, categories in _FINESS.items() for category in categories.split()
}


def family_of_tags(tags: Mapping[str, str]) -> Family | None:
    """Return the family of an object of OpenStreetMap by its tags; ``None``: it is no service.

    A value that stands as ``value:other`` in the table needs a second tag: see :data:`NEEDS`.
    """
    best: tuple[int, Family | None] | None = None
    for key in OSM_KEYS:
        for value in tags.get(key, "").split(";"):
            found = OSM.get((key, value := value.strip())) or _qualified(key, value, tags)
            if value and (found := found or OSM.get((key, ANY))) and (best is None or found[0] < best[0]):
                best = found
    return best[1] if best else None


NEEDS: Final[dict[tuple[str, str], tuple[str, frozenset[str], str]]] = {
    ("social_facility", "outreach"): ("social_facility:for", frozenset({"senior", "disabled"}), "outreach:senior"),
    ("office", "employment_agency"): ("operator:type", frozenset({"public", "government"}), "employment_agency:public"),
    ("leisure", "swimming_pool"): ("access", frozenset({"yes", "public", "customers"}), "swimming_pool:public"),
    ("leisure", "garden"): ("access", frozenset({"yes", "public"}), "garden:public"),
}
"""Key and value that are a service only with a second tag: which, with what values, and the row of the table."""


def _qualified(key: str, value: str, tags: Mapping[str, str]) -> tuple[int, Family | None] | None:
    second, allowed, row = NEEDS.get((key, value), ("", frozenset(), ""))
    return OSM[key, row] if tags.get(second) in allowed else None
