"""What a territory is made of: resolved to communes, changed by its coordinator, followed as vintages are loaded."""

import uuid
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import orjson
import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from registry.access.preconditions import Precondition
from registry.audit import service as audit
from registry.kernel.text import Text
from registry.platform import events
from registry.territories.errors import (
    CommuneUnknown,
    DepartementUnknown,
    EpciUnknown,
    OutlineInvalid,
    ProjectionMixed,
    TerritoryEmpty,
    TerritoryNotVisible,
)
from registry.territories.events import CompositionChanged, LeavingCounted
from registry.territories.legal_projection import srid_of
from registry.territories.repository import compositions as repository
from registry.territories.repository.compositions import DefinitionRow, MemberRow
from registry.territories.schemas import NAMED, Composition, OutlineIn, TerritoryChange

_UNKNOWN: Final = {"communes": CommuneUnknown, "epcis": EpciUnknown, "departements": DepartementUnknown}
log = structlog.get_logger()


class Resolved(NamedTuple):
    """What is kept of a composition, and the communes that it stands for now."""

    values: dict[str, Any]
    members: list[MemberRow]


class Effect(NamedTuple):
    """What a change of the composition does; ``listings_leaving``: of the territory, in communes that leave."""

    communes: int
    joining: list[MemberRow]
    leaving: list[MemberRow]
    listings_leaving: int

    def stated(self) -> dict[str, Any]:
        """Return it as the API states it."""
        return {
            "communes": self.communes,
            "joining": _named(self.joining),
            "leaving": _named(self.leaving),
            "listings_leaving": self.listings_leaving,
        }


def _named(members: Sequence[MemberRow]) -> dict[str, Any]:
    return {
        "count": len(members), "items": [{"code": each.code, "name": each.name} for each in members[:NAMED]],
    }  # fmt: skip


async def resolve(*, session: AsyncSession, given: Composition) -> Resolved:
    """Return the present communes of a composition, and what is kept of it.

    Raises:
        CommuneUnknown, EpciUnknown, DepartementUnknown: Nothing is loaded of a code; the first such is named.
        OutlineInvalid: The outline crosses itself or bounds no area.
        TerritoryEmpty, ProjectionMixed: No commune, or of several legal projections.
    """
    made_of = {part: list(dict.fromkeys(getattr(given, part))) for part in _UNKNOWN}
    for part, error in _UNKNOWN.items():
        unknown = await repository.first_unknown(session, part, made_of[part])
        if unknown is not None:
            title = error.title
            raise error(
                Text(f"{title.fr} : {unknown}.", f"{title.en}: {unknown}."), field=f"composition.{part}", value=unknown
            )
    outline = await _outline(session, given.outline) if given.outline else None
    members = await repository.resolved(session, made_of, outline)
    if not members:
        raise TerritoryEmpty(field="composition", value=[code for codes in made_of.values() for code in codes])
    try:
        srid = srid_of(each.departement for each in members)
    except ProjectionMixed as mixed:
        raise ProjectionMixed(field="composition", value=mixed.faults[0].value) from None
    vintage = max(each.vintage for each in members)
    return Resolved({"made_of": made_of, "outline": outline, "srid": srid, "vintage": vintage}, members)


async def _outline(session: AsyncSession, given: OutlineIn) -> str:
    outline = orjson.dumps(given.model_dump()).decode()
    fault = await repository.outline_fault(session, outline)
    if fault is not None:
        raise OutlineInvalid(field="composition.outline", value=fault)
    return outline


async def read_definition(*, session: AsyncSession, territory_id: int) -> DefinitionRow:
    """Return what a territory is made of.

    Raises:
        TerritoryNotVisible: There is none.
    """
    found = await repository.definition(session, territory_id)
    if found is None:
        raise TerritoryNotVisible
    return found


def stated(row: DefinitionRow) -> dict[str, Any]:
    """Return a definition as the API states it."""
    made_of = {part: row.made_of.get(part, []) for part in _UNKNOWN}
    return {
        "id": row.slug,
        "name": row.name,
        "composition": {**made_of, "outline": orjson.loads(row.outline) if row.outline else None},
        "communes": row.communes,
        "vintage": row.vintage,
        "crs": f"EPSG:{row.srid}",
    }


