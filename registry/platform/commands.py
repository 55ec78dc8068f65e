"""``registry database …`` and ``registry doctor``: prepare, migrate, and look at each part of the set-up."""

import asyncio
import os
from typing import Annotated

import psycopg
import typer
from sqlalchemy.exc import DBAPIError

from registry.platform import diagnosis, preparation, schema_version
from registry.platform.operator import fail
from registry.platform.settings import get_settings

database = typer.Typer(help="The database's roles, extensions and schema.", no_args_is_help=True)


@database.command()
def prepare(
    admin_url: Annotated[
        str, typer.Option(envvar="REGISTRY_DATABASE_URL", help="An administrator's address of the database.")
    ],
) -> None:
    """Create roles, extensions and the leak-proof operators; once per database, again without harm.

    The logins' passwords are read from REGISTRY_OWNER_PASSWORD, REGISTRY_WEB_PASSWORD and REGISTRY_WORKER_PASSWORD; one
    that is not given stays as it is.
    """
    passwords = {login: given for login in preparation.LOGINS if (given := os.environ.get(f"{login.upper()}_PASSWORD"))}
    try:
        with psycopg.connect(admin_url, autocommit=True) as admin:
            preparation.prepare_cluster(admin, passwords)
            missing = preparation.prepare_database(admin)
    except (psycopg.Error, preparation.PreparationRefused) as error:
        fail(str(error).strip())
    for sentence in missing:
        typer.echo(f"not done without a superuser: {sentence}")
    typer.echo("prepared")


@database.command()
def migrate() -> None:
    """Bring the schema to what this version needs; as registry_owner."""
    url = get_settings().owner_database_url
    if url is None:
        fail("REGISTRY_OWNER_DATABASE_URL is not set: migrations run as registry_owner")
    try:
        schema_version.migrate(url.get_secret_value())
    except DBAPIError as error:
        fail(f"{_said(error)}\n→ 'registry doctor' looks at each part; a migration that failed left nothing behind")
    typer.echo(f"schema {schema_version.expected()}")


@database.command()
def check() -> None:
    """Say whether the schema is the one that this version needs; exit status 1 where it is not."""
    url = get_settings().web_database_url
    if url is None:
        fail("REGISTRY_WEB_DATABASE_URL is not set")
    try:
        finding = asyncio.run(diagnosis.schema(url.get_secret_value()))
    except DBAPIError as error:
        fail(f"{_said(error)}\n→ 'registry doctor' looks at each part")
    typer.echo(str(finding))
    if not finding.good:
        raise typer.Exit(1)


def _said(error: DBAPIError) -> str:
    return " ".join(str(error.orig).split())


def doctor() -> None:
    """Look at settings, keys, logins, extensions, privileges, schema and worker; say what is wrong and what to do."""
    findings = asyncio.run(diagnosis.everything(get_settings()))
    for finding in findings:
        typer.echo(str(finding))
    if not all(finding.good for finding in findings):
        raise typer.Exit(1)
