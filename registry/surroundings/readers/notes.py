"""What a reader found beside the network: what it left out, and what it doubts."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Final

from registry.kernel.errors import Fault
from registry.surroundings.graph import Graph

SHOWN: Final = 100
"""Doubts that are kept one by one; all are counted."""


@dataclass(slots=True)
class Notes:
    """Counts by what was left out or doubted, and the first doubts with their object."""

    counts: Counter[str] = field(default_factory=Counter)
    doubts: list[Fault] = field(default_factory=list)

    def doubt(self, what: str, fault: Fault) -> None:
        self.counts[what] += 1
        if len(self.doubts) < SHOWN:
            self.doubts.append(fault)


@dataclass(frozen=True, slots=True)
class Reading:
    """A file as a network; what is in ``notes`` is not in ``graph``."""

    graph: Graph
    notes: Notes
