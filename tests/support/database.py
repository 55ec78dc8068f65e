"""One migrated template for a whole run; a clone of it for each process, and for tests that need one of their own."""

import base64
import hashlib
import secrets
from dataclasses import dataclass
from typing import Any

import psycopg
from alembic import command
from alembic.config import Config
from psycopg import conninfo, sql

from registry.platform.preparation import LOGINS, prepare_cluster, prepare_database
from registry.platform.settings import Settings
from tests.support.tree import ROOT

TEMPLATE = "registry_template"
PASSWORD = "for-tests-only"
BASE_URL = "http://127.0.0.1"
HOST = "127.0.0.1"
BELIEVED_S = 0.5
"""How long the application of the tests trusts a token that it verified: a quarter of what it may be at most."""
MASTER_KEY = base64.b64encode(hashlib.sha256(b"a key that no example shows").digest()).decode()


@dataclass(frozen=True)
class Server:
    """A PostgreSQL server that the tests may do anything to."""

    admin_url: str

    def connect(self, database: str = "postgres") -> psycopg.Connection:
        return psycopg.connect(self.url(database), autocommit=True)

    def url(self, database: str, login: str | None = None) -> str:
        """Return the address of ``database`` for a login of the application, or for the administrator."""
        parts = conninfo.conninfo_to_dict(self.admin_url)
        user, password = (login, PASSWORD) if login else (parts["user"], parts.get("password", ""))
        return f"postgresql://{user}:{password}@{parts['host']}:{parts['port']}/{database}"

    def create_template(self, name: str = TEMPLATE) -> None:
        """Create the template anew: prepared by the administrator, migrated by the owner."""
        with self.connect() as admin:
            prepare_cluster(admin, dict.fromkeys(LOGINS, PASSWORD))
            admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
            admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        with self.connect(name) as admin:
            missing = prepare_database(admin)
            assert not missing, missing
        command.upgrade(self.alembic(name), "head")

    def alembic(self, database: str) -> Config:
        config = Config(ROOT / "alembic.ini")
        config.attributes["url"] = self.url(database, "registry_owner")
        return config

    def clone(self, name: str, template: str = TEMPLATE) -> None:
        with self.connect() as admin:
            admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
            admin.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY").format(
                    sql.Identifier(name), sql.Identifier(template)
                )
            )
            self.grant(admin, name)

    @staticmethod
    def grant(admin: psycopg.Connection, name: str) -> None:
        """Give a clone its template's grants on the database itself, which a clone does not inherit."""
        admin.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(sql.Identifier(name)))
        admin.execute(
            sql.SQL("GRANT CONNECT ON DATABASE {} TO registry_web, registry_worker, registry_owner").format(
                sql.Identifier(name)
            )
        )
        admin.execute(
            sql.SQL("GRANT TEMPORARY ON DATABASE {} TO registry_landlord, registry_job").format(sql.Identifier(name))
        )

    def drop(self, name: str) -> None:
        with self.connect() as admin:
            admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def settings(self, database: str, **changes: Any) -> Settings:
        """Return the settings of a process on ``database``; nothing comes from the environment's files."""
        given: dict[str, Any] = {
            "environment": "test",
            "base_url": BASE_URL,
            "master_key": MASTER_KEY,
            "webhook_hosts": ("hooks.example",),
            "pull_hosts": ("exports.example", "login.example"),
            "token_lifetime_s": 3600,  # members live as long as a run: on a busy machine, more than ten minutes
            "web_database_url": self.url(database, "registry_web"),
            "worker_database_url": self.url(database, "registry_worker"),
            "owner_database_url": self.url(database, "registry_owner"),
            **changes,
        }
        return Settings(_env_file=None, **given)


def fresh_name() -> str:
    return f"registry_{secrets.token_hex(4)}"
