"""The schema that this code needs, and the one that the database has."""

from functools import lru_cache
from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from registry.platform.database import Database

MIGRATIONS: Final = Path(__file__).resolve().parents[2] / "migrations"


class SchemaOutdated(RuntimeError):
    """The database's schema is not the one this version of the service was written for."""


@lru_cache
def expected() -> str:
    """Return the newest revision among the migrations beside this code."""
    head = ScriptDirectory.from_config(_configuration()).get_current_head()
    assert head is not None
    return head


@lru_cache
def known() -> frozenset[str]:
    """Return every revision among them."""
    return frozenset(step.revision for step in ScriptDirectory.from_config(_configuration()).walk_revisions())


def _configuration() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return config


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
    config = _configuration()
    config.attributes["url"] = owner_url
    command.upgrade(config, "head")
