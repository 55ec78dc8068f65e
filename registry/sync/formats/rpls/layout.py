"""The layouts in which RPLS exists, and where each column stands in a file.

*Public file* (diffusion au logement, SDES): a first line with column names, found by name (``FINAN`` or
``FINAN_CODE``), since the set of columns changes each year. It names neither landlord nor rent.
*Transmission file* (arrêté du 5 janvier 2010, NOR DEVU0929020A, annexe): a header of 12 fields, then 64 fields for
each dwelling by position.
*Counted file*: what landlords and cities publish by address: column names as in the public file, one row for each
address, and how many dwellings it has in the place of what each is like.
"""

import csv
import re
from dataclasses import dataclass
from typing import Final

from registry.kernel.text import Text
from registry.sync.errors import LayoutNotRecognised
from registry.sync.formats.source import Source

TRANSMISSION: Final = (
    "IDENT_REP", "IDENT_INT", "DROIT", "DEPCOM", "CODEPOSTAL", "LIBCOM", "NUMVOIE", "INDREP", "TYPVOIE", "NOMVOIE",
    "NUMAPPT", "NUMBOITE", "ESC", "COULOIR", "ETAGE", "COMPLIDENT", "ENTREE", "BAT", "IMMEU", "COMPLGEO", "LIEUDIT",
    "QPV", "TYPECONST", "NBPIECE", "SURFHAB", "CONSTRUCT", "LOCAT", "PATRIMOINE", "ORIGINE", "RSEXPRO", "SIRETEXPRO",
    "FINAN", "FINANAUTRE", "CONV", "NUMCONV", "DATCONV", "SORTIEPATRIM", "OLDLOGT", "NEWLOGT", "MODE", "BAIL",
    "MODESURF", "SURFMODE", "LOYERPRINC", "LOYERACC", "CONTRIB", "CUS", "DPEDATE", "DPEENERGIE", "DPESERRE",
    "SRU_EXPIR", "SRU_ALINEA", "IDENTGES", "CODSEGPATRIM", "LIBSEGPATRIM", "LOYERMAXAPL", "LOYERMAXCUS", "QUALACQ",
    "MISCOMMERCIAL", "PRIXVENTE", "PRODFIN", "REMLOCDATE", "CONTRESLOG", "COMMENTAIRE",
)  # fmt: skip
"""Names of the fields 1 to 64 of a dwelling in the transmission file."""
_HEADER_WIDTH: Final = 12
_COUNTS: Final = (
    "NBLOG", "NB_LOG", "NBLOGT", "NB_LOGT", "NBLOGEMENTS", "NB_LOGEMENTS", "NOMBRE_LOGEMENTS", "NB_LOGMT_TOTAL", "NBLS",
)  # fmt: skip
_ALIASES: Final = {"ZUS": "QPV", "NUMAPP": "NUMAPPT", **dict.fromkeys(_COUNTS, "NBLOG")}
IDENTITY: Final = (
    "BAT", "IMMEU", "ENTREE", "ESC", "COULOIR", "ETAGE", "NUMAPPT", "NUMBOITE", "COMPLIDENT", "COMPLGEO", "LIEUDIT",
    "NBPIECE", "SURFHAB",
)  # fmt: skip
"""What tells a dwelling from the others of its address where the file carries no identifier."""
_NEEDED: Final = ("DEPCOM", "NOMVOIE")
_READ: Final = frozenset(
    {*_NEEDED, *IDENTITY, "IDENT_INT", "IDENT_REP", "CODEPOSTAL", "NUMVOIE", "INDREP", "TYPVOIE", "CONSTRUCT", "FINAN",
     "CONTRESLOG", "DPEDATE", "DPEENERGIE", "QPV", "MODE", "LOYERPRINC", "PMR", "SORTIEPATRIM", "NBLOG"}
)  # fmt: skip
"""Columns that are read; what the others hold never enters."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Where each column stands.

    Attributes:
        counted: Whether a row is an address and a number of dwellings, not a dwelling.
        records, siret, year: From the header of a transmission file.
    """

    columns: dict[str, int]
    width: int
    named: bool
    records: int | None = None
    siret: str | None = None
    year: int | None = None
    counted: bool = False


def layout_of(first: str) -> Layout:
    """Return the layout that a file's first line announces.

    Raises:
        LayoutNotRecognised: It is neither a line of column names nor the header of a transmission file.
    """
    cells = split(first)
    if len(cells) == _HEADER_WIDTH and re.fullmatch(r"(19|20)[0-9]{2}", cells[0]):
        siret = re.sub(r"\s", "", cells[9])
        return Layout(
            {name: place for place, name in enumerate(TRANSMISSION)}, len(TRANSMISSION), named=False,
            records=int(cells[10]) if re.fullmatch(r"[0-9]{1,9}", cells[10]) else None,
            siret=siret if re.fullmatch(r"[0-9]{14}", siret) else None, year=int(cells[0]),
        )  # fmt: skip
    names = [_column(cell) for cell in cells]
    counted = "NBLOG" in names and "NBPIECE" not in names
    missing = [name for name in (*_NEEDED, *(() if counted else ("NBPIECE",))) if name not in names]
    if missing:
        raise LayoutNotRecognised(
            Text(f"Colonnes absentes : {', '.join(missing)}.", f"Missing columns: {', '.join(missing)}."),
            field="line 1", value=first[:80],
        )  # fmt: skip
    twice = sorted({name for name in names if name and names.count(name) > 1 and name in _READ})
    if twice:
        raise LayoutNotRecognised(
            Text(f"Colonnes en double : {', '.join(twice)}.", f"Columns given twice: {', '.join(twice)}."),
            field="line 1", value=first[:80],
        )  # fmt: skip
    return Layout({name: place for place, name in enumerate(names) if name}, len(names), named=True, counted=counted)


def _column(cell: str) -> str:
    name = cell.strip().upper()
    return _ALIASES.get(name.removesuffix("_CODE"), name.removesuffix("_CODE"))


def split(line: str) -> list[str]:
    """Split a line; quotes enclose a cell where they are balanced and are plain characters where they are not."""
    if '"' in line:
        try:
            return [cell.strip() for cell in next(csv.reader([line], delimiter=";", strict=True))]
        except (csv.Error, StopIteration):
            pass
    return [cell.strip() for cell in line.split(";")]


def layout(source: Source, *, counted: bool = False) -> Layout:
    """Return the layout of a file.

    Raises:
        LayoutNotRecognised: It has none, or that of a counted file where none is expected.
    """
    for _, line in source.lines():
        found = layout_of(line)
        if found.counted and not counted:
            raise LayoutNotRecognised(
                Text("Ce fichier compte des logements par adresse.", "This file counts dwellings by address."),
                field="line 1", value=line[:80],
            )  # fmt: skip
        return found
    raise LayoutNotRecognised(field="line 1", value="")
