"""The names of the console's sections, in French and English."""

from typing import Final

from registry.kernel.text import Text

TEXTS: Final[dict[str, Text]] = {
    "navigation.label": Text("Rubriques", "Sections"),
    "navigation.home": Text("Accueil", "Start"),
    "navigation.charter": Text("Charte", "Charter"),
    "navigation.members": Text("Membres", "Members"),
    "navigation.residences": Text("Résidences", "Residences"),
    "navigation.homes": Text("Logements", "Homes"),
    "navigation.reservation_conventions": Text("Conventions de réservation", "Reservation conventions"),
    "navigation.search": Text("Recherche", "Search"),
    "navigation.map": Text("Carte", "Map"),
    "navigation.cases": Text("Dossiers", "Cases"),
    "navigation.proposals": Text("Propositions", "Proposals"),
    "navigation.vacated": Text("Logements libérés", "Vacated homes"),
    "navigation.demand": Text("Besoins sans réponse", "Unmet demand"),
    "navigation.imports": Text("Fichiers", "Files"),
    "navigation.mappings": Text("Correspondances", "Mappings"),
    "navigation.sources": Text("Sources des fichiers", "Sources of files"),
    "navigation.positions": Text("Positions à vérifier", "Positions to check"),
    "navigation.syncs": Text("Synchronisations", "Syncs"),
    "navigation.obligations": Text("Obligations de la charte", "Obligations of the charter"),
    "navigation.reports": Text("Rapports", "Reports"),
    "navigation.audit": Text("Journal d'audit", "Audit"),
    "navigation.organisation": Text("Organisation", "Your organisation"),
    "navigation.territories": Text("Territoires", "Territories"),
    "navigation.webhooks": Text("Envois (webhooks)", "Posts (webhooks)"),
}
