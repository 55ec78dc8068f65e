"""What the search tells of doors, families and one profile."""

from dataclasses import dataclass
from enum import IntEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from registry.kernel.text import Text
from registry.surroundings.snapping import Floats, Ints

THIN_M: Final = 500.0
"""A part of the network with fewer metres is a piece that nobody joined to the rest. Assumption: three blocks."""


class Outcome(IntEnum):
    """The numbers are stored."""

    REACHED = 1
    BEYOND = 2
    """All is known as far as the limit, and no service of the family is there that the profile reaches."""
    UNKNOWN = 3
    """Never "not accessible": the data do not say."""


class Reason(IntEnum):
    """Why an answer is unknown, or less than sure. The numbers are stored."""

    NONE = 0
    NO_NETWORK = 1
    """No edge within :data:`registry.surroundings.snapping.REACH_M` of the door."""
    THIN_NETWORK = 2
    """The door's part of the network is shorter than :data:`THIN_M`."""
    DOOR_EDGE_IMPASSABLE = 3
    """The only edge at the door cannot be used; where the door really opens is not known that well."""
    FRONTIER = 4
    """The network goes on behind the edge of the file. On a reached service: a nearer one may lie there."""
    SERVICE_OFF_NETWORK = 5
    """A service of the family is within the limit as the crow flies, and no edge near it, or of another part."""
    NO_SERVICE_KNOWN = 6
    """No service of the family is known in all the area: no source was imported rather than none being there."""
    ENCLOSED = 7
    """Known barriers leave the profile less than :data:`THIN_M` around the door: a way out may exist undrawn."""
    NO_POSITION = 8
    """Nobody knows where the door is. Never stored: without a position nothing is computed."""


REASONS: Final = {
    Reason.NO_NETWORK: Text("Aucun réseau piéton connu à cette porte", "No pedestrian network known at this door"),
    Reason.THIN_NETWORK: Text("Réseau trop fragmentaire autour de la porte", "Network too patchy around the door"),
    Reason.DOOR_EDGE_IMPASSABLE: Text(
        "La voie devant la porte est impraticable", "The way in front of the door is impassable"
    ),
    Reason.FRONTIER: Text(
        "Le réseau connu s'arrête avant la limite de recherche", "The known network ends before the limit of the search"
    ),
    Reason.SERVICE_OFF_NETWORK: Text(
        "Un service est proche, mais aucun chemin connu n'y mène", "A service is near, but no known way leads to it"
    ),
    Reason.NO_SERVICE_KNOWN: Text("Aucun service de cette famille n'est connu ici", "No such service is known here"),
    Reason.ENCLOSED: Text("Des obstacles connus entourent la porte", "Known barriers surround the door"),
    Reason.NO_POSITION: Text("La position de la porte est inconnue", "Nobody knows where the door is"),
}


@dataclass(frozen=True, slots=True)
class Answers:
    """One profile, ``d`` doors × ``f`` families.

    Attributes:
        families: ``uint8 (f,)``.
        service: ``int64 (d, f)``, index into the places; -1: none reached.
        straight_m: ``float64 (d, f)``; ``NaN`` where none is reached, as the next three.
        length_m: Metres of the path of least cost, from the door to the service.
        cost_m: Metre-equivalents of it, the entrance counted in.
        known: Share of ``length_m`` whose attributes are known, 0 to 1.
        outcome: ``uint8 (d, f)``, :class:`Outcome`.
        reason: ``uint8 (d, f)``, :class:`Reason`.
    """

    families: NDArray[np.uint8]
    service: Ints
    straight_m: Floats
    length_m: Floats
    cost_m: Floats
    known: Floats
    outcome: NDArray[np.uint8]
    reason: NDArray[np.uint8]


def blank(doors: int, families: NDArray[np.uint8]) -> Answers:
    """Return answers that know nothing yet."""
    shape = (doors, len(families))
    return Answers(
        families,
        np.full(shape, -1, dtype=np.int64),
        np.full(shape, np.nan),
        np.full(shape, np.nan),
        np.full(shape, np.nan),
        np.full(shape, np.nan),
        np.full(shape, Outcome.BEYOND, dtype=np.uint8),
        np.full(shape, Reason.NONE, dtype=np.uint8),
    )
