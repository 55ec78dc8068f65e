"""Files of the Base Adresse Nationale, as published: ``adresses-XX.csv``."""

import gzip
from pathlib import Path
from typing import Any, Final

from registry.platform.database import Database, Role
from registry.territories import service
from registry.territories.service import AddressFile, Loaded

COLUMNS: Final = (
    "id", "id_fantoir", "numero", "rep", "nom_voie", "code_postal", "code_insee", "nom_commune",
    "code_insee_ancienne_commune", "nom_ancienne_commune", "x", "y", "lon", "lat", "type_position", "alias", "nom_ld",
    "libelle_acheminement", "nom_afnor", "source_position", "source_nom_voie", "certification_commune", "cad_parcelles",
)  # fmt: skip


def house(number: str, street: str, commune: str, place: dict[str, float], **changes: Any) -> dict[str, str]:
    """Return a row: a house of ``street`` at ``place``."""
    row = {
        "id": f"{commune}_0010_{number:0>5}", "numero": number, "nom_voie": street, "code_postal": "33000",
        "code_insee": commune, "lon": str(place["lon"]), "lat": str(place["lat"]),
    }  # fmt: skip
    return row | {name: str(value) for name, value in changes.items()}


def write(path: Path, rows: list[dict[str, str]], *, columns: tuple[str, ...] = COLUMNS, separator: str = ";") -> Path:
    """Write rows; gzipped where the name says so."""
    lines = [separator.join(columns), *(separator.join(row.get(name, "") for name in columns) for row in rows)]
    content = "\n".join([*lines, ""]).encode()
    path.write_bytes(gzip.compress(content) if path.suffix == ".gz" else content)
    return path


async def load(jobs: Database, path: Path, **options: Any) -> Loaded:
    """Load a file as the operator's command does."""
    async with jobs.transaction(Role.JOB, actor="tests") as session:
        return await service.load_addresses(session=session, file=AddressFile(path, **options))
