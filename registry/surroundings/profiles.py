"""What walking an edge costs three kinds of people, in metres of level, smooth ground that are as hard.

Nothing is typed in that can be computed: costs come from published relations, the parameters stand here with unit and
source. A metre of level, smooth, wide ground costs one metre, whoever walks it. Unknown never blocks and never counts
as known; a worse attribute never costs less, which is why going down is nowhere easier than level ground.
"""

import math
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from registry.kernel.text import Text
from registry.surroundings.graph import NO, UNKNOWN, YES, Graph, Kind, Surface

VERSION: Final = 2
"""Raised whenever a cost changes: stored distances say with which version they were computed."""

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

MINETTI: Final = (280.5, -58.7, -76.8, 51.9, 19.6, 2.5)
"""Energy of walking in J/kg/m by gradient, highest power first, for gradients of -0.45 to 0.45.

Source: Minetti et al., Energy cost of walking and running at extreme uphill and downhill slopes, Journal of Applied
Physiology 93 (2002), 1039-1046.
"""
STEEPEST_UP: Final = 0.45
"""Gradient beyond which the relation was not measured; it is held there."""
STEEPEST_DOWN: Final = -0.43363
"""Gradient at which the relation stops to rise with the descent, a little before it was last measured: held there."""
GRAVITY: Final = 9.81
"""m/s²."""
EFFICIENCY_UP, EFFICIENCY_DOWN = 0.25, 1.20
"""Of muscles in positive and in negative work. Source: Margaria (1938), as used by Minetti, Optimum gradient of
mountain paths, Journal of Applied Physiology 79 (1995): 2.0 ml of oxygen by kg and metre climbed, 0.4 by metre
descended, at 20.9 J/ml, are 9.81 / 0.25 and 9.81 / 1.2 within 7 %."""
RISER_M: Final = 0.17
TREAD_M: Final = 0.28
"""The highest step and the shortest tread of common stairs. Source: arrêté du 24 décembre 2015 (escaliers des parties
communes)."""
OLD_TO_YOUNG_UP, OLD_TO_YOUNG_DOWN = 78 / 54, 88 / 42
"""Share of their greatest effort that old adults spend on stairs, over that of young ones, in per cent. Source:
Hortobágyi et al., The relative effort in activities of daily living is higher in older adults, Journals of Gerontology
A 58 (2003); its figures were not checked against the text."""
WITHOUT_RAIL: Final = 2.0
"""Factor on a step without handrail for who walks with a stick. Assumption: no source found; the rail carries what the
second arm would, so that without it a step is taken in two."""
TERRAIN: Final = {Surface.UNEVEN: 1.1, Surface.LOOSE: 1.2}
"""Factors on the energy of walking: dirt road, light brush; asphalt is 1. Source: Soule and Goldman, Terrain
coefficients for energy cost prediction, Journal of Applied Physiology 32 (1972), 706-708; not checked against the
text."""
ROLLING: Final = {Surface.UNKNOWN: 0.015, Surface.SMOOTH: 0.015, Surface.UNEVEN: 0.030, Surface.LOOSE: 0.060}
"""Rolling resistance of a hand-driven wheelchair, force by weight. Assumption: 0.015 on asphalt, doubled on uneven
ground and again on loose ground. What is measured: carpet adds 0.0118 to linoleum and more than doubles it, chairs
differ by up to seven times (Hoffman et al., American Journal of Physical Medicine & Rehabilitation 82 (2003),
880-889)."""
SIDE_SLOPE_ENERGY: Final = 0.30 / math.tan(math.radians(2))
"""What a cross-fall (as a gradient) adds to a wheelchair's energy: 30 % at 2°. Source: Brubaker, McLaurin and McClay,
Effects of side slope on wheelchair performance, Journal of Rehabilitation Research and Development 23 (1986); not
checked against the text."""
LIFT_S: Final = 30.0
"""Waiting for and riding a lift, seconds. Assumption: a lift of a few levels that nobody else calls."""

NARROWEST_M: Final = 0.90
STEEPEST_PCT: Final = 12.0
LIP_M, HIGHEST_LIP_M = 0.02, 0.04
"""What a wheelchair passes: width 0.90 m (arrêté du 24 décembre 2015: local narrowing), slope 12 % (the steepest that
is tolerated by derogation: arrêté du 22 janvier 2026, article 3), lip 2 cm, and 4 cm with a chamfer (both texts)."""


class Barrier(IntEnum):
    """Why an edge is impassable; 0: it is not. The numbers are stored."""

    NONE = 0
    STEPS = 1
    WIDTH = 2
    SLOPE = 3
    KERB = 4
    SOURCE = 5
    """The source itself says that a wheelchair does not pass."""


