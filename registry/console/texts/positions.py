"""The words of the page about places that are not sure, in French and English."""

from typing import Final

from registry.kernel.text import Text

TEXTS: Final[dict[str, Text]] = {
    "positions.title": Text("Positions à vérifier", "Positions to review"),
    "positions.explain": Text(
        "Pour ces résidences de {organisation}, l'adresse n'a pas donné de lieu certain. Tant que vous n'avez pas"
        " décidé, leurs logements ne sont montrés aux autres que par commune.",
        "For these residences of {organisation} the address gave no certain place. Until you decide, their homes are"
        " shown to others by commune only.",
    ),
    "positions.none": Text("Rien n'attend votre décision.", "Nothing waits for your decision."),
    "positions.ref": Text("Votre référence", "Your reference"),
    "positions.stated": Text("Adresse que vous avez déclarée", "Address that you stated"),
    "positions.found": Text("Adresse trouvée", "Address found"),
    "positions.type_housenumber": Text("numéro", "house number"),
    "positions.type_street": Text("rue", "street"),
    "positions.type_locality": Text("lieu-dit", "locality"),
    "positions.score": Text("score {score} sur 1", "score {score} of 1"),
    "positions.place": Text("Lieu trouvé (longitude, latitude)", "Place found (longitude, latitude)"),
    "positions.map": Text("Voir sur OpenStreetMap (nouvelle fenêtre)", "See on OpenStreetMap (new window)"),
    "positions.accept": Text("C'est là", "This is the place"),
    "positions.refuse": Text("Ce n'est pas là", "This is not the place"),
    "positions.other": Text("Un autre lieu", "Another place"),
    "positions.lon": Text("Longitude en degrés", "Longitude in degrees"),
    "positions.lat": Text("Latitude en degrés", "Latitude in degrees"),
    "positions.correct": Text("Retenir ce lieu", "Take this place"),
    "positions.done_accept": Text("Le lieu trouvé est retenu.", "The place that was found is taken."),
    "positions.done_correct": Text("Le lieu que vous avez saisi est retenu.", "The place that you typed is taken."),
    "positions.done_refuse": Text(
        "Le lieu trouvé est écarté ; la résidence reste sans position.",
        "The place that was found is dropped; the residence stays without a position.",
    ),
    "positions.next": Text("Résidences suivantes", "Further residences"),
}
