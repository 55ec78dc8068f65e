"""The words of the pages about territories, in French and English."""

from typing import Final

from registry.kernel.text import Text

TEXTS: Final[dict[str, Text]] = {
    "territories.title": Text("Territoires", "Territories"),
    "territories.explain": Text(
        "Les territoires que {organisation} coordonne, ou dont elle a signé la charte.",
        "The territories that {organisation} coordinates, or whose charter it has signed.",
    ),
    "territories.none": Text("Aucun territoire pour le moment.", "No territory yet."),
    "territories.none_create": Text(
        "Créez le premier : un EPCI, un département ou une liste de communes suffit.",
        "Create the first one: an EPCI, a département or a list of communes is enough.",
    ),
    "territories.none_sign": Text(
        "Demandez à un coordinateur l'identifiant de son territoire, puis signez sa charte.",
        "Ask a coordinator for the id of its territory, then sign its charter.",
    ),
    "territories.name": Text("Nom", "Name"),
    "territories.coordinator": Text("Coordinateur", "Coordinator"),
    "territories.yours": Text("Votre place", "Your part"),
    "territories.part_coordinator": Text("Vous le coordonnez", "You coordinate it"),
    "territories.part_pending": Text("Vous attendez d'être admis", "You wait to be admitted"),
    "territories.part_in_force": Text("Vous en êtes membre", "You are a member"),
    "territories.part_suspended": Text("Votre adhésion est suspendue", "Your adhesion is suspended"),
    "territories.part_withdrawn": Text("Vous l'avez quitté", "You have left it"),
    "territories.create": Text("Créer un territoire", "Create a territory"),
    "territories.layers": Text("Données de référence chargées", "Reference data loaded"),
    "territories.layers_explain": Text(
        "Elles sont chargées par l'exploitant du service. Un territoire suit le millésime le plus récent des communes.",
        "They are loaded by the service's operator. A territory follows the latest vintage of the communes.",
    ),
    "territories.layers_none": Text(
        "Rien n'est chargé : l'exploitant charge d'abord les communes.",
        "Nothing is loaded: the operator loads the communes first.",
    ),
    "territories.layer": Text("Couche", "Layer"),
    "territories.layer_communes": Text("Communes", "Communes"),
    "territories.layer_epcis": Text("EPCI", "EPCI"),
    "territories.layer_departements": Text("Départements", "Départements"),
    "territories.layer_former_communes": Text("Anciens codes de communes", "Retired commune codes"),
    "territories.vintage": Text("Millésime", "Vintage"),
    "territories.features": Text("Objets", "Features"),
    "territory.created": Text("Le territoire est créé.", "The territory is created."),
    "territory.changed": Text(
        "Le territoire est changé. Les annonces suivent en quelques secondes.",
        "The territory is changed. Listings follow within seconds.",
    ),
    "territory.id": Text("Identifiant", "Id"),
    "territory.communes": Text("Communes", "Communes"),
    "territory.crs": Text("Projection légale", "Legal projection"),
    "territory.made_of": Text("Composition", "Made of"),
    "territory.made_of_communes": Text("Communes nommées : {count}", "Communes by name: {count}"),
    "territory.made_of_epci": Text("EPCI : {name} ({code})", "EPCI: {name} ({code})"),
    "territory.made_of_departement": Text("Département : {name} ({code})", "Département: {name} ({code})"),
    "territory.made_of_outline": Text("Un contour dessiné", "A drawn outline"),
    "territory.change": Text("Changer le nom ou la composition", "Change the name or what it is made of"),
    "territory.outline": Text("Contours des communes de {name}", "Outlines of the communes of {name}"),
    "territory.find": Text("Chercher un quartier ou une commune", "Find a quarter or a commune"),
    "territory.find_label": Text("Nom ou code", "Name or code"),
    "territory.find_hint": Text(
        "Le début d'un mot du nom, avec ou sans accents, ou le code.",
        "The beginning of a word of the name, with or without accents, or the code.",
    ),
    "territory.search": Text("Chercher", "Search"),
    "territory.quarters": Text("Quartiers", "Quarters"),
    "territory.code": Text("Code", "Code"),
    "territory.commune": Text("Commune", "Commune"),
    "territory.population": Text("Habitants", "Inhabitants"),
    "territory.found_none": Text(
        "Rien de ce nom ni de ce code dans ce territoire. Essayez moins de lettres.",
        "Nothing of this name or code in this territory. Try fewer letters.",
    ),
    "territory.found_more": Text(
        "Seuls les {count} premiers sont montrés : précisez.", "Only the first {count} are shown: say more."
    ),
    "territory.edit_title": Text("Changer {name}", "Change {name}"),
    "territory.new_title": Text("Créer un territoire", "Create a territory"),
    "territory.form_explain": Text(
        "Un territoire réunit tout ce que vous nommez ici. Nommer l'EPCI plutôt que ses communes le fait suivre"
        " l'EPCI quand une commune y entre ou en sort.",
        "A territory is everything that you name here. Naming the EPCI rather than its communes has it follow the EPCI"
        " when a commune joins or leaves.",
    ),
    "territory.form_id_hint": Text(
        "Minuscules sans accent, chiffres et traits d'union : val-de-garonne. Il ne change plus.",
        "Lower-case letters without accents, digits and hyphens: val-de-garonne. It does not change any more.",
    ),
    "territory.form_epcis": Text("EPCI (SIREN)", "EPCI (SIREN)"),
    "territory.form_departements": Text("Départements (codes)", "Départements (codes)"),
    "territory.form_communes": Text("Communes (codes INSEE)", "Communes (INSEE codes)"),
    "territory.form_codes_hint": Text("Séparés par des espaces ou des lignes.", "Separated by spaces or lines."),
    "territory.form_outline": Text("Contour en GeoJSON", "Outline as GeoJSON"),
    "territory.form_outline_hint": Text(
        "Polygon ou MultiPolygon en longitude, latitude (WGS84). Il prend les communes dont plus de la moitié de la"
        " surface est à l'intérieur.",
        "Polygon or MultiPolygon in longitude, latitude (WGS84). It takes the communes of which more than half of the"
        " area lies inside.",
    ),
    "territory.form_file": Text("Ou un fichier GeoJSON", "Or a GeoJSON file"),
    "territory.form_codes": Text("Trouver un code par le nom", "Find a code by name"),
    "territory.form_create": Text("Créer le territoire", "Create the territory"),
    "territory.form_change": Text("Voir ce que cela change", "See what this changes"),
    "territory.confirm_title": Text("Confirmer le changement de {name}", "Confirm the change of {name}"),
    "territory.confirm_leaving": Text(
        "Communes qui quittent le territoire : {communes}. Annonces retirées avec elles : {listings} ; plus aucun"
        " membre ne les trouvera.",
        "Communes that leave the territory: {communes}. Listings withdrawn with them: {listings}; no member will find"
        " them any more.",
    ),
    "territory.confirm_joining": Text(
        "Communes qui y entrent : {communes} ; les logements que leurs bailleurs partagent y apparaîtront.",
        "Communes that join it: {communes}; the homes that their landlords share will appear.",
    ),
    "territory.confirm_after": Text(
        "Communes du territoire ensuite : {communes}.", "Communes of the territory afterwards: {communes}."
    ),
    "territory.confirm_back": Text(
        "Vous pourrez revenir en arrière en nommant à nouveau ces communes.",
        "You can go back by naming these communes again.",
    ),
    "territory.leaving": Text("Communes qui quittent le territoire", "Communes that leave the territory"),
    "territory.joining": Text("Communes qui y entrent", "Communes that join it"),
    "territory.and_more": Text("et {count} autres", "and {count} more"),
    "territory.confirm": Text("Confirmer le changement", "Confirm the change"),
    "territory.cancel": Text("Ne rien changer", "Change nothing"),
    "territory.members": Text("Les membres de ce territoire", "This territory's members"),
    "territory.back": Text("Tous les territoires", "All territories"),
    "territory.codes_title": Text("Trouver un code", "Find a code"),
    "territory.codes_explain": Text(
        "Cherchez parmi les EPCI, les départements et les communes chargés, puis copiez le code.",
        "Search among the EPCI, départements and communes that are loaded, then copy the code.",
    ),
    "territory.codes_none": Text(
        "Rien de ce nom. Essayez moins de lettres ; l'exploitant charge les données de référence.",
        "Nothing of this name. Try fewer letters; the operator loads the reference data.",
    ),
    "territory.codes_kind": Text("Nature", "Kind"),
    "territory.codes_epci": Text("EPCI", "EPCI"),
    "territory.codes_departement": Text("Département", "Département"),
    "territory.codes_commune": Text("Commune", "Commune"),
}
