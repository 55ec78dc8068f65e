"""Read, write and delete residences with their buildings; list them."""

import uuid
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any, Final

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from registry.access.preconditions import Precondition
from registry.access.principal import OwnOrganisation, Principal, own_organisation
from registry.audit import service as audit
from registry.charter import service as charter
from registry.kernel.errors import RegistryError
from registry.kernel.ids import new_id
from registry.platform import events
from registry.stock.errors import BuildingInUse, ResidenceInUse, ResidenceNotFound, TerritoryUnknown
from registry.stock.events import HomesChanged
from registry.stock.repository import homes, residences
from registry.stock.schemas import BuildingIn, Position, ResidenceIn
from registry.territories import service as territories
from registry.territories.errors import TerritoryNotVisible

_CONSTRAINTS: Final[dict[str, type[RegistryError]]] = {
    "fk_homes_organisation_id_residence_id_residences": ResidenceInUse,
    "fk_homes_organisation_id_residence_id_building_id_buildings": BuildingInUse,
}
"""Constraint names are part of the design: these violations are the named errors."""


@asynccontextmanager
async def named_violations(field: str) -> AsyncIterator[None]:
    """Turn a violated constraint into the error that names it."""
    try:
        yield
    except IntegrityError as error:
        diagnostics = getattr(error.orig, "diag", None)
        named = _CONSTRAINTS.get(getattr(diagnostics, "constraint_name", None) or "")
        if named is None:
            raise
        raise named(field=field) from None


def _place(position: Position | None) -> dict[str, float | None]:
    return {"lon": position.lon if position else None, "lat": position.lat if position else None}


async def put_residence(
    *, session: AsyncSession, principal: Principal, ref: str, given: ResidenceIn, precondition: Precondition
) -> tuple[bool, dict[str, Any]]:
    """Create or replace a residence; its homes' listings follow.

    Returns:
        Whether it is new, and the residence.

    Raises:
        VersionChanged: The precondition does not hold.
        CommuneUnknown, TerritoryUnknown: As they say.
        BuildingInUse: A building is left out that still has homes.
    """
    organisation = own_organisation(principal)
    present = await residences.lock(session, organisation, ref) if precondition.given else None
    precondition.check(present)
    commune = await territories.current_commune(session=session, code=given.commune_code)
    known = await territories_to_publish_in(session=session, principal=principal, slugs=[given.territory])
    if given.territory not in {None, *known}:
        raise TerritoryUnknown(field="territory", value=given.territory)
    row = given.model_dump(mode="json", exclude={"buildings", "position", "territory"})
    quarters = await _quarters(session, given.position)
    row |= {
        **_place(given.position), "id": new_id(), "ref": ref, "commune_code": commune.code,
        "territory_slug": given.territory, "quarter_codes": quarters,
    }  # fmt: skip
    residence, version = await residences.write(session, organisation, row)
    if present is None:
        precondition.check_new(new=residence == row["id"])
    async with named_violations("buildings"):
        await residences.write_buildings(session, organisation, residence, await _buildings(session, given.buildings))
    await _follow(session, organisation, residence)
    found = await residences.read(session, organisation, ref)
    assert found is not None
    verb = "created" if version == 1 else "updated"
    await audit.record(session, organisation=organisation, action=f"stock:residence:{verb}", subject=ref)
    return version == 1, found


async def _quarters(session: AsyncSession, position: Position | None) -> list[str]:
    if position is None:
        return []
    return await territories.quarters_at(session=session, lon=position.lon, lat=position.lat)


async def _buildings(session: AsyncSession, given: Sequence[BuildingIn]) -> list[dict[str, Any]]:
    """Return rows of buildings; the quarters are those of the building's own position, where it has one."""
    placed = [building for building in given if building.position]
    points = [(building.position.lon, building.position.lat) for building in placed if building.position]
    found = await territories.quarters_of_points(session=session, points=points) if points else []
    quarters = {building.ref: codes for building, codes in zip(placed, found, strict=True)}
    return [
        {
            **building.model_dump(mode="json", exclude={"position"}), **_place(building.position),
            "id": new_id(), "quarter_codes": quarters.get(building.ref, []),
        }
        for building in given
    ]  # fmt: skip


async def territories_to_publish_in(
    *, session: AsyncSession, principal: Principal, slugs: Iterable[str | None]
) -> set[str]:
    """Return those of ``slugs`` where the landlord has signed, whether or not that is in force: others do not exist."""
    found = set()
    for slug in {slug for slug in slugs if slug is not None}:
        with suppress(TerritoryNotVisible):
            found.add((await charter.read_seen(session=session, principal=principal, slug=slug))["id"])
    return found


async def _follow(session: AsyncSession, organisation: OwnOrganisation, residence: uuid.UUID) -> None:
    changed = await homes.of_residences(session, organisation, [residence])
    if changed:
        await events.publish(session, HomesChanged(organisation, changed))


async def read_residence(*, session: AsyncSession, principal: Principal, ref: str) -> dict[str, Any]:
    """Return one of the landlord's own residences.

    Raises:
        ResidenceNotFound: It has none of that reference.
    """
    found = await residences.read(session, own_organisation(principal), ref)
    if found is None:
        raise ResidenceNotFound
    return found


async def list_residences(
    *, session: AsyncSession, principal: Principal, after: str, limit: int
) -> list[dict[str, Any]]:
    """Return residences by reference (byte order), after ``after``."""
    return await residences.page(session, own_organisation(principal), after=after, limit=limit)


async def delete_residence(
    *, session: AsyncSession, principal: Principal, ref: str, precondition: Precondition
) -> None:
    """Delete a residence without homes.

    Raises:
        ResidenceNotFound, ResidenceInUse, VersionChanged: As they say.
    """
    organisation = own_organisation(principal)
    if precondition.given:
        precondition.check(await residences.lock(session, organisation, ref))
    async with named_violations("ref"):
        deleted = await residences.delete(session, organisation, ref)
    if not deleted:
        raise ResidenceNotFound
    await audit.record(session, organisation=organisation, action="stock:residence:deleted", subject=ref)
