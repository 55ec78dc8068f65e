"""What a reader of files gives, whatever the format: records, and what each states.

A record is cut from the file first and read only if it says something new: most records of a weekly file are those of
the week before, byte for byte, and are known by their digest.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

from registry.sync.notes import Note


class Record(NamedTuple):
    """One record as it stands in the file. ``line``: the first of its lines, from 1, as an editor numbers them."""

    line: int
    raw: bytes


@dataclass(slots=True)
class Stated:
    """What one record states: only that. An attribute that is not named is not stated, and stays as it is held.

    Records that state the same may share their ``facts`` and ``residence``: neither is to be changed.

    Attributes:
        ref: Of the home, where it could be read, in a rejected record too; ``None`` for a record about a residence.
        home: As :class:`~registry.stock.schemas.HomeLine` names and types its attributes once dumped to JSON, with
            ``ref``; ``None`` where the record is rejected or is about a residence only. A fact is ``{"value": …}`` with
            ``source`` and ``date`` where they are stated; one that is stated as unknown is ``None``.
        cleared: Attributes of the home that are stated to be empty.
        residence: As :class:`~registry.stock.schemas.ResidenceIn` names its attributes, with ``ref``. The codes of
            communes are the present ones.
        notes: What a rule refused; with a ``rejected`` one the record counts for nothing.
    """

    line: int
    ref: str | None = None
    home: dict[str, Any] | None = None
    cleared: tuple[str, ...] = ()
    residence: dict[str, Any] | None = None
    notes: list[Note] = field(default_factory=list)

    @property
    def rejected(self) -> bool:
        return bool(self.notes) and any(note.rejected for note in self.notes)


class Reader(Protocol):
    """Reads one file.

    Attributes:
        fingerprint: Digest of everything besides a record's bytes on which its meaning depends: format, header,
            mapping with its version. Empty: records mean something only beside each other, and none can be skipped.
        homes_alone: Whether every record is about one home and says nothing of its residence or building, so that none
            means something else beside the others. It has a fingerprint then.
        siret: Of the landlord whose file it says it is; ``None`` where it does not say.
        notes: About the file as a whole: columns that nobody reads, or that the mapping names and the file lacks.
    """

    fingerprint: bytes
    homes_alone: bool
    siret: str | None
    notes: list[Note]

    def records(self) -> Iterator[Record]:
        """Yield every record, in the order of the file, each time anew."""
        ...

    def read(self, record: Record) -> Stated:
        """Return what a record states, or in ``notes`` what is wrong with it.

        It never raises for what a record holds.
        """
        ...
