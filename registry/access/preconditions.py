"""Conditional requests (RFC 9110 §13): change an object only in the version that the caller knows."""

import re
from dataclasses import dataclass
from typing import Final

from registry.access.errors import VersionChanged

ETAGS: Final = r'^(\*|(W/)?"[^"\x00-\x1f\x7f]*"([ \t]*,[ \t]*(W/)?"[^"\x00-\x1f\x7f]*")*)$'
"""The form of either header."""
_ETAG: Final = re.compile(r'\s*(W/)?"([^"]*)"\s*')


def etag(version: int | str) -> str:
    """Return the entity tag of a version."""
    return f'"{version}"'


@dataclass(frozen=True, slots=True)
class Precondition:
    """The request's ``If-Match`` and ``If-None-Match``."""

    if_match: str | None = None
    if_none_match: str | None = None

    def check(self, version: int | str | None) -> None:
        """Check against the present version, ``None`` where there is no object.

        Raises:
            VersionChanged: The condition does not hold.
        """
        if self.if_match is not None and not _matches(self.if_match, version):
            raise VersionChanged(field="If-Match", value=self.if_match)
        if self.if_none_match is not None and _matches(self.if_none_match, version):
            raise VersionChanged(field="If-None-Match", value=self.if_none_match)

    def check_new(self, *, new: bool) -> None:
        """Check after a write that an object which was not there is the one written.

        A row that is not there cannot be locked: another request may have made the object since :meth:`check`.

        Raises:
            VersionChanged: It has; the transaction must not commit.
        """
        if self.given and not new:
            raise VersionChanged(field="If-None-Match", value=self.if_none_match)

    @property
    def given(self) -> bool:
        return self.if_match is not None or self.if_none_match is not None


def held_already(if_none_match: str | None, version: str) -> bool:
    """Tell whether a reader holds this version: the answer is 304 then (RFC 9110 §13.1.2)."""
    return if_none_match is not None and _matches(if_none_match, version)


def _matches(header: str, version: int | str | None) -> bool:
    if version is None:
        return False
    if header.strip() == "*":
        return True
    named = [match.group(2) for part in header.split(",") if (match := _ETAG.fullmatch(part))]
    return str(version) in named
