"""The SQL of proposals and their steps, as one of the two landlords."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from registry.access.principal import OwnOrganisation
from registry.charter.schemas import Terms
from registry.transfers.workflow import HOLDING, State

_ANSWER_DAYS: Final = Terms.model_fields["answer_days"].default
_HOLD_DAYS: Final = Terms.model_fields["hold_days"].default
STATE_NOW: Final = f"""
    CASE WHEN p.held_until <= now() AND p.state IN ({", ".join(f"'{state}'" for state in sorted(HOLDING))})
        THEN '{State.STUDIED}' ELSE p.state END
"""
"""The state of a proposal ``p`` by the clock: a hold whose time has ended holds nothing."""
_MINE: Final = "(p.organisation_id = :organisation OR p.owner_id = :organisation)"
_SHOWN: Final = f"""
    SELECT p.id, p.organisation_id, origin.name AS origin, p.owner_id, owner.name AS owner, p.territory_id,
        t.slug AS territory, p.case_id, c.ref AS case_ref, h.ref AS home_ref, p.listing_id, p.state, p.reason,
        p.shared, p.shared_until, p.month, p.answer_by, p.held_until, p.disclosed_at, p.version, p.created_at,
        p.updated_at, p.answered_at, p.closed_at
    FROM transfer_proposals p
    JOIN organisations origin ON origin.id = p.organisation_id
    JOIN organisations owner ON owner.id = p.owner_id
    JOIN territories t ON t.id = p.territory_id
    LEFT JOIN transfer_cases c ON c.organisation_id = :organisation AND c.organisation_id = p.organisation_id
        AND c.id = p.case_id
    LEFT JOIN homes h ON h.organisation_id = :organisation AND h.organisation_id = p.owner_id
        AND h.listing_id = p.listing_id
    WHERE {_MINE}
