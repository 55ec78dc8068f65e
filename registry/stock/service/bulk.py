"""Many residences and homes at once, for what brings whole files: compare, validate, write what differs.

The caller records the whole as one event of the audit.
"""

import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Final, TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError
from sqlalchemy.ext.asyncio import AsyncSession

from registry.access.principal import OwnOrganisation, Principal, own_organisation
from registry.kernel.errors import Fault
from registry.kernel.ids import new_id
from registry.kernel.validation import fault_of
from registry.platform import events
from registry.stock.errors import TerritoryUnknown
from registry.stock.events import HomesChanged
from registry.stock.repository import bulk
from registry.stock.schemas import BuildingIn, HomeLine, Position, Ref, ResidenceIn
from registry.stock.service.batch import CHUNK, Line, write_rows
from registry.stock.service.homes import as_row
from registry.stock.service.residences import territories_to_publish_in
from registry.territories import service as territories
from registry.territories.errors import CommuneUnknown


class ResidenceLine(ResidenceIn):
    """A residence and its reference."""

    ref: Ref


Model = TypeVar("Model", bound=BaseModel)
_HOME: Final = TypeAdapter(HomeLine)
_RESIDENCE: Final = TypeAdapter(ResidenceLine)


async def held_residences(
    *, session: AsyncSession, principal: Principal, refs: Sequence[str]
) -> dict[str, dict[str, Any]]:
    """Return the landlord's residences of these references as ``ResidenceIn`` names them, held until the commit."""
    return await bulk.held_residences(session, own_organisation(principal), refs)


async def held_homes(*, session: AsyncSession, principal: Principal, refs: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Return the landlord's homes of these references as ``HomeLine`` names them, held until the commit.

    Their facts are left out: a home that is written without facts keeps those it has.
    """
    return await bulk.held_homes(session, own_organisation(principal), refs)


async def write_homes(
    *, session: AsyncSession, principal: Principal, given: Mapping[int, Mapping[str, Any]]
) -> list[Line]:
    """Create or change homes, with distinct references, as ``HomeLine`` takes them; the key is the line's number.

    Returns:
        What became of each line; a rejected one changes nothing.
    """
    lines, rows = [], []
    for number, values in given.items():
        home, faults = _valid(_HOME, values)
        lines.append(Line(number, values["ref"], "rejected" if faults else "unchanged", faults))
        if home is not None:
            rows.append(as_row(home, number, home.ref))
    outcomes = {line.number: line for line in lines}
    for start in range(0, len(rows), CHUNK):
        await write_rows(session, own_organisation(principal), rows[start : start + CHUNK], outcomes)
    return lines


async def write_residences(
    *, session: AsyncSession, principal: Principal, given: Mapping[int, Mapping[str, Any]]
) -> list[Line]:
    """Create or replace residences, with distinct references, as ``ResidenceIn`` and ``ref``; their listings follow.

    Unlike a single ``put_residence`` this leaves buildings that are not given: a file may name some only.

    Returns:
        What became of each line; a rejected one changes nothing.
    """
    organisation = own_organisation(principal)
    lines, valid = [], {}
    for number, values in given.items():
        residence, faults = _valid(_RESIDENCE, values)
        lines.append(Line(number, values["ref"], "rejected" if faults else "unchanged", faults))
        if residence is not None:
            valid[number] = residence
    outcomes = {line.number: line for line in lines}
    named = (residence.territory for residence in valid.values())
    slugs = await territories_to_publish_in(session=session, principal=principal, slugs=named)
    rows = await _rows(session, valid, slugs, outcomes)
    await _write(session, organisation, rows, outcomes)
    return lines


def _valid(adapter: TypeAdapter[Model], values: Mapping[str, Any]) -> tuple[Model | None, list[Fault]]:
    try:
        return adapter.validate_python(dict(values)), []
    except ValidationError as error:
        return None, [fault_of(found) for found in error.errors()]


async def _rows(
    session: AsyncSession, valid: Mapping[int, ResidenceLine], slugs: Collection[str], outcomes: Mapping[int, Line]
) -> list[dict[str, Any]]:
    """Return the rows of the residences whose codes are known, their buildings in them; the others are rejected."""
    communes = await territories.current_communes(session=session, codes={row.commune_code for row in valid.values()})
    quarters = await _quarters(session, valid.values())
    rows = []
    for number, given in valid.items():
        line = outcomes[number]
        if given.commune_code not in communes:
            line.faults.append(Fault("commune_code", given.commune_code, CommuneUnknown.title, CommuneUnknown.remedy))
        if given.territory is not None and given.territory not in slugs:
            line.faults.append(Fault("territory", given.territory, TerritoryUnknown.title, TerritoryUnknown.remedy))
        if line.faults:
            line.status = "rejected"
            continue
        rows.append(
            {
                **_placed(given, quarters), "n": number, "commune_code": communes[given.commune_code].code,
                "territory_slug": given.territory,
                "buildings": [_placed(building, quarters) for building in given.buildings],
            }
        )  # fmt: skip
    return rows


Quarters = Mapping[Position, list[str]]


async def _quarters(session: AsyncSession, given: Iterable[ResidenceLine]) -> Quarters:
    """Return the quarters of every position, of residences and buildings."""
    places: set[Position | None] = set()
    for residence in given:
        places |= {residence.position, *(building.position for building in residence.buildings)}
    ordered = sorted((place for place in places if place), key=lambda place: (place.lon, place.lat))
    if not ordered:
        return {}
    found = await territories.quarters_of_points(session=session, points=[(place.lon, place.lat) for place in ordered])
    return dict(zip(ordered, found, strict=True))


def _placed(given: ResidenceIn | BuildingIn, quarters: Quarters) -> dict[str, Any]:
    """Return a residence or building as a row, with an id for a new one."""
    place = given.position
    return {
        **given.model_dump(mode="json", exclude={"buildings", "position", "territory"}), "id": new_id(),
        "quarter_codes": quarters[place] if place else [],
        "lon": place and place.lon, "lat": place and place.lat,
    }  # fmt: skip


async def _write(
    session: AsyncSession,
    organisation: OwnOrganisation,
    rows: Sequence[dict[str, Any]],
    outcomes: Mapping[int, Line],
) -> None:
    changed: list[uuid.UUID] = []
    for start in range(0, len(rows), CHUNK):
        given = {row["n"]: row for row in rows[start : start + CHUNK]}
        written = await bulk.write_residences(session, organisation, list(given.values()))
        buildings = [
            {**building, "residence_id": residence.id}
            for residence in written
            for building in given[residence.n]["buildings"]
        ]
        rebuilt = await bulk.write_buildings(session, organisation, buildings) if buildings else set()
        only_rebuilt = [row.id for row in written if row.status == "unchanged" and row.id in rebuilt]
        if only_rebuilt:
            await bulk.touch(session, organisation, only_rebuilt)
        for row in written:
            outcomes[row.n].status = "updated" if row.id in only_rebuilt else row.status
        changed += [row.id for row in written if outcomes[row.n].status == "updated"]
    homes = await bulk.homes_of(session, organisation, changed) if changed else []
    for start in range(0, len(homes), CHUNK):
        await events.publish(session, HomesChanged(organisation, homes[start : start + CHUNK]))
