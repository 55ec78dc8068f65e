"""What happened is written into the outbox in the transaction in which it happened."""

import uuid
from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncSession

from registry.identity.events import SecretExpiring
from registry.listings.service import changes as listings
from registry.stock.events import LiftOutageChanged
from registry.stock.service import changes as stock
from registry.transfers.events import CaseMatched, HomesVacated, ProposalChanged
from registry.vocabulary.webhooks import WebhookEvent
from registry.webhooks import repository


async def notify(*, session: AsyncSession, organisation: uuid.UUID, kind: WebhookEvent, data: Mapping[str, Any]) -> int:
    """Have an event posted wherever the organisation wants events of its kind; return to how many places.

    Args:
        session: A transaction of ``Role.LANDLORD`` that is bound to the organisation, of ``Role.AUTH`` or of
            ``Role.JOB``: it is posted if, and only if, that commits.
        kind: Its kind.
        data: Ids and counts only: it leaves for systems that we do not know.
    """
    return await repository.notify(session, organisation, kind.value, data)


async def follow_expiring_secret(session: AsyncSession, event: SecretExpiring) -> None:
    """Post the warning of a secret that ends, besides the mail."""
    data = {
        "client_id": event.client_id, "client_name": event.client, "secret_id": event.secret_id,
        "expires_at": event.expires_at.isoformat(), "within_days": event.days,
    }  # fmt: skip
    if await notify(session=session, organisation=event.organisation_id, kind=WebhookEvent.SECRET_EXPIRES, data=data):
        event.told.append("webhook")


_OF_OUTAGE: Final = {"started": WebhookEvent.LIFT_OUTAGE_STARTED, "ended": WebhookEvent.LIFT_OUTAGE_ENDED}


async def follow_lift_outage(session: AsyncSession, event: LiftOutageChanged) -> None:
    """Tell the landlord's own systems that a lift of its own stands, or runs again: references and moments."""
    kind = _OF_OUTAGE.get(event.change)
    if kind is None:
        return
    data = {
        "outage_id": event.outage_id, "residence_ref": event.residence_ref, "building_ref": event.building_ref,
        "lift": event.lift, "started_at": event.started_at, "expected_end": event.expected_end,
        "ended_at": event.ended_at,
    }  # fmt: skip
    await notify(session=session, organisation=event.organisation_id, kind=kind, data=data)


async def follow_match(session: AsyncSession, event: CaseMatched) -> None:
    """Tell the landlord's own systems that homes came free for a case: ids and months."""
    homes = [
        {"listing_id": listing, "available_month": f"{month:%Y-%m}" if month else None}
        for listing, month in event.homes
    ]
    data = {"case_id": event.case_id, "homes": homes}
    await notify(session=session, organisation=event.organisation_id, kind=WebhookEvent.TRANSFER_MATCH, data=data)


async def follow_proposal(session: AsyncSession, event: ProposalChanged) -> None:
    """Tell a side of a proposal which step was taken: its id and codes."""
    data = {
        "proposal_id": event.proposal_id, "side": event.side, "party": event.party, "action": event.action,
        "state": event.state, "reason": event.reason,
    }  # fmt: skip
    await notify(session=session, organisation=event.organisation_id, kind=WebhookEvent.PROPOSAL_CHANGED, data=data)


async def follow_vacated(session: AsyncSession, event: HomesVacated) -> None:
    """Tell each member of a territory which adapted homes of others fell vacant: their listings, and the month."""
    for member in event.members:
        homes = [
            {"listing_id": listing, "landlord_id": owner, "available_month": f"{month:%Y-%m}" if month else None}
            for owner, listing, month in event.homes
            if owner != member
        ]
        if homes:
            data = {"territory": event.territory, "homes": homes}
            await notify(session=session, organisation=member, kind=WebhookEvent.HOME_VACATED, data=data)


async def announce_changes(*, session: AsyncSession) -> int:
    """Tell who wants to know that there is something new in a feed, once for all there is; return how many were told.

    Nobody who writes has to think of it, and however much is written it is one event for each run. Needs ``Role.JOB``.
    """
    told = 0
    for endpoint in await repository.watching(session):
        told += await _announce_stock(session, endpoint) + await _announce_listings(session, endpoint)
    return told


async def _announce_stock(session: AsyncSession, endpoint: repository.Watching) -> int:
    if WebhookEvent.STOCK_CHANGED not in endpoint.events:
        return 0
    last = await stock.last_change(session=session, organisation=endpoint.organisation_id)
    if last <= int(endpoint.stock_seen or 0):
        return 0
    await repository.seen(session, endpoint.id, stock=last, listings=None)
    return await _tell(session, endpoint, WebhookEvent.STOCK_CHANGED, {"changes": "/v1/changes"})


async def _announce_listings(session: AsyncSession, endpoint: repository.Watching) -> int:
    if WebhookEvent.LISTINGS_CHANGED not in endpoint.events:
        return 0
    seen = int(endpoint.listings_seen or 0)
    changed = await listings.last_changes(session=session, organisation=endpoint.organisation_id, after=seen)
    if not changed:
        return 0
    await repository.seen(session, endpoint.id, stock=None, listings=max(changed.values()))
    data = {"territories": sorted(changed), "changes": [f"/v1/territories/{slug}/changes" for slug in sorted(changed)]}
    return await _tell(session, endpoint, WebhookEvent.LISTINGS_CHANGED, data)


async def _tell(
    session: AsyncSession, endpoint: repository.Watching, kind: WebhookEvent, data: Mapping[str, Any]
) -> int:
    return await repository.notify(session, endpoint.organisation_id, kind.value, data, endpoint=endpoint.id)
