"""Decide what listings show of their residences: in groups that single none out, or as it is where places are exact."""

import asyncio
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import timedelta
from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from registry.kernel.clock import now
from registry.listings.groups import Former, Member, group
from registry.listings.reach import WORTH, said_by, statements
from registry.listings.repository import residences as repository
from registry.listings.repository.residences import EXACT, Key, Known, Shown
from registry.listings.zoning import Rule, Zone, ZoneKey

SPLIT_INTERVAL: Final = timedelta(days=30)
"""As zones narrow: nobody learns from a group that falls apart what has changed between two looks."""
Place = tuple[int, tuple[str, ...]]
"""A zone, and the quarters where they are shown in it."""
Homes = dict[Place, dict[UUID, int]]


async def show(
    session: AsyncSession, territory: int, found: Iterable[Zone] = (), quarters: Collection[ZoneKey] = (),
    rule: Rule | None = None,
) -> None:  # fmt: skip
    """Decide what is shown of each residence of a territory; listings that say otherwise are for the caller to write.

    Args:
        found: The zones of the territory, as they are kept.
        quarters: Those in which quarters are shown.
        rule: What a group must satisfy. Without zones only who shows exact places shows anything.
    """
    known = {each.residence: each for each in await repository.known(session, territory)}
    before = await repository.present(session, territory)
    if not known and not before:
        return
    shown = {
        Key(each.organisation, each.residence, EXACT, ()):
            Shown(None, None, founding=False, grade=each.grade, services=each.services)
        for each in known.values() if each.exact
    }  # fmt: skip
    if rule is not None:
        last = await repository.split_at(session, territory)
        may_split = last is None or now() - last >= SPLIT_INTERVAL
        homes = _homes(found, quarters, await repository.zone_ids(session, territory))
        # In a thread, as the division.
        grouped, split = await asyncio.to_thread(_grouped, homes, known, before, rule, may_split=may_split)
        shown |= grouped
        if split:
            await repository.split(session, territory, now=now())
    await repository.save(session, territory, before, shown)


def _homes(found: Iterable[Zone], quarters: Collection[ZoneKey], ids: Mapping[tuple[str, int, int, int], int]) -> Homes:
    """Return the registered dwellings of each residence by where they are shown."""
    homes: Homes = defaultdict(lambda: defaultdict(int))
    for zone in found:
        for part in zone.dwellings:
            assert isinstance(part.residence, UUID)
            shown = part.quarters if zone.key in quarters else ()
            homes[ids[zone.key], shown][part.residence] += part.homes
    return homes


def _grouped(
    homes: Homes, known: Mapping[UUID, Known], before: Mapping[Key, Shown], rule: Rule, *, may_split: bool
) -> tuple[dict[Key, Shown], bool]:
    """Return what is shown of each residence at each place, and whether a group fell into parts."""
    were: dict[UUID, dict[Place, Former]] = defaultdict(dict)
    for key, shown in before.items():
        if shown.group is not None and shown.core is not None:
            were[key.residence][key.zone, key.quarters] = Former(shown.group, shown.core, shown.founding)
    found: dict[Key, Shown] = {}
    split = False
    for place, held in sorted(homes.items()):
        ready = {residence for residence in held if residence in known and not _to_be_known(residence, held, known)}
        formers = {residence: _before(residence, were[residence], place, homes) for residence in ready}
        # The first groups are made of all that is there: who comes later only follows.
        if len(ready) < len(held) and not any(formers.values()):
            continue
        members = [
            Member(residence, held[residence], statements(known[residence].grade, known[residence].services), former)
            for residence, former in formers.items()
        ]
        for made in group(members, WORTH, k=rule.k, k_residences=rule.k_residences, may_split=may_split):
            split |= made.split
            said = said_by(made.held)
            found |= {
                Key(known[each].organisation, each, *place): Shown(made.name, *core, *said)
                for each, core in made.cores.items()
            }
    return found, split


def _before(residence: UUID, were: Mapping[Place, Former], place: Place, homes: Homes) -> frozenset[Former]:
    """Return where a residence was: here, or else where it is no more."""
    if place in were:
        return frozenset({were[place]})
    return frozenset(former for other, former in were.items() if residence not in homes.get(other, ()))


def _to_be_known(residence: UUID, held: Iterable[UUID], known: Mapping[UUID, Known]) -> bool:
    """Tell whether a new residence is waited for, lest what is not known of it yet hides what is of its neighbours."""
    each = known[residence]
    if each.waiting:
        return True
    return each.young and not each.measured and any(known[other].measured for other in held if other in known)