class Profile(IntEnum):
    """Who walks. The numbers are stored."""

    WALKING = 1
    SENIOR = 2
    """With a stick or a walker."""
    WHEELCHAIR = 3


LABELS: Final = {
    Profile.WALKING: Text("À pied", "Walking"),
    Profile.SENIOR: Text("Avec une canne ou un déambulateur", "With a stick or a walker"),
    Profile.WHEELCHAIR: Text("En fauteuil roulant", "In a wheelchair"),
}
BARRIERS: Final = {
    Barrier.STEPS: Text("Marches sans rampe", "Steps without a ramp"),
    Barrier.WIDTH: Text("Passage de moins de 0,90 m", "Passage narrower than 0.90 m"),
    Barrier.SLOPE: Text("Pente de plus de 12 %", "Slope above 12 %"),
    Barrier.KERB: Text("Ressaut de plus de 4 cm", "Kerb higher than 4 cm"),
    Barrier.SOURCE: Text("Signalé impraticable en fauteuil", "Reported as impassable in a wheelchair"),
}
SPEED_M_S: Final = {Profile.WALKING: 1.3, Profile.SENIOR: 0.9, Profile.WHEELCHAIR: 1.0}
"""Comfortable speed, for the time that a lift takes. Source of the first two: Bohannon and Andrews, Normal walking
speed, Physiotherapy 97 (2011), 182-189, adults and from 80 years on, rounded, not checked against the text; 1 m/s:
assumption."""


@dataclass(frozen=True, slots=True)
class Costs:
    """What the edges of one graph cost one profile.

    Attributes:
        forward: ``float64 (m,)``: metre-equivalents from ``start`` to ``end``; ``inf``: impassable; so ``backward``.
        barrier: ``uint8 (m,)``: :class:`Barrier`.
        known: ``float64 (m,)``: share, 0 to 1, of the attributes that matter to this profile that are known. 1 where
            what is known already bars the way.
    """

    forward: Floats
    backward: Floats
    barrier: NDArray[np.uint8]
    known: Floats


def climbing(gradient: Floats) -> Floats:
    """Return the energy of walking at a gradient relative to level ground; never below 1, never less where steeper."""
    held = np.clip(gradient, STEEPEST_DOWN, STEEPEST_UP)
    relative = np.polyval(np.array(MINETTI), held) / MINETTI[-1]
    return np.maximum(1.0, relative)


def step_m(height_m: float = RISER_M) -> tuple[float, float]:
    """Return what a step of a height costs up and down, in metres of level walking: its vertical work."""
    work = GRAVITY * height_m
    return work / EFFICIENCY_UP / MINETTI[-1], work / EFFICIENCY_DOWN / MINETTI[-1]


def cost(graph: Graph, profile: Profile) -> Costs:
    """Return what each edge costs."""
    if profile == Profile.WHEELCHAIR:
        return _wheelchair(graph)
    return _on_foot(graph, senior=profile == Profile.SENIOR)


def _flights(graph: Graph) -> tuple[Flags, Floats]:
    """Return which edges have steps, and how many: where nobody counted, as many as the length has treads."""
    flight = (graph.kind == Kind.STEPS) | (graph.steps != 0) & (graph.kind != Kind.ESCALATOR)
    guessed = np.maximum(1, np.ceil(graph.length_m / TREAD_M))
    return flight, np.where(flight, np.where(graph.steps > 0, graph.steps, guessed), 0).astype(np.float64)


def _on_foot(graph: Graph, *, senior: bool) -> Costs:
    profile = Profile.SENIOR if senior else Profile.WALKING
    flight, steps = _flights(graph)
    up_m, down_m = step_m()
    if senior:
        up_m, down_m = up_m * OLD_TO_YOUNG_UP, down_m * OLD_TO_YOUNG_DOWN
        steps = np.where(graph.handrail == NO, steps * WITHOUT_RAIL, steps)
    gradient = np.nan_to_num(graph.slope_pct.astype(np.float64)) / 100
    if senior:  # a walker must be held back as it must be pushed (assumption: as hard)
        uphill = downhill = climbing(np.abs(gradient))
    else:
        uphill, downhill = climbing(gradient), climbing(-gradient)
    level = graph.length_m * _terrain(graph)
    extra = np.nan_to_num(graph.kerb_m.astype(np.float64)) / RISER_M * up_m + _lift_m(graph, profile)
    upward = ~flight | ~(gradient < 0)  # a flight without slope: up from start to end, and up from end to start
    forward = level * uphill + steps * np.where(upward, up_m, down_m) + extra
    backward = level * downhill + steps * np.where(~flight | ~(gradient > 0), up_m, down_m) + extra
    none = np.zeros(len(forward), dtype=np.uint8)
    return Costs(forward, backward, none, _known_on_foot(graph, flight, senior=senior))


