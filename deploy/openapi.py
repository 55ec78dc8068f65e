"""The committed document of the API: compare it with the code, write it anew, or find what a change would break.

Without an option it compares ``openapi/registry-v1.yaml`` with the code; ``--write`` writes it; ``--breaking OLD NEW``
lists what clients of OLD cannot do with NEW.
"""

import argparse
import base64
import sys
from pathlib import Path
from typing import Final

import yaml

from deploy.local.paths import ROOT
from deploy.openapi_changes import breaking
from registry.api.openapi import as_yaml
from registry.asgi import create_application
from registry.platform.database import Database, create_engine
from registry.platform.settings import Settings

COMMITTED: Final = ROOT / "openapi" / "registry-v1.yaml"
STALE: Final = "openapi/registry-v1.yaml is not what the code says: run 'make openapi', read the difference, commit it."
_NOWHERE: Final = "postgresql://registry_web@127.0.0.1/nowhere"  # an application that is described, not run


def document() -> str:
    """Return the document of the code as it is committed."""
    settings = Settings(_env_file=None, environment="test", master_key=base64.b64encode(bytes(32)).decode())
    return as_yaml(create_application(settings, Database(create_engine(_NOWHERE))))


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
    made = document()
    if asked.write:
        COMMITTED.parent.mkdir(exist_ok=True)
        COMMITTED.write_text(made)
        return 0
    if not COMMITTED.exists() or COMMITTED.read_text() != made:
        print(STALE)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
