"""Errors of authentication and permission."""

from registry.kernel.errors import Forbidden, Unauthenticated
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


class ScopeMissing(Forbidden):
    title = Text("Droit manquant dans le jeton", "The token lacks a scope")
    remedy = Text(
        "Demandez un jeton avec ce droit ; s'il est refusé, votre coordinateur peut l'accorder au client.",
        "Ask for a token with this scope; if it is refused, your coordinator can grant it to the client.",
    )