def _terrain(graph: Graph) -> Floats:
    factors = np.array([TERRAIN.get(surface, 1.0) for surface in Surface])
    return factors[graph.surface]


def _lift_m(graph: Graph, profile: Profile) -> Floats:
    return np.where(graph.kind == Kind.LIFT, LIFT_S * SPEED_M_S[profile], 0.0)


def _wheelchair(graph: Graph) -> Costs:
    """Cost a wheelchair: the force to roll and to climb, by the force to roll on smooth level ground."""
    flight, _ = _flights(graph)
    smooth = ROLLING[Surface.SMOOTH]
    rolling = np.array([ROLLING[surface] for surface in Surface])[graph.surface]
    rolling *= 1 + SIDE_SLOPE_ENERGY * np.nan_to_num(graph.cross_fall_pct.astype(np.float64)) / 100
    gradient = np.nan_to_num(graph.slope_pct.astype(np.float64)) / 100
    kerb = np.nan_to_num(graph.kerb_m.astype(np.float64))
    extra = np.where(kerb > LIP_M, kerb / smooth, 0.0) + _lift_m(graph, Profile.WHEELCHAIR)
    forward, backward = (graph.length_m * _pushing(rolling, way, smooth) + extra for way in (gradient, -gradient))
    barrier = _barriers(graph, flight)
    shut = barrier != Barrier.NONE
    forward[shut] = backward[shut] = np.inf
    return Costs(forward, backward, barrier, np.where(shut, 1.0, _known_rolling(graph)))


def _pushing(rolling: Floats, gradient: Floats, smooth: float) -> Floats:
    """Return the force by that of smooth level ground: pushing up, or holding back what would roll by itself.

    Down, it never counts for less than level ground of the same surface.
    """
    up = rolling + np.maximum(gradient, 0)
    down = np.maximum(rolling, np.maximum(-gradient, 0))
    return np.maximum(up, down) / smooth


def _barriers(graph: Graph, flight: Flags) -> NDArray[np.uint8]:
    """Return why a wheelchair does not pass: of several reasons the hardest to remove.

    Steps bar the way unless a ramp is known beside them, or the source itself says that a wheelchair passes.
    """
    ramped = (graph.ramp == YES) | ((graph.wheelchair == YES) & (graph.ramp != NO))
    return np.select(
        [
            (flight & ~ramped) | (graph.kind == Kind.ESCALATOR),
            graph.width_m < np.float32(NARROWEST_M),
            np.abs(graph.slope_pct) > STEEPEST_PCT,
            graph.kerb_m > np.float32(HIGHEST_LIP_M),
            graph.wheelchair == NO,
        ],
        [Barrier.STEPS, Barrier.WIDTH, Barrier.SLOPE, Barrier.KERB, Barrier.SOURCE],
        Barrier.NONE,
    ).astype(np.uint8)


def _known_on_foot(graph: Graph, flight: Flags, *, senior: bool) -> Floats:
    """Surface and slope; on a flight the number of steps, and for who needs it the handrail."""
    even = ((graph.surface != Surface.UNKNOWN).astype(np.float64) + np.isfinite(graph.slope_pct)) / 2
    counted = (graph.steps > 0).astype(np.float64)
    if senior:
        counted = (counted + (graph.handrail != UNKNOWN)) / 2
    return _none_of_links(graph, np.where(flight, counted, even))


def _known_rolling(graph: Graph) -> Floats:
    """Surface, slope and width, at a crossing its kerb; a source that says yes knew them all. In a lift, its width."""
    crossing = graph.kind == Kind.CROSSING
    width = np.isfinite(graph.width_m).astype(np.float64)
    known = (graph.surface != Surface.UNKNOWN).astype(np.float64) + np.isfinite(graph.slope_pct) + width
    known = (known + (crossing & np.isfinite(graph.kerb_m))) / (3.0 + crossing)
    known = np.where(graph.kind == Kind.LIFT, width, known)
    return _none_of_links(graph, np.where(graph.wheelchair == YES, 1.0, known))


def _none_of_links(graph: Graph, known: Floats) -> Floats:
    """Nothing is known of what no source drew."""
    return np.where(graph.kind == Kind.LINK, 0.0, known)
