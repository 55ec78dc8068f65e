"""What changes an index asks for it anew, in the transaction that does it (see ``registry.wiring``)."""

from sqlalchemy.ext.asyncio import AsyncSession

from registry.assessment.repository import requests
from registry.charter.events import AdhesionChanged, CharterChanged
from registry.stock.events import HomesChanged, ResidenceFactsChanged
from registry.territories.events import CompositionChanged


async def follow_homes(session: AsyncSession, event: HomesChanged) -> None:
    """Ask for the residences of changed homes.

    For all of the organisation's where that says as much with less: all its homes are new, or a home is no more, of
    which nobody knows where it was.
    """
    if event.home_ids and not event.new:
        await requests.of_homes(session, event.organisation_id, event.home_ids)
    if event.removed_listing_ids or event.new:
        await requests.of_organisation(session, event.organisation_id)


async def follow_facts(session: AsyncSession, event: ResidenceFactsChanged) -> None:
    """Ask for the residences whose facts changed."""
    await requests.of_residences(session, event.organisation_id, event.residence_ids)


async def follow_charter(session: AsyncSession, event: CharterChanged) -> None:
    """Ask for all residences of the territory: the grid may be another one."""
    await requests.of_territory(session, event.territory_id)


async def follow_adhesion(session: AsyncSession, event: AdhesionChanged) -> None:
    """Ask for all residences of the territory: whose charter governs may be another one."""
    await requests.of_territory(session, event.territory_id)


async def follow_composition(session: AsyncSession, event: CompositionChanged) -> None:
    """Ask for all residences of the territory and of the communes that left it: another charter governs, or none."""
    await requests.of_territory(session, event.territory_id, event.leaving)
