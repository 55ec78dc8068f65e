"""The SQL of help with a move, and of what a move changed."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final, NamedTuple

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from registry.access.principal import OwnOrganisation

_HELP: Final = text(
    """
    SELECT kind, max(cents) FILTER (WHERE part = 'planned'), max(on_day) FILTER (WHERE part = 'planned'),
        max(cents) FILTER (WHERE part = 'delivered'), max(on_day) FILTER (WHERE part = 'delivered')
    FROM moving_help WHERE proposal_id = :id
        AND (organisation_id = :organisation OR (owner_id = :organisation AND part = 'planned'))
    GROUP BY kind ORDER BY kind
    """
)
_FORGET: Final = text("DELETE FROM moving_help WHERE proposal_id = :id AND organisation_id = :organisation")
_ADD: Final = text(
    """
    INSERT INTO moving_help (proposal_id, kind, part, organisation_id, owner_id, cents, on_day)
    SELECT id, :kind, :part, organisation_id, owner_id, :cents, :on_day
    FROM transfer_proposals WHERE id = :id AND organisation_id = :organisation
    """
)
_MOVE: Final = text(
    """
    SELECT moved_on, rent_before_cents, rent_after_cents, area_before_m2, area_after_m2, rooms_before, rooms_after
    FROM transfer_moves WHERE proposal_id = :id AND organisation_id = :organisation
    """
)
# Before: by the home of the case, or what its need says of the present one. After: by the listing, and by the home
# where it is the landlord's own.
_NOTE: Final = text(
    """
    INSERT INTO transfer_moves (proposal_id, organisation_id, territory_id, moved_on, rent_before_cents,
        rent_after_cents, area_before_m2, area_after_m2, rooms_before, rooms_after)
    SELECT p.id, p.organisation_id, p.territory_id, CURRENT_DATE,
        coalesce(old.rent_cents, (c.need->>'current_rent_cents')::integer),
        coalesce(new.rent_cents, (l.document::json->>'rent_cents')::integer), old.area_m2, new.area_m2,
        coalesce(old.rooms, (c.need->>'current_rooms')::smallint),
        coalesce(new.rooms, (l.document::json->>'rooms')::smallint)
    FROM transfer_proposals p
    LEFT JOIN transfer_cases c ON c.organisation_id = p.organisation_id AND c.id = p.case_id
    LEFT JOIN homes old ON old.organisation_id = c.organisation_id AND old.ref = c.home_ref
    LEFT JOIN listings l ON l.id = p.listing_id
    LEFT JOIN homes new ON new.organisation_id = p.organisation_id AND new.listing_id = p.listing_id
    WHERE p.id = :id AND p.organisation_id = :organisation
    """
)
_CORRECT: Final = text(
    """
    UPDATE transfer_moves SET rent_before_cents = :rent_before_cents, rent_after_cents = :rent_after_cents,
        area_before_m2 = :area_before_m2, area_after_m2 = :area_after_m2, rooms_before = :rooms_before,
        rooms_after = :rooms_after, moved_on = coalesce(CAST(:moved_on AS date), moved_on)
    WHERE proposal_id = :id AND organisation_id = :organisation
    """
)


class HelpRow(NamedTuple):
    kind: str
    planned_cents: int | None
    planned_on: date | None
    delivered_cents: int | None
    delivered_on: date | None


class MoveRow(NamedTuple):
    moved_on: date
    rent_before_cents: int | None
    rent_after_cents: int | None
    area_before_m2: float | None
    area_after_m2: float | None
    rooms_before: int | None
    rooms_after: int | None


async def help_of(session: AsyncSession, organisation: OwnOrganisation, id_: uuid.UUID) -> list[HelpRow]:
    """Return the help that comes with a proposal, by kind; what was delivered to its origin alone."""
    return [HelpRow(*row) for row in await session.execute(_HELP, {"organisation": organisation, "id": id_})]


async def replace(
    session: AsyncSession, organisation: OwnOrganisation, id_: uuid.UUID, lines: Sequence[Mapping[str, Any]]
) -> None:
    """Replace the help of a proposal; each line is a kind in one part."""
    values = {"organisation": organisation, "id": id_}
    await session.execute(_FORGET, values)
    for line in lines:
        await session.execute(_ADD, {**values, **line})


async def move_of(session: AsyncSession, organisation: OwnOrganisation, id_: uuid.UUID) -> MoveRow | None:
    row = (await session.execute(_MOVE, {"organisation": organisation, "id": id_})).one_or_none()
    return MoveRow(*row) if row else None


async def note(session: AsyncSession, organisation: OwnOrganisation, id_: uuid.UUID) -> None:
    """Keep what a move changed, as the registry knows it now."""
    await session.execute(_NOTE, {"organisation": organisation, "id": id_})


async def correct(
    session: AsyncSession, organisation: OwnOrganisation, id_: uuid.UUID, row: Mapping[str, Any]
) -> None:  # fmt: skip
    """Replace what a move changed; its day only where one is stated."""
    await session.execute(_CORRECT, {"organisation": organisation, "id": id_, **row})
