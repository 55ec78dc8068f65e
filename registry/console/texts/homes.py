"""The words of the pages about one's own homes, in French and English."""

from typing import Final

from registry.kernel.text import Text

TEXTS: Final[dict[str, Text]] = {
    "homes.title": Text("Vos logements", "Your homes"),
    "homes.explain": Text(
        "Les logements de {organisation}. Vous seuls voyez ces lignes ; les autres membres voient la fiche partagée.",
        "The homes of {organisation}. You alone see these rows; other members see what is shared of them.",
    ),
    "homes.search": Text("Rechercher parmi vos logements", "Search your homes"),
    "homes.q": Text("Référence, ou une partie", "Reference, or a part of it"),
    "homes.commune": Text("Commune", "Municipality"),
    "homes.status": Text("Statut", "Status"),
    "homes.class_min": Text("Classe au moins", "Class at least"),
    "homes.feature": Text("Équipé de", "Fitted with"),
    "homes.any": Text("Peu importe", "Any"),
    "homes.possible": Text("Aussi ceux dont on ne sait pas", "Also those of which it is not known"),
    "homes.stale_only": Text("Seulement ceux à confirmer", "Only those to be confirmed"),
    "homes.submit": Text("Rechercher", "Search"),
    "homes.clear": Text("Tout afficher", "Show all"),
    "homes.found": Text("Logements", "Homes"),
    "homes.of_residence": Text("de la résidence {ref}", "of the residence {ref}"),
    "homes.ref": Text("Référence", "Reference"),
    "homes.residence": Text("Résidence", "Residence"),
    "homes.typology": Text("Typologie", "Typology"),
    "homes.class": Text("Classe", "Class"),
    "homes.up_to": Text("(jusqu'à {number})", "(up to {number})"),
    "homes.rent": Text("Loyer", "Rent"),
    "homes.updated": Text("Modifié le", "Changed on"),
    "homes.confirmed_on": Text("Confirmé le", "Confirmed on"),
    "homes.stale": Text("à confirmer", "to be confirmed"),
    "homes.shared": Text("Partagé", "Shared"),
    "homes.yes": Text("oui", "yes"),
    "homes.no": Text("non", "no"),
    "homes.none": Text("Aucun logement ne répond à cette recherche.", "No home answers this search."),
    "homes.none_yet": Text(
        "Aucun logement n'est encore enregistré. Envoyez un fichier : un essai montre ce qu'il donnerait.",
        "No home is registered yet. Send a file: a trial shows what would come of it.",
    ),
    "homes.to_imports": Text("Envoyer un fichier", "Send a file"),
    "homes.confirm_all": Text("Toujours exact ?", "Still true?"),
    "homes.confirm_explain": Text(
        "Vous avez relu les {count} logements affichés et rien n'a changé : dites-le, ils sont à jour d'aujourd'hui.",
        "You looked through the {count} homes shown and nothing has changed: say so, and they are fresh from today.",
    ),
    "homes.confirm_submit": Text("Confirmer les {count} logements affichés", "Confirm the {count} homes shown"),
    "homes.confirmed": Text("{count} logement(s) confirmé(s).", "{count} home(s) confirmed."),
    "homes.left": Text(
        "Changés entre-temps, donc non confirmés : relisez-les.",
        "Changed meanwhile, so not confirmed: look at them again.",
    ),
    "home_details.title": Text("Logement {ref}", "Home {ref}"),
    "home_details.done_status": Text("Le statut est enregistré et confirmé.", "The status is saved and confirmed."),
    "home_details.done_confirmed": Text(
        "Le logement est confirmé tel qu'il est.", "The home is confirmed as it stands."
    ),
    "home_details.done_fact": Text("La caractéristique est enregistrée.", "The fact is saved."),
    "home_details.attributes": Text("Fiche", "Details"),
    "home_details.stale": Text(
        "Personne ne l'a confirmé depuis plus de {days} jours : vérifiez-le et confirmez-le.",
        "Nobody confirmed it for more than {days} days: check it and confirm it.",
    ),
    "home_details.statuses": Text("Statuts antérieurs", "Former statuses"),
    "home_details.statuses_none": Text(
        "Le statut n'a pas changé depuis qu'il est suivi.", "The status has not changed since it is followed."
    ),
    "home_details.status_since": Text("Déclaré le", "Stated on"),
    "home_details.status_until": Text("Remplacé le", "Replaced on"),
    "home_details.available_on": Text("Disponible à partir du", "Available from"),
    "home_details.available_hint": Text(
        "Facultatif. Les autres membres n'en voient que le mois.", "Optional. Other members see the month only."
    ),
    "home_details.rooms": Text("{count} pièce(s) principale(s)", "{count} main room(s)"),
    "home_details.area": Text("Surface habitable", "Living area"),
    "home_details.floor": Text("Étage", "Floor"),
    "home_details.ground_floor": Text("Rez-de-chaussée", "Ground floor"),
    "home_details.rent": Text("Loyer mensuel", "Rent a month"),
    "home_details.charges": Text("et {amount} de charges", "and {amount} of charges"),
    "home_details.financing": Text("Financement", "Financing"),
    "home_details.quota_holder": Text("Réservataire", "Quota holder"),
    "home_details.energy_label": Text("Étiquette énergie", "Energy label"),
    "home_details.rpls_id": Text("Identifiant RPLS", "RPLS identifier"),
    "home_details.updated_on": Text("Modifié le", "Changed on"),
    "home_details.who": Text("Qui l'a modifié", "Who changed it"),
    "home_details.status_form": Text("Statut et disponibilité", "Status and availability"),
    "home_details.status_submit": Text("Enregistrer le statut", "Save the status"),
    "home_details.confirm_submit": Text("Toujours exact : confirmer", "Still true: confirm"),
    "home_details.confirm_explain": Text(
        "Tout ce que montre cette page est exact aujourd'hui ; rien n'est modifié.",
        "All that this page shows is true today; nothing is changed.",
    ),
    "home_details.class": Text("Classe du logement", "Class of the home"),
    "home_details.possible": Text(
        "jusqu'à {number} – {label}, si l'inconnu se révèle favorable",
        "up to {number} – {label}, if what is unknown turns out well",
    ),
    "home_details.outage": Text(
        "Un ascenseur est en panne ; en marche, la classe serait {number} – {label}.",
        "A lift is out of order; if it ran the class would be {number} – {label}.",
    ),
    "home_details.missing": Text("Ce qui déciderait de la classe suivante :", "What would decide on the next class:"),
    "home_details.completeness": Text(
        "{known} caractéristiques connues sur {counted} qui comptent.", "{known} facts known of {counted} that count."
    ),
    "home_details.includes": Text("Et tout ce que demandent {numbers}.", "And all that {numbers} ask for."),
    "home_details.tags": Text("Aussi", "Beside it"),
    "home_details.works": Text("Travaux qui élèveraient la classe", "Works that would raise the class"),
    "home_details.works_explain": Text(
        "Le moins de travaux du catalogue qui suffiraient, selon ce qui est connu. Ce que livrent des travaux est une"
        " hypothèse ; les coûts sont ceux que vous avez déclarés.",
        "The fewest works of the catalogue that would do, by what is known. What works deliver is an assumption; costs"
        " are those that you stated.",
    ),
    "home_details.works_needed": Text("Travaux nécessaires", "Works needed"),
    "home_details.works_none": Text(
        "Aucuns travaux du catalogue n'y suffisent.", "No works of the catalogue are enough."
    ),
    "home_details.find_out": Text("à vérifier d'abord : {facts}", "to find out first: {facts}"),
    "home_details.also_unknown": Text("Reste à vérifier : {facts}.", "Still to find out: {facts}."),
    "home_details.shared": Text("Ce que les autres membres en voient", "What other members see of it"),
    "home_details.shared_yes": Text("Cette fiche, et rien d'autre :", "What is shared is this, and nothing else:"),
    "home_details.shared_no": Text("Ce logement n'est pas partagé.", "This home is not shared."),
    "home_details.listing_id": Text("Numéro de la fiche", "Id of the listing"),
    "home_details.territory": Text("Territoire", "Territory"),
    "home_details.place": Text("Lieu", "Place"),
    "home_details.precision_cell": Text("dans un carré de {size} m", "within a square of {size} m"),
    "home_details.precision_commune": Text("dans la commune", "within the municipality"),
    "home_details.precision_residence": Text("à son adresse, selon la charte", "at its address, by the charter"),
    "home_details.features": Text("Équipements montrés", "Features that are shown"),
    "home_details.availability": Text("Disponibilité", "Availability"),
    "home_details.availability_now": Text("Disponible", "Available"),
    "home_details.availability_soon": Text("Bientôt disponible", "Available soon"),
    "home_details.availability_occupied": Text("Occupé", "Occupied"),
    "home_details.fresh_week": Text("Confirmé en semaine", "Confirmed in week"),
    "home_details.never": Text(
        "Jamais l'adresse, votre référence, le numéro, la date exacte de vacance ni une photo.",
        "Never the address, your reference, the number, the exact date of vacancy or a photo.",
    ),
    "home_details.why_not_signed": Text(
        "Votre organisation n'a pas de charte en vigueur.", "Your organisation has no charter in force."
    ),
    "home_details.why_outside": Text(
        "Sa commune n'est dans aucun territoire dont vous avez signé la charte.",
        "Its municipality is in no territory whose charter you signed.",
    ),
    "home_details.why_several_territories": Text(
        "Sa commune est dans plusieurs territoires : nommez à la résidence celui où le publier.",
        "Its municipality is in several territories: name at the residence the one in which to publish it.",
    ),
    "home_details.why_status_never": Text(
        "Son statut ne se partage jamais : réservé, ou sorti du parc.",
        "Its status is never shared: reserved, or withdrawn from the stock.",
    ),
    "home_details.why_status_not_shared": Text(
        "La charte ne partage pas ce statut.", "The charter does not share this status."
    ),
    "home_details.why_nothing_stated": Text(
        "Aucune caractéristique n'est déclarée du logement lui-même.", "No fact is stated of the home itself."
    ),
    "home_details.why_no_feature": Text(
        "Il n'a, de façon certaine, aucun des équipements ni la classe que la charte partage.",
        "It has for certain neither a feature nor a class that the charter shares.",
    ),
    "home_details.why_soon": Text(
        "Rien ne s'y oppose : il apparaîtra dans quelques minutes.",
        "Nothing stands against it: it will show within minutes.",
    ),
    "home_details.back": Text("Retour aux logements", "Back to the homes"),
}
