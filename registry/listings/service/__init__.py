"""Use cases of the listings: follow the stock, place, search, meter; and the words in which a search is asked."""

from registry.listings import tags
from registry.listings.filters import Availability, Layer, ListingFilters, ListingQuery, ListingSearch, Sort, TileQuery
from registry.listings.reach import FAR_M, NEAR_M, PROFILES, SHOWN_FAMILIES
from registry.listings.tags import MAX_ROOMS
from registry.listings.values import Bool

__all__ = [
    "FAR_M",
    "MAX_ROOMS",
    "NEAR_M",
    "PROFILES",
    "SHOWN_FAMILIES",
    "Availability",
    "Bool",
    "Layer",
    "ListingFilters",
    "ListingQuery",
    "ListingSearch",
    "Sort",
    "TileQuery",
    "tags",
]
