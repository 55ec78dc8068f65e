"""What an import has to say about single values."""

from dataclasses import dataclass
from typing import Any, Final

from registry.kernel.fields import is_printable
from registry.kernel.text import Text
from registry.sync.rules import RuleCode

SHOWN: Final = 200
"""Characters of a wrong value that are kept."""
_NOTHING: Final = ("", "null")


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
        of: Which rule it was, where neither the column ("*": the whole record) nor the value says that.
    """

    line: int
    column: str
    value: str
    rule: Text
    remedy: Text
    rejected: bool = False
    doubted: bool = False
    of: RuleCode | None = None

    def __post_init__(self) -> None:
        # Notes are stored, printed and sent: what no text may hold is written out, and a long value shortened.
        if len(self.value) > SHOWN or not self.value.isprintable():
            object.__setattr__(self, "value", "".join(map(_readable, self.value[:SHOWN])))

    @property
    def code(self) -> RuleCode:
        if self.of is not None:
            return self.of
        if self.column == "*":
            return RuleCode.RECORD_UNREADABLE
        if self.doubted:
            return RuleCode.VALUE_DOUBTED
        return RuleCode.VALUE_INVALID if self.value not in _NOTHING else RuleCode.VALUE_MISSING

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
