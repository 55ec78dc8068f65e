"""What the charters say to those who act by them."""

import uuid

from sqlalchemy.ext.asyncio import AsyncSession

from registry.charter.errors import CharterNotInForce
from registry.charter.repository import adhesions, versions
from registry.charter.schemas import Obligations, Terms, ZoningTerms


async def terms_in_force(*, session: AsyncSession, territory_id: int) -> Terms:
    """Return the terms that hold in a territory.

    Raises:
        CharterNotInForce: None do.
    """
    found = await versions.in_force(session, territory_id)
    if found is None:
        raise CharterNotInForce
    return Terms.model_validate(found.terms)


async def zoning_terms(*, session: AsyncSession, territory_id: int) -> ZoningTerms:
    """Return what the zones of a territory must satisfy: for the strictest of its members.

    Raises:
        CharterNotInForce: None is.
    """
    found = await versions.zoning(session, territory_id)
    if found is None:
        raise CharterNotInForce
    return ZoningTerms(*found)


async def obligations_of(*, session: AsyncSession, organisation: uuid.UUID) -> Obligations:
    """Return what a landlord owes: the strictest of what it signed and of what is in force there since.

    One that signed nowhere owes what a charter says by default. As the landlord itself, or as a job.
    """
    binding = [Terms.model_validate(terms) for terms in await adhesions.binding(session, organisation)] or [Terms()]
    return Obligations(
        min(terms.freshness_days for terms in binding), min(terms.import_guard_percent for terms in binding)
    )
