"""A landlord's person has a source fetched now."""

from sqlalchemy.ext.asyncio import AsyncSession

from registry.access.principal import Principal, own_organisation
from registry.audit import service as audit
from registry.kernel.clock import now
from registry.sync.repository import sources as repository
from registry.sync.source_errors import SourceNotFound, SourceNotPulled


async def fetch_again(*, session: AsyncSession, principal: Principal, name: str) -> None:
    """Have one of the landlord's sources fetched within a minute, with a new row of tries.

    Raises:
        SourceNotFound: There is none of the name.
        SourceNotPulled: It is not fetched, or it is paused.
    """
    own = own_organisation(principal)
    await repository.hold_declarations(session, own)
    held = await repository.source(session, own, name)
    if held is None:
        raise SourceNotFound
    if held.kind != "pull" or held.paused:
        raise SourceNotPulled(field="source", value=name)
    await repository.change(session, own, held.id, {"next_run_at": now(), "failures": 0})
    await audit.record(session, organisation=own, action="sync:source:asked", subject=name)
