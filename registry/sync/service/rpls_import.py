"""Import a landlord's RPLS file: read it twice, write what differs, in one transaction."""

import hashlib
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

import orjson
from sqlalchemy.ext.asyncio import AsyncSession

from registry.access.principal import Principal, own_organisation
from registry.access.scopes import Scope
from registry.audit import service as audit
from registry.identity import service as identity
from registry.identity.errors import OrganisationUnknown
from registry.kernel.errors import Fault
from registry.kernel.text import Text
from registry.stock import service as stock
from registry.stock.errors import RefTwice
from registry.sync import merge
from registry.sync.errors import (
    FileOfAnotherLandlord,
    FileWithoutDwellings,
    ImportRunning,
    OrganisationNotALandlord,
    PositionsInvalid,
    RecordCountDiffers,
)
from registry.sync.formats.address import residence_ref
from registry.sync.formats.rpls import rows as rpls
from registry.sync.formats.rpls.layout import Layout
from registry.sync.formats.rpls.rows import Dwelling
from registry.sync.formats.rpls.survey import Position, Residence, Survey
from registry.sync.formats.source import Source
from registry.sync.notes import Note, Report
from registry.sync.repository import claims
from registry.territories import service as territories
from registry.territories.errors import CommuneUnknown
from registry.vocabulary.stock import Status

CHUNK: Final = 5_000
_CORRECT: Final = Text("Corrigez la valeur dans le fichier.", "Correct the value in the file.")

Progress = Callable[[str, int, int | None], None]
"""Called with what is being done, how many rows are done, and of how many (``None``: not known yet)."""


@dataclass(frozen=True, slots=True)
class Landlord:
    """For whom a file is imported. ``siren``: to recognise a file that is another's."""

    principal: Principal
    siren: str | None


async def landlord(*, session: AsyncSession, organisation: uuid.UUID) -> Landlord:
    """Return a landlord as the operator acts for it. Needs ``Role.AUTH``.

    Raises:
        OrganisationUnknown, OrganisationNotALandlord: As they say.
    """
    for known in await identity.list_organisations(session=session):
        if known.id == organisation:
            if (known.kind, known.status) != ("landlord", "active"):
                raise OrganisationNotALandlord(field="organisation", value=f"{known.kind}, {known.status}")
            scopes = frozenset({Scope.STOCK_WRITE.value})
            return Landlord(Principal(organisation, known.kind, "operator", scopes), known.siren)
    raise OrganisationUnknown(field="organisation", value=str(organisation))


