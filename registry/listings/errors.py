"""Errors of the listings."""

from registry.kernel.errors import BadRequest, Forbidden, NotVisible, TooMany
from registry.kernel.text import Text


class ListingNotFound(NotVisible):
    title = Text("Annonce introuvable", "Listing not found")
    remedy = Text(
        "L'annonce a pu être retirée, ou se trouve dans un territoire dont vous n'avez pas signé la charte.",
        "The listing may have been withdrawn, or is in a territory whose charter you have not signed.",
    )


class AdhesionRequired(Forbidden):
    title = Text("Aucune charte en vigueur pour votre organisation", "No charter in force for your organisation")
    remedy = Text(
        "La recherche est réciproque : signez la charte d'un territoire et faites-vous admettre par son coordinateur, "
        "ou faites-lui lever la suspension.",
        "Searching is reciprocal: sign a territory's charter and have its coordinator admit you, or ask it to lift the "
        "suspension.",
    )


class ReciprocityUnmet(Forbidden):
    title = Text(
        "Droit de rechercher suspendu : la charte demande de publier davantage",
        "Right to search suspended: the charter asks for more to be published",
    )
    remedy = Text(
        "GET /v1/territories/{territory_id}/standing dit ce qui est demandé, ce qui est mesuré et comment y remédier ;"
        " publier reste possible, et le droit revient dans la minute.",
        "GET /v1/territories/{territory_id}/standing says what is asked, what is measured and how to mend it;"
        " publishing stays possible, and the right comes back within a minute.",
    )


class FilterInvalid(BadRequest):
    title = Text("Filtre de recherche invalide", "Invalid search filter")


class TileOutside(BadRequest):
    title = Text("Cette tuile n'existe pas à ce niveau de zoom", "There is no such tile at this zoom")


class DailyHomesUsedUp(TooMany):
    title = Text(
        "Nombre de logements différents consultables par jour atteint",
        "Daily number of distinct homes reached",
    )
    remedy = Text(
        "Affinez vos recherches, ou reprenez demain (UTC) ; la charte du territoire fixe ce nombre, clients confondus.",
        "Refine your searches, or continue tomorrow (UTC); the territory's charter sets it for all clients together.",
    )


class DailyChangesUsedUp(TooMany):
    title = Text(
        "Nombre de modifications d'autres organisations lisibles par jour atteint",
        "Daily number of other organisations' changes reached",
    )
    remedy = Text(
        "Reprenez demain (UTC) à la même adresse : rien n'est perdu.",
        "Continue tomorrow (UTC) at the same address: nothing is lost.",
    )
