"""What every operator command does around its use case: one transaction, and an error that a person can act on."""

import asyncio
import logging as levels
import sys
import uuid
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Final, NoReturn, TypeVar

import structlog
import typer
from pydantic import SecretStr, ValidationError
from sqlalchemy.exc import DBAPIError, OperationalError, ProgrammingError
from sqlalchemy.ext.asyncio import AsyncSession

from registry.kernel.errors import RegistryError
from registry.platform import logging, row_security, schema_version
from registry.platform.crypto import MasterKeyMissing, keyring
from registry.platform.database import Database, Role, create_engine
from registry.platform.mail import MailNowhere, transport
from registry.platform.settings import Settings, get_settings

GRACE_S: Final = 7
"""Asked to stop, a process finishes what runs for so long at most; it is gone before ten seconds are over."""

Result = TypeVar("Result")
log = structlog.get_logger()


def fail(message: str) -> NoReturn:
    """End the command with ``message`` on standard error and exit status 1."""
    typer.echo(message, err=True)
    raise typer.Exit(1)


def settings_or_fail() -> Settings:
    """Return the settings; where one is malformed, end with its variable and what is wrong, never with its value."""
    try:
        return get_settings()
    except ValidationError as error:
        wrong = [
            f"REGISTRY_{'_'.join(map(str, fault['loc'])).upper()}: {fault['msg']}" if fault["loc"] else fault["msg"]
            for fault in error.errors()
        ]
        fail("\n".join(wrong))


def settings_of_process(login: str) -> Settings:
    """Return the settings of a process that is about to serve as ``login``, and begin its log.

    A process that could not serve ends here, with one line in its log that says why: no master key, no address, no
    answer from PostgreSQL, a login that row-level security does not hold back, another version's schema, a worker whose
    mail would reach nobody.
    """
    settings = settings_or_fail()
    logging.configure(settings.log_level)
    variable = f"{login}_database_url"
    url = settings.web_database_url if login == "web" else settings.worker_database_url
    try:
        keyring(settings)
        if url is None:
            refuse(f"REGISTRY_{variable.upper()} is not set")
        if login == "worker":  # it alone sends mail
            transport(settings)
        asyncio.run(_require_fit(url.get_secret_value()))
    except (MasterKeyMissing, MailNowhere, row_security.LoginNotHeldBack, schema_version.SchemaOutdated) as error:
        refuse(str(error))
    except DBAPIError as error:
        refuse(f"PostgreSQL does not answer as expected: {_said(error)}")
    return settings


async def _require_fit(url: str) -> None:
    database = Database(create_engine(url))
    try:
        await row_security.require_held_back(database)
        await schema_version.require_current(database)
    finally:
        await database.dispose()


def refuse(reason: str) -> NoReturn:
    """End a process that may not serve, with one line in its log."""
    log.error("start_refused", reason=reason, remedy="'registry doctor' looks at each part and says what to do")
    raise typer.Exit(1)


def with_database(role: Role, work: Callable[[Database], Awaitable[Result]]) -> Result:
    """Run ``work`` with the database of the login that may take ``role``; several transactions are its own affair."""
    settings = settings_or_fail()
    return _with_database(settings.worker_database_url if role is Role.JOB else settings.web_database_url, work)


def run_as_owner(use_case: Callable[[AsyncSession], Awaitable[Result]]) -> Result:
    """Run one use case in one transaction of the login ``registry_owner``, as migrations are run."""

    async def work(database: Database) -> Result:
        async with database.of_owner(actor="operator") as session:
            return await use_case(session)

    return _with_database(settings_or_fail().owner_database_url, work)


def _with_database(url: SecretStr | None, work: Callable[[Database], Awaitable[Result]]) -> Result:
    if url is None:
        fail("No database is configured: run 'registry doctor'.")

    async def main() -> Result:
        database = Database(create_engine(url.get_secret_value()))
        try:
            return await work(database)
        finally:
            await database.dispose()

    try:
        with _only_warnings():
            return asyncio.run(main())
    except RegistryError as error:
        fail(described(error))
    except (OperationalError, ProgrammingError) as error:
        fail(f"{_said(error)}\n→ 'registry doctor' looks at each part")


@contextmanager
def _only_warnings() -> Iterator[None]:
    """Log to standard error, and only what is a warning: a command itself says what it did, on standard output."""
    before = structlog.get_config()
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(levels.WARNING),
        logger_factory=structlog.PrintLoggerFactory(file=sys.stderr),
    )
    try:
        yield
    finally:
        structlog.configure(**before)


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


def described(error: RegistryError) -> str:
    """Return an error as an operator reads it: what is wrong, where, and what to do."""
    lines = [(error.detail or error.title).en]
    for fault in error.faults:
        lines.append(f"  {fault.field}: {fault.value!r}: {fault.message.en}")
        if fault.remedy and fault.remedy != error.own_remedy:
            lines.append(f"    {fault.remedy.en}")
    if error.own_remedy:
        lines.append(error.own_remedy.en)
    return "\n".join(lines)


def _said(error: DBAPIError) -> str:
    return " ".join(str(error.orig).split())
