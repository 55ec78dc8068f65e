"""The residence index (indice d'adaptation de la résidence): pure functions of a grid and what is known.

Unknown is never no: what is not known counts once as its worst and once as its best, so that every score is an
interval from what is proven to what is possible.
"""

from registry.assessment.index.explanation import PROPOSED_GRID, Origin, Row, Rule, explain
from registry.assessment.index.inputs import UNKNOWN_SERVICE, Changes, Interval, Reach, Residence, Stated, known_facts
from registry.assessment.index.levers import Lever, Planned, changed, levers, simulate
from registry.assessment.index.scoring import Compiled, Index, Part, assess, compile_grid, passable

__all__ = [
    "PROPOSED_GRID", "UNKNOWN_SERVICE", "Changes", "Compiled", "Index", "Interval", "Lever", "Origin", "Part",
    "Planned", "Reach", "Residence", "Row", "Rule", "Stated", "assess", "changed", "compile_grid", "explain",
    "known_facts", "levers", "passable", "simulate",
]  # fmt: skip
