"""Alembic's environment: runs as registry_owner, one migration a transaction, with lock and statement timeouts.

``alembic upgrade head --sql`` writes the same statements, for an administrator who wants to read them first and for
squawk (``deploy.migration_lint``).
"""

import importlib
from pathlib import Path
from typing import Final

from alembic import context
from sqlalchemy import Connection, create_engine, pool, text

import registry
from registry.platform.database import Base, sqlalchemy_url
from registry.platform.settings import get_settings

ADVISORY_LOCK: Final = 7_301_948  # one migration run at a time, whoever starts it
# A migration that would have to wait for a long query gives up, rather than let everybody queue behind it.
TIMEOUTS: Final = ("SET lock_timeout = '5s'", "SET statement_timeout = '15min'")
# Every process compares the schema with its own before it starts.
GRANT: Final = "GRANT SELECT ON alembic_version TO registry_web, registry_worker"
OTHERS: Final = {"alembic_version", "spatial_ref_sys"}

for package in sorted(Path(registry.__file__).parent.iterdir()):
    if (package / "models.py").exists() or (package / "models").is_dir():
        importlib.import_module(f"registry.{package.name}.models")


def include_name(name: str | None, type_: str, parent_names: object) -> bool:
    """Tables of extensions and of procrastinate are not ours to compare."""
    del parent_names
    return not (type_ == "table" and name is not None and (name in OTHERS or name.startswith("procrastinate_")))


def migrate(connection: Connection) -> None:
    # The lock before the timeouts: whoever comes second waits until the first is done, however long that takes.
    connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": ADVISORY_LOCK})
    for timeout in TIMEOUTS:
        connection.execute(text(timeout))
    connection.commit()
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        include_name=include_name,
        transaction_per_migration=True,
        compare_type=True,
        compare_server_default=True,
    )
    with context.begin_transaction():
        context.run_migrations()
    connection.execute(text(GRANT))
    connection.commit()


def write() -> None:
    context.configure(
        url="postgresql+psycopg://",
        literal_binds=True,
        target_metadata=Base.metadata,
        transaction_per_migration=True,
    )
    for timeout in TIMEOUTS:
        context.execute(timeout)
    with context.begin_transaction():
        context.run_migrations()
    context.execute(GRANT)


if context.is_offline_mode():
    write()
else:
    url = context.config.attributes.get("url") or get_settings().owner_database_url
    if url is None:
        raise SystemExit("REGISTRY_OWNER_DATABASE_URL is not set: migrations run as registry_owner")
    engine = create_engine(
        sqlalchemy_url(str(url.get_secret_value() if hasattr(url, "get_secret_value") else url)),
        poolclass=pool.NullPool,
    )
    with engine.connect() as own:
        migrate(own)