@dataclass(slots=True)
class Import:
    """One run over one file.

    Attributes:
        positions: Lon, lat by the rank of the row.
        status: Of new homes whose occupation the file does not state.
        note: Takes each value that was refused, in the order of the file.
    """

    source: Source
    layout: Layout
    positions: Mapping[int, Position]
    status: Status
    note: Callable[[Note], None]
    progress: Progress

    async def run(self, *, session: AsyncSession, owner: Landlord) -> Report:
        """Write the file's residences and homes as ``owner`` (bound in the transaction); record one event.

        Nothing is withdrawn: what the file does not name stays. What it leaves empty stays as it is held.

        Raises:
            FileOfAnotherLandlord, ImportRunning, FileWithoutDwellings, RecordCountDiffers, PositionsInvalid: As they
                say, and nothing is written.
            LineTooLong, FileUnreadable, FileChangedMeanwhile: The file, while it is read.
        """
        organisation = own_organisation(owner.principal)
        siret = self.layout.siret
        if siret and owner.siren and not siret.startswith(owner.siren):
            raise FileOfAnotherLandlord(field="SIRET", value=siret)
        if not await claims.claim(session, organisation):
            raise ImportRunning(field="organisation", value=str(organisation))
        report = Report(sha256=self.source.sha256)
        difference = hashlib.sha256()
        communes: dict[str, str | None] = {}
        survey = await self._survey(session, communes, report)
        await self._write_residences(session, owner.principal, survey, report, difference)
        await self._write_homes(session, owner.principal, survey, communes, report, difference)
        self.source.check_unchanged()
        assert report.rows == sum(report.homes.values()), "a row was lost"
        report.difference = difference.hexdigest()
        await audit.record(
            session, organisation=organisation, action="sync:rpls:imported", subject="homes",
            detail={**report.counts(), "residences": dict(report.residences), "sha256": report.sha256,
                    "difference": report.difference},
        )  # fmt: skip
        return report

    async def _survey(self, session: AsyncSession, communes: dict[str, str | None], report: Report) -> Survey:
        """Read the file once: judge each row, gather the residences, and give the homes their names."""
        survey = Survey()
        for chunk in _chunks(rpls.dwellings(self.source, self.layout)):
            await _resolve(session, communes, chunk)
            for found in chunk:
                self._judge(found, survey, communes)
                for note in found.notes:
                    self._say(note, report)
                report.rows += 1
                if found.rejected:
                    report.homes["rejected"] += 1
                    continue
                position = self.positions.get(found.rank)
                survey.add(found, communes[found.depcom] or "", position)
                report.without_position += position is None
                report.pmr.update([found.pmr] if found.pmr else ())
            self.progress("read", report.rows, None)
        self._check(report)
        report.indistinct = survey.close()
        return survey

    def _check(self, report: Report) -> None:
        if report.rows == 0:
            raise FileWithoutDwellings(field="path", value=str(self.source.path))
        if self.layout.records is not None and self.layout.records != report.rows:
            raise RecordCountDiffers(field="line 1", value=f"{self.layout.records} ≠ {report.rows}")
        if self.positions and max(self.positions) > report.rows:
            raise PositionsInvalid(
                Text("Les positions vont au-delà du fichier : ce sont celles d'un autre.",
                     "The positions go beyond the file: they are another one's."),
                field="ligne", value=str(max(self.positions)),
            )  # fmt: skip

    @staticmethod
    def _judge(found: Dwelling, survey: Survey, communes: Mapping[str, str | None]) -> None:
        """Add what can only be said beside the other rows and the registry's communes."""
        if found.rejected:
            return
        if communes[found.depcom] is None:
            rule, remedy = CommuneUnknown.title, _UNKNOWN_COMMUNE
            found.notes.append(Note(found.line, "DEPCOM", found.depcom, rule, remedy, rejected=True))
        elif (first := survey.first_line(found)) != found.line:
            remedy = Text(
                f"{RefTwice.remedy.fr} La première est la ligne {first}.",
                f"{RefTwice.remedy.en} The first is line {first}.",
            )
            found.notes.append(Note(found.line, _REF, found.ref or "", _TWICE, remedy, rejected=True))

    async def _write_residences(
        self, session: AsyncSession, principal: Principal, survey: Survey, report: Report, difference: Any
    ) -> None:
        for chunk in _chunks(iter(survey.residences.values())):
            held = await stock.held_residences(session=session, principal=principal, refs=[row.ref for row in chunk])
            given = {
                row.line: merge.residence(held.get(row.ref), row.attributes(), row.ref, list(row.buildings))
                for row in chunk
            }
            by_line = {row.line: row for row in chunk}
            lines = await stock.write_residences(session=session, principal=principal, given=given)
            again = {
                line.number: self._without(by_line[line.number], line.faults, held, report)
                for line in lines
                if line.status == "rejected"
            }
            lines = [line for line in lines if line.number not in again]
            if again:
                given |= again
                lines += await stock.write_residences(session=session, principal=principal, given=again)
            for line in sorted(lines, key=lambda line: line.number):
                report.residences[line.status] += 1
                _digest(difference, "residence", line.status, given[line.number])

    def _without(
        self, residence: Residence, faults: list[Fault], held: Mapping[str, Any], report: Report
    ) -> dict[str, Any]:
        """Return a residence without the attributes that its model refuses, each noted."""
        stated = residence.attributes()
        for fault in faults:
            self._say(_note(residence.line, fault), report)
            stated.pop(fault.field, None)
        return merge.residence(held.get(residence.ref), stated, residence.ref, list(residence.buildings))

    async def _write_homes(
        self,
        session: AsyncSession,
        principal: Principal,
        survey: Survey,
        communes: Mapping[str, str | None],
        report: Report,
        difference: Any,
    ) -> None:
        """Read the file again and write the homes of the rows that the survey accepted."""
        done = 0
        for chunk in _chunks(rpls.dwellings(self.source, self.layout)):
            stated = {}
            for found in chunk:
                self._judge(found, survey, communes)
                if not found.rejected:
                    stated[found.line] = _stated(found, survey, communes[found.depcom] or "")
            refs = [home["ref"] for home in stated.values()]
            held = await stock.held_homes(session=session, principal=principal, refs=refs)
            given = {
                line: merge.home(held.get(home["ref"]), home, status=self.status.value) for line, home in stated.items()
            }
            for line in await stock.write_homes(session=session, principal=principal, given=given):
                for fault in line.faults:
                    self._say(_note(line.number, fault, rejected=True), report)
                report.homes[line.status] += 1
                _digest(difference, "home", line.status, given[line.number])
            done += len(chunk)
            self.progress("write", done, report.rows)

    def _say(self, note: Note, report: Report) -> None:
        self.note(note)
        report.notes[note.column, note.rule, note.rejected] += 1


_REF: Final = "IDENT_INT/IDENT_REP"
_TWICE: Final = Text("Référence déjà présente dans le fichier", "Reference given twice in the file")
_UNKNOWN_COMMUNE: Final = Text(
    "Vérifiez le code ; les communes se chargent par « registry territories load ».",
    "Check the code; communes are loaded by 'registry territories load'.",
)


def _note(line: int, fault: Fault, *, rejected: bool = False) -> Note:
    column = rpls.COLUMN_OF.get(fault.field, fault.field)
    return Note(line, column, str(fault.value), fault.message, fault.remedy or _CORRECT, rejected)


def _chunks(rows: Iterator[Any]) -> Iterator[list[Any]]:
    while chunk := list(islice(rows, CHUNK)):
        yield chunk


async def _resolve(session: AsyncSession, communes: dict[str, str | None], chunk: list[Dwelling]) -> None:
    """Learn the present commune of every code that is new in ``chunk``; ``None``: there is none."""
    new = {found.depcom for found in chunk} - communes.keys()
    if new:
        present = await territories.current_communes(session=session, codes=new)
        communes |= {code: present[code].code if code in present else None for code in new}


def _stated(found: Dwelling, survey: Survey, commune: str) -> dict[str, Any]:
    assert found.address is not None
    stated = {
        **found.home,
        "ref": survey.home_ref(found, commune),
        "residence_ref": residence_ref(commune, found.address),
    }
    if found.building:
        stated["building_ref"] = found.building
    return stated


def _digest(difference: Any, kind: str, status: str, written: Mapping[str, Any]) -> None:
    if status in {"created", "updated"}:
        difference.update(orjson.dumps([kind, status, written], option=orjson.OPT_SORT_KEYS, default=str) + b"\n")
