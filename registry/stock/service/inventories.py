"""Lists that a landlord replaces as a whole: the adaptations of homes, and the works that are feasible."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

import orjson
from sqlalchemy.ext.asyncio import AsyncSession

from registry.access.preconditions import Precondition
from registry.access.principal import OwnOrganisation, Principal, own_organisation
from registry.audit import service as audit
from registry.kernel.errors import RegistryError
from registry.stock.errors import HomeNotFound, ResidenceNotFound
from registry.stock.repository import inventories as repository
from registry.stock.repository.inventories import Inventory

__all__ = ["Inventory", "Listed", "put_inventory", "read_inventory", "version_of", "write_inventories"]

_MISSING: Final[Mapping[Inventory, type[RegistryError]]] = {
    Inventory.ADAPTATIONS: HomeNotFound,
    Inventory.FEASIBLE_OF_HOME: HomeNotFound,
    Inventory.FEASIBLE_OF_RESIDENCE: ResidenceNotFound,
}
_REPLACED: Final[Mapping[Inventory, str]] = {
    Inventory.ADAPTATIONS: "stock:adaptations:replaced",
    Inventory.FEASIBLE_OF_HOME: "stock:feasible_works:replaced",
    Inventory.FEASIBLE_OF_RESIDENCE: "stock:feasible_works:replaced",
}
Items = Sequence[Mapping[str, Any]]


class Listed(NamedTuple):
    """A list as its landlord is shown it; ``version`` is that of its content: the same list has the same."""

    items: Items
    version: str


def version_of(items: Items) -> str:
    """Return the version of a list: that of its content."""
    return hashlib.sha256(orjson.dumps(items, option=orjson.OPT_SORT_KEYS)).hexdigest()[:32]


def _listed(items: Items) -> Listed:
    return Listed(items, version_of(items))


async def read_inventory(*, session: AsyncSession, principal: Principal, kind: Inventory, ref: str) -> Listed:
    """Return the list of a home or residence of the landlord's; it may be empty.

    Raises:
        HomeNotFound, ResidenceNotFound: There is none of that reference.
    """
    organisation = own_organisation(principal)
    if not await repository.present(session, organisation, kind, ref):
        raise _MISSING[kind]
    return _listed((await repository.held(session, organisation, kind, [ref])).get(ref, []))


async def put_inventory(
    *, session: AsyncSession, principal: Principal, kind: Inventory, ref: str, items: Items, precondition: Precondition
) -> Listed:
    """Replace the list of a home or residence; the same list again changes nothing.

    Raises:
        HomeNotFound, ResidenceNotFound: There is none of that reference.
        VersionChanged: The precondition does not hold.
    """
    organisation = own_organisation(principal)
    present, held = await _held(session, organisation, kind, [ref])
    if ref not in present:
        raise _MISSING[kind]
    precondition.check(_listed(held.get(ref, [])).version)
    if items != held.get(ref, []):
        await repository.replace(session, organisation, kind, {ref: items})
        await audit.record(
            session, organisation=organisation, action=_REPLACED[kind], subject=ref, detail={"works": len(items)}
        )
    return _listed(items)


async def write_inventories(
    session: AsyncSession, organisation: OwnOrganisation, kind: Inventory, given: Mapping[str, Items]
) -> dict[str, str | None]:
    """Replace the lists of many homes or residences.

    Returns:
        For each reference "created" (it was empty), "updated" or "unchanged"; ``None``: there is none of that
        reference.
    """
    present, held = await _held(session, organisation, kind, list(given))
    outcomes = {ref: _outcome(held.get(ref, []), items) if ref in present else None for ref, items in given.items()}
    changed = {ref: given[ref] for ref, outcome in outcomes.items() if outcome in {"created", "updated"}}
    if changed:
        await repository.replace(session, organisation, kind, changed)
    return outcomes


def _outcome(held: Items, given: Items) -> str:
    if held == given:
        return "unchanged"
    return "updated" if held else "created"


async def _held(
    session: AsyncSession, organisation: OwnOrganisation, kind: Inventory, refs: list[str]
) -> tuple[set[str], dict[str, list[dict[str, Any]]]]:
    """Return which homes or residences there are, held until the commit, and what stands in their lists."""
    present = await repository.lock(session, organisation, kind, refs)
    return present, await repository.held(session, organisation, kind, refs)
