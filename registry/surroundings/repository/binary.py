"""Rows as PostgreSQL's binary COPY has them, made of arrays and read into arrays at once.

Format: PostgreSQL 15 documentation, COPY, Binary Format: a head of 19 bytes; to each row the number of its fields, to
each field its length in bytes and its value, most significant byte first; at the end -1. A line is EWKB, as PostGIS
receives it.
"""

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

HEAD: Final = b"PGCOPY\n\xff\r\n\0" + bytes(8)
TAIL: Final = b"\xff\xff"
_EWKB_LINE: Final = 0x20000002  # a line, with the number of its projection


class Columns:
    """Columns of fixed width by name: ``>i2``, ``>i4``, ``>i8``, ``>f4``, ``>f8``, ``?``; never null."""

    def __init__(self, columns: Mapping[str, str], *, line: bool = False) -> None:
        self.names = list(columns)
        self.line = line
        fields = [part for name, kind in columns.items() for part in ((f"{name} bytes", ">i4"), (name, kind))]
        ewkb = [("line bytes", ">i4"), ("order", "u1"), ("type", "<u4"), ("srid", "<u4"), ("points", "<u4")]
        self.row = np.dtype([("fields", ">i2"), *fields, *(ewkb if line else [])])

    def rows(self, values: Mapping[str, Any], count: int) -> NDArray[Any]:
        """Return the rows, without what is longer than fixed."""
        rows = np.zeros(count, dtype=self.row)
        rows["fields"] = len(self.names) + self.line
        for name in self.names:
            rows[f"{name} bytes"] = self.row[name].itemsize
            rows[name] = values[name]
        return rows

    def copy(self, values: Mapping[str, Any], count: int) -> bytes:
        """Return a whole binary COPY of ``count`` rows."""
        return HEAD + self.rows(values, count).tobytes() + TAIL

    def copy_with_lines(
        self, values: Mapping[str, Any], *, srid: int, bends: NDArray[np.float64], first_bend: NDArray[np.int64]
    ) -> bytes:
        """Return the same with a line as the last column: ``bends[first_bend[i]:first_bend[i + 1]]``."""
        count = np.diff(first_bend)
        rows = self.rows(values, len(count))
        rows["order"], rows["type"], rows["srid"], rows["points"] = 1, _EWKB_LINE, srid, count
        rows["line bytes"] = 13 + 16 * count
        width = self.row.itemsize
        at = np.concatenate(([0], np.cumsum(width + 16 * count)))
        out = np.empty(at[-1], dtype=np.uint8)
        out[(at[:-1, None] + np.arange(width)).ravel()] = rows.view(np.uint8)
        points = np.repeat(at[:-1] + width - 16 * first_bend[:-1], count) + 16 * np.arange(first_bend[-1])
        out[(points[:, None] + np.arange(16)).ravel()] = np.ascontiguousarray(bends, dtype="<f8").view(np.uint8).ravel()
        return HEAD + out.tobytes() + TAIL

    def read(self, copied: bytes) -> NDArray[Any]:
        """Return the rows of a binary COPY of these columns."""
        return np.frombuffer(
            copied, dtype=self.row, offset=len(HEAD), count=(len(copied) - len(HEAD) - 2) // self.row.itemsize
        )
