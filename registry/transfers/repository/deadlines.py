"""The SQL of what happens to proposals by themselves, and of what their sides are told. As the job."""

import datetime as dt
import uuid
from typing import Final, NamedTuple

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from registry.transfers.workflow import HOLDING, HOUSED, State

MOST: Final = 500
"""Proposals of one run; the next minute goes on."""
_STEP_COLUMNS: Final = "proposal_id, organisation_id, owner_id, territory_id, party, action, state, reason"
_STATES: Final = {
    "holding": [state.value for state in HOLDING],
    "housed": [state.value for state in HOUSED],
    # Until the owner has put the file before its committee: from then on it knows to whom the home goes.
    "early": [
        state.value
        for state in (State.PROPOSED, State.STUDIED, State.HELD, State.DISCLOSED, State.VISITED, State.AGREED)
    ],
    "before_lease": [state.value for state in (State.PROPOSED, State.STUDIED, *HOLDING)],
}
_LAPSE: Final = text(
    f"""
    WITH due AS (
        SELECT id FROM transfer_proposals WHERE held_until <= now() AND state = ANY(:holding)
        LIMIT {MOST} FOR NO KEY UPDATE SKIP LOCKED),
    lapsed AS (
        UPDATE transfer_proposals p SET state = 'studied', reason = NULL, held_until = NULL, version = version + 1,
            updated_at = now()
        FROM due WHERE p.id = due.id RETURNING p.*)
    INSERT INTO transfer_steps ({_STEP_COLUMNS})
    SELECT id, organisation_id, owner_id, territory_id, 'service', 'lapse', 'studied', NULL FROM lapsed
    """
)
# A home that is not shared at present ends nothing: its owner may have marked it as reserved, for this proposal.
_END: Final = text(
    f"""
    WITH over AS (
        SELECT p.id, CASE
            WHEN EXISTS (SELECT FROM transfer_proposals o WHERE o.case_id = p.case_id AND o.id <> p.id
                AND o.state = ANY(:housed)) THEN 'housed_elsewhere'
            WHEN EXISTS (SELECT FROM transfer_proposals o WHERE o.listing_id = p.listing_id AND o.id <> p.id
                AND o.state = 'leased') THEN 'home_allotted'
            WHEN h.id IS NULL OR (h.status = 'withdrawn' AND p.state = ANY(:early)) THEN 'home_gone'
            WHEN h.status = 'occupied' AND p.state = ANY(:early) THEN 'home_allotted'
            WHEN p.state = ANY(:early) AND coalesce(owner.status, 'withdrawn') = 'withdrawn' THEN 'owner_left'
            WHEN p.state = ANY(:early) AND coalesce(origin.status, 'withdrawn') = 'withdrawn' THEN 'origin_left'
            END AS why
        FROM transfer_proposals p
        LEFT JOIN homes h ON h.listing_id = p.listing_id AND h.organisation_id = p.owner_id
        LEFT JOIN adhesions owner ON owner.territory_id = p.territory_id AND owner.organisation_id = p.owner_id
        LEFT JOIN adhesions origin ON origin.territory_id = p.territory_id
            AND origin.organisation_id = p.organisation_id
        WHERE p.closed_at IS NULL AND p.state = ANY(:before_lease)
        FOR NO KEY UPDATE OF p SKIP LOCKED),
    ended AS (
        UPDATE transfer_proposals p SET state = 'withdrawn', reason = over.why, shared = '{{}}', held_until = NULL,
            closed_at = now(), updated_at = now(), version = version + 1
        FROM over WHERE p.id = over.id AND over.why IS NOT NULL RETURNING p.*)
    INSERT INTO transfer_steps ({_STEP_COLUMNS})
    SELECT id, organisation_id, owner_id, territory_id, 'service', 'end', 'withdrawn', reason FROM ended
    """
)
# A statement of its own: the one before does not see a hold that was made while it began.
_LET_GO: Final = text(
    """
    UPDATE home_holds h SET during = tstzrange(lower(during), clock_timestamp())
    FROM transfer_proposals p
    WHERE p.state = 'withdrawn' AND p.closed_at = now() AND h.proposal_id = p.id AND during @> clock_timestamp()
    """
)
_UNTOLD: Final = text(f"SELECT id FROM transfer_steps WHERE NOT told ORDER BY id LIMIT {MOST}")
_TELL: Final = text(
    """
    UPDATE transfer_steps s SET told = true
    FROM transfer_proposals p, territories t
    WHERE s.id = :id AND NOT s.told AND p.id = s.proposal_id AND t.id = s.territory_id
    RETURNING s.proposal_id, s.organisation_id, s.owner_id, t.name, s.party, s.action, s.state, s.reason, p.answer_by
    """
)
_REMIND: Final = text(
    """
    WITH due AS (
        SELECT id, 'answer_soon' AS kind, answer_by AS due FROM transfer_proposals
        WHERE state = 'proposed' AND answer_by BETWEEN :today AND :today + 2
        UNION ALL
        SELECT id, 'answer_late', answer_by FROM transfer_proposals WHERE state = 'proposed' AND answer_by < :today
        UNION ALL
        SELECT id, 'hold_ends', held_until::date FROM transfer_proposals
        WHERE state = ANY(:holding) AND held_until BETWEEN now() AND now() + interval '3 days'
        UNION ALL
        SELECT p.id, 'follow_3_months', (m.moved_on + interval '3 months')::date
        FROM transfer_moves m JOIN transfer_proposals p ON p.id = m.proposal_id
        WHERE p.state = 'moved' AND p.closed_at IS NULL AND m.moved_on + interval '3 months' <= :today
        UNION ALL
        SELECT p.id, 'follow_12_months', (m.moved_on + interval '12 months')::date
        FROM transfer_moves m JOIN transfer_proposals p ON p.id = m.proposal_id
        WHERE p.state IN ('moved', 'followed_3_months') AND p.closed_at IS NULL
            AND m.moved_on + interval '12 months' <= :today),
    sent AS (
        INSERT INTO transfer_reminders (proposal_id, kind, due) SELECT id, kind, due FROM due
        ON CONFLICT DO NOTHING RETURNING proposal_id, kind, due)
    SELECT s.proposal_id, s.kind, s.due, p.state, p.organisation_id, p.owner_id, t.name
    FROM sent s JOIN transfer_proposals p ON p.id = s.proposal_id JOIN territories t ON t.id = p.territory_id
    ORDER BY s.due, s.proposal_id
    """
)
_FORGET: Final = text(
    """
    DELETE FROM transfer_proposals
    WHERE closed_at < now() - interval '24 months'
        OR ((state IN ('moved', 'followed_3_months') OR (state = 'leased' AND case_id IS NULL))
            AND updated_at < now() - interval '24 months')
    """
)


