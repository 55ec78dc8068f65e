"""Keep the quarters of residences and buildings in step with the layers that are loaded."""

from sqlalchemy.ext.asyncio import AsyncSession

from registry.stock.repository import residences
from registry.territories.events import QuartersLoaded


async def follow_quarters(session: AsyncSession, event: QuartersLoaded) -> None:
    """Find the quarters of every residence and building again, all landlords'. As the job.

    A residence's version stays: its landlord changed nothing.
    """
    del event  # a later vintage takes codes away too: all layers are asked
    await residences.find_quarters_again(session)
