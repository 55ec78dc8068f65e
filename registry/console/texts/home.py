"""The words of the start page, in French and English."""

from typing import Final

from registry.kernel.text import Text

TEXTS: Final[dict[str, Text]] = {
    "home.title": Text("Accueil", "Start"),
    "home.acting": Text("Vous agissez pour {organisation}.", "You act for {organisation}."),
    "home.roles": Text("Vos rôles", "Your roles"),
    "home.territories": Text("Territoires où vous pouvez rechercher", "Territories where you may search"),
    "home.no_territories": Text(
        "Aucun : la charte d'un territoire doit être signée et en vigueur.",
        "None: a territory's charter must be signed and in force.",
    ),
    "home.positions": Text("Positions à vérifier", "Positions to review"),
    "home.needs": Text("Ce qui attend quelqu'un", "What needs somebody"),
    "home.needs_nothing": Text(
        "Rien : imports et sources sont en ordre.", "Nothing: imports and sources are in order."
    ),
    "home.waiting": Text(
        "Imports qui attendent une confirmation : {count}", "Imports that wait for a confirmation: {count}"
    ),
    "home.failed": Text("Imports en échec : {count}", "Imports that failed: {count}"),
    "home.refused": Text("Imports refusés : {count}", "Imports that were refused: {count}"),
    "home.stopped": Text("Sources arrêtées : {count}", "Sources that are stopped: {count}"),
    "home.stale": Text("Sources qui ne sont plus à jour : {count}", "Sources that are out of date: {count}"),
    "home.do": Text("Ce que vous pouvez faire ici", "What you can do here"),
}
