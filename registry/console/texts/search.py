"""The words of the search, in French and English."""

from typing import Final

from registry.kernel.text import Text

TEXTS: Final[dict[str, Text]] = {
    "search.title": Text("Recherche", "Search"),
    "search.explain": Text(
        "Les logements adaptés que les membres de vos territoires partagent. Chaque place est approchée : un point au"
        " hasard de la maille, jamais l'adresse.",
        "The adapted homes that the members of your territories share. Every place is approximate: a random point of"
        " the cell, never the address.",
    ),
    "search.filters": Text("Filtres", "Filters"),
    "search.where": Text("Où", "Where"),
    "search.home": Text("Le logement", "The home"),
    "search.when": Text("Quand", "When"),
    "search.around_it": Text("La résidence et ses abords", "The residence and what is around it"),
    "search.territory": Text("Territoire", "Territory"),
    "search.all_territories": Text("Tous les vôtres", "All of yours"),
    "search.commune": Text("Commune", "Commune"),
    "search.commune_hint": Text(
        "Nom ou code INSEE ; plusieurs séparées par des virgules.", "Name or INSEE code; several between commas.",
    ),
    "search.any": Text("Peu importe", "Any"),
    "search.within_m": Text("Autour du centre de la commune, ou du point", "Around the commune's centre, or the point"),
    "search.only_commune": Text("Dans la commune seulement", "In the commune only"),
    "search.radius": Text("à {distance} au plus", "within {distance}"),
    "search.quarter": Text("Quartier", "Quarter"),
    "search.quarter_hint": Text(
        "Choisissez une commune, puis recherchez, pour en voir tous les quartiers.",
        "Choose a commune, then search, to see all of its quarters.",
    ),
    "search.near": Text("Point : longitude,latitude", "Point, as longitude,latitude"),
    "search.near_hint": Text(
        "Degrés WGS84, avec la distance ci-dessus : -0.5792,44.8378.",
        "WGS84 degrees, with the distance above: -0.5792,44.8378.",
    ),
    "search.bbox": Text("Rectangle (ouest,sud,est,nord)", "Box (west,south,east,north)"),
    "search.area": Text("Zone dessinée", "Drawn area"),
    "search.area_hint": Text(
        "Sommets « longitude,latitude » séparés par des espaces ; la carte les remplit quand vous dessinez.",
        "Corners “longitude,latitude” set apart by spaces; the map fills them in when you draw.",
    ),
    "search.coordinates": Text("Par coordonnées", "By coordinates"),
    "search.class_min": Text("Classe, au moins", "Class, at least"),
    "search.rooms_min": Text("Type, au moins", "Type, at least"),
    "search.rooms_max": Text("Type, au plus", "Type, at most"),
    "search.area_min": Text("Surface en m², au moins", "Area in m², at least"),
    "search.rent": Text("Loyer principal en euros par mois, au plus", "Principal rent in euros a month, at most"),
    "search.floor_max": Text("Étage, au plus (0 : rez-de-chaussée)", "Floor, at most (0: ground floor)"),
    "search.lift": Text("Desservi par un ascenseur", "Served by a lift"),
    "search.step_free": Text("Sans marche de la rue à la porte", "No step from the street to the door"),
    "search.availability": Text("Disponibilité", "Availability"),
    "search.availability_any": Text("Occupés aussi", "Occupied ones too"),
    "search.availability_now": Text("Disponible maintenant", "Available now"),
    "search.availability_soon": Text("Disponible d'ici six mois", "Available within six months"),
    "search.availability_occupied": Text("Occupé", "Occupied"),
    "search.available_before": Text("Disponible avant le mois de", "Available before the month of"),
    "search.available_before_hint": Text("AAAA-MM, par exemple 2026-12.", "YYYY-MM, for instance 2026-12."),
    "search.fresh_days": Text("Confirmé depuis moins de", "Confirmed within"),
    "search.days": Text("{days} jours", "{days} days"),
    "search.index_min": Text("Indice de la résidence, au moins", "Index of the residence, at least"),
    "search.service": Text("Services de proximité", "Services"),
    "search.within": Text("à {metres} m, {profile}", "within {metres} m, {profile}"),
    "search.feature": Text("Caractéristiques", "Features"),
    "search.features": Text("Caractéristiques, toutes exigées", "Features, all required"),
    "search.possible": Text("Admettre ce qui n'est pas prouvé", "Admit what is not proven"),
    "search.possible_hint": Text(
        "Montre aussi les logements dont un filtre porte sur ce que personne n'a encore relevé.",
        "Also shows homes of which a filter asks what nobody has looked at yet.",
    ),
    "search.landlord": Text("Bailleur", "Landlord"),
    "search.epci": Text("EPCI", "EPCI"),
    "search.sort": Text("Classer par", "Sort by"),
    "search.sort_distance": Text("La distance", "Distance"),
    "search.sort_rent": Text("Le loyer", "Rent"),
    "search.sort_freshness": Text("La fraîcheur", "Freshness"),
    "search.sort_default": Text("Distance s'il y a un lieu, loyer sinon", "Distance where there is a place, or rent"),
    "search.submit": Text("Rechercher", "Search"),
    "search.reset": Text("Tout effacer", "Clear all"),
    "search.applied": Text("Filtres demandés", "Filters that are asked"),
    "search.remove": Text("Retirer le filtre {filter}", "Remove the filter {filter}"),
    "search.results": Text("Annonces", "Listings"),
    "search.found": Text("{count} annonces trouvées", "{count} listings found"),
    "search.found_one": Text("Une annonce trouvée", "One listing found"),
    "search.found_more": Text(
        "Plus de {count} annonces : ajoutez un filtre", "More than {count} listings: add a filter"
    ),
    "search.found_uncounted": Text(
        "Trop d'annonces pour les compter : ajoutez un filtre", "Too many listings to count: add a filter"
    ),
    "search.none": Text("Aucune annonce ne répond à tous ces filtres.", "No listing meets all of these filters."),
    "search.none_shared": Text(
        "Aucun logement n'est partagé pour le moment. Les annonces paraissent quand les bailleurs admis publient leur"
        " parc.",
        "No home is shared for now. Listings appear when the landlords that are admitted publish their stock.",
    ),
    "search.none_remedy": Text(
        "Retirez un filtre, élargissez la distance, ou admettez ce qui n'est pas prouvé.",
        "Remove a filter, widen the distance, or admit what is not proven.",
    ),
    "search.admit": Text("Admettre ce qui n'est pas prouvé", "Admit what is not proven"),
    "search.facets": Text("Parmi ces annonces", "Among these listings"),
    "search.facet_class": Text("Classe, au moins", "Class, at least"),
    "search.facet_rooms": Text("Type de logement", "Type of home"),
    "search.facet_availability": Text("Disponibilité", "Availability"),
    "search.facet_quarter": Text("Quartier", "Quarter"),
    "search.see_map": Text("Voir sur la carte", "See on the map"),
    "search.see_list": Text("Voir la liste seule", "See the list alone"),
}  # fmt: skip
