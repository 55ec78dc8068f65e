"""An organisation among others: its parent, its children and what these are bound to, whom it succeeded (ADR 0023)."""

import uuid
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from registry.access.principal import Principal, own_organisation
from registry.audit import service as audit
from registry.charter.repository import kin as repository
from registry.identity.errors import OrganisationUnknown, ParentInvalid


async def read_own(*, session: AsyncSession, principal: Principal) -> dict[str, Any]:
    """Return the caller's organisation. In a transaction as ``Role.AUTH``, bound to it."""
    own = own_organisation(principal)
    found = await repository.own(session, own)
    parent = {name: found.pop(f"parent_{name}") for name in ("id", "name", "kind")}
    return {
        **found,
        "parent": parent if parent["id"] else None,
        "children": await repository.children(session, own),
        "successor_of": await repository.former(session, own),
    }


async def set_parent(*, session: AsyncSession, organisation: uuid.UUID, parent: uuid.UUID | None) -> None:
    """Say which group an organisation belongs to, or with ``None`` that it belongs to none. Needs ``Role.JOB``.

    Raises:
        OrganisationUnknown: There is no such organisation, or no such parent.
        ParentInvalid: The parent coordinates, is not active, or is the organisation itself or below it.
    """
    if parent is not None:
        fit = await repository.may_be_parent(session, organisation, parent)
        if fit is None:
            raise OrganisationUnknown(field="parent", value=str(parent))
        if not fit:
            raise ParentInvalid(field="parent", value=str(parent))
    if not await repository.set_parent(session, organisation, parent):
        raise OrganisationUnknown(field="organisation", value=str(organisation))
    for whose in filter(None, (organisation, parent)):
        await audit.record(
            session, organisation=whose, action="identity:organisation:parent-set", subject=str(organisation),
            detail={"parent": str(parent) if parent else None},
        )  # fmt: skip
