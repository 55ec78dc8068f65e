"""The words for one listing, in French and English."""

from typing import Final

from registry.kernel.text import Text

TEXTS: Final[dict[str, Text]] = {
    "listings.title": Text("{typology} à {commune}", "{typology} in {commune}"),
    "listings.untitled": Text("Annonce", "Listing"),
    "listings.landlord": Text("Bailleur", "Landlord"),
    "listings.commune": Text("Commune", "Commune"),
    "listings.quarters": Text("Quartiers", "Quarters"),
    "listings.place": Text("Où", "Where"),
    "listings.place_cell": Text(
        "Dans une maille de {metres} m ; le point de la carte y est tiré au hasard.",
        "In a cell of {metres} m; the point on the map is a random one of it.",
    ),
    "listings.place_commune": Text(
        "Dans la commune ; le point de la carte y est tiré au hasard.",
        "In the commune; the point on the map is a random one of it.",
    ),
    "listings.place_residence": Text(
        "À sa place : la charte du territoire le veut ainsi.",
        "Where it is: the territory's charter says so.",
    ),
    "listings.distance": Text("à {distance} environ", "about {distance} away"),
    "listings.typology": Text("Type de logement", "Type of home"),
    "listings.rooms": Text("{typology}, pièces principales : {rooms}", "{typology}, main rooms: {rooms}"),
    "listings.area": Text("Surface", "Area"),
    "listings.area_band": Text("de {low} à moins de {high} m²", "{low} to less than {high} m²"),
    "listings.rent": Text("Loyer", "Rent"),
    "listings.rent_value": Text("{rent} par mois", "{rent} a month"),
    "listings.rent_unknown": Text("loyer inconnu", "rent unknown"),
    "listings.charges_value": Text("charges : {charges}", "charges: {charges}"),
    "listings.floor": Text("Étage", "Floor"),
    "listings.floor_ground": Text("rez-de-chaussée", "ground floor"),
    "listings.floor_1": Text("premier étage", "first floor"),
    "listings.floor_2-3": Text("deuxième ou troisième étage", "second or third floor"),
    "listings.floor_4+": Text("quatrième étage ou plus", "fourth floor or higher"),
    "listings.unknown": Text("inconnu", "unknown"),
    "listings.availability": Text("Disponibilité", "Availability"),
    "listings.availability_now": Text("disponible maintenant", "available now"),
    "listings.availability_soon": Text("bientôt disponible", "available soon"),
    "listings.availability_occupied": Text("occupé", "occupied"),
    "listings.from_month": Text("à partir de {month}", "from {month}"),
    "listings.fresh": Text("Fraîcheur", "Freshness"),
    "listings.fresh_week": Text("confirmé en {week}", "confirmed in {week}"),
    "listings.stale": Text("À vérifier avant tout déplacement", "To be checked before anybody travels"),
    "listings.stale_explain": Text(
        "La charte veut une confirmation tous les {days} jours ; celle-ci est plus ancienne. Demandez au bailleur si"
        " le logement est toujours tel quel.",
        "The charter asks for a confirmation every {days} days; this one is older. Ask the landlord whether the home"
        " is still as it says.",
    ),
    "listings.class": Text("Classe du logement", "Class of the home"),
    "listings.class_short": Text("Classe {number} · {label}", "Class {number} · {label}"),
    "listings.class_proven": Text("Prouvée : {label}.", "Proven: {label}."),
    "listings.class_possible": Text(
        "Possible, si ce qui est inconnu se vérifie : {label}.",
        "Possible, if what is unknown turns out well: {label}.",
    ),
    "listings.class_asks": Text("Ce que demande la classe {number}, {label}", "What class {number}, {label}, asks for"),
    "listings.class_shared": Text(
        "Dit par ce que l'annonce partage. La classe est calculée par le registre sur toutes les caractéristiques"
        " déclarées, y compris celles que la charte ne partage pas : elles sont ici inconnues. Source : {source}.",
        "Told by what the listing shares. The class is computed by the registry over all facts that are stated, those"
        " that the charter does not share among them: they are unknown here. Source: {source}.",
    ),
    "listings.state_yes": Text("oui", "yes"),
    "listings.state_no": Text("non", "no"),
    "listings.state_unknown": Text("inconnu", "unknown"),
    "listings.features": Text("Caractéristiques partagées", "Shared features"),
    "listings.no_features": Text("Aucune n'est partagée.", "None is shared."),
    "listings.feature": Text("Caractéristique", "Feature"),
    "listings.value": Text("Valeur", "Value"),
    "listings.proven": Text("Prouvée", "Proven"),
    "listings.proven_yes": Text("prouvée", "proven"),
    "listings.proven_no": Text("non", "no"),
    "listings.threshold": Text("Seuil", "Threshold"),
    "listings.source": Text("Établi par", "Established by"),
    "listings.not_listed": Text(
        "Ce qui n'est pas dans ce tableau est inconnu, jamais absent.",
        "What is not in this table is unknown, never absent.",
    ),
    "listings.residence": Text("La résidence", "The residence"),
    "listings.grade": Text("Indice de la résidence", "Index of the residence"),
    "listings.grade_explain": Text(
        "Cette note, ou une meilleure, est prouvée pour toutes les résidences avec lesquelles celle-ci est montrée. Le"
        " détail du calcul appartient au bailleur : il désignerait la résidence.",
        "This grade, or a better one, is proven of all residences that this one is shown with. How it was computed is"
        " its landlord's: it would single the residence out.",
    ),
    "listings.no_grade": Text(
        "Pas de note : la résidence n'est pas évaluable, ou sa note la désignerait.",
        "No grade: the residence cannot be assessed, or its grade would single it out.",
    ),
    "listings.services": Text("Services à pied, par le chemin accessible", "Services on foot, by the accessible path"),
    "listings.services_explain": Text(
        "En équivalent-mètres : une pente ou un mauvais sol allongent le chemin. Ce qui n'est pas dit est inconnu ou"
        " retenu, jamais absent.",
        "In metre-equivalents: a slope or a bad surface makes the path longer. What is not said is unknown or"
        " withheld, never absent.",
    ),
    "listings.no_services": Text("Rien n'en est dit.", "Nothing is said of them."),
    "listings.service": Text("Service de proximité", "Service"),
    "listings.back": Text("Retour aux annonces", "Back to the listings"),
    "listings.on_map": Text("Retour à la carte", "Back to the map"),
    "listings.open": Text("Ouvrir l'annonce", "Open the listing"),
}
