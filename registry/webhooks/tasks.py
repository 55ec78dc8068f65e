"""The jobs of webhooks: each is idempotent and may run at any time."""

from registry.platform.crypto import Keyring
from registry.platform.database import Database, Role
from registry.platform.outbound import Outbound
from registry.webhooks.service import announce_changes, deliver


async def announce(database: Database) -> int:
    """Announce what is new in the feeds; return how many endpoints are told."""
    async with database.transaction(Role.JOB, actor="webhooks.announce") as session:
        return await announce_changes(session=session)


async def deliver_due(database: Database, keys: Keyring, outbound: Outbound) -> int:
    """Post everything that is due; return how much of it was taken."""
    return await deliver.deliver_due(database, keys, outbound)


async def expire(database: Database) -> None:
    """Forget what was posted more than thirty days ago."""
    await deliver.expire(database)
