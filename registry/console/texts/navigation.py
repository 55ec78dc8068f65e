"""The names of the console's sections, in French and English."""

from typing import Final

from registry.kernel.text import Text

TEXTS: Final[dict[str, Text]] = {
    "navigation.label": Text("Rubriques", "Sections"),
    "navigation.home": Text("Accueil", "Home"),
    "navigation.imports": Text("Fichiers", "Files"),
    "navigation.sources": Text("Sources des fichiers", "Sources of files"),
    "navigation.positions": Text("Positions à vérifier", "Positions to check"),
    "navigation.reports": Text("Rapports", "Reports"),
    "navigation.syncs": Text("Synchronisations", "Syncs"),
    "navigation.webhooks": Text("Envois (webhooks)", "Posts (webhooks)"),
}
