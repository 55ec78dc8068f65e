"""Groups of residences that are shown alike, so that no grade and no band singles one out.

Within a zone (and a quarter, where quarters are shown) residences are put into *groups*, each of at least *k* dwellings
in at least *k_residences* residences: the rule of the zones. A listing says of its residence what holds of every
residence of its group, and nothing else. What is kept from one day to the next is who is grouped with whom:

* *Differencing over time.* Services are public: who remembers that a listing was within 300 m of a pharmacy and sees
  that it is so no more may look up for which houses that changed. So groups are never mixed anew. Residences that
  were grouped stay together, or are joined by others at once; a group falls into parts at most every 30 days, as zones
  narrow. Those that were together from the beginning *found* a *core*; who comes to the group later follows one of its
  cores. A core is cut only into parts of which each satisfies the rule by its founders alone, or stays whole. So what
  all the groups of a residence had in common, one after another, never falls below the rule.
* *What a group says* follows its residences at once, in both directions: nobody is told whose value changed.
* *Who comes new* joins the group that loses least by it, or forms one with others that are new.
* *What is withheld says something too*: "unknown beside a pharmacy" is a combination like any other, and must be
  shared by a group.

Source of the rule and of k: as for the zones (``zoning``). The partition is Mondrian's (LeFevre, DeWitt,
Ramakrishnan, Mondrian multidimensional k-anonymity, ICDE 2006), with the cut that gains most instead of the median.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

Flags = NDArray[np.bool_]
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
_GAIN: Final = 1e-9
"""What a cut must gain at least; less is a sum of zeros."""


class Former(NamedTuple):
    """Where a residence was before: its group and its core, by name, and whether it founded the core."""

    group: UUID
    core: UUID
    founding: bool = True


@dataclass(frozen=True, slots=True)
class Member:
    """A residence in a zone.

    Attributes:
        residence: Its id.
        homes: Registered dwellings of it in the zone.
        statements: Which statements hold of it, ``(n,)``; the same n for all.
        before: Where it was, in this zone or in those that this one comes from; nowhere: it is new.
    """

    residence: UUID
    homes: int
    statements: Flags
    before: frozenset[Former] = frozenset()


@dataclass(frozen=True, slots=True)
class Group:
    """Residences that are shown alike: ``held`` is true of each of them; nothing where the rule does not hold.

    Groups and cores are named by the least id among their residences. ``split``: it is a part of what was together.
    ``cores``: of each residence, with whether it founded it.
    """

    cores: dict[UUID, tuple[UUID, bool]]
    held: Flags
    split: bool = False

    @property
    def name(self) -> UUID:
        return min(self.cores)


def group(members: Sequence[Member], worth: Floats, *, k: int, k_residences: int, may_split: bool) -> list[Group]:
    """Group the residences of one zone.

    Args:
        members: Each residence once.
        worth: What each statement is worth, ``(n,)``.
        k: Least dwellings of a group.
        k_residences: Least residences of a group.
        may_split: Whether groups that there were may fall into parts.
    """
    if not members:
        return []
    ordered = sorted(members, key=lambda member: member.residence)
    return _Grouping(ordered, worth, k, k_residences).groups(may_split=may_split)


class _Same:
    """Names that stand for the same: the least of them leads."""

    def __init__(self) -> None:
        self._leader: dict[UUID, UUID] = {}

    def lead(self, name: UUID) -> UUID:
        while (above := self._leader.get(name, name)) != name:
            name = above
        return name

    def join(self, names: Iterable[UUID]) -> UUID:
        first, *others = sorted({self.lead(name) for name in names})
        self._leader |= dict.fromkeys(others, first)
        return first


class _Grouping:
    """The grouping of one zone; residences by their place in the order of their ids."""

    def __init__(self, members: Sequence[Member], worth: Floats, k: int, k_residences: int) -> None:
        self._members = members
        self._homes = np.array([member.homes for member in members], dtype=np.int64)
        self._holds = np.array([member.statements for member in members], dtype=bool)
        self._core = np.arange(len(members), dtype=np.int64)
        self._founding = np.ones(len(members), dtype=bool)
        self._worth, self._k, self._k_residences = worth, k, k_residences

    def groups(self, *, may_split: bool) -> list[Group]:
        together, new = self._as_before()
        if new.size and together and not self._satisfy(new):
            for one in new:
                self._come(together, one)
            new = new[:0]
        self._core[new] = new[:1]
        together = self._large_enough([*together, *(self._parts(new) if new.size else [])])
        found: list[Group] = []
        for held in together:
            parts = self._parts(held) if may_split else [held]
            found += [self._group(part, split=len(parts) > 1) for part in parts]
        return sorted(found, key=lambda made: made.name)

    def _as_before(self) -> tuple[list[Ints], Ints]:
        """Return who was together, and who is new. A residence that was in two groups brings them together."""
        groups, cores, joined = _Same(), _Same(), set[UUID]()
        for member in self._members:
            if member.before:
                groups.join(former.group for former in member.before)
                names = {former.core for former in member.before}
                cores.join(names)
                joined |= names if len(names) > 1 else set()
        # What two cores became is cut no more: neither was together with the other from the beginning.
        whole = {cores.lead(name) for name in joined}
        held: dict[UUID, list[int]] = {}
        numbers: dict[UUID, int] = {}
        new = []
        for index, member in enumerate(self._members):
            if not member.before:
                new.append(index)
                continue
            former = min(member.before)
            held.setdefault(groups.lead(former.group), []).append(index)
            core = cores.lead(former.core)
            self._core[index] = numbers.setdefault(core, index)
            self._founding[index] = former.founding and core not in whole
        return [np.array(indices) for indices in held.values()], np.array(new, dtype=np.int64)

    def _satisfy(self, held: Ints) -> bool:
        return len(held) >= self._k_residences and int(self._homes[held].sum()) >= self._k

    def _use(self, held: Ints) -> float:
        """Return what can be said of all of them, by its worth to who searches for a home."""
        return float(self._worth[self._holds[held].all(axis=0)].sum() * self._homes[held].sum())

    def _best_for(self, groups: Sequence[Ints], held: Ints) -> int:
        """Return the group that loses least by taking in ``held``, the first of equals."""
        return int(np.argmin([self._use(each) - self._use(np.concatenate([each, held])) for each in groups]))

    def _come(self, groups: list[Ints], one: np.int64) -> None:
        """Add a new residence to a group, to follow the core of most dwellings there."""
        best = self._best_for(groups, np.array([one]))
        cores, place = np.unique(self._core[groups[best]], return_inverse=True)
        self._core[one] = cores[np.argmax(np.bincount(place, self._homes[groups[best]]))]
        self._founding[one] = False
        groups[best] = np.sort(np.append(groups[best], one))

    def _large_enough(self, groups: Iterable[Ints]) -> list[Ints]:
        """Join what has become too small with others, as a whole, the smallest first."""
        left = sorted(groups, key=lambda held: (self._homes[held].sum(), held[0]))
        while len(left) > 1:
            small = next((n for n, held in enumerate(left) if not self._satisfy(held)), None)
            if small is None:
                break
            held = left.pop(small)
            best = self._best_for(left, held)
            left[best] = np.sort(np.concatenate([left[best], held]))
        return left

    def _parts(self, held: Ints) -> list[Ints]:
        """Cut into two by the statement that gains most, while both satisfy the rule; and so on with each."""
        waiting, found = [held], []
        while waiting:
            part = waiting.pop()
            cut = self._best_cut(part)
            if cut is None:
                found.append(part)
                continue
            for side in (part[cut], part[~cut]):
                for core in np.unique(self._core[side]):
                    of_core = side[self._core[side] == core]
                    self._core[of_core] = of_core[0]
                waiting.append(side)
        return found

    def _best_cut(self, held: Ints) -> Flags | None:
        """Return of which of ``held`` the statement holds that is best to cut by; ``None``: by none."""
        if len(held) < 2 * self._k_residences or self._homes[held].sum() < 2 * self._k:
            return None
        possible = self._cuttable(held)
        if not possible.any():
            return None
        holds, homes = self._holds[held].astype(np.float64), self._homes[held].astype(np.float64)
        number, dwellings = holds.sum(axis=0), homes @ holds
        # [i, j]: of how many of those of which i holds j holds too.
        both = holds.T @ holds
        of_all = (number == len(held)) @ self._worth
        where = (both == number[:, None]) @ self._worth
        elsewhere = (number[None, :] - both == (len(held) - number)[:, None]) @ self._worth
        gain = dwellings * (where - of_all) + (homes.sum() - dwellings) * (elsewhere - of_all)
        gain[~possible] = 0
        best = int(np.argmax(gain))
        return self._holds[held, best] if gain[best] > _GAIN else None

    def _cuttable(self, held: Ints) -> Flags:
        """Return by which statements ``held`` may be cut: both sides satisfy the rule, and both of each core cut."""
        cores, place = np.unique(self._core[held], return_inverse=True)
        of_core = (place == np.arange(len(cores))[:, None]).astype(np.float64)
        number = of_core @ self._holds[held].astype(np.float64)
        whole = (number == 0) | (number == of_core.sum(axis=1)[:, None])
        apart = self._both(held, of_core * self._founding[held])
        together = self._both(held, np.ones((1, len(held))))[0]
        allowed: Flags = (whole | apart).all(axis=0) & together
        return allowed

    def _both(self, held: Ints, of: Floats) -> Flags:
        """Return for each row of ``of`` (which of ``held`` count) and statement whether both sides satisfy the rule."""
        holds, homes = self._holds[held].astype(np.float64), self._homes[held].astype(np.float64)
        number, dwellings = of @ holds, (of * homes) @ holds
        others, elsewhere = of.sum(axis=1)[:, None] - number, (of @ homes)[:, None] - dwellings
        satisfied: Flags = (np.minimum(number, others) >= self._k_residences) & (
            np.minimum(dwellings, elsewhere) >= self._k
        )
        return satisfied

    def _group(self, held: Ints, *, split: bool) -> Group:
        cores = {
            self._members[one].residence: (self._members[self._core[one]].residence, bool(self._founding[one]))
            for one in held
        }
        said = np.logical_and.reduce(self._holds[held], axis=0)
        return Group(cores, said if self._satisfy(held) else said & ~said, split)
