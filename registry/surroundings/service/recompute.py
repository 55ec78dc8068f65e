"""Accessible distances of all residences, kept up to date: computed anew where what they come from changed."""

import asyncio
import itertools
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import structlog

from registry.platform.database import Database, Role
from registry.stock import service as stock
from registry.stock.service import Door
from registry.surroundings.answers import FirstMetresAround
from registry.surroundings.distances import Answers, FirstMetres, Outcome, nearest
from registry.surroundings.distances.residences import Best, best_of_doors, fingerprints, first_metres_of_doors
from registry.surroundings.places import Places
from registry.surroundings.profiles import VERSION, Profile
from registry.surroundings.repository import distances as repository
from registry.surroundings.repository import networks, services
from registry.surroundings.repository.distances import Key
from registry.surroundings.repository.networks import Stored
from registry.surroundings.service import ground as grounds
from registry.surroundings.service.ground import ASKED, Ground
from registry.surroundings.snapping import Floats, Ints

RECOMPUTE: Final = "surroundings.recompute"
STEP: Final = 1_000
"""Residences that are read, or written, in one transaction."""
log = structlog.get_logger()
Progress = Callable[[int], None]


@dataclass(slots=True)
class _Area:
    """The residences of one network: ``keys``, and each door's residence and place in metres."""

    stored: Stored
    keys: list[Key] = field(default_factory=list)
    doors: list[Door] = field(default_factory=list)
    residence: list[int] = field(default_factory=list)

    def take(self, key: Key, doors: Iterable[Door]) -> None:
        self.keys.append(key)
        for door in doors:
            self.doors.append(door)
            self.residence.append(len(self.keys) - 1)

    def points(self) -> Floats:
        return grounds.projected(self.stored.srid, np.array([(door.lon, door.lat) for door in self.doors], dtype=float))


async def recompute(database: Database, *, everything: bool = False, progress: Progress | None = None) -> Counter[str]:
    """Compute the distances whose doors, network, services or profiles changed; return how many of each outcome.

    Idempotent; each step is a transaction of its own, so that what is done stays done.

    Args:
        database: As the job.
        everything: Whatever changed.
        progress: Told how many residences were looked at, step by step.
    """
    async with database.transaction(Role.JOB, actor=RECOMPUTE) as session:
        active = await networks.active(session)
    counts: Counter[str] = Counter()
    areas = await _assign(database, active, counts)
    for area in areas:
        await _recompute_area(database, area, counts, everything=everything, progress=progress)
    if counts["computed"] or counts["forgotten"]:
        log.info("distances_computed", **counts)
    return counts


async def _assign(database: Database, active: Sequence[Stored], counts: Counter[str]) -> list[_Area]:
    """Return the residences by network; those that no network holds have nothing that is kept."""
    areas = {stored.version: _Area(stored) for stored in active}
    after = stock.FIRST_DOOR
    while True:
        async with database.transaction(Role.JOB, actor=RECOMPUTE) as session:
            doors = await stock.list_doors(session=session, after=after, limit=STEP)
            if not doors:
                return [area for area in areas.values() if area.keys]
            after = (doors[-1].organisation_id, doors[-1].residence_id)
            outside = list[Key]()
            for key, entered in itertools.groupby(doors, lambda door: (door.organisation_id, door.residence_id)):
                known = [door for door in entered if door.lon is not None and door.lat is not None]
                first = known[0] if known else None
                stored = grounds.around(active, first.lon, first.lat) if first and first.lon and first.lat else None
                if stored is None:
                    outside.append(key)
                else:
                    areas[stored.version].take(key, known)
            counts["forgotten"] += await repository.forget(session, outside)


