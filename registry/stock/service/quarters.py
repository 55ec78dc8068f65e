"""Keep the quarters and communes of residences and buildings in step with what is loaded."""

from sqlalchemy.ext.asyncio import AsyncSession

from registry.stock.repository import residences
from registry.territories.events import CommunesRetired, QuartersLoaded


async def follow_quarters(session: AsyncSession, event: QuartersLoaded) -> None:
    """Find the quarters of every residence and building again, all landlords'. As the job.

    A residence's version stays: its landlord changed nothing.
    """
    del event  # a later vintage takes codes away too: all layers are asked
    await residences.find_quarters_again(session)


async def follow_retired_communes(session: AsyncSession, event: CommunesRetired) -> None:
    """Move every residence, all landlords', to the commune that its own became part of. As the job.

    A residence's version stays, and so does the place that was found of its address.
    """
    await residences.move_to_successors(session, event.successors)
