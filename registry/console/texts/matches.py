"""The words of the homes for a case, in French and English."""

from typing import Final

from registry.kernel.text import Text

TEXTS: Final[dict[str, Text]] = {
    "matches.title": Text("Logements pour ce dossier", "Homes for this case"),
    "matches.explain": Text(
        "Le meilleur d'abord, dans votre parc et dans celui des autres membres. Ce qui n'est pas connu est dit, et"
        " compte pour moitié : ce n'est jamais un non. Rien n'est imposé : un logement se propose.",
        "The best first, of your stock and of other members'. What is not known is said to be, and counts half: it is"
        " never a no. Nothing is imposed: a home is proposed.",
    ),
    "matches.back": Text("Revenir au dossier", "Back to the case"),
    "matches.present": Text("Adapter le logement actuel", "Adapting the present home"),
    "matches.present_explain": Text(
        "L'autre voie, à regarder d'abord : ce que le logement actuel offre déjà, et les travaux qui remédieraient au"
        " reste.",
        "The other way, to be looked at first: what the present home offers already, and the works that would mend the"
        " rest.",
    ),
    "matches.present_home": Text("logement {ref}", "home {ref}"),
    "matches.present_asks_nothing": Text(
        "Le besoin ne demande rien de particulier au logement.", "The need asks for nothing in particular of a home."
    ),
    "matches.outlook_fits": Text("Il répond déjà à chaque demande", "It meets every demand already"),
    "matches.outlook_to_check": Text(
        "Rien de connu n'y manque ; des points restent à vérifier", "Nothing is known to be missing; some to be checked"
    ),
    "matches.outlook_feasible_works": Text(
        "Des travaux que vous avez déclarés faisables remédieraient à ce qui manque",
        "Works that you stated as feasible would mend what is missing",
    ),
    "matches.outlook_works": Text(
        "Des travaux remédieraient à ce qui manque, mais tous ne sont pas déclarés faisables",
        "Works would mend what is missing, but not all are stated as feasible",
    ),
    "matches.outlook_no_works": Text(
        "Aucuns travaux connus ne remédient à tout ce qui manque", "No known works mend all that is missing"
    ),
    "matches.works_one": Text("Travaux qui y remédient", "Works that mend it"),
    "matches.works_together": Text("Travaux qui y remédient, tous nécessaires", "Works that mend it, all of them"),
    "matches.works_none": Text("Aucuns travaux connus n'y remédient.", "No known works mend it."),
    "matches.feasible": Text("déclarés faisables", "stated as feasible"),
    "matches.fitting": Text("Logements qui conviennent", "Homes that fit"),
    "matches.near": Text("Presque : à un détail près", "Nearly: one thing short"),
    "matches.near_explain": Text(
        "Un seul travail, ou une vérification, les ferait convenir. À demander au bailleur s'il adapte avant l'entrée.",
        "One work, or a check, would make them fit. Ask the landlord whether it adapts before entry.",
    ),
    "matches.none": Text(
        "Aucun logement libre, ou bientôt libre, ne convient à ce besoin pour l'instant.",
        "No home that is free, or soon free, fits this need at present.",
    ),
    "matches.none_remedy": Text(
        "Le dossier reste ouvert : une alerte vous préviendra. Vous pouvez aussi revoir le besoin, ou chercher au-delà"
        " des quartiers souhaités.",
        "The case stays open: an alert will tell you. You may also look at the need again, or search beyond the"
        " quarters that are wanted.",
    ),
    "matches.show_beyond": Text("Voir aussi au-delà des quartiers souhaités", "Show those beyond the quarters too"),
    "matches.hide_beyond": Text("S'en tenir aux quartiers souhaités", "Keep to the quarters that are wanted"),
    "matches.door_open": Text(
        "Les logements des autres membres sont comparés au logement actuel : même quartier ou non, et distance par"
        " tranches de 300 m. Leur adresse reste inconnue.",
        "Other members' homes are compared with the present home: same quarter or not, and the distance in bands of"
        " 300 m. Their addresses stay unknown.",
    ),
    "matches.door_comparing": Text(
        "La comparaison des lieux est en cours ; revenez dans quelques minutes.",
        "The places are being compared; come back in a few minutes.",
    ),
    "matches.door_waiting": Text(
        "Les lieux ne sont pas encore comparés : c'est l'affaire de quelques minutes, ou de demain si votre nombre de"
        " comparaisons du jour est atteint.",
        "The places are not compared yet: it takes a few minutes, or until tomorrow where your number of comparisons"
        " of the day is reached.",
    ),
    "matches.door_no_place": Text(
        "Personne ne sait où est le logement actuel : situez sa résidence pour comparer les lieux.",
        "Nobody knows where the present home is: place its residence to compare.",
    ),
    "matches.door_later_home": Text(
        "Le logement actuel a été enregistré après le dossier : les lieux des autres ne lui sont pas comparés.",
        "The present home was registered after the case: others' places are not compared with it.",
    ),
    "matches.door_none": Text(
        "Sans logement actuel dans votre parc, les quartiers sont ceux que les annonces montrent.",
        "Without a present home of your stock, quarters are those that listings show.",
    ),
    "matches.no_network": Text(
        "Aucun réseau piéton n'est connu autour du logement actuel : les distances restent inconnues.",
        "No pedestrian network is known around the present home: distances stay unknown.",
    ),
    "matches.own": Text("Dans votre parc", "Of your stock"),
    "matches.score": Text("{points} points sur 100", "{points} points of 100"),
    "matches.missing": Text("À vérifier d'abord : {what}", "To be checked first: {what}"),
    "matches.nothing_missing": Text("Toutes les demandes sont établies.", "Every demand is proven."),
    "matches.place": Text("Lieu", "Place"),
    "matches.distance": Text("Distance accessible", "Accessible distance"),
    "matches.beyond": Text("Au-delà des quartiers souhaités", "Beyond the quarters that are wanted"),
    "matches.quarter_unknown": Text("Quartier inconnu, à demander", "Quarter unknown, to be asked"),
    "matches.rent": Text("Loyer principal", "Principal rent"),
    "matches.total": Text("Loyer et charges", "Rent and charges"),
    "matches.today": Text("aujourd'hui {amount}", "today {amount}"),
    "matches.at_most": Text("au plus {amount}", "at most {amount}"),
    "matches.met": Text("pas plus qu'aujourd'hui", "no more than today"),
    "matches.met_lower": Text("moins qu'aujourd'hui", "less than today"),
    "matches.unmet": Text("plus qu'aujourd'hui", "more than today"),
    "matches.unmet_lower": Text("pas moins qu'aujourd'hui", "not less than today"),
    "matches.met_bound": Text("dans la limite", "within the limit"),
    "matches.unmet_bound": Text("au-delà de la limite", "above the limit"),
    "matches.free": Text("Disponible", "Available"),
    "matches.why": Text("Pourquoi ces points", "Why these points"),
    "matches.criterion": Text("Critère", "Criterion"),
    "matches.value": Text("Valeur", "Value"),
    "matches.threshold": Text("Pour tous les points", "For all points"),
    "matches.weight": Text("Poids", "Weight"),
    "matches.points": Text("Points", "Points"),
    "matches.source": Text("Source", "Source"),
    "matches.demands": Text("Demandes", "Demands"),
    "matches.one_work_short": Text("Il manque un seul travail", "One work short"),
    "matches.one_class_lower": Text(
        "Une classe plus bas : une vérification est à faire", "One class lower: to be checked"
    ),
    "matches.works": Text("Travaux qui y remédient, au choix", "Works that mend it, any one of them"),
    "matches.cost": Text("de {low} à {high}", "{low} to {high}"),
    "matches.cost_above": Text("à partir de {low}", "from {low}"),
    "matches.before_entry": Text(
        "le bailleur accepte de les faire avant l'entrée", "the landlord agrees to have them done before entry"
    ),
    "matches.cost_unknown": Text("coût à demander au bailleur", "cost to be asked of the landlord"),
    "matches.cost_unstated": Text("coût non renseigné", "cost not stated"),
    "matches.propose": Text("Proposer ce logement", "Propose this home"),
    "matches.proposed": Text("Déjà proposé : voir la proposition", "Proposed already: see the proposal"),
}
