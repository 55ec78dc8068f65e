"""Read, write and delete single homes; list them."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from registry.access.preconditions import Precondition
from registry.access.principal import Principal, own_organisation
from registry.audit import service as audit
from registry.kernel.ids import new_id
from registry.platform import events
from registry.platform.database import Database
from registry.stock.errors import BuildingUnknown, HomeNotFound, ResidenceUnknown
from registry.stock.events import HomesChanged
from registry.stock.repository import homes
from registry.stock.repository.ordering import COLUMN_OF
from registry.stock.schemas import HomeIn


def as_facts(given: Mapping[str, dict[str, Any] | None]) -> dict[str, dict[str, Any] | None]:
    """Return facts as they are kept: without what is not said of them, ``None`` for one that is withdrawn."""
    return {
        code: None
        if fact is None or fact["value"] == "unknown"
        else {name: value for name, value in fact.items() if value is not None}
        for code, fact in given.items()
    }


def as_row(given: HomeIn, n: int, ref: str) -> dict[str, Any]:
    """Return a home as the repository takes it; "unknown" withdraws a fact as ``null`` does."""
    row = given.model_dump(mode="json")
    row["facts"] = as_facts(row["facts"])
    return {**row, "n": n, "ref": ref, "id": new_id()}


async def put_home(
    *, session: AsyncSession, principal: Principal, ref: str, given: HomeIn, precondition: Precondition
) -> tuple[bool, str, int]:
    """Create or change a home.

    Returns:
        Whether it is new, the home as JSON text, and its version.

    Raises:
        VersionChanged: The precondition does not hold.
        ResidenceUnknown, BuildingUnknown: The landlord has none of that reference.
    """
    organisation = own_organisation(principal)
    present = await homes.lock(session, organisation, ref) if precondition.given else None
    precondition.check(present)
    row = as_row(given, 1, ref)
    (outcome,) = await homes.write(session, organisation, [row], documents=True)
    if outcome.residence_missing:
        raise ResidenceUnknown(field="residence_ref", value=given.residence_ref)
    if outcome.building_missing:
        raise BuildingUnknown(field="building_ref", value=given.building_ref)
    if present is None:
        precondition.check_new(new=outcome.id == row["id"])
    # Where nothing was written it stands as it is.
    if outcome.id is None or outcome.document is None or outcome.version is None:
        return False, *await read_home(session=session, principal=principal, ref=ref)
    await events.publish(session, HomesChanged(organisation, [outcome.id]))
    if outcome.status != "unchanged":
        await audit.record(session, organisation=organisation, action=f"stock:home:{outcome.status}", subject=ref)
    return outcome.status == "created", outcome.document, outcome.version


async def read_home(*, session: AsyncSession, principal: Principal, ref: str) -> tuple[str, int]:
    """Return one of the landlord's own homes as JSON text, and its version.

    Raises:
        HomeNotFound: It has none of that reference.
    """
    found = await homes.read(session, own_organisation(principal), ref)
    if found is None:
        raise HomeNotFound
    return found


async def list_homes(
    *,
    database: Database,
    principal: Principal,
    sort: str = "ref",
    after: tuple[Any, str] | None,
    limit: int,
    filters: Mapping[str, Any],
) -> list[bytes]:
    """Return homes in an order of :mod:`registry.stock.repository.ordering`, each as JSON text in UTF-8.

    In a transaction of its own. References are in byte order.

    Args:
        after: Value and reference of the last home before, as :func:`position_of` has it.
    """
    return await homes.page(
        database, own_organisation(principal), bound=principal, sort=sort, after=after, limit=limit, filters=filters
    )


def position_of(home: Mapping[str, Any], sort: str) -> list[Any]:
    """Return where a home stands in an order: its reference, after the value where the order goes by one."""
    column = COLUMN_OF.get(sort.lstrip("-"))
    return [home[column], home["ref"]] if column else [home["ref"]]


async def delete_home(*, session: AsyncSession, principal: Principal, ref: str, precondition: Precondition) -> None:
    """Delete a home and its listing.

    Raises:
        HomeNotFound: There is none of that reference.
        VersionChanged: The precondition does not hold.
    """
    organisation = own_organisation(principal)
    if precondition.given:
        precondition.check(await homes.lock(session, organisation, ref))
    listing = await homes.delete(session, organisation, ref)
    if listing is None:
        raise HomeNotFound
    await events.publish(session, HomesChanged(organisation, removed_listing_ids=[listing]))
    await audit.record(session, organisation=organisation, action="stock:home:deleted", subject=ref)
