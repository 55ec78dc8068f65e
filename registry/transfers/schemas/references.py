"""References of cases: minted by the landlord, so that nobody else can tell or guess whose a case is.

Source: privacy rules of the registry, §8: 128 random bits, or an HMAC under a key that only the landlord holds; never a
number, nor a bare hash of one. What a text was made from cannot be seen; what is certainly not random can.
A reference that was drawn at random is refused here less than once in ten thousand.
"""

import re
import secrets
from itertools import pairwise
from typing import Final

FORM: Final = r"^[A-Za-z0-9_-]{22,100}$"
_FORM: Final = re.compile(FORM)
_HEX: Final = re.compile(r"[0-9a-f]+|[0-9A-F]+")
LEAST_HEX: Final = 32
LEAST_DISTINCT: Final = 10
LEAST_DISTINCT_HEX: Final = 8
MOST_NEIGHBOURS: Final = 0.36
"""Share of the pairs of characters that repeat or count on; hardly ever so many of random ones."""
MOST_NEIGHBOURS_HEX: Final = 0.5
_DATE: Final = re.compile(r"(?:19|20)\d\d[_-]?(?:0[1-9]|1[0-2])[_-]?(?:0[1-9]|[12]\d|3[01])")
_WORDS: Final = re.compile(
    r"dossier|mutation|locataire|logement|madame|monsieur|demande|bailleur|transfer|tenant|reference|person",
    re.IGNORECASE,
)
"""Words of the field of six letters and more."""


def mint() -> str:
    """Return a new reference of 128 random bits."""
    while is_guessable(drawn := secrets.token_urlsafe(16)):
        pass
    return drawn


def is_guessable(ref: str) -> bool:
    """Tell whether a reference of :data:`FORM` is shorter, or made otherwise, than 128 random bits would be."""
    if not _FORM.fullmatch(ref) or ref.isdecimal():
        return True
    hexadecimal = _HEX.fullmatch(ref) is not None
    if len(set(ref)) < (LEAST_DISTINCT_HEX if hexadecimal else LEAST_DISTINCT):
        return True
    neighbours = sum(abs(ord(one) - ord(next_)) <= 1 for one, next_ in pairwise(ref))
    if neighbours > (MOST_NEIGHBOURS_HEX if hexadecimal else MOST_NEIGHBOURS) * len(ref):
        return True
    if hexadecimal:
        return len(ref) < LEAST_HEX
    mixed = any(sign.islower() for sign in ref) and any(sign.isupper() for sign in ref)
    return not mixed or _DATE.search(ref) is not None or _WORDS.search(ref) is not None
