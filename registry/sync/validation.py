"""Read a landlord's file as a run of the sync would, without a database: what it holds, and what is wrong with it."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from registry.kernel.text import Text
from registry.stock.errors import RefTwice
from registry.sync.formats import Reader, Stated
from registry.sync.formats.rpls.reader import TWICE
from registry.sync.notes import Note
from registry.sync.rules import RuleCode

_REF: Final = "ref"


@dataclass(slots=True)
class Outcome:
    """What a file holds. ``records`` is ``accepted`` and ``rejected``; ``notes``: how often each was made."""

    records: int = 0
    accepted: int = 0
    rejected: int = 0
    homes: int = 0
    residences: int = 0
    notes: Counter[tuple[str, Text, str]] = field(default_factory=Counter)

    def counts(self) -> dict[str, int]:
        names = ("records", "accepted", "rejected", "homes", "residences")
        return {name: getattr(self, name) for name in names}


def validate(reader: Reader, note: Callable[[Note], None]) -> Outcome:
    """Read every record; call ``note`` with each note, in the order of the file; what its end tells of it comes last.

    Raises:
        RegistryError: The file cannot be read on.
    """
    outcome, homes, residences = Outcome(), dict[str, int](), dict[str, int]()

    def say(found: Note) -> None:
        outcome.notes[found.column, found.rule, found.effect] += 1
        note(found)

    at_once = len(reader.notes)
    for each in reader.notes:
        say(each)
    for record in reader.records():
        stated = reader.read(record)
        outcome.records += 1
        _once(stated, homes, residences)
        for each in stated.notes:
            say(each)
        if stated.rejected:
            outcome.rejected += 1
        else:
            outcome.accepted += 1
    for each in reader.notes[at_once:]:
        say(each)
    outcome.homes, outcome.residences = len(homes), len(residences)
    return outcome


def _once(stated: Stated, homes: dict[str, int], residences: dict[str, int]) -> None:
    """Take in the references of an accepted record; reject one that names what another named before."""
    if stated.rejected:
        return
    residence = stated.residence["ref"] if stated.residence else None
    if stated.home is not None:
        first = homes.setdefault(stated.home["ref"], stated.line)
    else:
        first = stated.line if residence is None else residences.setdefault(residence, stated.line)
    if first != stated.line:
        remedy = Text(
            f"{RefTwice.remedy.fr} La première est la ligne {first}.",
            f"{RefTwice.remedy.en} The first is line {first}.",
        )
        ref = stated.home["ref"] if stated.home is not None else residence
        stated.notes.append(Note(stated.line, _REF, str(ref), TWICE, remedy, rejected=True, of=RuleCode.REF_TWICE))
    elif residence is not None:
        residences.setdefault(residence, stated.line)
