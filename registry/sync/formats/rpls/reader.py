"""Read an RPLS file: surveyed once as a whole, then row by row.

What a row is called, and what its residence is like, is known only beside the other rows: no row can be skipped as
known, and the reader has no fingerprint.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from registry.kernel.text import Text
from registry.kernel.validation import fault_of
from registry.stock.errors import RefTwice
from registry.stock.schemas import ResidenceIn
from registry.sync.errors import FileWithoutDwellings, PositionsInvalid, RecordCountDiffers
from registry.sync.formats import Record, Stated, doubts
from registry.sync.formats.address import residence_ref
from registry.sync.formats.declared import Format
from registry.sync.formats.rpls.layout import layout
from registry.sync.formats.rpls.rows import COLUMN_OF, REF, Dwelling, dwellings, read
from registry.sync.formats.rpls.survey import Position, Survey
from registry.sync.formats.source import Source
from registry.sync.notes import Note
from registry.sync.rules import RuleCode
from registry.territories.errors import CommuneUnknown
from registry.vocabulary.stock import Source as FactSource

ACCESSIBLE: Final = {"1": "no", "2": "yes", "3": "yes"}
"""RPLS variable PMR: 1 not accessible, 2 accessible and not adapted, 3 accessible and adapted."""
TWICE: Final = Text("Référence déjà présente dans le fichier", "Reference given twice in the file")
CORRECT: Final = Text("Corrigez la valeur dans le fichier.", "Correct the value in the file.")
UNKNOWN_COMMUNE: Final = Text(
    "Vérifiez le code ; les communes se chargent par « registry territories load ».",
    "Check the code; communes are loaded by 'registry territories load'.",
)


class RplsReader:
    """Reads an RPLS file in any of its layouts.

    Attributes:
        notes: What the file as a whole leaves open (see :func:`_remarks`), once it was surveyed.
        siret: Of the landlord, where the file names it.
    """

    fingerprint = b""
    homes_alone = False

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
        stated.residence = self._residence(ref, found)
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
        survey, rank, without_position, pmr = Survey(), 0, 0, Counter[str]()
        for found in dwellings(self._source, self._layout):
            rank = found.rank  # the last one is the number of rows
            self._judge(found, survey)
            if found.rejected:
                continue
            position = self._positions.get(rank)
            survey.add(found, self._present(found) or "", position)
            without_position += position is None
            pmr.update([found.pmr] if found.pmr else ())
        self._check(rank)
        indistinct = survey.close()
        self.notes += _remarks(without_position, indistinct, {} if self._layout.counted else pmr)
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
            found.notes.append(
                Note(
                    found.line, "DEPCOM", found.depcom, rule, UNKNOWN_COMMUNE, rejected=True,
                    of=RuleCode.COMMUNE_UNKNOWN,
                )
            )  # fmt: skip
        elif not self._layout.counted and (first := survey.first_line(found)) != found.line:
            remedy = Text(
                f"{RefTwice.remedy.fr} La première est la ligne {first}.",
                f"{RefTwice.remedy.en} The first is line {first}.",
            )
            found.notes.append(
                Note(found.line, REF, found.ref or "", TWICE, remedy, rejected=True, of=RuleCode.REF_TWICE)
            )

    def _accessible(self, found: Dwelling) -> dict[str, Any]:
        if found.pmr is None:
            return {}
        fact = {
            "value": ACCESSIBLE[found.pmr], "source": FactSource.IMPORTED.value, "date": self._facts_date.isoformat(),
        }  # fmt: skip
        return {"facts": {"declared_accessible": fact}}

    def _residence(self, ref: str, found: Dwelling) -> dict[str, Any]:
        """Return what the file states of a residence; its rows share it, and ``found`` is the first of them."""
        assert self._survey is not None
        stated = self._stated.get(ref)
        if stated is None:
            residence = self._survey.residences[ref]
            buildings = (
                {"buildings": [{"ref": building} for building in residence.buildings]} if residence.buildings else {}
            )
            stated = self._stated[ref] = {"ref": ref, **_valid(residence.attributes(), found), **buildings}
        return stated


def _valid(stated: dict[str, Any], found: Dwelling) -> dict[str, Any]:
    """Have the stock's own model judge a residence; what it refuses is left out, and noted on its first row."""
    try:
        ResidenceIn.model_validate(stated)
    except ValidationError as error:
        for fault in map(fault_of, error.errors()):
            column = COLUMN_OF.get(fault.field, fault.field)
            found.notes.append(Note(found.line, column, str(fault.value), fault.message, fault.remedy or CORRECT))
            stated.pop(fault.field, None)
    return stated


def _remarks(without_position: int, indistinct: int, pmr: Mapping[str, int]) -> Iterator[Note]:
    """Return what a person should know of a file as a whole, noted on its first line.

    Args:
        without_position: Accepted rows that no position is given for.
        indistinct: Rows that the file does not tell from another one of the same flat, or of none.
        pmr: How often the file states each value of the variable PMR.
    """
    if without_position:
        yield _remark(
            "ligne", without_position,
            Text(f"{without_position} logements ne reçoivent pas de position",
                 f"{without_position} homes are given no position"),
            Text("Ceux dont la résidence n'en a pas déjà une ne sont montrés aux autres que par leur commune.",
                 "Those whose residence has none yet are shown to others by commune only."),
        )  # fmt: skip
    if indistinct:
        yield _remark(
            REF, indistinct,
            Text(f"{indistinct} lignes que le fichier ne distingue pas entre elles",
                 f"{indistinct} rows are not told apart by the file"),
            Text("Envoyez IDENT_INT avant de déclarer des caractéristiques de ces logements.",
                 "Send IDENT_INT before stating facts of these homes."),
        )  # fmt: skip
    if pmr:
        count, each = sum(pmr.values()), ", ".join(f"{value}: {pmr[value]}" for value in sorted(pmr))
        yield _remark(
            "PMR", count,
            Text(f"PMR est renseignée pour {count} logements ({each})", f"PMR is stated of {count} homes ({each})"),
            Text("Elle devient une caractéristique déclarée, de faible rang ; elle ne prouve pas qu'un logement est"
                 " adapté.", "It becomes a declared fact of low rank; it does not prove that a home is adapted."),
        )  # fmt: skip


def _remark(column: str, count: int, rule: Text, remedy: Text) -> Note:
    return Note(1, column, str(count), rule, remedy, doubted=True)
