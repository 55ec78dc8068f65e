"""Reservation conventions: whether a transfer is deducted from the flow, as each landlord's own conventions say.

The share of homes that a quota holder is promised is a flow (gestion en flux, CCH art. R.441-5 and following, décret n°
2020-145), and a convention of each landlord with each quota holder, at the scale of a département, says what is
deducted from it. The registry decides nothing of it: it repeats what the landlord states.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy.ext.asyncio import AsyncSession

from registry.access.preconditions import Precondition
from registry.access.principal import Principal, own_organisation
from registry.audit import service as audit
from registry.kernel.errors import Fault
from registry.stock.repository import conventions as repository
from registry.stock.repository.conventions import Convention
from registry.stock.schemas.conventions import ReservationConventionsIn
from registry.stock.service.inventories import version_of
from registry.territories import service as territories
from registry.territories.errors import DepartementUnknown

__all__ = ["Convention", "Conventions", "put_conventions", "read_convention", "read_conventions"]


class Conventions(NamedTuple):
    """All that a landlord states; ``version`` is that of the content: the same list has the same."""

    items: Sequence[Convention]
    version: str


def _stated(items: Sequence[Convention]) -> list[Mapping[str, Any]]:
    """Return what a landlord sent of them: all but when it was changed."""
    return [{**item._asdict(), "dated": item.dated and item.dated.isoformat(), "updated_at": None} for item in items]


def _listed(items: Sequence[Convention]) -> Conventions:
    return Conventions(items, version_of(_stated(items)))


async def read_conventions(*, session: AsyncSession, principal: Principal) -> Conventions:
    """Return the landlord's conventions by département and quota holder; the list may be empty."""
    return _listed(await repository.all_of(session, own_organisation(principal)))


async def read_convention(
    *, session: AsyncSession, principal: Principal, departement: str, quota_holder: str
) -> Convention | None:
    """Return the landlord's convention with a quota holder in a département, if one is stated."""
    return await repository.read(session, own_organisation(principal), departement, quota_holder)


async def put_conventions(
    *, session: AsyncSession, principal: Principal, given: ReservationConventionsIn, precondition: Precondition
) -> Conventions:
    """Replace the list of the landlord's conventions; the same list again changes nothing.

    Raises:
        VersionChanged: The precondition does not hold.
        DepartementUnknown: No commune of a département is known; each such line is named.
    """
    organisation = own_organisation(principal)
    await repository.lock(session, organisation)
    held = _listed(await repository.all_of(session, organisation))
    precondition.check(held.version)
    await _require_departements(session, given)
    await repository.replace(session, organisation, given.model_dump(mode="json")["conventions"])
    written = _listed(await repository.all_of(session, organisation))
    if written.version != held.version:
        await audit.record(
            session, organisation=organisation, action="stock:reservation_conventions:replaced",
            subject=str(organisation), detail={"conventions": len(written.items)},
        )  # fmt: skip
    return written


async def _require_departements(session: AsyncSession, given: ReservationConventionsIn) -> None:
    asked = {each.departement for each in given.conventions}
    known = await territories.known_departements(session=session, codes=asked) if asked else set()
    faults = tuple(
        Fault(f"conventions.{n}.departement", each.departement, DepartementUnknown.title, DepartementUnknown.remedy)
        for n, each in enumerate(given.conventions)
        if each.departement not in known
    )
    if faults:
        raise DepartementUnknown(faults=faults)
