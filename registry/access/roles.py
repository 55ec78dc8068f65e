"""Roles of people in an organisation: what each lets a person do, in the words of :mod:`registry.access.scopes`.

A request by a person needs both: the scope in the token or session, and a role that carries it.
"""

from collections.abc import Iterable
from enum import StrEnum
from typing import Final

from registry.access.scopes import Scope
from registry.kernel.text import Text


class UserRole(StrEnum):
    COORDINATOR_ADMIN = "coordinator_admin"
    COORDINATOR_READER = "coordinator_reader"
    LANDLORD_ADMIN = "landlord_admin"
    LANDLORD_PUBLISHER = "landlord_publisher"
    LANDLORD_SEARCHER = "landlord_searcher"
    LANDLORD_READER = "landlord_reader"
    THERAPIST = "therapist"
    FUNDER = "funder"
    PARTNER = "partner"


LABELS: Final[dict[UserRole, Text]] = {
    UserRole.COORDINATOR_ADMIN: Text("Administrateur de la coordination", "Coordination administrator"),
    UserRole.COORDINATOR_READER: Text("Lecteur de la coordination", "Coordination reader"),
    UserRole.LANDLORD_ADMIN: Text("Administrateur du bailleur", "Landlord administrator"),
    UserRole.LANDLORD_PUBLISHER: Text("Gestionnaire du patrimoine", "Stock manager"),
    UserRole.LANDLORD_SEARCHER: Text("Chargé de mutation", "Transfer caseworker"),
    UserRole.LANDLORD_READER: Text("Lecteur du patrimoine", "Stock reader"),
    UserRole.THERAPIST: Text("Ergothérapeute", "Occupational therapist"),
    UserRole.FUNDER: Text("Financeur", "Funder"),
    UserRole.PARTNER: Text("Partenaire", "Partner"),
}

_SEARCH: Final = frozenset({Scope.LISTINGS_READ, Scope.TERRITORIES_READ})
SCOPES: Final[dict[UserRole, frozenset[Scope]]] = {
    UserRole.COORDINATOR_ADMIN: _SEARCH
    | {
        Scope.CHARTER_MANAGE,
        Scope.TERRITORIES_MANAGE,
        Scope.ORGANISATION_READ,
        Scope.ORGANISATION_MANAGE,
        Scope.AUDIT_READ,
        Scope.TRANSFERS_READ,
    },
    UserRole.COORDINATOR_READER: _SEARCH | {Scope.TRANSFERS_READ},
    UserRole.LANDLORD_ADMIN: frozenset(Scope) - {Scope.CHARTER_MANAGE, Scope.TERRITORIES_MANAGE},
    UserRole.LANDLORD_PUBLISHER: _SEARCH
    | {Scope.STOCK_READ, Scope.STOCK_WRITE, Scope.TRANSFERS_READ, Scope.TRANSFERS_ANSWER},
    UserRole.LANDLORD_SEARCHER: _SEARCH | {Scope.CASES_READ, Scope.TRANSFERS_READ, Scope.TRANSFERS_WRITE},
    UserRole.LANDLORD_READER: frozenset({Scope.STOCK_READ, Scope.TERRITORIES_READ}),
    UserRole.THERAPIST: frozenset({Scope.TERRITORIES_READ}),
    UserRole.FUNDER: frozenset({Scope.TERRITORIES_READ}),
    UserRole.PARTNER: frozenset({Scope.TERRITORIES_READ}),
}
BY_KIND: Final[dict[str, frozenset[UserRole]]] = {
    "landlord": frozenset(role for role in UserRole if role.startswith("landlord_")),
    "coordinator": frozenset(role for role in UserRole if role.startswith("coordinator_")),
    "occupational_therapist": frozenset({UserRole.THERAPIST}),
    "carsat": frozenset({UserRole.FUNDER}),
}
"""Which roles an organisation of a kind can give; other kinds give :attr:`UserRole.PARTNER`."""


def roles_of_kind(kind: str) -> frozenset[UserRole]:
    """Return the roles that an organisation of ``kind`` can give."""
    return BY_KIND.get(kind, frozenset({UserRole.PARTNER}))


def scopes_of(roles: Iterable[str]) -> frozenset[Scope]:
    """Return what these roles allow together; an unknown role allows nothing."""
    known = set(UserRole)
    return frozenset().union(*(SCOPES[UserRole(role)] for role in roles if role in known))