async def preview_change(*, session: AsyncSession, territory_id: int, given: Composition) -> Effect:
    """Return what a change would do, and do nothing.

    Raises:
        As :func:`resolve`.
    """
    return await _effect(session, territory_id, (await resolve(session=session, given=given)).members)


async def change_territory(
    *,
    session: AsyncSession,
    organisation: uuid.UUID,
    territory_id: int,
    given: TerritoryChange,
    precondition: Precondition,
) -> tuple[DefinitionRow, Effect]:
    """Change the name and the composition of a territory that the organisation coordinates.

    Listings of communes that leave are withdrawn in this transaction; those of communes that join follow as a job.

    Raises:
        VersionChanged: The precondition does not hold.
        ProjectionMixed: The communes are of another legal projection than before: cells and zones are counted in it.
        And as :func:`resolve`.
    """
    before = await repository.definition(session, territory_id, held=True)
    if before is None:
        raise TerritoryNotVisible
    precondition.check(before.revision)
    resolved = await resolve(session=session, given=given.composition)
    if resolved.values["srid"] != before.srid:
        raise ProjectionMixed(field="composition", value=[before.srid, resolved.values["srid"]])
    effect = await _effect(session, territory_id, resolved.members)
    await repository.change(session, territory_id, {**resolved.values, "name": given.name})
    await _move(session, territory_id, effect)
    await _record(session, organisation, before.slug, effect, "territories:territory:changed")
    return await read_definition(session=session, territory_id=territory_id), effect


async def follow_reference(*, session: AsyncSession) -> list[tuple[str, Effect]]:
    """Resolve every territory again from what it is made of; return those that changed. Needs ``Role.JOB``.

    A territory that would lose all its communes, or get into several projections, is left as it is and logged: what
    was loaded is then more likely wrong than the territory.
    """
    changed: list[tuple[str, Effect]] = []
    for row in await repository.definitions(session):
        members = await repository.resolved(session, row.made_of, row.outline)
        effect = await _effect(session, row.territory_id, members, counting=False)
        vintage = max((each.vintage for each in members), default=row.vintage)
        if not (effect.joining or effect.leaving or vintage != row.vintage):
            continue
        try:
            fits = srid_of(each.departement for each in members) == row.srid
        except ProjectionMixed:
            fits = False
        if not fits:
            log.warning("territory_left_as_it_is", territory=row.slug, communes=len(members))
            continue
        await repository.follow_vintage(session, row.territory_id, vintage or 0)
        if effect.joining or effect.leaving:
            await _move(session, row.territory_id, effect)
            await _record(session, row.coordinator_id, row.slug, effect, "territories:territory:followed")
            changed.append((row.slug, effect))
    return changed


async def _effect(
    session: AsyncSession, territory_id: int, members: Sequence[MemberRow], *, counting: bool = True
) -> Effect:
    before = await repository.present(session, territory_id)
    had, has = {each.code for each in before}, {each.code for each in members}
    joining = [each for each in members if each.code not in had]
    leaving = [each for each in before if each.code not in has]
    counted = LeavingCounted(territory_id, tuple(each.code for each in leaving))
    if counting and leaving:
        await events.publish(session, counted)
    return Effect(len(members), joining, leaving, counted.listings)


async def _move(session: AsyncSession, territory_id: int, effect: Effect) -> None:
    joining, leaving = (tuple(each.code for each in moved) for moved in (effect.joining, effect.leaving))
    if not (joining or leaving):
        return
    await repository.move(session, territory_id, joining=joining, leaving=leaving)
    await events.publish(session, CompositionChanged(territory_id, joining, leaving))


async def _record(session: AsyncSession, organisation: uuid.UUID, slug: str, effect: Effect, action: str) -> None:
    await audit.record(
        session, organisation=organisation, action=action, subject=slug,
        detail={
            "communes": effect.communes, "joining": [each.code for each in effect.joining[:NAMED]],
            "leaving": [each.code for each in effect.leaving[:NAMED]],
            "joined": len(effect.joining), "left": len(effect.leaving), "listings_left": effect.listings_leaving,
        },
    )  # fmt: skip
