"""Render the migrations to SQL, without a database, and let squawk look for what would stop a running service.

Each migration is one file with the timeouts it runs under. New tables hold no rows yet, which squawk knows; a change of
a table that an earlier migration made is judged as on a full one.
"""

import io
import re
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

from deploy.local.paths import ROOT, VENV

LEAST_SERVER: Final = "15.0"
EXCLUDED: Final = {
    "prefer-bigint-over-int": "what is counted here is bounded (cents, territories, cells), and narrow rows are fast",
    "prefer-bigint-over-smallint": "floors, rooms and years; as above",
}
# By the slug of the migration.
EXEMPT: Final = {
    "paths": {
        "require-concurrent-index-creation": "their import alone writes to networks, and waits; who reads does not"
    },
    "jobs": {"prefer-identity": "procrastinate's schema", "prefer-text-field": "procrastinate's schema"},
    "changes": {"require-concurrent-index-creation": "three indexes are built while writers wait, a minute at most"},
    "addresses": {
        "require-concurrent-index-creation": "residences are thousands, and the indexes are of those that have nothing"
    },
    "webhooks": {"ban-drop-table": "the rows of warning_hooks are taken over in the same step"},
    "announcements": {"ban-drop-default": "it is put on in the same step, for the rows that there are"},
    "signatures": {
        "require-concurrent-index-creation": "charters are a few for each territory",
        "ban-drop-constraint": "it is put back with one state more",
        "ban-drop-not-null": "who reads charters in force finds the moment there, as before",
    },
    "admission": {"ban-drop-constraint": "it is put back with one state more"},
    "departures": {"ban-drop-constraint": "it is put back with three states more"},
    "metered": {
        "adding-serial-primary-key-field": "rows of days, counted by minutes; the meter keeps what it cannot write",
        "ban-drop-constraint": "it is put back with one column more",
        "constraint-missing-not-valid": "as the key",
        "require-concurrent-index-deletion": "as the key",
    },
    "scores": {
        "ban-drop-constraint": "it is put back with three scores more",
        "constraint-missing-not-valid": "some scores of each member a day, for three years: a second at most",
    },
    "kinds": {
        "renaming-table": "reports are read a few times a year: an old process answers for none until it is restarted",
        "renaming-object": "nobody names constraints and policies but the service",
        "ban-drop-default": "it is put on in the same step, for the rows that there are",
        "ban-drop-constraint": "it is put back with one column more",
        "constraint-missing-not-valid": "reports are a few a year for each territory",
        "disallowed-unique-constraint": "as above",
        "require-concurrent-index-creation": "as above",
        "require-concurrent-index-deletion": "as above",
    },
    "syncs": {"adding-field-with-default": "runs are a hundred a source at most, and sources a few a landlord"},
    "unplaced": {"ban-drop-not-null": "who reads it takes null as what is not compared yet, as before"},
    "quota": {"require-concurrent-index-creation": "two days of rows; the meter keeps what it cannot write meanwhile"},
}
_STEP: Final = re.compile(r"^-- Running upgrade \S* ?-> (?P<revision>\S+)$", re.MULTILINE)


def rendered() -> dict[str, str]:
    """Return each migration's upgrade as SQL, by the name of its file."""
    buffer = io.StringIO()
    config = Config(ROOT / "alembic.ini", output_buffer=buffer)
    names = {script.revision: Path(script.path).stem for script in ScriptDirectory.from_config(config).walk_revisions()}
    command.upgrade(config, "head", sql=True)
    head, *parts = _STEP.split(buffer.getvalue())
    timeouts = "\n".join(line for line in head.splitlines() if line.startswith("SET "))
    return {
        f"{names[revision]}.sql": f"{timeouts}\nBEGIN;\n{body.strip().removesuffix('BEGIN;')}"
        for revision, body in zip(parts[::2], parts[1::2], strict=True)
    }


def lint(migrations: dict[str, str]) -> int:
    """Run squawk on each migration and print what it finds; return how many have findings."""
    failed = 0
    with TemporaryDirectory() as directory:
        for name, sql in migrations.items():
            Path(directory, name).write_text(sql)
            slug = name.removesuffix(".sql").split("_", 2)[2]
            excluded = ",".join([*EXCLUDED, *EXEMPT.get(slug, {})])
            squawk = [str(VENV / "bin" / "squawk"), "--reporter=gcc", f"--pg-version={LEAST_SERVER}"]
            done = subprocess.run([*squawk, f"--exclude={excluded}", name], cwd=directory, check=False)
            failed += done.returncode != 0
    return failed


if __name__ == "__main__":
    sys.exit(1 if lint(rendered()) else 0)
