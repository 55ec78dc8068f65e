"""When "none" is not known: the door, the network or the services leave room for one."""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse.csgraph import dijkstra
from scipy.spatial import cKDTree

from registry.surroundings.distances.answers import THIN_M, Answers, Outcome, Reason
from registry.surroundings.distances.network import LIMIT_M, Ends, Network
from registry.surroundings.places import Places
from registry.surroundings.snapping import NOWHERE, Floats, Ints


def frontier_m(network: Network, limit: float = LIMIT_M) -> Floats:
    """Return the metre-equivalents ``(n,)`` from each node to where the file ends; ``inf``: beyond the limit."""
    sources = np.flatnonzero(network.graph.frontier)
    if not len(sources):
        return np.full(len(network.graph.nodes), np.inf)
    found: Floats = dijkstra(network.back, indices=sources, min_only=True, limit=limit)
    return found


def settle(network: Network, doors: Ends, places: Places, services: Ends, out: Floats, answers: Answers) -> None:
    """Write outcome and reason into the answers.

    Args:
        network: Of the profile.
        doors: ``d`` of them.
        places: All services; ``services`` are where they stand for the profile.
        services: See ``places``.
        out: ``float64 (d,)``, metre-equivalents from each door to where the file ends.
        answers: With the services that were reached.
    """
    reached = answers.service >= 0
    door = _door_reasons(network, doors)
    clipped = out <= LIMIT_M
    for column, family in enumerate(answers.families):
        of_family = np.flatnonzero(places.family == family)
        reason = np.where(clipped, Reason.FRONTIER, Reason.NONE).astype(np.uint8)
        if not len(of_family):
            reason[:] = Reason.NO_SERVICE_KNOWN
        else:
            open_ = ~reached[:, column] & ~clipped & (door == Reason.NONE)
            reason[open_] = _astray(network, doors, services, of_family, np.flatnonzero(open_))
        reason = np.where(door != Reason.NONE, door, reason).astype(np.uint8)
        got = reached[:, column]
        nearer = got & clipped & (~(out >= answers.cost_m[:, column]))
        answers.reason[:, column] = np.where(got, np.where(nearer, Reason.FRONTIER, Reason.NONE), reason)
        answers.outcome[:, column] = np.where(
            got, Outcome.REACHED, np.where(reason == Reason.NONE, Outcome.BEYOND, Outcome.UNKNOWN)
        )


def parts(network: Network, ends: Ends) -> Ints:
    """Return the connected part of the network that each point stands on; -1: none."""
    there = ends.snaps.edge != NOWHERE
    return np.where(there, network.mesh.component[ends.nodes[:, 0]], NOWHERE) if there.any() else ends.snaps.edge


def _door_reasons(network: Network, doors: Ends) -> NDArray[np.uint8]:
    part, there = parts(network, doors), doors.snaps.edge != NOWHERE
    reasons = np.zeros(len(part), dtype=np.uint8)
    if there.any():
        stuck = np.logical_not(np.isfinite(doors.leaving).any(axis=1))
        around = network.around_m[doors.nodes[:, 0]]
        reasons[there & (around < THIN_M)] = Reason.ENCLOSED
        reasons[there & stuck] = Reason.DOOR_EDGE_IMPASSABLE
        reasons[there & (network.mesh.component_m[part] < THIN_M)] = Reason.THIN_NETWORK
    reasons[~there] = Reason.NO_NETWORK
    return reasons


def _astray(network: Network, doors: Ends, services: Ends, family: Ints, asked: Ints) -> NDArray[np.uint8]:
    """Return for the doors ``asked`` whether a service near them is on no network, or on another part than the door."""
    reasons = np.zeros(len(asked), dtype=np.uint8)
    if not len(asked):
        return reasons
    near = cKDTree(services.xy[family]).query_ball_point(doors.xy[asked], LIMIT_M)
    door_part, service_part = parts(network, doors)[asked], parts(network, services)[family]
    for row, found in enumerate(near):
        if found and (service_part[found] != door_part[row]).any():
            reasons[row] = Reason.SERVICE_OFF_NETWORK
    return reasons
