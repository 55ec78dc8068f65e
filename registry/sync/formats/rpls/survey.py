"""The first reading of a file: which residences it describes, and what to call its homes.

Residences are the addresses: rows of one commune, postcode and label (see ``registry.sync.formats.address``) are one
residence. The segment (CODSEGPATRIM) is not used for it: it is free text, empty or "pas de code" in two files out of
three. What rows of one residence state differently (year, quarter, position), the residence takes from most of them.

Where a file carries no identifier a home is called after its commune, address and identity
(:data:`registry.sync.formats.rpls.layout.IDENTITY`): the same in any order of the rows and beside any other rows. Rows
that share even that (two flats of a floor without numbers) get a rank among themselves, in the order of their whole
content: the same in any order of the rows, but not if the landlord changes one of them or how many there are.
"""

import hashlib
from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from registry.sync.formats.address import residence_ref
from registry.sync.formats.rpls.rows import Dwelling

Position = tuple[float, float]


@dataclass(slots=True)
class Residence:
    """What the rows of one address state.

    Attributes:
        line: Of the first row.
        stated: How often each attribute has which value.
        positions: How often each lon, lat is given; WGS84.
        declared_homes: As a counted file states them; what several rows of one address state is added up.
    """

    ref: str
    line: int
    commune: str
    number: str | None
    street: str
    postcode: str | None
    stated: dict[str, Counter[Any]] = field(default_factory=dict)
    positions: Counter[Position] = field(default_factory=Counter)
    buildings: dict[str, None] = field(default_factory=dict)
    homes: int = 0
    declared_homes: int | None = None

    def attributes(self) -> dict[str, Any]:
        """Return what is stated, by the names of :class:`~registry.stock.schemas.ResidenceIn`."""
        found: dict[str, Any] = {
            "commune_code": self.commune, "number": self.number, "street": self.street, "postcode": self.postcode,
            "declared_homes": self.declared_homes,
            **{name: _most(values) for name, values in self.stated.items()},
        }  # fmt: skip
        if self.positions:
            lon, lat = _most(self.positions)
            found["position"] = {"lon": lon, "lat": lat}
        return {name: value for name, value in found.items() if value is not None}


def _most(values: Counter[Any]) -> Any:
    """Return the most frequent value, the least of them where several are."""
    return min(values, key=lambda value: (-values[value], value))


class Survey:
    """What the accepted rows hold in all; memory grows by 100 bytes or so a row."""

    def __init__(self) -> None:
        self.residences: dict[str, Residence] = {}
        self._of_ref: dict[str, int] = {}
        self._of_key: dict[bytes, list[bytes]] = {}

    def first_line(self, found: Dwelling) -> int:
        """Return the line of the first row with this row's own reference; its own line where it is that one."""
        return self._of_ref.setdefault(found.ref, found.line) if found.ref else found.line

    def add(self, found: Dwelling, commune: str, position: Position | None) -> None:
        """Take in an accepted row of the (present) ``commune``."""
        if found.ref is None and found.count is None:
            self._of_key.setdefault(_key(found, commune), []).append(_place(found))
        assert found.address is not None
        ref = residence_ref(commune, found.address)
        residence = self.residences.get(ref)
        if residence is None:
            given = found.address
            residence = Residence(ref, found.line, commune, given.number, given.street, given.postcode)
            self.residences[ref] = residence
        residence.homes += found.count is None
        if found.count is not None:
            residence.declared_homes = (residence.declared_homes or 0) + found.count
        for name, value in found.residence.items():
            residence.stated.setdefault(name, Counter())[value] += 1
        if position:
            residence.positions[position] += 1
        if found.building:
            residence.buildings.setdefault(found.building)

    def close(self) -> int:
        """End the survey; return how many rows share a name but for their rank."""
        for contents in self._of_key.values():
            contents.sort()
        return sum(len(contents) for contents in self._of_key.values() if len(contents) > 1)

    def home_ref(self, found: Dwelling, commune: str) -> str:
        """Return the home's reference, after :meth:`close`."""
        if found.ref:
            return found.ref
        key = _key(found, commune)
        rank = 1 + bisect_left(self._of_key[key], _place(found))
        return f"rpls-{key.hex()}" if rank == 1 else f"rpls-{key.hex()}-{rank}"


def _place(found: Dwelling) -> bytes:
    """Return what a row is sorted by among those of its name: its content, then (equal rows) its line."""
    return found.content[:16] + found.line.to_bytes(4, "big")


def _key(found: Dwelling, commune: str) -> bytes:
    assert found.address is not None
    parts = (residence_ref(commune, found.address), *found.identity)
    return hashlib.sha256("\x1f".join(parts).encode()).digest()[:10]
