"""The names of the console's sections, in French and English."""

from typing import Final

from registry.kernel.text import Text

TEXTS: Final[dict[str, Text]] = {
    "navigation.label": Text("Rubriques", "Sections"),
    "navigation.home": Text("Accueil", "Home"),
    "navigation.members": Text("Membres", "Members"),
    "navigation.imports": Text("Fichiers", "Files"),
    "navigation.sources": Text("Sources des fichiers", "Sources of files"),
    "navigation.positions": Text("Positions à vérifier", "Positions to check"),
    "navigation.organisation": Text("Organisation", "Your organisation"),
    "navigation.territories": Text("Territoires", "Territories"),
    "navigation.webhooks": Text("Envois (webhooks)", "Posts (webhooks)"),
}
