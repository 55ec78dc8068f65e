"""The jobs of the obligations: each may run at any time."""

from registry.obligations import service
from registry.platform.crypto import Keyring
from registry.platform.database import Database


async def measure(database: Database, keys: Keyring) -> None:
    """Measure every member, warn and remind."""
    await service.measure_all(database, keys)


async def measure_changed(database: Database, keys: Keyring) -> None:
    """Measure the members whose homes changed."""
    await service.measure_changed(database, keys)
