"""The operator has a run tried again, whosever it is."""

import uuid

from registry.platform.database import Database, Role
from registry.sync.repository import schedule as repository
from registry.sync.service import imports
from registry.sync.service.run import principal_of


async def retry_run(database: Database, *, named: str) -> bool:
    """Have a run begun again that failed by no fault of its file; return whether ``named`` is the id of a run.

    Raises:
        ImportNotFailed: It did not fail.
    """
    try:
        id_ = uuid.UUID(named)
    except ValueError:
        return False
    async with database.transaction(Role.JOB) as session:
        owner = await repository.owner_of_run(session, id_)
    if owner is None:
        return False
    async with database.transaction(Role.LANDLORD, organisation=owner) as session:
        await imports.retry(session=session, principal=principal_of(owner, id_), id_=id_)
    await imports.tell(database, owner, role=Role.JOB)
    return True