"""
_READ: Final = text(f"{_SHOWN} AND p.id = :id")
_LOCK: Final = text(f"SELECT FROM transfer_proposals p WHERE {_MINE} AND p.id = :id FOR NO KEY UPDATE")
# The latest first.
_PAGE: Final = text(
    f"""
    {_SHOWN} AND (p.created_at, p.id) < (:moment, :id)
        AND (CAST(:side AS text) IS NULL OR CASE WHEN :side = 'origin' THEN p.organisation_id ELSE p.owner_id END
            = :organisation)
        AND (CAST(:state AS text) IS NULL OR {STATE_NOW} = :state)
        AND (CAST(:open AS boolean) IS NULL OR (p.closed_at IS NULL) = :open)
        AND (CAST(:case_id AS uuid) IS NULL OR p.case_id = :case_id)
    ORDER BY p.created_at DESC, p.id DESC LIMIT :limit
    """
)
_WAITING: Final = text(
    """
    SELECT count(*) FILTER (WHERE owner_id = :organisation AND state = ANY (CAST(:owner AS text[]))
            AND answered_at IS NULL),
        count(*) FILTER (WHERE organisation_id = :organisation AND state = ANY (CAST(:origin AS text[]))
            OR owner_id = :organisation AND state = ANY (CAST(:owner AS text[])) AND answered_at IS NOT NULL)
    FROM transfer_proposals
    WHERE (organisation_id = :organisation OR owner_id = :organisation) AND closed_at IS NULL
    """
)
_STEPS: Final = text(
    f"""
    SELECT s.id, s.party, s.action, s.state, s.reason, s.happened_at
    FROM transfer_steps s JOIN transfer_proposals p ON p.id = s.proposal_id
    WHERE {_MINE} AND p.id = :id AND s.id > :after ORDER BY s.id LIMIT :limit
    """
)
# Shared, so that a case that is being closed or erased waits, and finds the proposal.
_CASE: Final = text(
    """
    SELECT id, territory_id, need, consent_until, closed_at IS NOT NULL AS closed,
        (SELECT count(*) FROM transfer_proposals p WHERE p.organisation_id = c.organisation_id AND p.case_id = c.id
            AND p.closed_at IS NULL) AS open_proposals
    FROM transfer_cases c WHERE organisation_id = :organisation AND ref = :ref FOR SHARE OF c
    """
)
_LISTING: Final = text(
    """
    SELECT l.organisation_id, l.territory_id, l.bookable, l.available_month, l.tags, l.floor_top,
        coalesce(days.answer, :answer_days) AS answer_days
    FROM listings l
    LEFT JOIN LATERAL (
        SELECT least((c.terms->>'answer_days')::integer, (own.terms->>'answer_days')::integer) AS answer
        FROM adhesions a
        JOIN charters c ON c.territory_id = a.territory_id AND c.status = 'in_force'
        JOIN charters own ON own.territory_id = a.territory_id AND own.version = a.charter_version
        WHERE a.territory_id = l.territory_id AND a.organisation_id = l.organisation_id) days ON true
    WHERE l.id = :listing AND l.territory_id = ANY(CAST(:territories AS integer[]))
    """
)
_BOOKABLE: Final = text("SELECT bookable FROM listings WHERE id = :listing")
_ADD: Final = text(
    """
    INSERT INTO transfer_proposals (organisation_id, owner_id, territory_id, case_id, listing_id, shared, shared_until,
        month, answer_by)
    VALUES (:organisation, :owner_id, :territory_id, :case_id, :listing_id, CAST(:shared AS jsonb), :shared_until,
        :month, :answer_by)
    ON CONFLICT (case_id, listing_id) WHERE closed_at IS NULL DO NOTHING RETURNING id
    """
)
_STEP: Final = text(
    """
    INSERT INTO transfer_steps (proposal_id, organisation_id, owner_id, territory_id, party, action, state, reason)
    SELECT id, organisation_id, owner_id, territory_id, :party, :action, :state, :reason
    FROM transfer_proposals WHERE id = :id
    """
)
_TAKE: Final = text(
    """
    UPDATE transfer_proposals SET state = :state, reason = :reason,
        answered_at = coalesce(answered_at, CASE WHEN :answers THEN now() END),
        disclosed_at = coalesce(disclosed_at, CASE WHEN :discloses THEN now() END),
        held_until = :held_until, shared = CASE WHEN :forgets THEN '{}' ELSE shared END,
        closed_at = CASE WHEN :ends THEN now() END, version = version + 1, updated_at = now()
    WHERE id = :id
    """
)
_HOLD_DAYS_OF: Final = text(
    """
    SELECT coalesce(min(least((c.terms->>'hold_days')::integer, (own.terms->>'hold_days')::integer)), :hold_days)
    FROM adhesions a
    JOIN charters c ON c.territory_id = a.territory_id AND c.status = 'in_force'
    JOIN charters own ON own.territory_id = a.territory_id AND own.version = a.charter_version
    WHERE a.territory_id = :territory AND a.organisation_id = :owner
    """
)
# Whoever comes second waits for the first to commit, and gets nothing then. By the clock, not by when a transaction
# began: the one that waited may have begun first.
_HOLD: Final = text(
    """
    INSERT INTO home_holds (proposal_id, organisation_id, owner_id, listing_id, during)
    SELECT id, organisation_id, owner_id, listing_id,
        tstzrange(clock_timestamp(), clock_timestamp() + make_interval(days => :days))
    FROM transfer_proposals WHERE id = :id
    ON CONFLICT DO NOTHING RETURNING upper(during)
    """
)
_EXTEND: Final = text(
    """
    UPDATE home_holds SET during = tstzrange(lower(during), clock_timestamp() + make_interval(days => :days))
    WHERE proposal_id = :id AND during @> clock_timestamp() RETURNING upper(during)
    """
)
_END_HOLD: Final = text(
    """
    UPDATE home_holds SET during = tstzrange(lower(during),
        CASE WHEN :for_good THEN NULL ELSE clock_timestamp() END)
    WHERE proposal_id = :id AND during @> clock_timestamp()
    """
)
_KEPT_UNTIL: Final = text("SELECT home_kept_until(:listing)")
_TELL_ADDRESS: Final = text("SELECT tell_address(:id)")
_LOCK_CASE: Final = text(
    "SELECT FROM transfer_cases WHERE organisation_id = :organisation AND id = :case_id FOR NO KEY UPDATE"
)
_CLOSE_CASE: Final = text(
    """
    UPDATE transfer_cases SET closed_at = coalesce(closed_at, now()), closing = 'moved', version = version + 1,
        updated_at = now()
    WHERE organisation_id = :organisation AND id = :case_id AND (closed_at IS NULL OR closing = 'consent_ended')
    """
)


class Proposal(NamedTuple):
    """A proposal as one of its sides reads it; ``case_ref`` only as the origin, ``home_ref`` only as the owner."""

    id: uuid.UUID
    organisation_id: uuid.UUID
    origin: str
    owner_id: uuid.UUID
    owner: str
    territory_id: int
    territory: str
    case_id: uuid.UUID | None
    case_ref: str | None
    home_ref: str | None
    listing_id: uuid.UUID
    state: str
    reason: str | None
    shared: dict[str, Any]
    shared_until: date
    month: date | None
    answer_by: date
    held_until: datetime | None
    disclosed_at: datetime | None
    version: int
    created_at: datetime
    updated_at: datetime
    answered_at: datetime | None
    closed_at: datetime | None


class Step(NamedTuple):
    id: int
    party: str
    action: str
    state: str
    reason: str | None
    happened_at: datetime


class Case(NamedTuple):
    """What a proposal takes of its case."""

    id: uuid.UUID
    territory_id: int
    need: dict[str, Any]
    consent_until: date
    closed: bool
    open_proposals: int


class Proposable(NamedTuple):
    """What a proposal takes of a listing; ``answer_days``: of its landlord, by its charter."""

    organisation_id: uuid.UUID
    territory_id: int
    bookable: bool
    available_month: date | None
    tags: list[int]
    floor_top: int | None
    answer_days: int


class Waiting(NamedTuple):
    """Open proposals that wait for somebody: for the first answer of their owner, or for another step."""

    unanswered: int
    to_go_on: int


async def read(session: AsyncSession, organisation: OwnOrganisation, id_: uuid.UUID) -> Proposal | None:
    row = (await session.execute(_READ, {"organisation": organisation, "id": id_})).one_or_none()
    return Proposal(*row) if row else None


async def lock(session: AsyncSession, organisation: OwnOrganisation, id_: uuid.UUID) -> Proposal | None:
    """Return a proposal and hold it until the commit."""
    values = {"organisation": organisation, "id": id_}
    if (await session.execute(_LOCK, values)).one_or_none() is None:
        return None
    return await read(session, organisation, id_)


async def page(
    session: AsyncSession, organisation: OwnOrganisation, *, before: tuple[datetime, uuid.UUID], limit: int,
    side: str | None, state: str | None, is_open: bool | None, case_id: uuid.UUID | None,
) -> list[Proposal]:  # fmt: skip
    """Return proposals that were made before one, the latest first."""
    values = {
        "organisation": organisation, "moment": before[0], "id": before[1], "limit": limit, "side": side,
        "state": state, "open": is_open, "case_id": case_id,
    }  # fmt: skip
    return [Proposal(*row) for row in await session.execute(_PAGE, values)]


async def waiting(
    session: AsyncSession, organisation: OwnOrganisation, *, origin: Sequence[str], owner: Sequence[str]
) -> Waiting:
    """Return how many open proposals are in states that wait for the organisation, by the side that it is."""
    values = {"organisation": organisation, "origin": list(origin), "owner": list(owner)}
    return Waiting(*(await session.execute(_WAITING, values)).one())


async def steps(
    session: AsyncSession, organisation: OwnOrganisation, id_: uuid.UUID, *, after: int, limit: int
) -> list[Step]:
    """Return what was done to a proposal, in order."""
    values = {"organisation": organisation, "id": id_, "after": after, "limit": limit}
    return [Step(*row) for row in await session.execute(_STEPS, values)]


async def case(session: AsyncSession, organisation: OwnOrganisation, ref: str) -> Case | None:
    """Return a case, which nobody closes or erases until the commit."""
    row = (await session.execute(_CASE, {"organisation": organisation, "ref": ref})).one_or_none()
    return Case(*row) if row else None


async def listing(session: AsyncSession, id_: uuid.UUID, territories: list[int]) -> Proposable | None:
    """Return a listing of one of these territories."""
    values = {"listing": id_, "territories": territories, "answer_days": _ANSWER_DAYS}
    row = (await session.execute(_LISTING, values)).one_or_none()
    return Proposable(*row) if row else None


async def is_bookable(session: AsyncSession, listing_id: uuid.UUID) -> bool | None:
    """Return whether a home is free or soon free, as its listing says; ``None``: it is not shared at present."""
    found: bool | None = (await session.execute(_BOOKABLE, {"listing": listing_id})).scalar_one_or_none()
    return found


async def add(session: AsyncSession, organisation: OwnOrganisation, row: Mapping[str, Any]) -> uuid.UUID | None:
    """Write a proposal; ``None``: there is an open one of the same home for the same case."""
    found: uuid.UUID | None = (await session.execute(_ADD, {"organisation": organisation, **row})).scalar_one_or_none()
    return found


async def say(
    session: AsyncSession, id_: uuid.UUID, *, party: str, action: str, state: str, reason: str | None
) -> None:
    """Write what was done to a proposal."""
    values = {"id": id_, "party": party, "action": action, "state": state, "reason": reason}
    await session.execute(_STEP, values)


async def take(
    session: AsyncSession, id_: uuid.UUID, *, state: str, reason: str | None, answers: bool, discloses: bool,
    forgets: bool, ends: bool, held_until: datetime | None,
) -> None:  # fmt: skip
    """Bring a proposal into a state.

    Args:
        answers: It is the owner's first answer, if it has not given one.
        forgets: What was shared of the need is deleted.
    """
    values = {
        "id": id_, "state": state, "reason": reason, "answers": answers, "discloses": discloses, "forgets": forgets,
        "ends": ends, "held_until": held_until,
    }  # fmt: skip
    await session.execute(_TAKE, values)


async def hold_days(session: AsyncSession, territory_id: int, owner: uuid.UUID) -> int:
    """Return for how many days the owner keeps a home, by what it signed and what is in force: the fewer."""
    values = {"territory": territory_id, "owner": owner, "hold_days": _HOLD_DAYS}
    return int((await session.execute(_HOLD_DAYS_OF, values)).scalar_one())


async def hold(session: AsyncSession, id_: uuid.UUID, days: int) -> datetime | None:
    """Keep the home of a proposal from now on, and return until when; ``None``: it is kept for another one."""
    found: datetime | None = (await session.execute(_HOLD, {"id": id_, "days": days})).scalar_one_or_none()
    return found


async def extend(session: AsyncSession, id_: uuid.UUID, days: int) -> datetime | None:
    """Keep the home for as many days from now on; ``None``: it is not kept any more."""
    found: datetime | None = (await session.execute(_EXTEND, {"id": id_, "days": days})).scalar_one_or_none()
    return found


async def end_hold(session: AsyncSession, id_: uuid.UUID, *, for_good: bool = False) -> None:
    """Let the home go; ``for_good``: keep it without end instead, since it is let."""
    await session.execute(_END_HOLD, {"id": id_, "for_good": for_good})


async def kept_until(session: AsyncSession, listing_id: uuid.UUID) -> datetime | None:
    """Return until when a home is kept, for whomever; ``None``: it is not, or it is let."""
    found: datetime | None = (await session.execute(_KEPT_UNTIL, {"listing": listing_id})).scalar_one_or_none()
    return found


async def tell_address(session: AsyncSession, id_: uuid.UUID) -> dict[str, Any] | None:
    """Return the address of the home of a proposal of one's own, which both chains record; ``None``: not now."""
    found: dict[str, Any] | None = (await session.execute(_TELL_ADDRESS, {"id": id_})).scalar_one_or_none()
    return found


async def lock_case(session: AsyncSession, organisation: OwnOrganisation, case_id: uuid.UUID) -> None:
    """Hold a case until the commit; of another landlord's there is nothing to hold."""
    await session.execute(_LOCK_CASE, {"organisation": organisation, "case_id": case_id})


async def close_case(session: AsyncSession, organisation: OwnOrganisation, case_id: uuid.UUID) -> None:
    """Close a case since somebody has moved; its other proposals end with it."""
    await session.execute(_CLOSE_CASE, {"organisation": organisation, "case_id": case_id})
