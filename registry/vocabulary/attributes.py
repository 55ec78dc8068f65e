"""What each attribute of a home, a residence and a building is called where a person fills a table.

The types and bounds are those of the API's models; here are the words only.
"""

from dataclasses import dataclass
from typing import Final

from registry.kernel.text import Text


@dataclass(frozen=True, slots=True)
class Attribute:
    """``example``: as a cell of a table holds it."""

    label: Text
    help: Text
    example: str
    unit: str | None = None


_COMMUNE: Final = Attribute(
    Text("Code INSEE de la commune", "INSEE code of the commune"),
    Text("Cinq caractères ; un code ancien est résolu.", "Five characters; a retired one is resolved."),
    "33063",
)
_RNB: Final = Attribute(
    Text("Identifiant RNB", "RNB identifier"),
    Text("Du bâtiment, au référentiel national des bâtiments.", "Of the building, in the national register of them."),
    "3Q8ZVZXWJGKX",
)
_BAN: Final = Attribute(
    Text("Identifiant BAN", "BAN identifier"),
    Text("De l'adresse, à la base adresse nationale.", "Of the address, in the national address base."),
    "33063_0012_00012",
)

HOME: Final[dict[str, Attribute]] = {
    "ref": Attribute(
        Text("Référence du logement", "Reference of the home"),
        Text("La vôtre, qui ne change pas ; la clé de la ligne.", "Your own, which does not change; the row's key."),
        "R-12/A/101",
    ),
    "residence_ref": Attribute(
        Text("Référence de la résidence", "Reference of the residence"),
        Text("La vôtre, celle du fichier des résidences.", "Your own, that of the file of residences."),
        "R-12",
    ),
    "building_ref": Attribute(
        Text("Référence du bâtiment", "Reference of the building"),
        Text("La vôtre, au sein de la résidence.", "Your own, within the residence."),
        "A",
    ),
    "typology": Attribute(
        Text("Typologie", "Typology"),
        Text("T1 à T9, T1bis.", "T1 to T9, T1bis."),
        "T2",
    ),
    "rooms": Attribute(
        Text("Pièces principales", "Main rooms"),
        Text("Séjour et chambres ; ni cuisine ni salle d'eau.", "Living room and bedrooms; no kitchen, no bathroom."),
        "2",
    ),
    "area_m2": Attribute(
        Text("Surface habitable", "Living area"),
        Text("En m², au plus deux décimales.", "In m², two decimals at most."),
        "47.5",
        unit="m2",
    ),
    "floor": Attribute(
        Text("Étage", "Floor"),
        Text("0 au rez-de-chaussée, négatif en dessous.", "0 for the ground floor, negative below it."),
        "1",
    ),
    "rent_cents": Attribute(
        Text("Loyer principal", "Principal rent"),
        Text("Par mois, en centimes d'euro, hors charges.", "A month, in euro cents, without charges."),
        "41250",
        unit="cent",
    ),
    "charges_cents": Attribute(
        Text("Charges", "Charges"),
        Text("Par mois, en centimes d'euro.", "A month, in euro cents."),
        "6000",
        unit="cent",
    ),
    "financing": Attribute(
        Text("Financement d'origine", "Initial financing"),
        Text("Code de la variable FINAN de RPLS.", "Code of the RPLS variable FINAN."),
        "13",
    ),
    "quota_holder": Attribute(
        Text("Réservataire", "Quota holder"),
        Text("Code de la variable CONTRESLOG de RPLS.", "Code of the RPLS variable CONTRESLOG."),
        "4",
    ),
    "energy_label": Attribute(
        Text("Étiquette énergie", "Energy label"),
        Text("Du diagnostic de performance énergétique.", "Of the energy performance diagnosis."),
        "C",
    ),
    "rpls_id": Attribute(
        Text("Identifiant RPLS", "RPLS identifier"),
        Text("Variable IDENT_REP du répertoire.", "Variable IDENT_REP of the register."),
        "R000000001",
    ),
    "status": Attribute(
        Text("État", "Status"),
        Text("Ce à quoi le logement sert aujourd'hui.", "What the home is used for now."),
        "vacant",
    ),
    "available_on": Attribute(
        Text("Disponible le", "Available on"),
        Text("Date à laquelle il sera libre.", "Date on which it will be free."),
        "2026-05-01",
    ),
    "housing_form": Attribute(
        Text("Forme d'habitat du logement", "Housing form of the home"),
        Text("Où elle diffère de celle de la résidence.", "Where it differs from the residence's."),
        "inclusive",
    ),
}
"""Of a home, in the order of a table."""

