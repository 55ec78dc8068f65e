"""Read an RPLS file: surveyed once as a whole, then row by row.

What a row is called, and what its residence is like, is known only beside the other rows: no row can be skipped as
known, and the reader has no fingerprint.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any, Final

from registry.kernel.text import Text
from registry.stock.errors import RefTwice
from registry.sync.errors import FileWithoutDwellings, PositionsInvalid, RecordCountDiffers
from registry.sync.formats import Record, Stated, doubts
from registry.sync.formats.address import residence_ref
from registry.sync.formats.declared import Format
from registry.sync.formats.rpls.layout import layout
from registry.sync.formats.rpls.rows import COLUMN_OF, REF, Dwelling, read
from registry.sync.formats.rpls.survey import Position, Survey
from registry.sync.formats.source import Source
from registry.sync.notes import Note
from registry.territories.errors import CommuneUnknown
from registry.vocabulary.stock import Source as FactSource

ACCESSIBLE: Final = {"1": "no", "2": "yes", "3": "yes"}
"""RPLS variable PMR: 1 not accessible, 2 accessible and not adapted, 3 accessible and adapted."""
TWICE: Final = Text("Référence déjà présente dans le fichier", "Reference given twice in the file")
UNKNOWN_COMMUNE: Final = Text(
    "Vérifiez le code ; les communes se chargent par « registry territories load ».",
    "Check the code; communes are loaded by 'registry territories load'.",
)


class RplsReader:
    """Reads an RPLS file in any of its layouts.

    Attributes:
        pmr: How often the file states each value of the variable PMR, once it was surveyed.
        indistinct: Rows that the file does not tell from another one of the same flat, or of none.
        without_position: Accepted rows that no position was given for.
        siret: Of the landlord, where the file names it.
    """

    fingerprint = b""

    def __init__(
        self,
        path: Path,
        declared: Format,
        *,
        communes: Mapping[str, str] | None,
        facts_date: date,
        positions: Mapping[int, Position],
    ) -> None:
        self.notes: list[Note] = []
        self._source = Source.inspect(path, declared.encoding)
        self._layout = layout(self._source, counted=True)
        year = self._layout.year or declared.vintage
        self._facts_date = date(year, 1, 1) if year else facts_date
        self._communes = communes
        self._positions = positions
        self._survey: Survey | None = None
        self._stated: dict[str, dict[str, Any]] = {}
        self.siret = self._layout.siret
        self.pmr: Counter[str] = Counter()
        self.indistinct = self.without_position = 0

    def records(self) -> Iterator[Record]:
        """Yield every row; the first time the file is surveyed before.

        Raises:
            FileWithoutDwellings, RecordCountDiffers, PositionsInvalid: As they say.
            LineTooLong, FileUnreadable, FileChangedMeanwhile: The file, while it is read.
        """
        if self._survey is None:
            self._survey = self._surveyed()
        rows = self._source.lines()
        next(rows, None)
        for line, text in rows:
            yield Record(line, text.encode())
        self._source.check_unchanged()

    def read(self, record: Record) -> Stated:
        """Return what a row states of its home (in a counted file: of its residence only) and residence."""
        assert self._survey is not None, "read() follows records()"
        found = read(self._layout, 0, record.line, record.raw.decode())
        self._judge(found, self._survey)
        stated = Stated(found.line, ref=None if self._layout.counted else found.ref, notes=found.notes)
        if found.rejected or found.address is None:
            return stated
        commune = self._present(found) or ""
        ref = residence_ref(commune, found.address)
        stated.residence = self._residence(ref)
        if not self._layout.counted:
            stated.ref = self._survey.home_ref(found, commune)
            stated.home = {**found.home, "ref": stated.ref, "residence_ref": ref, **self._accessible(found)}
            if found.building:
                stated.home["building_ref"] = found.building
            for name, value, rule in doubts.of_home(stated.home, None):
                found.notes.append(
                    Note(found.line, COLUMN_OF.get(name, name), str(value), rule, doubts.SURE, doubted=True)
                )
            if "area_m2" in found.home:
                stated.home["area_m2"] = str(round(found.home["area_m2"], 2))
        return stated

    def _surveyed(self) -> Survey:
        survey, rank = Survey(), 0
        rows = self._source.lines()
        next(rows, None)
        for rank, (line, text) in enumerate(rows, start=1):  # the last rank is the number of rows
            found = read(self._layout, rank, line, text)
            self._judge(found, survey)
            if found.rejected:
                continue
            position = self._positions.get(rank)
            survey.add(found, self._present(found) or "", position)
            self.without_position += position is None
            self.pmr.update([found.pmr] if found.pmr else ())
        self._check(rank)
        self.indistinct = survey.close()
        return survey

    def _check(self, rows: int) -> None:
        if rows == 0:
            raise FileWithoutDwellings(field="path", value=str(self._source.path))
        if self._layout.records is not None and self._layout.records != rows:
            raise RecordCountDiffers(field="line 1", value=f"{self._layout.records} ≠ {rows}")
        if self._positions and max(self._positions) > rows:
            raise PositionsInvalid(
                Text("Les positions vont au-delà du fichier : ce sont celles d'un autre.",
                     "The positions go beyond the file: they are another one's."),
                field="ligne", value=str(max(self._positions)),
            )  # fmt: skip

    def _present(self, found: Dwelling) -> str | None:
        return found.depcom if self._communes is None else self._communes.get(found.depcom)

    def _judge(self, found: Dwelling, survey: Survey) -> None:
        """Add what can only be said beside the other rows and the registry's communes."""
        if found.rejected:
            return
        if self._present(found) is None:
            rule = CommuneUnknown.title
            found.notes.append(Note(found.line, "DEPCOM", found.depcom, rule, UNKNOWN_COMMUNE, rejected=True))
        elif not self._layout.counted and (first := survey.first_line(found)) != found.line:
            remedy = Text(
                f"{RefTwice.remedy.fr} La première est la ligne {first}.",
                f"{RefTwice.remedy.en} The first is line {first}.",
            )
            found.notes.append(Note(found.line, REF, found.ref or "", TWICE, remedy, rejected=True))

    def _accessible(self, found: Dwelling) -> dict[str, Any]:
        if found.pmr is None:
            return {}
        fact = {
            "value": ACCESSIBLE[found.pmr], "source": FactSource.IMPORTED.value, "date": self._facts_date.isoformat(),
        }  # fmt: skip
        return {"facts": {"declared_accessible": fact}}

    def _residence(self, ref: str) -> dict[str, Any]:
        """Return what the file states of a residence; the rows of one share it."""
        assert self._survey is not None
        stated = self._stated.get(ref)
        if stated is None:
            residence = self._survey.residences[ref]
            buildings = (
                {"buildings": [{"ref": building} for building in residence.buildings]} if residence.buildings else {}
            )
            stated = self._stated[ref] = {"ref": ref, **residence.attributes(), **buildings}
        return stated
