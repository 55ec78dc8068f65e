"""The schema that this code needs, and the one that the database has."""

from functools import lru_cache
from pathlib import Path
from typing import Final

from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from registry.platform.database import Database

MIGRATIONS: Final = Path(__file__).resolve().parents[2] / "migrations"


class SchemaOutdated(RuntimeError):
    """The database's schema is not the one this version of the service was written for."""


@lru_cache
def known() -> frozenset[str]:
    """Return every revision among the migrations beside this code: the beginning of each file's name."""
    return frozenset("_".join(path.stem.split("_")[:2]) for path in (MIGRATIONS / "versions").glob("[0-9]*.py"))


def expected() -> str:
    """Return the newest of them. They follow each other in time, on one line."""
    return max(known())


async def current(database: Database) -> str | None:
    """Return the revision of the database, or ``None`` where nothing was ever migrated."""
    async with database.engine.connect() as connection:
        try:
            found: str | None = (
                await connection.execute(text("SELECT version_num FROM registry.alembic_version"))
            ).scalar_one_or_none()
        except ProgrammingError:
            return None
    return found


def remedy(found: str | None) -> str:
    """Return what to do about a schema that is not :func:`expected`."""
    if found is None or found in known():
        return "run 'registry database migrate'"
    return "a newer version of the service migrated it, start that one"


async def require_current(database: Database) -> None:
    """Refuse to work on another schema.

    Raises:
        SchemaOutdated: Run ``registry database migrate``, or the version of the service that fits.
    """
    found = await current(database)
    if found != expected():
        raise SchemaOutdated(
            f"the database has schema {found or 'none'}, this version needs {expected()}: {remedy(found)}"
        )


def migrate(owner_url: str) -> None:
    """Bring the database to :func:`expected`; as ``registry_owner``. One run at a time, one transaction a step.

    Raises:
        sqlalchemy.exc.OperationalError: The database does not answer, or a lock was not to be had in time.
    """
    # Here, since a process that serves has no need of it and would take a fifth of a second longer to start.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["url"] = owner_url
    command.upgrade(config, "head")
