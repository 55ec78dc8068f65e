"""Use cases of the territories: resolve codes and places, create territories, load reference data, find addresses."""

from registry.territories.geocoding import Address, Geocoder, Located, Verdict
from registry.territories.repository.compositions import DefinitionRow as Definition
from registry.territories.repository.places import NamedCommune, NamedQuarter
from registry.territories.repository.reference import CommuneRow as Commune
from registry.territories.repository.reference import TerritoryRow as Territory
from registry.territories.service.addresses import AddressFile, Loaded, load_addresses
from registry.territories.service.compose import (
    Effect,
    change_territory,
    follow_reference,
    preview_change,
    read_definition,
    stated,
)
from registry.territories.service.geocoders import geocoder_of, in_commune, in_communes, locate
from registry.territories.service.named import Places, code_in, largest_of, places_of
from registry.territories.service.overview import departement_names, find_codes, list_layers, named_parts, picture_of
from registry.territories.service.resolve import (
    current_commune,
    current_communes,
    known_departements,
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
    "Address",
    "AddressFile",
    "Commune",
    "Definition",
    "Effect",
    "Geocoder",
    "Loaded",
    "Located",
    "NamedCommune",
    "NamedQuarter",
    "Places",
    "Territory",
    "Verdict",
    "change_territory",
    "code_in",
    "communes_of_territory",
    "create_territory",
    "current_commune",
    "current_communes",
    "departement_names",
    "find_codes",
    "follow_reference",
    "geocoder_of",
    "in_commune",
    "in_communes",
    "known_departements",
    "largest_of",
    "list_layers",
    "list_territories",
    "load_addresses",
    "locate",
    "named_parts",
    "picture_of",
    "places_of",
    "present_codes",
    "preview_change",
    "quarters_at",
    "quarters_of_points",
    "quarters_of_territory",
    "read_definition",
    "stated",
    "territory_by_slug",
]