FACTS_SOURCE: Final = Attribute(
    Text("Origine des caractéristiques", "Source of the facts"),
    Text("De toutes celles de la ligne.", "Of all those of the row."),
    "measured",
)
FACTS_DATE: Final = Attribute(
    Text("Date des caractéristiques", "Date of the facts"),
    Text("De toutes celles de la ligne.", "Of all those of the row."),
    "2026-03-01",
)
FACTS_UNTIL: Final = Attribute(
    Text("Fin des caractéristiques", "End of the facts"),
    Text("Dernier jour où celles de la ligne sont vraies.", "Last day on which those of the row hold."),
    "2036-03-01",
)
EVIDENCE: Final = Attribute(
    Text("Preuve", "Evidence"),
    Text(
        "Votre référence de ce qui prouve celles de la ligne ; jamais un nom de personne.",
        "Your reference of what proves those of the row; never a person's name.",
    ),
    "REL-2026-118",
)

RESIDENCE: Final[dict[str, Attribute]] = {
    "ref": Attribute(
        Text("Référence de la résidence", "Reference of the residence"),
        Text("La vôtre, qui ne change pas ; la clé de la ligne.", "Your own, which does not change; the row's key."),
        "R-12",
    ),
    "name": Attribute(
        Text("Nom", "Name"), Text("Nom d'usage de la résidence.", "The residence's usual name."), "Les Tilleuls"
    ),
    "number": Attribute(
        Text("Numéro dans la voie", "Number in the street"),
        Text("Avec son indice de répétition : 7 BIS.", "With its index of repetition: 7 BIS."),
        "12",
    ),
    "street": Attribute(
        Text("Voie", "Street"), Text("Type et nom de la voie.", "Type and name of the street."), "rue des Acacias"
    ),
    "postcode": Attribute(Text("Code postal", "Postcode"), Text("Cinq chiffres.", "Five digits."), "33000"),
    "commune_code": _COMMUNE,
    "territory": Attribute(
        Text("Territoire de publication", "Territory to publish in"),
        Text(
            "Si plusieurs des chartes que vous avez signées couvrent la commune.",
            "If several charters that you signed cover the commune.",
        ),
        "bordeaux-metropole",
    ),
    "housing_form": Attribute(
        Text("Forme d'habitat", "Housing form"),
        Text("Ordinaire sans indication.", "Ordinary unless stated."),
        "ordinary",
    ),
    "equipment": Attribute(
        Text("Équipements communs", "Shared equipment"), Text("Codes séparés par |.", "Codes separated by |."),
        "caretaker|common_room",
    ),
    "construction_year": Attribute(
        Text("Année de construction", "Year of construction"), Text("Quatre chiffres.", "Four digits."), "1974"
    ),
    "declared_homes": Attribute(
        Text("Nombre de logements", "Number of homes"),
        Text("De la résidence, qu'ils soient nommés ou non.", "Of the residence, named or not."),
        "48",
    ),
    "in_priority_quarter": Attribute(
        Text("En quartier prioritaire", "In a priority quarter"),
        Text("Quartier prioritaire de la politique de la ville.", "Priority quarter of the urban policy."),
        "no",
    ),
    "rnb_id": _RNB,
    "ban_id": _BAN,
    "owner_siren": Attribute(
        Text("SIREN du propriétaire", "SIREN of the owner"),
        Text("Si vous gérez pour un autre ; vous seul le voyez.", "Where you manage for another; only you see it."),
        "217500016",
    ),
    "manager_siren": Attribute(
        Text("SIREN du gestionnaire", "SIREN of the manager"),
        Text("Si un autre gère pour vous ; vous seul le voyez.", "Where another manages for you; only you see it."),
        "552081317",
    ),
}  # fmt: skip
"""Of a residence, in the order of a table."""

PLACE: Final[dict[str, Attribute]] = {
    "lon": Attribute(
        Text("Longitude", "Longitude"), Text("Degrés décimaux, WGS84.", "Decimal degrees, WGS84."), "-0.5792"
    ),
    "lat": Attribute(
        Text("Latitude", "Latitude"), Text("Degrés décimaux, WGS84.", "Decimal degrees, WGS84."), "44.8378"
    ),
    "x": Attribute(Text("Abscisse", "Easting"), Text("Lambert-93, mètres.", "Lambert-93, metres."), "417155.2"),
    "y": Attribute(Text("Ordonnée", "Northing"), Text("Lambert-93, mètres.", "Lambert-93, metres."), "6421813.1"),
}
"""Of a position: degrees, or metres of EPSG:2154 in metropolitan France."""

BUILDING: Final[dict[str, Attribute]] = {
    "name": Attribute(
        Text("Nom du bâtiment", "Name of the building"), Text("Nom d'usage.", "Its usual name."), "Bâtiment A"
    ),
    "levels": Attribute(
        Text("Niveaux du bâtiment", "Levels of the building"),
        Text("Rez-de-chaussée compris.", "The ground floor included."),
        "6",
    ),
    "rnb_id": _RNB,
    "ban_id": _BAN,
}
"""Of a building, beside its reference."""
