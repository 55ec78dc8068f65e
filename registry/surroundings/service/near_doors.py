"""What is near one door: as it is kept for a residence, or asked at this moment."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.ext.asyncio import AsyncSession

from registry.access.principal import Principal, own_organisation
from registry.kernel.clock import now
from registry.kernel.geo import LonLat
from registry.kernel.text import Text
from registry.stock import service as stock
from registry.surroundings.answers import FirstMetresAround
from registry.surroundings.distances import (
    REASONS,
    Explanation,
    Obstacle,
    Outcome,
    Path,
    Reason,
    Services,
    explain,
    from_door,
)
from registry.surroundings.places import Places
from registry.surroundings.profiles import BARRIERS, VERSION, Barrier, Profile
from registry.surroundings.repository import distances as repository
from registry.surroundings.service.ground import ASKED, Ground, Grounds, projected, unprojected
from registry.surroundings.service.services import describe_services
from registry.vocabulary.services import Family

_POINT: Final = 0
"""The family of the point that was asked for: none of the vocabulary's."""
_ENTRANCE: Final = Text("Entrée inaccessible en fauteuil", "Entrance that a wheelchair does not pass")
_MEASURES: Final = ("straight_m", "length_m", "cost_m", "known")


async def distances_from(
    *, session: AsyncSession, grounds: Grounds, door: LonLat, to: LonLat | None, profile: Profile
) -> dict[str, Any]:
    """Return the best service of each family from a door, or the way to a point, searched now; with the paths."""
    return await _from(session, grounds, _Asked(door, to, None, profile, with_path=True))


async def distances_of_building(
    *,
    session: AsyncSession,
    principal: Principal,
    grounds: Grounds,
    ref: str,
    building_ref: str,
    profile: Profile,
    with_path: bool,
) -> dict[str, Any]:
    """Return the best service of each family from one building's own door, searched now.

    A building whose place nobody knows is answered from the residence's position: no item then names it.

    Raises:
        ResidenceNotFound, BuildingUnknown: The caller has none of that reference.
    """
    door = await stock.door_of(session=session, principal=principal, ref=ref, building_ref=building_ref)
    place = LonLat(door.lon, door.lat) if door.lon is not None and door.lat is not None else None
    own = building_ref if door.building_id is not None else None
    return await _from(session, grounds, _Asked(place, None, own, profile, with_path=with_path))


class _Asked(NamedTuple):
    """A door, ``None`` where nobody knows its place; the point to go to, or all families; whose door it is."""

    door: LonLat | None
    to: LonLat | None
    building_ref: str | None
    profile: Profile
    with_path: bool


async def _from(session: AsyncSession, grounds: Grounds, asked: _Asked) -> dict[str, Any]:
    door, profile = asked.door, asked.profile
    found = await grounds.at(session, door.lon, door.lat) if door else None
    if door is None or found is None:
        families = [None] if asked.to else [Family(int(family)).code for family in ASKED]
        why = Reason.NO_NETWORK if door else Reason.NO_POSITION
        return _answer(profile, None, [_nothing(family, why, asked.building_ref) for family in families])
    ground, services = found
    told, services = await asyncio.to_thread(_searched, ground, services, door, asked.to, profile)
    rows = [
        {**_row(told, column, services.places), "building_ref": asked.building_ref}
        for column in range(len(told.answers.families))
    ]
    shown = await _described(session, rows)
    return _answer(profile, ground, [_item(row, shown, ground, with_path=asked.with_path) for row in rows])


async def distances_of(
    *, session: AsyncSession, principal: Principal, grounds: Grounds, ref: str, profile: Profile, with_path: bool
) -> dict[str, Any]:
    """Return what is kept of one of the caller's residences, with what stands in the way of nearer services.

    Raises:
        ResidenceNotFound: The caller has none of that reference.
    """
    doors = await stock.doors_of(session=session, principal=principal, ref=ref)
    kept = await repository.of_residence(session, own_organisation(principal), doors[0].residence_id, profile)
    places = {door.building_id: LonLat(door.lon, door.lat) for door in doors if door.lon is not None and door.lat}
    ground: Ground | None = None
    told: dict[object, tuple[Explanation, Places]] = {}
    for building, door in places.items():
        found = await grounds.at(session, door.lon, door.lat) if kept else None
        if found is None or building not in {row["building_id"] for row in kept}:
            continue
        ground = found[0]
        explained, services = await asyncio.to_thread(_searched, *found, door, None, profile)
        told[building] = explained, services.places
    rows = [_kept_row(row, told) for row in kept]
    shown = await _described(session, rows)
    answer = _answer(profile, ground, [_item(row, shown, ground, with_path=with_path) for row in rows])
    answer["computed_at"] = kept[0]["computed_at"] if kept else None
    answer["first_metres"] = _first_metres(kept)
    return answer


def _first_metres(kept: Sequence[Mapping[str, Any]]) -> dict[str, float] | None:
    if not kept or kept[0]["paths_m"] is None:
        return None
    return {name: round(kept[0][name], 1) for name in FirstMetresAround.model_fields}


def _searched(
    ground: Ground, services: Services, door: LonLat, to: LonLat | None, profile: Profile
) -> tuple[Explanation, Services]:
    """Search from a door: some milliseconds of arithmetic, in a thread."""
    point = projected(ground.stored.srid, np.array([door]))[0]
    families: NDArray[np.uint8] = ASKED
    if to is not None:
        families = np.array([_POINT], dtype=np.uint8)
        services = Services(_one(ground.stored.srid, to), ground.mesh)
    reach = from_door(ground.networks[profile], point)
    walker = reach if profile == Profile.WALKING else from_door(ground.networks[Profile.WALKING], point)
    return explain(reach, walker, services, families), services


