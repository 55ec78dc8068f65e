"""Bring a landlord's stock to what a whole file states: stage it, compare it, write what differs.

The caller opens the transaction, records the whole as one event of the audit, and commits; what is staged is gone with
the transaction.
"""

import hashlib
import sys
import uuid
from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

import orjson
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from registry.access.principal import Principal, own_organisation
from registry.kernel.errors import Fault, RegistryError
from registry.kernel.ids import new_id
from registry.kernel.text import Text
from registry.platform import events
from registry.stock.errors import (
    AttributeMissing,
    BuildingsTooMany,
    PositionOutsideCommune,
    RefTwice,
    ResidenceUnknown,
    StockChangedMeanwhile,
    TerritoryUnknown,
)
from registry.stock.events import HomesChanged, ResidenceFactsChanged
from registry.stock.repository import comparison, reconcile, sources, staging
from registry.stock.repository.comparison import Change
from registry.stock.service.residences import territories_to_publish_in
from registry.territories import service as territories
from registry.territories.errors import CommuneUnknown
from registry.vocabulary.stock import SOURCE_RANKING, Source, Status

__all__ = ["Change", "HeldLines", "Plan", "Reconciliation", "Refused", "WrittenInVain", "home_row"]

SHOWN_AT_ONCE: Final = 10_000
"""Homes whose listings one statement projects."""
PLACES_AT_ONCE: Final = 5_000


class WrittenInVain(Exception):
    """What was written ahead cannot stand: the file is to be compared as a whole, in another transaction."""


class HeldLines:
    """The digests of the records from which a source's homes were last written; eight bytes each."""

    def __init__(self, ascending: "array[int]") -> None:
        self._held = ascending
        self._seen = bytearray(len(ascending))

    def __len__(self) -> int:
        return len(self._held)

    def see(self, digest: int) -> bool:
        """Tell whether the record stands as it is held; once for each: a second one like it says it twice."""
        place = bisect_left(self._held, digest)
        if place == len(self._held) or self._held[place] != digest or self._seen[place]:
            return False
        self._seen[place] = 1
        return True

    def unseen(self) -> Iterable[tuple[int]]:
        """Yield the digests that no record had."""
        return ((digest,) for digest, seen in zip(self._held, self._seen, strict=True) if not seen)


