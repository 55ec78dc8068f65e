"""Services as arrays: what the search for the nearest one of a family reads."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Places:
    """``s`` services, each at its entrance where that is known, else at its own point.

    Attributes:
        srid: EPSG code of ``xy``: the legal projection, in metres.
        ids: ``int64 (s,)``: the row of the service.
        family: ``uint8 (s,)``: the number of the family in ``registry.vocabulary.services``.
        xy: ``float64 (s, 2)``.
        wheelchair: ``int8 (s,)``: whether a wheelchair passes the entrance: 1 yes, 0 no, 2 limited, -1 unknown.
        entrance_steps: ``int16 (s,)``: steps at the entrance; 0: level, -1: unknown.
        door_width_cm: ``int16 (s,)``: free passage; -1: unknown.
    """

    srid: int
    ids: NDArray[np.int64]
    family: NDArray[np.uint8]
    xy: NDArray[np.float64]
    wheelchair: NDArray[np.int8]
    entrance_steps: NDArray[np.int16]
    door_width_cm: NDArray[np.int16]
