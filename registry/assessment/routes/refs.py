"""The references of homes and residences in an address."""

from typing import Final

from registry.kernel.fields import PRINTABLE, is_printable
from registry.stock.errors import RefInvalid
from registry.stock.schemas import UNADDRESSABLE, is_addressable

_NOT_ADDRESSED: Final = {"not": {"pattern": UNADDRESSABLE}}
REF_SCHEMA: Final = {"minLength": 1, "maxLength": 100, "pattern": PRINTABLE, **_NOT_ADDRESSED}


def checked_ref(ref: str) -> str:
    """Return the reference of an address if it is one.

    Raises:
        RefInvalid: It is empty, too long, not printable, or cannot be addressed.
    """
    if not 1 <= len(ref) <= 100 or not is_printable(ref) or not is_addressable(ref):
        raise RefInvalid(field="ref", value=ref)
    return ref
