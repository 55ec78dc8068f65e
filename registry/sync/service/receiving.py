"""How a file that was fetched or found is handed over to the imports."""

import uuid
from datetime import datetime
from pathlib import Path
from typing import Protocol

from registry.platform.database import Database


class Receive(Protocol):
    """Keep a file and begin its run; return the run's id. A file that was received before is not applied twice."""

    async def __call__(
        self,
        database: Database,
        *,
        organisation: uuid.UUID,
        source: uuid.UUID,
        path: Path,
        name: str | None,
        as_of: datetime,
        cause: str,
        dry_run: bool,
        actor: str,
    ) -> uuid.UUID:
        """Receive the file at ``path``, which is the caller's to delete afterwards.

        Args:
            name: As its owner calls it.
            as_of: Of which moment it states the stock.
            cause: ``schedule`` or ``drop``.

        Raises:
            RegistryError: It cannot be received; a person must look at it.
        """
        ...