async def _recompute_area(
    database: Database, area: _Area, counts: Counter[str], *, everything: bool, progress: Progress | None
) -> None:
    async with database.transaction(Role.JOB, actor=RECOMPUTE) as session:
        places = await services.load(session, area.stored.srid, grounds.watched(area.stored))
        known = await repository.runs(session, area.keys)
    points, residence = area.points(), np.array(area.residence, dtype=np.int64)
    marks = await asyncio.to_thread(fingerprints, points, residence, len(area.keys), places)
    stored = area.stored
    changed = [
        number
        for number, (key, mark) in enumerate(zip(area.keys, marks, strict=True))
        if everything or known.get(key) != (stored.name, stored.version, VERSION, int(mark))
    ]
    counts["unchanged"] += len(area.keys) - len(changed)
    if progress:
        progress(len(area.keys) - len(changed))
    if not changed:
        return
    async with database.transaction(Role.JOB, actor=RECOMPUTE) as session:
        ground = await grounds.load(session, stored)
    best, around = await asyncio.to_thread(_compute, ground, places, points, residence, np.array(changed))
    many = np.bincount(residence, minlength=len(area.keys))
    for start in range(0, len(changed), STEP):
        part = range(start, min(start + STEP, len(changed)))
        rows = _rows(area, changed, part, best, places)
        runs = {
            area.keys[changed[row]]: (int(many[changed[row]]), int(marks[changed[row]]), _around(around, row))
            for row in part
        }
        async with database.transaction(Role.JOB, actor=RECOMPUTE) as session:
            await repository.replace(
                session, runs, rows, network=stored.name, network_version=stored.version, profile_version=VERSION
            )
        counts["computed"] += len(part)
        counts.update(Outcome(outcome).name.lower() for outcome in rows["outcome"])
        if progress:
            progress(len(part))


def _compute(
    ground: Ground, places: Places, points: Floats, residence: Ints, changed: Ints
) -> tuple[dict[Profile, tuple[Best, Ints]], FirstMetres]:
    """Return what there is of the changed residences, in their order.

    Returns:
        For each profile the answers and the doors that were asked; the first metres around them.
    """
    asked = np.flatnonzero(np.isin(residence, changed))
    place = np.searchsorted(changed, residence[asked])
    near_doors, near_places = ground.mesh.near(points[asked]), ground.mesh.near(places.xy)
    found = {}
    for profile, network in ground.networks.items():
        answers = nearest(network, points[asked], places, ASKED, near_doors=near_doors, near_places=near_places)
        found[profile] = (best_of_doors(answers, place, len(changed)), asked)
    first_metres = ground.surroundings.around(points[asked], near_doors)
    return found, first_metres_of_doors(first_metres, place, len(changed))


def _around(found: FirstMetres, row: int) -> FirstMetresAround | None:
    if np.isnan(found.paths_m[row]):
        return None
    return FirstMetresAround(**{name: float(getattr(found, name)[row]) for name in FirstMetresAround.model_fields})


def _rows(
    area: _Area, changed: Sequence[int], part: range, found: Mapping[Profile, tuple[Best, Ints]], places: Places
) -> dict[str, list[Any]]:
    """Return columns of ``accessible_distances`` for a part of the changed residences."""
    rows: dict[str, list[Any]] = {}
    for profile, (best, asked) in found.items():
        for column, family in enumerate(ASKED):
            doors = [area.doors[asked[door]] for door in best.door[part.start : part.stop, column]]
            keys = [area.keys[changed[row]] for row in part]
            columns: dict[str, list[Any]] = {
                "organisation_id": [key[0] for key in keys],
                "residence_id": [key[1] for key in keys],
                "profile": [int(profile)] * len(part),
                "family": [int(family)] * len(part),
                "building_id": [door.building_id for door in doors],
                **_measures(best.answers, part, column, places),
            }
            for name, values in columns.items():
                rows.setdefault(name, []).extend(values)
    return rows


def _measures(answers: Answers, part: range, column: int, places: Places) -> dict[str, list[Any]]:
    here = slice(part.start, part.stop)
    service = answers.service[here, column]
    measured = {
        name: [None if np.isnan(value) else float(value) for value in getattr(answers, name)[here, column]]
        for name in ("straight_m", "length_m", "cost_m", "known")
    }
    return {
        "service_id": [int(places.ids[index]) if index >= 0 else None for index in service],
        "outcome": [int(value) for value in answers.outcome[here, column]],
        "reason": [int(value) for value in answers.reason[here, column]],
        **measured,
    }
