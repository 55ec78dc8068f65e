"""RPLS files for tests, in both layouts."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from registry.sync.formats.rpls.layout import TRANSMISSION

PUBLIC = (
    "DEPCOM", "CODEPOSTAL", "NUMVOIE", "INDREP", "TYPVOIE", "NOMVOIE", "NUMAPPT", "ETAGE", "BAT", "IMMEU", "COMPLGEO",
    "LIEUDIT", "QPV", "NBPIECE", "SURFHAB", "CONSTRUCT", "FINAN", "DPEDATE", "DPEENERGIE",
)  # fmt: skip
ROW = {
    "DEPCOM": "33063", "CODEPOSTAL": "33000", "NUMVOIE": "12", "TYPVOIE": "RUE", "NOMVOIE": "DES ACACIAS",
    "NUMAPPT": "1", "ETAGE": "2", "QPV": "2", "NBPIECE": "3", "SURFHAB": "65", "CONSTRUCT": "1975", "FINAN": "13",
    "DPEDATE": "03/2010", "DPEENERGIE": "C",
}  # fmt: skip


def row(**changes: str) -> dict[str, str]:
    """A dwelling that can be read."""
    return {**ROW, **changes}


def line(given: Mapping[str, str], columns: Iterable[str] = PUBLIC) -> str:
    return ";".join(given.get(name, "") for name in columns)


def public(rows: Iterable[Mapping[str, str]], columns: Iterable[str] = PUBLIC) -> str:
    """A public file."""
    columns = tuple(columns)
    return "\n".join([";".join(columns), *(line(given, columns) for given in rows)]) + "\n"


def transmission(rows: Iterable[Mapping[str, str]], *, siret: str = "", records: int | None = None) -> str:
    """A transmission file; ``records`` as its header states them, the true number by default."""
    lines = [line(given, TRANSMISSION) for given in rows]
    header = ["2026", "33A000001", "Office de test", "", "1", "", "RUE", "DU PORT", "33000", siret]
    return "\n".join([";".join([*header, str(len(lines) if records is None else records), ""]), *lines]) + "\n"


def write(path: Path, content: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(content.encode(encoding))
    return path
