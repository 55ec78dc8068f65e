"""Use cases of the obligations: measure, warn and remind, read."""

from registry.obligations.repository.attention import Waiting
from registry.obligations.repository.figures import FiguresRow
from registry.obligations.repository.reading import ScoreRow
from registry.obligations.service.attention import attention
from registry.obligations.service.measure import RETENTION_DAYS, measure_all, measure_changed
from registry.obligations.service.reading import (
    FIRST,
    NO_DAY,
    list_behind,
    read_board,
    read_figures,
    read_history,
    read_standing,
    scored,
)

__all__ = [
    "FIRST",
    "NO_DAY",
    "RETENTION_DAYS",
    "FiguresRow",
    "ScoreRow",
    "Waiting",
    "attention",
    "list_behind",
    "measure_all",
    "measure_changed",
    "read_board",
    "read_figures",
    "read_history",
    "read_standing",
    "scored",
]
