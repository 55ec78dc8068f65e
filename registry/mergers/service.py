"""One landlord goes on with the stock of another: all of it, in one transaction (ADR 0023)."""

import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from registry.audit import service as audit
from registry.identity.errors import OrganisationUnknown
from registry.kernel.errors import Fault
from registry.kernel.text import Text
from registry.mergers.errors import ImportRunning, MergerNotPossible, PrefixInvalid, ReferencesCollide
from registry.mergers.repository import stock as repository
from registry.mergers.repository.stock import TerritoryOf

LISTED: Final = 50
"""How many references an error names at most."""
_SAID: Final[Mapping[str, Text]] = {
    "homes": Text("Logement des deux bailleurs", "Home of both landlords"),
    "residences": Text("Résidence des deux bailleurs", "Residence of both landlords"),
    "sync_mappings": Text("Table de correspondance des deux bailleurs", "Mapping of both landlords"),
    "sync_sources": Text("Source des deux bailleurs", "Source of both landlords"),
}


@dataclass(frozen=True, slots=True)
class Plan:
    """What a merger would do, or did.

    Attributes:
        counts: What moves.
        colliding: References and names that both have, by table.
        territories: Where the former landlord takes part, and whether its listings stay there.
    """

    counts: Mapping[str, int]
    colliding: Mapping[str, Sequence[str]]
    territories: Sequence[TerritoryOf]

    @property
    def staying(self) -> int:
        """How many listings stay."""
        return sum(place.listings for place in self.territories if place.kept)

    @property
    def leaving(self) -> int:
        """How many listings leave; those that the successor may share come back once it has signed."""
        return sum(place.listings for place in self.territories if not place.kept)


async def plan(*, session: AsyncSession, old: uuid.UUID, new: uuid.UUID) -> Plan:
    """Return what :func:`merge` would do now; nothing is changed.

    Raises:
        OrganisationUnknown, MergerNotPossible: As they say.
    """
    await _begin(session, old, new)
    return await _plan(session, old, new)


async def merge(
    *, session: AsyncSession, old: uuid.UUID, new: uuid.UUID, prefix: str = "", retention_days: int
) -> Plan:
    """Make everything that is ``old``'s stock ``new``'s, ids and listings' ids kept, and end ``old``.

    The successor's listings stay where it has signed what the former landlord signed, and leave elsewhere. What comes
    of a request that was under way is moved by merging once more.

    Args:
        session: The owner's transaction (:func:`registry.platform.operator.run_as_owner`).
        old: Whose stock moves.
        new: Whose it becomes.
        prefix: Put before the references that both have, in lower case before names; empty: such are refused.
        retention_days: Until what is left of ``old`` is purged: its people and their roles.

    Raises:
        OrganisationUnknown, MergerNotPossible, ImportRunning, ReferencesCollide, PrefixInvalid: As they say; nothing
            is changed.
    """
    await _begin(session, old, new)
    if not await repository.claim(session, old, new):
        raise ImportRunning
    await repository.hold(session, old)
    found = await _plan(session, old, new)
    prefixes = _prefixes(prefix)
    await _check_references(session, old, new, found, prefixes)
    kept = [place.id for place in found.territories if place.kept]
    await repository.move(session, old, new, changed=found.colliding, prefixes=prefixes, kept=kept)
    everywhere = [place.id for place in found.territories]
    ended = await repository.end(session, old, new, territories=everywhere, days=retention_days)
    told = {
        **found.counts, "listings_kept": found.staying, "listings_withdrawn": found.leaving,
        "references_changed": sum(map(len, found.colliding.values())),
    }  # fmt: skip
    for organisation, action, detail in (
        (old, "merged", {"successor": str(new), **told, "ended": ended}),
        (new, "succeeded", {"former": str(old), **told}),
    ):
        await audit.record(
            session, organisation=organisation, action=f"identity:organisation:{action}", subject=str(organisation),
            detail=detail,
        )  # fmt: skip
    return found


async def _begin(session: AsyncSession, old: uuid.UUID, new: uuid.UUID) -> None:
    found = await repository.landlords(session, old, new)
    for field, id_ in (("old", old), ("into", new)):
        if id_ not in found:
            raise OrganisationUnknown(field=field, value=str(id_))
    former, successor = found[old], found[new]
    again = former.status == "merged" and former.successor_id == new
    if (
        old == new
        or {former.kind, successor.kind} != {"landlord"}
        or successor.status != "active"
        or not (former.status in {"active", "suspended"} or again)
    ):
        raise MergerNotPossible(
            Text(
                f"{former.name} ({former.kind}, {former.status}) ne peut pas passer à {successor.name}"
                f" ({successor.kind}, {successor.status}).",
                f"{former.name} ({former.kind}, {former.status}) cannot go over to {successor.name}"
                f" ({successor.kind}, {successor.status}).",
            )
        )
    await repository.begin(session, old, new)


async def _plan(session: AsyncSession, old: uuid.UUID, new: uuid.UUID) -> Plan:
    return Plan(
        await repository.counts(session, old),
        {table: await repository.colliding(session, table, old, new) for table in repository.LONGEST},
        await repository.territories(session, old, new),
    )


def _prefixes(prefix: str) -> dict[str, str]:
    """Return what is put before references, as it is given, and before names of sources, which are plainer."""
    plain = re.sub("[^a-z0-9]+", "-", prefix.lower()).lstrip("-") or ("former-" if prefix else "")
    return {"homes": prefix, "residences": prefix, "sync_mappings": plain, "sync_sources": plain}


async def _check_references(
    session: AsyncSession, old: uuid.UUID, new: uuid.UUID, found: Plan, prefixes: Mapping[str, str]
) -> None:
    wrong, prefix = found.colliding, prefixes["homes"]
    if prefix:
        wrong = {
            table: await repository.unfit(session, table, old, new, refs=refs, prefix=prefixes[table])
            for table, refs in found.colliding.items()
        }
    faults = [Fault(table, ref, _SAID[table]) for table, refs in wrong.items() for ref in refs]
    if faults:
        error = PrefixInvalid if prefix else ReferencesCollide
        raise error(
            Text(f"{len(faults)} références, dont :", f"{len(faults)} references, of which:"),
            faults=tuple(faults[:LISTED]),
        )
