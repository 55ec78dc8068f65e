"""PostgreSQL's own benchmark, running the product's statements as the product's role: the limit of the machine."""

import os
import re
import subprocess
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any, Final

from psycopg import conninfo, sql

from tests.perf.stage import program
from tests.support.database import PASSWORD, Server
from tests.support.plans import OPTIONS as _OPTIONS
from tests.support.plans import as_text, placeholders, with_marks

OPTIONS: Final = f"{_OPTIONS} -c statement_timeout=5000"
"""As the web process connects."""
_AS_ADMINISTRATOR: Final = "-c search_path=registry,public -c registry.actor=bench"


@dataclass(frozen=True)
class Script:
    """Statements of one transaction; ``rows`` hold the values, one row a transaction, drawn at random."""

    statements: Sequence[str]
    rows: Sequence[Mapping[str, Any]]

    def columns(self) -> list[str]:
        return list(dict.fromkeys(name for statement in self.statements for name in placeholders(statement)))


@dataclass(frozen=True)
class Result:
    """``per_second`` and ``median_ms`` without the look-up of the values."""

    per_second: float
    median_ms: float


@dataclass(frozen=True)
class Workload:
    """Scripts as pgbench reads them, with their weights; with and without what is measured."""

    whole: Sequence[tuple[str, int]]
    look_up: Sequence[tuple[str, int]]
    login: str | None


class Bench:
    """pgbench on one database."""

    def __init__(self, server: Server, database: str) -> None:
        self._server = server
        self._database = database
        self._tables = 0
        with server.connect(database) as admin:
            admin.execute("CREATE SCHEMA bench")
            admin.execute("GRANT USAGE ON SCHEMA bench TO PUBLIC")

    def workload(self, scripts: Sequence[Script], *, bound: tuple[str, uuid.UUID] | None) -> Workload:
        """Write the scripts' values into tables; each script is run as often as its share of the rows.

        Args:
            scripts: The transactions.
            bound: Role and organisation that each transaction takes and binds, as the product does; ``None``: as the
                administrator, past every policy.
        """
        opening = "" if bound is None else f"SET LOCAL ROLE {bound[0]};\nSELECT bind('{bound[1]}', 'bench');\n"
        whole, look_ups = [], []
        for script in scripts:
            look_up, weight = self._look_up(script), len(script.rows)
            body = "\n".join(f"{with_marks(statement, ':')};" for statement in script.statements)
            whole.append((f"{look_up}BEGIN;\n{opening}{body}\nCOMMIT;\n", weight))
            look_ups.append((look_up, weight))
        return Workload(whole, look_ups, None if bound is None else "registry_web")

    def run(self, workload: Workload, *, clients: int, seconds: float) -> Result:
        """Run a workload, and the look-up of its values alone; return what is left without the look-up."""
        whole = self._measure(workload.whole, workload.login, clients, seconds)
        alone = self._measure(workload.look_up, workload.login, clients, max(1, seconds / 4))
        return Result(1 / (1 / whole.per_second - 1 / alone.per_second), whole.median_ms - alone.median_ms)

    def _look_up(self, script: Script) -> str:
        """Write the values into a table; return the commands that read one row of it into variables."""
        columns = script.columns()
        self._tables += 1
        table = sql.Identifier("bench", f"parameters_{self._tables}")
        with self._server.connect(self._database) as admin:
            fields = sql.SQL(", ").join(sql.SQL("{} text NOT NULL").format(sql.Identifier(name)) for name in columns)
            admin.execute(sql.SQL("CREATE TABLE {} (n integer PRIMARY KEY, {})").format(table, fields))
            with admin.cursor().copy(sql.SQL("COPY {} FROM STDIN").format(table)) as copy:
                for n, row in enumerate(script.rows, start=1):
                    copy.write_row([n, *(as_text(row[name]) for name in columns)])
            admin.execute(sql.SQL("VACUUM (ANALYZE) {}").format(table))
            admin.execute(sql.SQL("GRANT SELECT ON {} TO PUBLIC").format(table))
        quoted = ", ".join(f'"{name}"' for name in columns)
        return (
            f"\\set n random(1, {len(script.rows)})\n"
            f"SELECT {quoted} FROM bench.parameters_{self._tables} WHERE n = :n \\gset\n"
        )

    def _measure(self, scripts: Sequence[tuple[str, int]], login: str | None, clients: int, seconds: float) -> Result:
        parts = conninfo.conninfo_to_dict(self._server.url(self._database, login))
        with TemporaryDirectory(prefix="registry-pgbench-") as directory:
            files = []
            for number, (script, weight) in enumerate(scripts):
                path = Path(directory, f"{number}.sql")
                path.write_text(script)
                files.append(f"--file={path}@{weight}")
            threads = min(clients, os.cpu_count() or 1)
            done = subprocess.run(
                [
                    program("pgbench"), "-n", "-M", "prepared", "-c", str(clients), "-j", str(threads),
                    "-T", str(round(seconds)), "-l", f"--log-prefix={directory}/log", *files, self._database,
                ],
                env={
                    "PATH": os.environ["PATH"], "PGHOST": str(parts["host"]), "PGPORT": str(parts["port"]),
                    "PGUSER": str(parts["user"]), "PGPASSWORD": PASSWORD if login else str(parts.get("password")),
                    "PGOPTIONS": OPTIONS if login else f"{OPTIONS} {_AS_ADMINISTRATOR}",
                },
                capture_output=True, text=True, check=False, timeout=600,
            )  # fmt: skip
            found = re.search(r"^tps = ([0-9.]+)", done.stdout, re.MULTILINE)
            if done.returncode or found is None or "number of failed transactions: 0 " not in done.stdout:
                raise RuntimeError(f"pgbench failed:\n{done.stdout[-1500:]}\n{done.stderr[-1500:]}")
            times = [
                int(line.split()[2]) for path in Path(directory).glob("log.*") for line in path.read_text().splitlines()
            ]
        return Result(float(found[1]), median(times) / 1000)
