"""The database: one engine, one unit of work, and the binding of every transaction to a role and an organisation.

The login of a process has no rights of its own. A transaction takes the role of what it does (``SET LOCAL ROLE``)
and then binds, once, the organisation that the verified token names; row-level security reads nothing else. Both
end with the transaction, so a pooled connection carries nothing over (ADR 0002).
"""

import asyncio
import uuid
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from enum import StrEnum
from typing import Any, Final, LiteralString

from psycopg import OperationalError
from psycopg.pq import TransactionStatus
from sqlalchemy import MetaData, PoolProxiedConnection, text
from sqlalchemy.dialects.postgresql.base import ischema_names
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import UserDefinedType
from sqlalchemy.util import greenlet_spawn

from registry.platform.round_trip import Answer, Statement, send


class Role(StrEnum):
    """The database roles that a transaction may take; what each may read and write is in the migrations."""

    LANDLORD = "registry_landlord"
    COORDINATOR = "registry_coordinator"
    AUTH = "registry_auth"
    JOB = "registry_job"


class Base(DeclarativeBase):
    """Declarative base; constraint names are part of the design: errors are mapped by them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class TransactionNumber(UserDefinedType[str]):
    """PostgreSQL's ``xid8``: the number of a transaction, which never comes again on one line of history."""

    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        return "xid8"


ischema_names["xid8"] = TransactionNumber


def sqlalchemy_url(url: str) -> str:
    """Return ``url`` with the one driver this project uses."""
    scheme, rest = url.split("://", 1)
    return f"postgresql+psycopg://{rest}" if scheme in {"postgres", "postgresql"} else url


def create_engine(url: str, *, pool_size: int = 10, statement_timeout_ms: int = 0) -> AsyncEngine:
    """Return the engine of a process.

    Generic plans are forced: planning a spatial search costs more than running it (measured: 0.43-0.5 of the
    throughput with custom plans). For the same reason statements are prepared the first time they run, and the
    connection that was used last is used next: its plans are made. There is no overflow: a connection above the pool
    is thrown away with its plans after one use, which under load costs more than waiting for one that is kept
    (measured: 32 callers got a third of the answers that 8 got). Errors do not say with which values a statement
    failed: they go into the log.
    """
    options = (
        f"-c statement_timeout={statement_timeout_ms} -c jit=off -c plan_cache_mode=force_generic_plan -c timezone=UTC"
    )
    return create_async_engine(
        sqlalchemy_url(url),
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=10,
        pool_use_lifo=True,
        hide_parameters=True,
        connect_args={"options": options, "prepare_threshold": 0, "application_name": "registry"},
    )


class Database:
    """Opens transactions. The only place where a role is taken and an organisation bound."""

    def __init__(self, engine: AsyncEngine) -> None:
        self.engine = engine
        self._sessions = async_sessionmaker(engine, expire_on_commit=False)

    @asynccontextmanager
    async def transaction(
        self, role: Role, *, organisation: uuid.UUID | None = None, actor: str = "operator"
    ) -> AsyncIterator[AsyncSession]:
        """One transaction as ``role``, bound to ``organisation``; commits at the end, rolls back on any error.

        Args:
            role: What the transaction may do at most.
            organisation: The organisation whose rows it works on; ``None`` only for roles that work across.
            actor: Who acts, for the audit: an OAuth client id, a user id, ``operator`` or a job's name.
        """
        async with self._sessions() as session, session.begin():
            await bind(session, role, organisation=organisation, actor=actor)
            yield session

    async def alone(
        self,
        statement: LiteralString,
        values: Mapping[str, Any],
        *,
        role: Role,
        organisation: uuid.UUID,
        actor: str,
        planned: Sequence[LiteralString] = (),
    ) -> Answer:
        """Run one statement in a transaction of its own, in one round trip. For the hot paths.

        Args:
            statement: SQL with ``%(name)s`` for its ``values``.
            role: As for :meth:`transaction`, as are ``organisation`` and ``actor``.
            planned: Planner settings of this transaction, or its time, ``SET LOCAL …``.
        """
        given: list[Statement] = [
            ("BEGIN", {}), *((setting, {}) for setting in planned), *_binding(role, organisation, actor),
            (statement, values), ("COMMIT", {}),
        ]  # fmt: skip
        # The pool's own connection: SQLAlchemy's around it costs as much again as the statements (measured on tiles).
        connection = await self.engine.raw_connection()
        raw = raw_driver_connection(connection)
        try:
            return await send(raw, given)
        finally:
            # A caller may go at any moment; a connection half given back is thrown away, with its plans.
            await asyncio.shield(_put_back(connection, broken=raw.closed))

    @asynccontextmanager
    async def of_owner(self, *, actor: str) -> AsyncIterator[AsyncSession]:
        """One transaction of the login ``registry_owner``, which no process that serves has; bound to nobody.

        Row-level security holds the owner too: it reaches what policies of its own open to it (ADR 0002).
        """
        async with self._sessions() as session, session.begin():
            await session.execute(text("SELECT bind(NULL, :actor)"), {"actor": actor})
            yield session

    async def dispose(self) -> None:
        await self.engine.dispose()


_BECOME: Final[dict[Role, LiteralString]] = {
    Role.LANDLORD: "SET LOCAL ROLE registry_landlord",
    Role.COORDINATOR: "SET LOCAL ROLE registry_coordinator",
    Role.AUTH: "SET LOCAL ROLE registry_auth",
    Role.JOB: "SET LOCAL ROLE registry_job",
}
_BIND: Final = "SELECT bind(%(organisation)s, %(actor)s)"


def _binding(role: Role, organisation: uuid.UUID | None, actor: str) -> list[Statement]:
    return [(_BECOME[role], {}), (_BIND, {"organisation": organisation, "actor": actor})]


async def bind(session: AsyncSession, role: Role, *, organisation: uuid.UUID | None, actor: str) -> None:
    """Take ``role`` and bind the organisation for the rest of the transaction; a second binding is an error.

    What begins the transaction goes with it in one round trip; psycopg and SQLAlchemy find it begun.
    """
    connection = await session.connection()
    raw = raw_driver_connection(await connection.get_raw_connection())
    idle = raw.info.transaction_status == TransactionStatus.IDLE
    await _in_one_round_trip(connection, [*([("BEGIN", {})] if idle else []), *_binding(role, organisation, actor)])


async def _in_one_round_trip(connection: AsyncConnection, statements: Sequence[Statement]) -> Answer:
    raw = raw_driver_connection(await connection.get_raw_connection())
    try:
        return await send(raw, statements)
    except OperationalError:
        if raw.closed:  # SQLAlchemy did not see it break
            await connection.invalidate()
        raise


async def _put_back(connection: PoolProxiedConnection, *, broken: bool) -> None:
    """Return a connection to its pool, which rolls back what an error left; one that broke is thrown away."""
    if broken:  # SQLAlchemy did not see it break
        await greenlet_spawn(connection.invalidate)
    await greenlet_spawn(connection.close)


def raw_driver_connection(connection: Any) -> Any:
    """Return the psycopg ``AsyncConnection`` beneath a SQLAlchemy one, for pipelines and COPY."""
    return connection.driver_connection
