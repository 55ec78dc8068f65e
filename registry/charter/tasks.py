"""The jobs of the charter: each may run at any time."""

from registry.charter import service
from registry.platform.crypto import Keyring
from registry.platform.database import Database, Role


async def suspend_unsigned(database: Database) -> None:
    """Suspend the adhesions of those who did not sign in time."""
    async with database.transaction(Role.JOB, actor="charter.suspend_unsigned") as session:
        await service.suspend_unsigned(session=session)


async def tell_members(database: Database, keys: Keyring, base_url: str) -> None:
    """Write to members of what was proposed and enacted."""
    async with database.transaction(Role.JOB, actor="charter.tell_members") as session:
        await service.tell_members(session=session, keys=keys, base_url=base_url)


async def write_invitations(database: Database, keys: Keyring, base_url: str) -> None:
    """Write to the landlords that were invited since."""
    async with database.transaction(Role.JOB, actor="charter.write_invitations") as session:
        await service.write_invitations(session=session, keys=keys, base_url=base_url)


async def forget_invitations(database: Database) -> None:
    """Delete the invitations that ended long ago."""
    async with database.transaction(Role.JOB, actor="charter.forget_invitations") as session:
        await service.forget_invitations(session=session)
