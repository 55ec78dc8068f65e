"""What an import has to say about single values, and what it did in all."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Final

from registry.kernel.fields import is_printable
from registry.kernel.text import Text

SHOWN: Final = 200
"""Characters of a wrong value that are kept."""


def _readable(sign: str) -> str:
    return sign if is_printable(sign) else sign.encode("unicode_escape").decode()


@dataclass(frozen=True, slots=True)
class Note:
    """A value that a rule refused, or doubts.

    Attributes:
        line: In the file as an editor numbers it.
        column: As the layout names it; several that go together are joined by "/".
        rejected: Whether the whole row was refused; otherwise the field stays as it was, or unknown.
        doubted: Whether the value is taken all the same, and a person should look at it.
    """

    line: int
    column: str
    value: str
    rule: Text
    remedy: Text
    rejected: bool = False
    doubted: bool = False

    def __post_init__(self) -> None:
        # Notes are stored, printed and sent: what no text may hold is written out, and a long value shortened.
        if len(self.value) > SHOWN or not self.value.isprintable():
            object.__setattr__(self, "value", "".join(map(_readable, self.value[:SHOWN])))

    @property
    def effect(self) -> str:
        if self.rejected:
            return "row rejected"
        return "taken as it is" if self.doubted else "field left as it was, or unknown"

    def described(self) -> dict[str, Any]:
        """Return the note as a line of the report file, in both languages."""
        return {
            "line": self.line, "column": self.column, "value": self.value,
            "effect": self.effect,
            "rule": self.rule._asdict(), "remedy": self.remedy._asdict(),
        }  # fmt: skip


@dataclass(slots=True)
class Report:
    """What became of a file.

    ``rows`` is the sum of ``homes``: every row was created, updated, unchanged or rejected.

    Attributes:
        indistinct: Rows that the file does not tell from another one of the same flat, or of none.
        pmr: RPLS variable PMR as stated, counted only (see ``registry.sync.rpls``).
        difference: SHA-256 over what was created or changed, in the order of the file.
    """

    rows: int = 0
    homes: Counter[str] = field(default_factory=Counter)
    residences: Counter[str] = field(default_factory=Counter)
    notes: Counter[tuple[str, Text, bool]] = field(default_factory=Counter)
    indistinct: int = 0
    without_position: int = 0
    pmr: Counter[str] = field(default_factory=Counter)
    sha256: str = ""
    difference: str = ""

    def counts(self) -> dict[str, int]:
        """Return the numbers by which a file is accounted for."""
        return {
            "rows": self.rows,
            **{status: self.homes[status] for status in ("created", "updated", "unchanged", "rejected")},
        }
