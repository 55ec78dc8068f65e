"""The jobs of the transfers: each may run at any time."""

from registry.platform.database import Database
from registry.transfers.service import vacated


async def announce_vacated(database: Database) -> None:
    """Tell members of adapted homes that fell vacant."""
    await vacated.announce(database)


async def keep_vacated(database: Database) -> None:
    """Open the vacancies that no change opened, delete old ones."""
    await vacated.keep(database)