@dataclass(frozen=True, slots=True)
class Refused:
    """A stated home or residence that cannot be taken, beside the others. ``line``: of its record.

    ``code``: of what it cannot be taken for: value-missing, or that of the comparison, as ref-twice.
    """

    line: int
    table: str
    ref: str
    fault: Fault
    code: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What would be written.

    Attributes:
        homes: How many would be created, updated, unchanged, withdrawn, rejected.
        residences: The same, without ``withdrawn``.
        records: Of the records that state a residence alone, what became of theirs.
        held: Homes of the source, and others that the file names, before it.
    """

    homes: dict[str, int]
    residences: dict[str, int]
    records: dict[str, int]
    held: int

    @property
    def changed(self) -> int:
        """How many held homes would differ."""
        return self.homes.get("updated", 0) + self.homes.get("withdrawn", 0)


@dataclass(slots=True)
class Reconciliation:
    """One file against one landlord's stock.

    Attributes:
        source: Where the file is from; its homes are the source's, and only those are withdrawn.
        full: Whether the file holds everything that its source has.
        coarse: Whether the format cannot tell some values apart: a finer one that is held then stays.
        default_status: Of new homes whose status is not stated.
        fact_source: Of facts that do not state theirs.
        fact_date: Of facts that do not state theirs and are new.
    """

    session: AsyncSession
    principal: Principal
    source: uuid.UUID
    full: bool
    coarse: bool = False
    default_status: Status = Status.OCCUPIED
    fact_source: Source = Source.DECLARED
    fact_date: date = field(kw_only=True)
    _written: "_Written | None" = field(default=None, init=False)
    _staged: "hashlib._Hash" = field(default_factory=hashlib.sha256, init=False)

    async def begin(self) -> HeldLines:
        """Prepare the transaction; return the lines that are held."""
        await staging.begin(self.session)
        held = array("q", await staging.held_lines(self.session, own_organisation(self.principal), self.source))
        if sys.byteorder == "little":
            held.byteswap()
        return HeldLines(held)

    async def stage(self, homes: Sequence[str], residences: Sequence[tuple[int, Mapping[str, Any], bool]]) -> None:
        """Take in what records state.

        Args:
            homes: Each as :func:`home_row` gives it.
            residences: Line, attributes, whether the record states nothing else.
        """
        if homes:
            rows = "".join(homes).encode()
            self._staged.update(rows)
            await staging.stage_homes(self.session, rows)
        if residences:
            await staging.stage(self.session, "residences", (_residence(*residence) for residence in residences))
            await staging.stage(self.session, "buildings", _buildings(residences))
            if facts := [
                (line, stated["ref"], orjson.dumps(stated["facts"]).decode())
                for line, stated, alone in residences
                if alone and "facts" in stated
            ]:
                await staging.stage(self.session, "facts", facts)

    async def compare(self, held: HeldLines, unread: Iterable[str]) -> Plan:
        """Compare everything that was staged with what is held.

        Args:
            held: As :meth:`begin` gave it, with what was seen.
            unread: References of homes whose records were rejected: they are not absent.
        """
        if self._written:
            return _plan(self._written.found, 0)
        await staging.stage(self.session, "unseen", held.unseen())
        await staging.stage(self.session, "unread", ((ref,) for ref in unread))
        organisation = own_organisation(self.principal)
        await staging.rename_former(self.session, organisation, self.source)
        await self._find_outside()
        found = await self._compared(full=self.full, held=True)
        return _plan(found, await comparison.held(self.session, organisation, self.source))

    async def _compared(self, *, full: bool, held: bool) -> dict[tuple[str, str], int]:
        values = {**await self._values(), "full": full, "held": held}
        return await comparison.compare(self.session, own_organisation(self.principal), values)

    @property
    def written_ahead(self) -> bool:
        """Whether something was written already."""
        return self._written is not None

    async def holds_nothing(self) -> bool:
        """Tell whether the landlord has no home yet: then there is none that a file could change or leave out."""
        return not await sources.anything_held(self.session, own_organisation(self.principal))

    async def write_ahead(self, sample: int) -> None:
        """Write the homes that were staged so far, for a landlord that held nothing: no guard has anything to compare.

        Args:
            sample: How many differences to remember of all that is written.

        Raises:
            WrittenInVain: One of them cannot be taken, or is stated twice: that is told of a file that is compared as a
                whole, from its beginning.
        """
        self._written = written = self._written or _Written()
        written.found.update(await self._compared(full=False, held=False))
        if _plan(written.found, 0).homes.get("rejected"):
            raise WrittenInVain
        organisation = own_organisation(self.principal)
        written.sample += await comparison.sample(self.session, organisation, sample - len(written.sample))
        try:
            await self._write()
        except StockChangedMeanwhile:
            raise WrittenInVain from None
        await comparison.clear(self.session)

    async def _find_outside(self) -> None:
        """Note which stated positions lie outside of the commune that is stated with them."""
        stated = await staging.places(self.session)
        for start in range(0, len(stated), PLACES_AT_ONCE):
            chunk = stated[start : start + PLACES_AT_ONCE]
            within = await territories.in_communes(
                session=self.session, places=[(code, lon, lat) for _, code, lon, lat in chunk]
            )
            outside = [(ref,) for (ref, *_), inside in zip(chunk, within, strict=True) if inside is False]
            await staging.stage(self.session, "outside", outside)

    async def _values(self) -> dict[str, Any]:
        named = await staging.slugs(self.session)
        slugs = await territories_to_publish_in(session=self.session, principal=self.principal, slugs=named)
        return {
            "source": self.source, "coarse": self.coarse, "slugs": sorted(slugs),
            "default_status": self.default_status.value, "fact_source": self.fact_source.value,
            "fact_date": self.fact_date.isoformat(),
            "ranking": [source.value for source in SOURCE_RANKING],
        }  # fmt: skip

    async def refused(self) -> list[Refused]:
        """Return what cannot be taken, by line."""
        if self._written:
            return []
        return [
            Refused(found.n, found.table, found.ref, _named(found), _code(found))
            for found in await comparison.faults(self.session)
        ]

    async def sample(self, limit: int) -> list[Change]:
        """Return some of the differences."""
        if self._written:
            return self._written.sample[:limit]
        return await comparison.sample(self.session, own_organisation(self.principal), limit)

    async def apply(self, *, confirmed_at: datetime | None) -> bytes:
        """Write what differs, and have the listings follow; return the digest of the difference.

        Args:
            confirmed_at: Of when the file is, where it says that all of the source's homes are as they stand now.

        Raises:
            StockChangedMeanwhile: Somebody changed one of the homes or residences since they were compared.
        """
        if confirmed_at is not None:
            await sources.confirm(self.session, own_organisation(self.principal), self.source, confirmed_at)
        if self._written:  # what was written is all that was staged
            return self._staged.digest()
        await self._write()
        return await reconcile.difference(self.session)

    async def _write(self) -> None:
        organisation = own_organisation(self.principal)
        await self._find_quarters()
        try:
            as_compared = await reconcile.apply(self.session, organisation, self.source)
        except IntegrityError:
            as_compared = False
        if not as_compared:
            raise StockChangedMeanwhile
        told = False
        async for homes in reconcile.shown(self.session, organisation, SHOWN_AT_ONCE):
            await events.publish(self.session, HomesChanged(organisation, homes, new=self._written is not None))
            told = True
        if not told:
            await events.publish(self.session, HomesChanged(organisation))
        if restated := await reconcile.restated(self.session):
            await events.publish(self.session, ResidenceFactsChanged(organisation, restated))

    async def _find_quarters(self) -> None:
        moved = await reconcile.moved(self.session)
        for start in range(0, len(moved), PLACES_AT_ONCE):
            chunk = moved[start : start + PLACES_AT_ONCE]
            points = [(lon, lat) for _, lon, lat in chunk]
            codes = await territories.quarters_of_points(session=self.session, points=points)
            given = [{"id": str(id_), "codes": found} for (id_, _, _), found in zip(chunk, codes, strict=True)]
            await reconcile.set_quarters(self.session, orjson.dumps(given).decode())


@dataclass(slots=True)
class _Written:
    """What was written before all of a file was read."""

    found: Counter[tuple[str, str]] = field(default_factory=Counter)
    sample: list[Change] = field(default_factory=list)


def _plan(found: Mapping[tuple[str, str], int], held: int) -> Plan:
    tables: dict[str, dict[str, int]] = {"homes": {}, "residences": {}, "records": {}}
    for (table, outcome), count in found.items():
        tables[table][outcome] = count
    return Plan(tables["homes"], tables["residences"], tables["records"], held)


_OF_HOME: Final = staging.HOME_COLUMNS[2:-3]


_ESCAPED: Final = {ord(sign): f"\\{code}" for sign, code in zip("\\\t\n\r\b\f\v", "\\tnrbfv", strict=True)}


def home_row(line: int, stated: Mapping[str, Any], cleared: Sequence[str], digest: int | None) -> str:
    """Return what a record states of a home as COPY takes it, to be staged.

    Args:
        stated: Attributes by name.
        cleared: Names of those that are stated to be empty.
        digest: Of the record.
    """
    facts = stated.get("facts")
    values = (
        *map(stated.get, _OF_HOME), orjson.dumps(facts).decode() if facts else None,
        f"{{{','.join(cleared)}}}" if cleared else None, digest,
    )  # fmt: skip
    return f"{line}\t{new_id().hex}\t" + "\t".join(map(_copied, values)) + "\n"


def _copied(value: str | int | None) -> str:
    if value is None:
        return "\\N"
    if not isinstance(value, str):
        return str(value)
    return value if value.isprintable() and "\\" not in value else value.translate(_ESCAPED)


def _buildings(residences: Sequence[tuple[int, Mapping[str, Any], bool]]) -> Iterator[tuple[Any, ...]]:
    """Yield the buildings of which more is stated than that there is one; each once for what is said of it."""
    said = set()
    for line, residence, _ in residences:
        for building in residence.get("buildings", ()):
            attributes = tuple(map(building.get, staging.OF_BUILDING))
            row = (residence["ref"], building["ref"], *attributes)
            if any(value is not None for value in attributes) and row not in said:
                said.add(row)
                yield (line, *row)


def _residence(line: int, stated: Mapping[str, Any], alone: bool) -> tuple[Any, ...]:  # noqa: FBT001  # a row
    place = stated.get("position") or {}
    named = {**stated, "territory_slug": stated.get("territory")}
    equipment = stated.get("equipment")
    named["equipment"] = None if equipment is None else list(equipment)
    return (
        line,
        new_id(),
        alone,
        stated["ref"],
        place.get("lon"),
        place.get("lat"),
        *map(named.get, staging.OF_RESIDENCE),
    )


_MISSING: Final = {
    "residence-missing": "residence_ref", "rooms-missing": "rooms", "typology-missing": "typology",
    "commune-missing": "commune_code",
}  # fmt: skip
_UNKNOWN: Final[Mapping[str, tuple[str, int, type[RegistryError]]]] = {
    "residence-unknown": ("residence_ref", 0, ResidenceUnknown),
    "buildings-too-many": ("building_ref", 1, BuildingsTooMany),
    "commune-unknown": ("commune_code", 0, CommuneUnknown),
    "territory-unknown": ("territory", 1, TerritoryUnknown),
    "position-outside": ("position", 0, PositionOutsideCommune),
}


def _code(found: comparison.Fault) -> str:
    return "value-missing" if found.code in _MISSING else found.code


def _named(found: comparison.Fault) -> Fault:
    if found.code == "ref-twice":
        said = RefTwice.title
        if found.first_n != found.n:
            said = Text(f"{said.fr} (ligne {found.first_n})", f"{said.en} (line {found.first_n})")
        return Fault("ref", found.ref, said, RefTwice.remedy)
    if name := _MISSING.get(found.code):
        return Fault(name, None, AttributeMissing.title, AttributeMissing.remedy)
    name, place, error = _UNKNOWN[found.code]
    return Fault(name, found.values[place], error.title, error.remedy)
