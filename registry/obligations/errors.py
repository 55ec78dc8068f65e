"""Errors of the obligations."""

from registry.kernel.errors import NotVisible
from registry.kernel.text import Text


class StandingNotFound(NotVisible):
    title = Text("Aucune adhésion en vigueur à mesurer", "No adhesion in force to be measured")
    remedy = Text(
        "Signez la charte et faites-vous admettre : la première mesure suit dans la minute.",
        "Sign the charter and be admitted: the first measure follows within a minute.",
    )
