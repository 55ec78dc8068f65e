"""A source says the same as before: what is held is confirmed, and nothing is written."""

import uuid
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from registry.access.principal import Principal, own_organisation
from registry.audit import service as audit
from registry.stock.service import sources as stock
from registry.sync.repository import sources as repository
from registry.sync.source_errors import SourceNotFound


async def confirm_unchanged(
    *, session: AsyncSession, principal: Principal, source: uuid.UUID, as_of: datetime, at: datetime
) -> None:
    """Note that a source stands by what was applied of it last.

    Its homes are confirmed where its files hold everything; one of changes that brings none says nothing of them.

    Args:
        as_of: Of which moment the file is that says so; it may be long ago.
        at: When the source was asked: until then it is so.

    Raises:
        SourceNotFound: It is none of the landlord's.
    """
    own = own_organisation(principal)
    held = await repository.by_id(session, own, source)
    if held is None:
        raise SourceNotFound
    await repository.applied(session, own, source, at=at, as_of=as_of)
    if held.mode == "full":
        await stock.confirm_source(session=session, principal=principal, source=source, at=at)
    await audit.record(
        session, organisation=own, action="sync:source:confirmed", subject=held.name,
        detail={"as_of": as_of.isoformat()},
    )  # fmt: skip
