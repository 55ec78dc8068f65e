"""What a client may do now: for itself, or for a person who lets it act for one organisation."""

from collections.abc import Iterable

from registry.access.roles import scopes_of
from registry.access.scopes import allowed_for


def allowed_now(client_scopes: Iterable[str], kind: str, roles: Iterable[str] | None) -> frozenset[str]:
    """Return the scopes that the client, the organisation's kind and the person's roles allow together.

    Args:
        client_scopes: What the client may ask for.
        kind: Of the organisation that it acts for.
        roles: The person's in that organisation; ``None``: a machine acts for itself, which no roles hold.
    """
    allowed = frozenset(client_scopes) & allowed_for(kind)
    return allowed if roles is None else allowed & scopes_of(roles)
