"""Use cases of the territories: resolve codes and places, create territories, load reference data."""

from registry.territories.repository import CommuneRow as Commune
from registry.territories.repository import TerritoryRow as Territory
from registry.territories.service.load import load_file
from registry.territories.service.resolve import (
    current_commune,
    current_communes,
    present_codes,
    quarters_at,
    quarters_of_points,
)
from registry.territories.service.territory import (
    communes_of_territory,
    create_territory,
    list_territories,
    quarters_of_territory,
    territory_by_slug,
)

__all__ = [
    "Commune",
    "Territory",
    "communes_of_territory",
    "create_territory",
    "current_commune",
    "current_communes",
    "list_territories",
    "load_file",
    "present_codes",
    "quarters_at",
    "quarters_of_points",
    "quarters_of_territory",
    "territory_by_slug",
]
