"""The sections of the console: who sees which, in the order in which they stand on every page."""

from dataclasses import dataclass
from typing import Final

from registry.access.principal import Principal
from registry.access.scopes import Scope


@dataclass(frozen=True, slots=True)
class Section:
    """One section; every address that begins with its own belongs to it.

    Attributes:
        key: Of its name, among the texts ``navigation.…``.
        address: Its first page.
        scope: What the person must be allowed; ``None``: everybody who is signed in for an organisation.
        kinds: Kinds of organisations that have it; ``None``: all.
    """

    key: str
    address: str
    scope: Scope | None = None
    kinds: frozenset[str] | None = None

    def is_for(self, principal: Principal) -> bool:
        return (self.scope is None or self.scope in principal.scopes) and (
            self.kinds is None or principal.kind in self.kinds
        )

    def holds(self, path: str) -> bool:
        return path == self.address or (self.address != HOME and path.startswith(f"{self.address}/"))


HOME: Final = "/console"
LANDLORDS: Final = frozenset({"landlord"})
COORDINATORS: Final = frozenset({"coordinator"})
SECTIONS: Final = (
    Section("home", HOME),
    Section("charter", "/console/charter", Scope.TERRITORIES_READ, LANDLORDS | COORDINATORS),
    Section("members", "/console/members", Scope.TERRITORIES_READ, COORDINATORS | LANDLORDS),
    Section("residences", "/console/residences", Scope.STOCK_READ),
    Section("homes", "/console/homes", Scope.STOCK_READ),
    Section("reservation_conventions", "/console/reservation-conventions", Scope.STOCK_READ),
    Section("search", "/console/search", Scope.LISTINGS_READ),
    Section("map", "/console/map", Scope.LISTINGS_READ),
    Section("cases", "/console/cases", Scope.CASES_READ, LANDLORDS),
    Section("cases", "/console/cases", Scope.TRANSFERS_READ, COORDINATORS),
    Section("proposals", "/console/proposals", Scope.TRANSFERS_READ, LANDLORDS | COORDINATORS),
    Section("vacated", "/console/vacated", Scope.TRANSFERS_READ, LANDLORDS | COORDINATORS),
    Section("demand", "/console/demand", Scope.TERRITORIES_READ, LANDLORDS | COORDINATORS),
    Section("imports", "/console/imports", Scope.STOCK_READ),
    Section("sources", "/console/sources", Scope.STOCK_READ),
    Section("mappings", "/console/mappings", Scope.STOCK_READ),
    Section("positions", "/console/positions", Scope.STOCK_WRITE),
    Section("syncs", "/console/syncs", Scope.TERRITORIES_READ, COORDINATORS),
    Section("obligations", "/console/obligations", Scope.TERRITORIES_READ, LANDLORDS | COORDINATORS),
    Section("reports", "/console/reports", Scope.TERRITORIES_READ, LANDLORDS | COORDINATORS),
    Section("audit", "/console/audit", Scope.AUDIT_READ),
    Section("organisation", "/console/organisation", Scope.ORGANISATION_MANAGE),
    Section("territories", "/console/territories", Scope.TERRITORIES_READ),
    Section("webhooks", "/console/webhooks", Scope.ORGANISATION_MANAGE),
)


def sections_of(principal: Principal) -> list[Section]:
    """Return the sections that somebody may use."""
    return [section for section in SECTIONS if section.is_for(principal)]
