"""Errors of authentication and permission, and of requests that cannot be read."""

from registry.kernel.errors import (
    BadRequest,
    Forbidden,
    Gone,
    NotAcceptable,
    PreconditionFailed,
    Unauthenticated,
    UnsupportedMediaType,
)
from registry.kernel.text import Text


class TokenMissing(Unauthenticated):
    title = Text("Jeton d'accès absent", "Access token missing")
    remedy = Text(
        "Demandez un jeton à /oauth/token, puis envoyez l'en-tête « Authorization: Bearer … ».",
        "Ask /oauth/token for a token, then send the header 'Authorization: Bearer …'.",
    )


class TokenInvalid(Unauthenticated):
    title = Text("Jeton d'accès invalide ou expiré", "Access token invalid or expired")
    remedy = Text("Demandez un nouveau jeton à /oauth/token.", "Ask /oauth/token for a new token.")


class ProofTooOld(Unauthenticated):
    title = Text("Preuve d'identité trop ancienne", "Proof of identity too old")
    remedy = Text(
        "Renvoyez la personne à /oauth/authorize : elle y prouve de nouveau son identité ; demandez un jeton avec le "
        "nouveau code. Renouveler le jeton ne suffit pas. Un client qui agit pour lui-même n'est pas concerné.",
        "Send the person to /oauth/authorize again: they prove who they are there; then ask for a token with the new "
        "code. A refresh is not enough. A client that acts for itself is not asked.",
    )


class ScopeMissing(Forbidden):
    title = Text("Droit manquant dans le jeton", "The token lacks a scope")
    remedy = Text(
        "Demandez un jeton avec ce droit ; s'il est refusé, votre coordinateur peut l'accorder au client.",
        "Ask for a token with this scope; if it is refused, your coordinator can grant it to the client.",
    )


class ParameterUnknown(BadRequest):
    title = Text("Paramètre inconnu", "Unknown parameter")


class ParameterRepeated(BadRequest):
    title = Text("Paramètre donné deux fois", "Parameter given twice")
    remedy = Text("Donnez-le une seule fois.", "Give it once.")


class MediaTypeUnavailable(NotAcceptable):
    title = Text("Format de réponse non disponible", "Media type not available")


class BodyUnreadable(BadRequest):
    title = Text("Le corps de la requête n'est pas du JSON lisible", "The request body is not readable JSON")
    remedy = Text("Envoyez un objet JSON en UTF-8.", "Send one JSON object in UTF-8.")


class BodyTypeUnsupported(UnsupportedMediaType):
    title = Text("Type de contenu non pris en charge", "Unsupported content type")


class BodyEncodingUnsupported(UnsupportedMediaType):
    title = Text("Corps compressé ou transformé", "Compressed or transformed body")
    remedy = Text("Envoyez-le tel quel, sans Content-Encoding.", "Send it as it is, without Content-Encoding.")


class VersionChanged(PreconditionFailed):
    title = Text("L'objet a changé depuis votre lecture", "The object changed since you read it")
    remedy = Text("Relisez-le et reprenez avec son nouvel ETag.", "Read it again and retry with its new ETag.")


class ChangesForgotten(Gone):
    title = Text("Ces modifications ne sont plus connues", "These changes are no longer known")
    remedy = Text(
        "Lisez depuis le début, sans « after » : la base a été restaurée, ou vous n'avez pas suivi pendant plus de "
        "90 jours. Ce que vous détenez et que vous n'y retrouvez pas n'existe plus.",
        "Read from the beginning, without 'after': the database was restored, or you did not follow for more than 90 "
        "days. What you hold and do not find there is no more.",
    )
