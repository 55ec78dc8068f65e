"""OAuth scopes: what a token may be used for. One small vocabulary, ``resource:action``."""

from enum import StrEnum
from typing import Final

from registry.kernel.text import Text


class Scope(StrEnum):
    STOCK_READ = "stock:read"
    STOCK_WRITE = "stock:write"
    LISTINGS_READ = "listings:read"
    TERRITORIES_READ = "territories:read"
    TERRITORIES_MANAGE = "territories:manage"
    CHARTER_SIGN = "charter:sign"
    CHARTER_MANAGE = "charter:manage"
    ORGANISATION_READ = "organisation:read"
    ORGANISATION_MANAGE = "organisation:manage"
    AUDIT_READ = "audit:read"
    CASES_READ = "cases:read"
    TRANSFERS_READ = "transfers:read"
    TRANSFERS_WRITE = "transfers:write"
    TRANSFERS_ANSWER = "transfers:answer"


LABELS: Final[dict[Scope, Text]] = {
    Scope.STOCK_READ: Text("Lire son propre parc", "Read one's own stock"),
    Scope.STOCK_WRITE: Text("Publier et modifier son propre parc", "Publish and change one's own stock"),
    Scope.LISTINGS_READ: Text("Rechercher les annonces partagées", "Search the shared listings"),
    Scope.TERRITORIES_READ: Text("Lire les territoires et leurs chartes", "Read territories and their charters"),
    Scope.TERRITORIES_MANAGE: Text(
        "Créer des territoires et changer ceux que l'on coordonne",
        "Create territories, and change those that one coordinates",
    ),
    Scope.CHARTER_SIGN: Text(
        "Signer une charte pour son organisation et y mettre fin", "Sign a charter for one's organisation, and end that"
    ),
    Scope.CHARTER_MANAGE: Text(
        "Préparer, proposer et mettre en vigueur la charte des territoires que l'on coordonne",
        "Prepare, propose and enact the charter of the territories that one coordinates",
    ),
    Scope.ORGANISATION_READ: Text(
        "Lire les clients et les membres de sa propre organisation", "Read one's own organisation's clients and members"
    ),
    Scope.ORGANISATION_MANAGE: Text(
        "Gérer les clients, secrets, clés et membres de sa propre organisation",
        "Manage one's own organisation's clients, secrets, keys and members",
    ),
    Scope.AUDIT_READ: Text(
        "Consulter, vérifier et exporter le journal d'audit de sa propre organisation",
        "Read, verify and export one's own organisation's audit chain",
    ),
    Scope.CASES_READ: Text(
        "Consulter les dossiers de mutation de son organisation avec leurs besoins, les logements qui leur conviennent"
        " et les propositions faites pour eux",
        "Read one's own organisation's transfer cases with their needs, the homes that suit them and the proposals made"
        " for them",
    ),
    Scope.TRANSFERS_READ: Text(
        "Consulter les propositions reçues pour ses logements et ses logements adaptés libérés, ou l'avancement des"
        " mutations dans les territoires que l'on coordonne",
        "Read the proposals of one's own homes and one's vacated adapted homes, or how transfers go on in the"
        " territories that one coordinates",
    ),
    Scope.TRANSFERS_WRITE: Text(
        "Ouvrir et suivre les dossiers de mutation de son organisation, proposer et retirer",
        "Open and follow one's own organisation's transfer cases, propose and withdraw",
    ),
    Scope.TRANSFERS_ANSWER: Text(
        "Répondre aux propositions sur ses logements et dire ce qu'ils deviennent",
        "Answer proposals on one's own homes, and say what becomes of these",
    ),
}

# What the organisation's kind allows at most; a client's scopes are a part of it, checked when the token is made and
# again at each use.
BY_KIND: Final[dict[str, frozenset[Scope]]] = {
    "landlord": frozenset(Scope) - {Scope.CHARTER_MANAGE, Scope.TERRITORIES_MANAGE},
    "coordinator": frozenset(Scope)
    - {
        Scope.STOCK_READ,
        Scope.STOCK_WRITE,
        Scope.CHARTER_SIGN,
        Scope.CASES_READ,
        Scope.TRANSFERS_WRITE,
        Scope.TRANSFERS_ANSWER,
    },
}
OTHER_KINDS: Final = frozenset(
    {Scope.TERRITORIES_READ, Scope.ORGANISATION_READ, Scope.ORGANISATION_MANAGE, Scope.AUDIT_READ}
)


def allowed_for(kind: str) -> frozenset[Scope]:
    """Return the scopes that an organisation of ``kind`` may hold."""
    return BY_KIND.get(kind, OTHER_KINDS)
