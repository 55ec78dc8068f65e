"""What the matching says, for pages: bands, places, amounts."""

from registry.transfers.matching.shares import BAND_M
from registry.transfers.matching.words import FITS, band, money, place

__all__ = ["BAND_M", "FITS", "band", "money", "place"]
