"""What browsers load beside a page: scripts of others, and our own, by the names that the build of the front end gave.

A name holds a digest of the file (``htmx.0a1b2c3d.js``), so browsers keep it for ever. Where the front end was not
built, pages go without scripts: everything but the map works so.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Final

import orjson

DIST: Final = Path(__file__).parent / "static" / "dist"
MANIFEST: Final = DIST / "manifest.json"


@cache
def built() -> Mapping[str, str]:
    """Return the built files: names as pages say them, and as they are served; nothing where none was built."""
    try:
        read: dict[str, str] = orjson.loads(MANIFEST.read_bytes())
    except FileNotFoundError:
        read = {}
    return MappingProxyType(read)


def address_of(name: str) -> str | None:
    """Return where a browser finds the built file ``name``; ``None`` where it was not built."""
    served = built().get(name)
    return served and f"/static/dist/{served}"