def _one(srid: int, to: LonLat) -> Places:
    level = np.zeros(1, dtype=np.int16)
    return Places(
        srid=srid,
        ids=np.zeros(1, dtype=np.int64),
        family=np.array([_POINT], dtype=np.uint8),
        xy=projected(srid, np.array([to])),
        wheelchair=np.ones(1, dtype=np.int8),
        entrance_steps=level,
        door_width_cm=np.full(1, -1, dtype=np.int16),
    )


def _row(told: Explanation, column: int, places: Places) -> dict[str, Any]:
    """Return a family's answer of a search, its services by their row's id."""
    answers = told.answers
    service, nearer = int(answers.service[0, column]), told.nearer[column]
    return {
        "family": int(answers.families[column]),
        "service_id": int(places.ids[service]) if service >= 0 else None,
        "outcome": int(answers.outcome[0, column]),
        "reason": int(answers.reason[0, column]),
        **{name: float(getattr(answers, name)[0, column]) if service >= 0 else None for name in _MEASURES},
        "nearer_id": int(places.ids[nearer]) if nearer >= 0 else None,
        "obstacles": told.obstacles[column],
        "path": told.paths[column],
    }


def _kept_row(row: Mapping[str, Any], told: Mapping[object, tuple[Explanation, Places]]) -> dict[str, Any]:
    """Return a kept answer with the path and the obstacles of a search from the same door, if it finds the same."""
    beside: dict[str, Any] = {"nearer_id": None, "obstacles": (), "path": None}
    if row["building_id"] in told:
        explained, places = told[row["building_id"]]
        column = int(np.flatnonzero(explained.answers.families == row["family"])[0])
        searched = _row(explained, column, places)
        if searched["service_id"] == row["service_id"]:
            beside = {name: searched[name] for name in beside}
    return {**row, **beside}


async def _described(session: AsyncSession, rows: Sequence[Mapping[str, Any]]) -> dict[int, dict[str, Any]]:
    ids = {row[name] for row in rows for name in ("service_id", "nearer_id")} - {None, 0}
    return await describe_services(session=session, ids=sorted(ids))


def _item(
    row: Mapping[str, Any], shown: Mapping[int, dict[str, Any]], ground: Ground | None, *, with_path: bool
) -> dict[str, Any]:
    reason = Reason(row["reason"])
    return {
        "family": Family(row["family"]).code if row["family"] != _POINT else None,
        "outcome": Outcome(row["outcome"]).name.lower(),
        "building_ref": row["building_ref"],
        "reason": _reason(reason),
        "service": shown.get(row["service_id"] or 0),
        **{name: row[name] if row[name] is None else round(row[name], 3) for name in _MEASURES},
        "nearer": shown.get(row["nearer_id"] or 0),
        "obstacles": [_obstacle(each, ground) for each in row["obstacles"]],
        "path": _path(row["path"], ground) if with_path and row["path"] is not None and ground is not None else None,
    }


def _nothing(family: str | None, reason: Reason, building_ref: str | None) -> dict[str, Any]:
    return {
        "family": family, "outcome": Outcome.UNKNOWN.name.lower(), "building_ref": building_ref,
        "reason": _reason(reason), "service": None, **dict.fromkeys(_MEASURES), "nearer": None, "obstacles": [],
        "path": None,
    }  # fmt: skip


def _reason(reason: Reason) -> dict[str, Any] | None:
    return {"code": reason.name.lower(), "label": REASONS[reason]._asdict()} if reason != Reason.NONE else None


def _obstacle(met: Obstacle, ground: Ground | None) -> dict[str, Any]:
    label = _ENTRANCE if met.barrier is None else BARRIERS[Barrier(met.barrier)]
    named = met.source is not None and ground is not None
    return {
        "barrier": "entrance" if met.barrier is None else Barrier(met.barrier).name.lower(),
        "label": label._asdict(),
        "object_id": met.object_id,
        "source": ground.graph.sources[met.source]["name"] if named and ground and met.source is not None else None,
        "steps": met.steps if met.steps >= 0 else None,
        "slope_pct": met.slope_pct,
        "width_m": met.width_m,
        "kerb_m": met.kerb_m,
    }


def _path(path: Path, ground: Ground) -> dict[str, Any]:
    line = unprojected(ground.stored.srid, np.array(path.line.coords))
    return {
        "coordinates": [(round(float(lon), 7), round(float(lat), 7)) for lon, lat in line],
        "legs": [
            {
                "kind": leg.kind.name.lower(), "length_m": round(leg.length_m, 2), "cost_m": round(leg.cost_m, 2),
                "steps": leg.steps if leg.steps >= 0 else None, "slope_pct": leg.slope_pct, "object_id": leg.object_id,
            }
            for leg in path.legs
        ],
    }  # fmt: skip


def _answer(profile: Profile, ground: Ground | None, items: list[dict[str, Any]]) -> dict[str, Any]:
    stored = ground.stored if ground else None
    return {
        "profile": profile.name.lower(),
        "profile_version": VERSION,
        "network": stored and {"name": stored.name, "version": stored.version, "sources": stored.sources},
        "computed_at": now(),
        "first_metres": None,
        "items": items,
    }
