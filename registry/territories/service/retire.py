"""Communes that are no more: a newer vintage has them as parts of another one, and everything that names them moves."""

from sqlalchemy.ext.asyncio import AsyncSession

from registry.platform import events
from registry.territories.events import CommunesRetired, CompositionChanged
from registry.territories.repository import reference


async def retire_communes(session: AsyncSession) -> dict[str, str]:
    """Take out the communes that became part of another one; return their successors. Needs ``Role.JOB``.

    A commune is retired when its code is a former one's and the commune that it is part of now has a later vintage: the
    file of that year has the one and not the other. Residences, quarters and territories move to the successor; a
    territory that named the old code keeps it, and it resolves to the new one.
    """
    found: dict[str, str] = {}
    while retired := await reference.retired(session):  # a successor may itself be no more
        await events.publish(session, CommunesRetired(retired))
        for territory, joining in await reference.take_out(session, retired):
            await events.publish(session, CompositionChanged(territory, joining, ()))
        found |= retired
    return found
