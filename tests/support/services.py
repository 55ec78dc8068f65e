"""Files of services, written for a test or lent from the shared data."""

import gzip
import json
from pathlib import Path
from typing import Any, Final

from tests.support.tree import ROOT

DATA: Final = ROOT.parent / "shared" / "data"
REDON: Final = DATA / "reseau-pieton-redon" / "redon.osm.gz"
TALENCE: Final = DATA / "reseau-pieton-talence" / "talence.osm.gz"
MONTPELLIER: Final = DATA / "montpellier" / "commerces-osm.geojson.gz"
ACTIVITIES: Final = DATA / "referentiels" / "acceslibre-activites.csv"
EXAMPLE: Final = DATA / "referentiels" / "acceslibre-exemple.csv"
TOWN_HALLS: Final = DATA / "services" / "mairies-nouvelle-aquitaine.csv.gz"
LYON: Final = DATA / "services" / "erp-lyon-villeurbanne.csv.gz"

Tags = dict[str, str]


def osm(path: Path, *, nodes: dict[int, tuple[float, float, Tags]], ways: dict[int, tuple[list[int], Tags]]) -> Path:
    """Write an extract of OpenStreetMap: nodes with lon, lat and tags, ways with nodes and tags."""

    def tagged(tags: Tags) -> str:
        return "".join(f'<tag k="{key}" v="{value}"/>' for key, value in tags.items())

    text = '<osm version="0.6">' + "".join(
        [f'<node id="{n}" lon="{lon}" lat="{lat}">{tagged(tags)}</node>' for n, (lon, lat, tags) in nodes.items()]
        + [
            f'<way id="{w}">{"".join(f"<nd ref={chr(34)}{n}{chr(34)}/>" for n in refs)}{tagged(tags)}</way>'
            for w, (refs, tags) in ways.items()
        ]
    ) + "</osm>"  # fmt: skip
    path.write_bytes(gzip.compress(text.encode()) if path.suffix == ".gz" else text.encode())
    return path


def geojson(path: Path, *features: tuple[float, float, dict[str, Any]]) -> Path:
    """Write an export of OpenStreetMap: points with their tags."""
    made = [
        {"type": "Feature", "properties": tags, "geometry": {"type": "Point", "coordinates": [lon, lat]}}
        for lon, lat, tags in features
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": made}))
    return path


def table(path: Path, *lines: str) -> Path:
    path.write_text("\n".join(lines) + "\n")
    return path
