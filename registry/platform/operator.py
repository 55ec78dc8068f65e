"""What every operator command does around its use case: one transaction, and an error that a person can act on."""

import asyncio
import uuid
from collections.abc import Awaitable, Callable
from typing import NoReturn, TypeVar

import typer
from sqlalchemy.ext.asyncio import AsyncSession

from registry.kernel.errors import RegistryError
from registry.platform.database import Database, Role, create_engine
from registry.platform.settings import get_settings

Result = TypeVar("Result")


def fail(message: str) -> NoReturn:
    """End the command with ``message`` on standard error and exit status 1."""
    typer.echo(message, err=True)
    raise typer.Exit(1)


def with_database(role: Role, work: Callable[[Database], Awaitable[Result]]) -> Result:
    """Run ``work`` with the database of the login that may take ``role``; several transactions are its own affair."""
    settings = get_settings()
    url = settings.worker_database_url if role is Role.JOB else settings.web_database_url
    if url is None:
        fail("No database is configured: run 'registry doctor'.")

    async def main() -> Result:
        database = Database(create_engine(url.get_secret_value()))
        try:
            return await work(database)
        finally:
            await database.dispose()

    try:
        return asyncio.run(main())
    except RegistryError as error:
        fail(_described(error))


def run(
    role: Role,
    use_case: Callable[[AsyncSession], Awaitable[Result]],
    *,
    organisation: uuid.UUID | None = None,
) -> Result:
    """Run one use case in one transaction as ``role``, bound to ``organisation``."""

    async def work(database: Database) -> Result:
        async with database.transaction(role, organisation=organisation, actor="operator") as session:
            return await use_case(session)

    return with_database(role, work)


def _described(error: RegistryError) -> str:
    lines = [(error.detail or error.title).en]
    lines += [f"  {fault.field}: {fault.value!r}: {fault.message.en}" for fault in error.faults]
    if error.own_remedy:
        lines.append(error.own_remedy.en)
    return "\n".join(lines)
