"""Errors of the assessment."""

from registry.kernel.errors import NotVisible, TooMany
from registry.kernel.text import Text


class PreviewNotFound(NotVisible):
    title = Text("Aucun aperçu de la grille de ce projet", "No preview of this draft's grid")
    remedy = Text(
        "POST /v1/territories/{territory_id}/charters/draft/preview le demande ; il est conservé sept jours.",
        "POST /v1/territories/{territory_id}/charters/draft/preview asks for it; it is kept for seven days.",
    )


class DailyPreviewsUsedUp(TooMany):
    title = Text("Nombre d'aperçus par jour atteint", "Daily number of previews reached")
    remedy = Text(
        "Reprenez plus tard ; les aperçus déjà calculés restent lisibles.",
        "Continue later; previews that are computed stay readable.",
    )
