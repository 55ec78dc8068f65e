"""The words of the map, in French and English."""

from typing import Final

from registry.kernel.text import Text

TEXTS: Final[dict[str, Text]] = {
    "maps.title": Text("Carte", "Map"),
    "maps.explain": Text(
        "Tout ce que montre la carte est aussi dans la liste, avec les mêmes filtres.",
        "Everything on the map is also in the list, by the same filters.",
    ),
    "maps.needs_script": Text(
        "La carte demande JavaScript. La liste montre la même chose sans lui.",
        "The map needs JavaScript. The list shows the same without it.",
    ),
    "maps.region": Text("Carte des annonces", "Map of the listings"),
    "maps.view_of": Text("Vue de la carte", "View of the map"),
    "maps.keys": Text(
        "Au clavier : les flèches déplacent la carte, + et - la rapprochent ou l'éloignent, Entrée ouvre l'annonce la"
        " plus proche du centre.",
        "By keyboard: arrows move the map, + and - zoom, Enter opens the listing nearest to the middle.",
    ),
    "maps.zoom_in": Text("Rapprocher", "Zoom in"),
    "maps.zoom_out": Text("Éloigner", "Zoom out"),
    "maps.whole": Text("Tout le territoire", "The whole territory"),
    "maps.basemap": Text("Fond de carte", "Base map"),
    "maps.credit": Text("Fond de carte :", "Base map:"),
    "maps.draw": Text("Dessiner une zone", "Draw an area"),
    "maps.corner": Text("Poser un sommet au centre", "Put a corner in the middle"),
    "maps.undo": Text("Retirer le dernier sommet", "Remove the last corner"),
    "maps.finish": Text("Chercher dans la zone", "Search in the area"),
    "maps.cancel": Text("Abandonner", "Give up"),
    "maps.view": Text("Chercher dans la vue", "Search in the view"),
    "maps.legend": Text("Légende", "Legend"),
    "maps.legend_cluster": Text(
        "Disque numéroté : annonces d'un carré. Anneau vert épais : une au moins est disponible maintenant.",
        "Numbered disc: listings of a square. Thick green ring: one at least is available now.",
    ),
    "maps.legend_now": Text("Carré : disponible maintenant", "Square: available now"),
    "maps.legend_soon": Text("Losange : bientôt disponible", "Diamond: available soon"),
    "maps.legend_occupied": Text("Cercle : occupé", "Circle: occupied"),
    "maps.legend_paths": Text(
        "De tout près, trait gris : chemin piéton ; tirets rouges : marches. Là où un réseau est chargé, avec des"
        " données d'OpenStreetMap (© ses contributeurs, ODbL).",
        "From very near, grey line: path on foot; red dashes: steps. Where a network is loaded, with data of"
        " OpenStreetMap (© its contributors, ODbL).",
    ),
    "maps.legend_class": Text(
        "Le chiffre est la classe prouvée, 0 à 6 ; plus elle est haute, plus la forme est sombre.",
        "The figure is the proven class, 0 to 6; the higher, the darker the shape.",
    ),
    "maps.filtered": Text(
        "Avec des filtres, la carte montre les annonces de plus près : rapprochez-la. La liste les a déjà toutes.",
        "With filters the map shows listings from nearer only: zoom in. The list has all of them already.",
    ),
    "maps.quota": Text(
        "Votre organisation a vu aujourd'hui autant de logements différents que la charte le permet. Reprenez demain.",
        "Your organisation has seen as many distinct homes today as the charter allows. Continue tomorrow.",
    ),
    "maps.failed": Text(
        "La carte n'a pas pu être chargée. La liste reste complète.",
        "The map could not be loaded. The list is complete.",
    ),
    "maps.drawing": Text(
        "Cliquez les sommets, ou déplacez la carte et posez-les au centre. Trois sommets au moins.",
        "Click the corners, or move the map and put them in the middle. At least three.",
    ),
    "maps.drawn": Text("Sommets posés : {count}", "Corners: {count}"),
    "maps.too_few": Text("Il faut au moins trois sommets.", "At least three corners are needed."),
    "maps.in_view": Text("Annonces dans la vue : {count}", "Listings in the view: {count}"),
    "maps.panel": Text("Annonce choisie", "Chosen listing"),
    "maps.choose": Text(
        "Choisissez une annonce sur la carte ou dans la liste.", "Choose a listing on the map or in the list."
    ),
}
