"""The first reading of a file: which residences it describes, and what to call its homes.

Residences are the addresses: rows of one commune, postcode and label (see ``registry.sync.address``) are one
residence. The segment (CODSEGPATRIM) is not used for it: it is free text, empty or "pas de code" in two files out of
three. What rows of one residence state differently (year, quarter, position), the residence takes from most of them.

Where a file carries no identifier a home is called after its commune, address and identity
(:data:`registry.sync.rpls.IDENTITY`): the same in any order of the rows and beside any other rows. Rows that share
even that (two flats of a floor without numbers) get a rank among themselves, in the order of their whole content: the
same in any order of the rows, but not if the landlord changes one of them or how many there are.
"""

import hashlib
from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Final

from registry.sync.rpls import Dwelling

Position = tuple[float, float]
MAX_REF: Final = 100


@dataclass(slots=True)
class Residence:
    """What the rows of one address state.

    Attributes:
        line: Of the first row.
        stated: How often each attribute has which value.
        positions: How often each lon, lat is given; WGS84.
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

    def attributes(self) -> dict[str, Any]:
        """Return what is stated, by the names of :class:`~registry.stock.schemas.ResidenceIn`."""
        found: dict[str, Any] = {
            "commune_code": self.commune, "number": self.number, "street": self.street, "postcode": self.postcode,
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
        self._named: Counter[bytes] = Counter()

    def first_line(self, found: Dwelling) -> int:
        """Return the line of the first row with this row's own reference; its own line where it is that one."""
        return self._of_ref.setdefault(found.ref, found.line) if found.ref else found.line

    def add(self, found: Dwelling, commune: str, position: Position | None) -> None:
        """Take in an accepted row of the (present) ``commune``."""
        if found.ref is None:
            self._of_key.setdefault(_key(found, commune), []).append(found.content)
        assert found.address is not None
        ref = residence_ref(found, commune)
        residence = self.residences.get(ref)
        if residence is None:
            given = found.address
            residence = Residence(ref, found.line, commune, given.number, given.street, given.postcode)
            self.residences[ref] = residence
        residence.homes += 1
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
        """Return the home's reference; each row is to be asked for once, after :meth:`close`."""
        if found.ref:
            return found.ref
        key = _key(found, commune)
        contents = self._of_key[key]
        rank = 1
        if len(contents) > 1:  # equal rows stand for each other: whichever comes first takes the first rank
            rank += contents.index(found.content) + self._named[key + found.content]
            self._named[key + found.content] += 1
        return f"rpls-{key.hex()}" if rank == 1 else f"rpls-{key.hex()}-{rank}"


def residence_ref(found: Dwelling, commune: str) -> str:
    """Return the reference of a row's residence: commune, postcode and address, readable, of 100 characters at most."""
    assert found.address is not None
    ref = " ".join(part for part in (commune, found.address.postcode, found.address.label) if part)
    return ref if len(ref) <= MAX_REF else f"{ref[:83]} {hashlib.sha256(ref.encode()).hexdigest()[:16]}"


def _key(found: Dwelling, commune: str) -> bytes:
    parts = (residence_ref(found, commune), *found.identity)
    return hashlib.sha256("\x1f".join(parts).encode()).digest()[:10]