class Told(NamedTuple):
    """A step of which nobody was told yet, with what a mail says of it."""

    proposal_id: uuid.UUID
    organisation_id: uuid.UUID
    owner_id: uuid.UUID
    territory: str
    party: str
    action: str
    state: str
    reason: str | None
    answer_by: dt.date


class Due(NamedTuple):
    """A moment of which a side is reminded, and the state of the proposal."""

    proposal_id: uuid.UUID
    kind: str
    due: dt.date
    state: str
    organisation_id: uuid.UUID
    owner_id: uuid.UUID
    territory: str


async def lapse(session: AsyncSession) -> None:
    """Have proposals fall back whose home is not kept any more."""
    await session.execute(_LAPSE, {"holding": _STATES["holding"]})


async def end(session: AsyncSession) -> None:
    """End proposals that nothing can come of: the home went, a member left, or somebody was housed otherwise."""
    await session.execute(_END, {name: _STATES[name] for name in ("housed", "early", "before_lease")})
    await session.execute(_LET_GO)


async def untold(session: AsyncSession) -> list[int]:
    return list((await session.execute(_UNTOLD)).scalars())


async def tell(session: AsyncSession, step: int) -> Told | None:
    """Note that a step is told, and return it; ``None``: it was told meanwhile."""
    row = (await session.execute(_TELL, {"id": step})).one_or_none()
    return Told(*row) if row else None


async def remind(session: AsyncSession, today: dt.date) -> list[Due]:
    """Note what somebody is to be reminded of and was not, and return it."""
    values = {"today": today, "holding": _STATES["holding"]}
    return [Due(*row) for row in await session.execute(_REMIND, values)]


async def forget(session: AsyncSession) -> None:
    """Delete proposals that ended, led to a move, or are of a lease whose case is gone, more than 24 months ago."""
    await session.execute(_FORGET)
