"""What the matching says, for pages: bands and places."""

from registry.transfers.matching.shares import BAND_M
from registry.transfers.matching.words import FITS, band, place

__all__ = ["BAND_M", "FITS", "band", "place"]
