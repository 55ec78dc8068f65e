"""Bring a landlord's stock to what a whole file states: stage it, compare it, write what differs.

The caller opens the transaction, records the whole as one event of the audit, and commits; what is staged is gone with
the transaction.
"""

import uuid
from array import array
from bisect import bisect_left
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
from registry.stock.events import HomesChanged
from registry.stock.repository import reconcile, sources, staging
from registry.stock.repository.staging import Change
from registry.stock.service.residences import territories_to_publish_in
from registry.territories import service as territories
from registry.territories.errors import CommuneUnknown
from registry.vocabulary.stock import SOURCE_RANKING, Source, Status

__all__ = ["Change", "HeldLines", "Plan", "Reconciliation", "Refused"]

SHOWN_AT_ONCE: Final = 5_000
"""Homes whose listings one statement projects."""
PLACES_AT_ONCE: Final = 5_000


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
    """A stated home or residence that cannot be taken, beside the others. ``line``: of its record."""

    line: int
    table: str
    ref: str
    fault: Fault


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

    async def begin(self) -> HeldLines:
        """Prepare the transaction; return the lines that are held."""
        await staging.begin(self.session)
        held = array("q")
        rest = b""
        async for block in staging.held_lines(self.session, own_organisation(self.principal), self.source):
            lines = (rest + block).split(b"\n")
            rest = lines.pop()
            held.extend(map(int, lines))
        return HeldLines(held)

    async def stage(
        self, homes: Sequence[tuple[int, Mapping[str, Any], Sequence[str], int | None]],
        residences: Sequence[tuple[int, Mapping[str, Any], bool]],
    ) -> None:  # fmt: skip
        """Take in what records state.

        Args:
            homes: Line, attributes, names of those that are stated to be empty, digest of the record.
            residences: Line, attributes, whether the record states nothing else.
        """
        if homes:
            await staging.stage(self.session, "homes", (_home(*home) for home in homes))
        if residences:
            await staging.stage(self.session, "residences", (_residence(*residence) for residence in residences))
            await staging.stage(self.session, "buildings", _buildings(residences))

    async def compare(self, held: HeldLines, unread: Iterable[str]) -> Plan:
        """Compare everything that was staged with what is held.

        Args:
            held: As :meth:`begin` gave it, with what was seen.
            unread: References of homes whose records were rejected: they are not absent.
        """
        await staging.stage(self.session, "unseen", held.unseen())
        await staging.stage(self.session, "unread", ((ref,) for ref in unread))
        await self._find_outside()
        found = await staging.compare(self.session, own_organisation(self.principal), await self._values())
        tables: dict[str, dict[str, int]] = {"homes": {}, "residences": {}, "records": {}, "held": {}}
        for (table, outcome), count in found.items():
            tables[table][outcome] = count
        return Plan(tables["homes"], tables["residences"], tables["records"], tables["held"]["homes"])

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
            "source": self.source, "full": self.full,
            "coarse": self.coarse, "slugs": sorted(slugs), "default_status": self.default_status.value,
            "fact_source": self.fact_source.value, "fact_date": self.fact_date.isoformat(),
            "ranking": [source.value for source in SOURCE_RANKING],
        }  # fmt: skip

    async def refused(self) -> list[Refused]:
        """Return what cannot be taken, by line."""
        return [Refused(found.n, found.table, found.ref, _named(found)) for found in await staging.faults(self.session)]

    async def sample(self, limit: int) -> list[Change]:
        """Return some of the differences."""
        return await staging.sample(self.session, own_organisation(self.principal), limit)

    async def apply(self, *, confirmed_at: datetime | None) -> bytes:
        """Write what differs, and have the listings follow; return the digest of the difference.

        Args:
            confirmed_at: Of when the file is, where it says that all of the source's homes are as they stand now.

        Raises:
            StockChangedMeanwhile: Somebody changed one of the homes or residences since they were compared.
        """
        organisation = own_organisation(self.principal)
        await self._find_quarters()
        if confirmed_at is not None:
            await sources.confirm(self.session, organisation, self.source, confirmed_at)
        try:
            as_compared = await reconcile.apply(self.session, organisation, self.source)
        except IntegrityError:
            as_compared = False
        if not as_compared:
            raise StockChangedMeanwhile
        shown = await reconcile.shown(self.session, organisation)
        for start in range(0, max(len(shown), 1), SHOWN_AT_ONCE):
            await events.publish(self.session, HomesChanged(organisation, shown[start : start + SHOWN_AT_ONCE]))
        return await reconcile.difference(self.session)

    async def _find_quarters(self) -> None:
        moved = await reconcile.moved(self.session)
        for start in range(0, len(moved), PLACES_AT_ONCE):
            chunk = moved[start : start + PLACES_AT_ONCE]
            points = [(lon, lat) for _, lon, lat in chunk]
            codes = await territories.quarters_of_points(session=self.session, points=points)
            given = [{"id": str(id_), "codes": found} for (id_, _, _), found in zip(chunk, codes, strict=True)]
            await reconcile.set_quarters(self.session, orjson.dumps(given).decode())


_OF_HOME: Final = staging.HOME_COLUMNS[2:-3]
_OF_BUILDING: Final = staging.BUILDING_COLUMNS[3:]
_OF_RESIDENCE: Final = staging.RESIDENCE_COLUMNS[6:]


def _home(line: int, stated: Mapping[str, Any], cleared: Sequence[str], digest: int | None) -> tuple[Any, ...]:
    facts = stated.get("facts")
    return (
        line, new_id(), *map(stated.get, _OF_HOME), orjson.dumps(facts).decode() if facts else None,
        list(cleared) or None, digest,
    )  # fmt: skip


def _buildings(residences: Sequence[tuple[int, Mapping[str, Any], bool]]) -> Iterator[tuple[Any, ...]]:
    """Yield the buildings of which more is stated than that there is one; each once for what is said of it."""
    said = set()
    for line, residence, _ in residences:
        for building in residence.get("buildings", ()):
            attributes = tuple(map(building.get, _OF_BUILDING))
            row = (residence["ref"], building["ref"], *attributes)
            if any(value is not None for value in attributes) and row not in said:
                said.add(row)
                yield (line, *row)


def _residence(line: int, stated: Mapping[str, Any], alone: bool) -> tuple[Any, ...]:  # noqa: FBT001  # a row
    place = stated.get("position") or {}
    named = {**stated, "territory_slug": stated.get("territory")}
    equipment = stated.get("equipment")
    named["equipment"] = None if equipment is None else list(equipment)
    return (line, new_id(), alone, stated["ref"], place.get("lon"), place.get("lat"), *map(named.get, _OF_RESIDENCE))


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


def _named(found: staging.Fault) -> Fault:
    if found.code == "ref-twice":
        said = RefTwice.title
        if found.first_n != found.n:
            said = Text(f"{said.fr} (ligne {found.first_n})", f"{said.en} (line {found.first_n})")
        return Fault("ref", found.ref, said, RefTwice.remedy)
    if name := _MISSING.get(found.code):
        return Fault(name, None, AttributeMissing.title, AttributeMissing.remedy)
    name, place, error = _UNKNOWN[found.code]
    return Fault(name, found.values[place], error.title, error.remedy)
