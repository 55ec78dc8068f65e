"""The part of ``make run`` between PostgreSQL and the processes: roles, extensions, schema, settings, demo.

A process of its own, so that it can be ended at any moment: what it had not committed never happened, and the next
run goes on from there.
"""

import argparse
import asyncio
import os
import secrets
from pathlib import Path
from typing import Final
from urllib.parse import quote, urlencode

import psycopg
from psycopg import conninfo, sql
from sqlalchemy.exc import OperationalError

from deploy.local import console, demo
from deploy.local.console import SetUpError, say, write_whole
from deploy.local.paths import CLUSTER, ENVIRONMENT
from registry.platform import logging, preparation, schema_version
from registry.platform.crypto import SealBroken, generate_master_key
from registry.platform.preparation import LOGINS

ADMIN_URL: Final = "REGISTRY_DATABASE_URL"
MASTER_KEY: Final = "REGISTRY_MASTER_KEY"
_CONNECT_S: Final = 10


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--base-url", required=True)
    parser.add_argument("--private", action="store_true", help="the cluster is this checkout's own: make the database")
    options = parser.parse_args()
    admin_url = checked(os.environ[ADMIN_URL])
    logging.configure("WARNING", readable=True)
    try:
        if options.private:
            create_database(admin_url)
        os.environ.update(prepared(admin_url, options.base_url, private=options.private))
        asyncio.run(demo.seed(options.base_url))
    except SealBroken:
        raise SetUpError(
            f"the signing keys in this database are sealed under another master key than {ENVIRONMENT} has"
            f"\n→ give the right one, {MASTER_KEY}=… make run, or use an empty database"
        ) from None
    except preparation.PreparationRefused as error:
        raise SetUpError(f"the database cannot be prepared: {error}") from None
    except schema_version.SchemaOutdated as error:
        raise SetUpError(str(error)) from None
    except (psycopg.OperationalError, OperationalError) as error:
        raise SetUpError(_unreachable(admin_url, error, private=options.private)) from None


def checked(url: str) -> str:
    """Return the administrator's address, also where it names SQLAlchemy's driver; never show it: it has a password.

    Raises:
        SetUpError: It is none.
    """
    scheme, mark, rest = url.partition("://")
    plain = f"postgresql://{rest}" if mark and scheme.startswith("postgresql+") else url
    try:
        conninfo.conninfo_to_dict(plain)
    except psycopg.ProgrammingError:
        raise SetUpError(
            f"{ADMIN_URL} is not an address of PostgreSQL\n→ postgresql://USER:PASSWORD@HOST:PORT/DATABASE, other signs"
            " in the password as %XX"
        ) from None
    return plain


def create_database(url: str) -> None:
    """Create the database that ``url`` names, unless it is there; by way of the one that every cluster has."""
    name = str(conninfo.conninfo_to_dict(url)["dbname"])
    with psycopg.connect(conninfo.make_conninfo(url, dbname="postgres"), autocommit=True) as admin:
        if admin.execute("SELECT FROM pg_database WHERE datname = %s", [name]).fetchone() is None:
            admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))


def prepared(admin_url: str, base_url: str, *, private: bool) -> dict[str, str]:
    """Bring roles, extensions and schema to what this version needs; return the settings of the processes."""
    kept = kept_environment()
    passwords = {login: kept.get(f"{login.upper()}_PASSWORD") or secrets.token_hex(16) for login in LOGINS}
    with psycopg.connect(admin_url, autocommit=True, connect_timeout=_CONNECT_S) as admin:
        preparation.prepare_cluster(admin, passwords)
        for sentence in preparation.prepare_database(admin):
            say(f"note: not done without a superuser: {sentence}")
    environment = {
        "REGISTRY_ENVIRONMENT": "development",
        "REGISTRY_BASE_URL": base_url,
        MASTER_KEY: master_key(kept, private=private),
        **{f"{login.upper()}_DATABASE_URL": login_url(admin_url, login, passwords[login]) for login in LOGINS},
        **{f"{login.upper()}_PASSWORD": password for login, password in passwords.items()},
    }
    write_whole(ENVIRONMENT, "".join(f"{name}={value}\n" for name, value in environment.items()))
    schema_version.migrate(environment["REGISTRY_OWNER_DATABASE_URL"])
    return environment


def master_key(kept: dict[str, str], *, private: bool) -> str:
    """Return the key that this database's secrets are sealed under, a new one where there is none yet.

    The private cluster has a copy beside its data: ``.local`` may be deleted while a cluster under /var/lib stays.
    """
    beside = CLUSTER / "master-key"
    if private and beside.exists():
        return beside.read_text().strip()
    key = os.environ.get(MASTER_KEY) or kept.get(MASTER_KEY) or generate_master_key()
    if private:
        write_whole(beside, key + "\n")
    return key


def login_url(admin_url: str, login: str, password: str) -> str:
    """Return the address of the same database for another login."""
    parts = conninfo.conninfo_to_dict(admin_url)
    host, port, name = str(parts.pop("host", "")), parts.pop("port", None), parts.pop("dbname", None)
    name = name or parts.get("user") or login
    for private in ("user", "password"):
        parts.pop(private, None)
    if host.startswith("/") or not host:
        parts |= {"host": host or "/var/run/postgresql"}
        host = ""
    query = f"?{urlencode(parts)}" if parts else ""
    return f"postgresql://{login}:{quote(password)}@{host}{f':{port}' if port else ''}/{quote(str(name))}{query}"


def kept_environment() -> dict[str, str]:
    """Return what an earlier run wrote: passwords and the master key stay the same."""
    if not ENVIRONMENT.exists():
        return {}
    lines = (line.partition("=") for line in ENVIRONMENT.read_text().splitlines() if "=" in line)
    return {name: value for name, _, value in lines}


def _unreachable(url: str, error: Exception, *, private: bool) -> str:
    cause = getattr(error, "orig", None) or error
    said = " ".join(str(cause).split())
    if isinstance(cause, psycopg.errors.DiskFull | psycopg.errors.IoError):
        return f"PostgreSQL cannot write: {said}\n→ make room or repair its disk, then run the same command again"
    if private:
        log = Path(os.path.realpath(CLUSTER)) / "log"
        return f"PostgreSQL does not answer as expected: {said}\n→ its log: {log}; 'make stop', then run it again"
    shown = {**conninfo.conninfo_to_dict(url), "password": "…"}
    named = f"{shown.get('host', 'the local socket')}:{shown.get('port', 5432)}/{shown.get('dbname', '')}"
    return (
        f"the PostgreSQL that {ADMIN_URL} names ({named} as {shown.get('user', 'this user')}) does not answer as"
        f" expected: {said}\n→ check the address, or leave {ADMIN_URL} out: 'make run' brings a PostgreSQL of its own"
    )


if __name__ == "__main__":
    console.ending(main)
