"""Build what the console's pages load in a browser: locked packages of others and our own sources, under hashed names.

No bundler: files are copied as their makers publish them, and compressed once beside. Standard library only.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from typing import TYPE_CHECKING, Final

from deploy.local.paths import FRONT_END, FRONT_END_BUILT

if TYPE_CHECKING:
    from pathlib import Path

PUBLISHED: Final = {
    "htmx.js": "node_modules/htmx.org/dist/htmx.min.js",
    "maplibre.mjs": "node_modules/maplibre-gl/dist/maplibre-gl.mjs",
    "maplibre-worker.mjs": "node_modules/maplibre-gl/dist/maplibre-gl-worker.mjs",
}
"""Files of the packages that pages load: by the name that pages say, the path in the front end's folder."""
SOURCES: Final = FRONT_END / "src"
MANIFEST: Final = FRONT_END_BUILT / "manifest.json"


def own() -> list[Path]:
    return sorted(path for path in SOURCES.glob("*.*") if path.is_file())


def made_of() -> str:
    """Return a digest of all that the build is made of: the locked packages, our sources, the list above."""
    taken = hashlib.sha256(repr(sorted(PUBLISHED.items())).encode())
    for path in (FRONT_END / "package-lock.json", *own()):
        taken.update(path.name.encode() + path.read_bytes())
    return taken.hexdigest()


def build() -> None:
    """Write the hashed files, then the manifest that names them, then remove what it no longer names."""
    FRONT_END_BUILT.mkdir(parents=True, exist_ok=True)
    served = {}
    for name, source in {**{n: FRONT_END / p for n, p in PUBLISHED.items()}, **{p.name: p for p in own()}}.items():
        content = source.read_bytes()
        stem, _, suffix = name.rpartition(".")
        served[name] = f"{stem}.{hashlib.sha256(content).hexdigest()[:12]}.{suffix}"
        (FRONT_END_BUILT / served[name]).write_bytes(content)
        (FRONT_END_BUILT / f"{served[name]}.gz").write_bytes(gzip.compress(content, mtime=0))
    written = MANIFEST.with_suffix(".new")
    written.write_text(json.dumps(served, indent=1, sort_keys=True) + "\n")
    written.replace(MANIFEST)
    for path in FRONT_END_BUILT.iterdir():
        if path != MANIFEST and path.name.removesuffix(".gz") not in served.values():
            path.unlink()
