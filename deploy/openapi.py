"""The committed documents of the API and of landlords' files: compare, write anew, or find what a change would break.

Without an option it compares ``openapi/`` with the code; ``--write`` writes it; ``--breaking OLD NEW`` lists what
clients of OLD, a version of ``registry-v1.yaml``, cannot do with NEW.
"""

import argparse
import base64
import json
import sys
from pathlib import Path
from typing import Any, Final

import yaml

from deploy.local.paths import ROOT
from deploy.openapi_changes import breaking
from registry.api.openapi import as_yaml
from registry.asgi import create_application
from registry.platform.database import Database, create_engine
from registry.platform.settings import Settings
from registry.sync.formats.declared import Content
from registry.sync.table_schema import example, table_schema
from registry.vocabulary.reference import reference

FOLDER: Final = ROOT / "openapi"
COMMITTED: Final = FOLDER / "registry-v1.yaml"
STALE: Final = "openapi/{} is not what the code says: run 'make openapi', read the difference, commit it."
_NOWHERE: Final = "postgresql://registry_web@127.0.0.1/nowhere"  # an application that is described, not run


def document() -> str:
    """Return the document of the code as it is committed."""
    settings = Settings(_env_file=None, environment="test", master_key=base64.b64encode(bytes(32)).decode())
    return as_yaml(create_application(settings, Database(create_engine(_NOWHERE))))


def documents() -> dict[str, str]:
    """Return every generated document by its path in ``openapi/``: the API's, the format of files, the vocabulary."""
    contents: tuple[tuple[str, Content], ...] = (("home", "homes"), ("residence", "residences"))
    return {
        COMMITTED.name: document(),
        "../docs/vocabulary.md": reference(),
        **{f"{name}.tableschema.json": _as_json(table_schema(content)) for name, content in contents},
        **{f"{name}.example.csv": example(content) for name, content in contents},
    }


def _as_json(schema: dict[str, Any]) -> str:
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--breaking", nargs=2, type=Path, metavar=("OLD", "NEW"))
    asked = parser.parse_args(arguments)
    if asked.breaking:
        old, new = (yaml.safe_load(path.read_text()) for path in asked.breaking)
        found = breaking(old, new)
        print(*found, sep="\n")
        return 1 if found else 0
    made = {FOLDER / name: text for name, text in documents().items()}
    if asked.write:
        FOLDER.mkdir(exist_ok=True)
        for path, text in made.items():
            path.write_text(text)
        return 0
    stale = [path.name for path, text in made.items() if not path.exists() or path.read_text() != text]
    for name in stale:
        print(STALE.format(name))
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
