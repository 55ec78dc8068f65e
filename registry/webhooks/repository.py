"""The SQL of webhooks: endpoints, and the outbox of what is posted to them."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

import orjson
from sqlalchemy import delete, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from registry.access.principal import OwnOrganisation
from registry.webhooks.models import WebhookDelivery, WebhookEndpoint


async def endpoints(
    session: AsyncSession, organisation: OwnOrganisation, *, after: str, limit: int
) -> Sequence[WebhookEndpoint]:
    """Return endpoints by name (byte order)."""
    query = (
        select(WebhookEndpoint)
        .where(WebhookEndpoint.organisation_id == organisation, WebhookEndpoint.name > after)
        .order_by(WebhookEndpoint.name)
        .limit(limit)
    )
    return (await session.scalars(query)).all()


async def endpoint(
    session: AsyncSession, organisation: OwnOrganisation, name: str, *, lock: bool = False
) -> WebhookEndpoint | None:
    query = (
        select(WebhookEndpoint)
        .where(WebhookEndpoint.organisation_id == organisation, WebhookEndpoint.name == name)
        .execution_options(populate_existing=True)
    )
    return (await session.scalars(query.with_for_update() if lock else query)).one_or_none()


async def remove(session: AsyncSession, organisation: OwnOrganisation, name: str) -> bool:
    gone = await session.execute(
        delete(WebhookEndpoint)
        .where(WebhookEndpoint.organisation_id == organisation, WebhookEndpoint.name == name)
        .returning(WebhookEndpoint.id)
        .execution_options(synchronize_session=False)
    )
    return gone.first() is not None


# Numbered by the time of their making, so that they are listed in that order: an id of ours says no more than
# created_at does, to its owner alone.
_NOTIFY: Final = text(
    """
    INSERT INTO webhook_deliveries (organisation_id, id, endpoint_id, kind, data)
    SELECT organisation_id, gen_random_uuid(), id, :kind, CAST(:data AS jsonb) FROM webhook_endpoints
    WHERE organisation_id = :organisation AND disabled_at IS NULL
        AND CASE WHEN CAST(:endpoint AS uuid) IS NULL THEN :kind = ANY (events) ELSE id = CAST(:endpoint AS uuid) END
    """
)


async def notify(
    session: AsyncSession,
    organisation: uuid.UUID,
    kind: str,
    data: Mapping[str, Any],
    *,
    endpoint: uuid.UUID | None = None,
) -> int:
    """Write an event for every endpoint that wants its kind, or for one; return for how many."""
    given = {
        "organisation": organisation, "kind": kind, "data": orjson.dumps(data, default=str).decode(),
        "endpoint": endpoint,
    }  # fmt: skip
    return int((await session.execute(_NOTIFY, given)).rowcount)  # type: ignore[attr-defined]


async def deliveries(
    session: AsyncSession, endpoint: WebhookEndpoint, *, after: tuple[datetime, str] | None, limit: int
) -> Sequence[WebhookDelivery]:
    """Return deliveries, the latest first."""
    query = select(WebhookDelivery).where(
        WebhookDelivery.organisation_id == endpoint.organisation_id, WebhookDelivery.endpoint_id == endpoint.id
    )
    if after is not None:
        moment, id_ = after
        query = query.where(
            (WebhookDelivery.created_at < moment)
            | ((WebhookDelivery.created_at == moment) & (WebhookDelivery.id < uuid.UUID(id_)))
        )
    return (
        await session.scalars(query.order_by(WebhookDelivery.created_at.desc(), WebhookDelivery.id.desc()).limit(limit))
    ).all()


_REPLAY: Final = text(
    """
    UPDATE webhook_deliveries SET next_at = now(), attempts = 0, delivered_at = NULL, given_up_at = NULL
    WHERE organisation_id = :organisation AND endpoint_id = :endpoint
        AND (id = CAST(:delivery AS uuid) OR created_at >= CAST(:since AS timestamptz))
    """
)


async def replay(
    session: AsyncSession, endpoint: WebhookEndpoint, *, delivery: uuid.UUID | None, since: datetime | None
) -> int:
    """Have one delivery, or those since a moment, posted again; return how many."""
    given = {
        "organisation": endpoint.organisation_id, "endpoint": endpoint.id, "delivery": delivery, "since": since,
    }  # fmt: skip
    return int((await session.execute(_REPLAY, given)).rowcount)  # type: ignore[attr-defined]


class Due(NamedTuple):
    """A delivery to be posted now, and where; ``attempts``: this one too."""

    organisation_id: uuid.UUID
    id: uuid.UUID
    endpoint_id: uuid.UUID
    name: str
    url: str
    secret: bytes
    previous_secret: bytes | None
    kind: str
    data: dict[str, Any]
    created_at: datetime
    attempts: int


# Claimed for a while and not locked: nothing is held in the database while somebody's server takes its time. A worker
# that dies meanwhile has posted it or not; it is posted again, with the same id.
_CLAIM: Final = text(
    """
    WITH due AS (
        SELECT d.organisation_id, d.id FROM webhook_deliveries d
        JOIN webhook_endpoints e ON e.id = d.endpoint_id AND e.disabled_at IS NULL
        WHERE d.next_at <= now() ORDER BY d.next_at LIMIT :most FOR UPDATE OF d SKIP LOCKED)
    UPDATE webhook_deliveries d SET next_at = now() + CAST(:lease AS interval), attempts = d.attempts + 1
    FROM due, webhook_endpoints e
    WHERE d.organisation_id = due.organisation_id AND d.id = due.id AND e.id = d.endpoint_id
    RETURNING d.organisation_id, d.id, e.id, e.name, e.url, e.secret,
        CASE WHEN e.previous_until > now() THEN e.previous_secret END, d.kind, d.data, d.created_at, d.attempts
    """
)
_TAKEN: Final = (
    text(
        "UPDATE webhook_deliveries SET next_at = NULL, delivered_at = now(), last_error = NULL"
        " WHERE organisation_id = :organisation AND id = :id"
    ),
    text(
        "UPDATE webhook_endpoints SET last_posted_at = now(), failing_since = NULL, last_error = NULL"
        " WHERE id = :endpoint"
    ),
)
_FAILED: Final = text(
    "UPDATE webhook_deliveries SET next_at = now() + CAST(:wait AS interval), last_error = :error,"
    " given_up_at = CASE WHEN CAST(:wait AS interval) IS NULL THEN now() END"
    " WHERE organisation_id = :organisation AND id = :id"
)
_FAILING: Final = text(
    "UPDATE webhook_endpoints SET failing_since = coalesce(failing_since, now()), last_error = :error"
    " WHERE id = :endpoint"
)
_DISABLE: Final = text(
    "UPDATE webhook_endpoints SET disabled_at = now() WHERE id = :endpoint AND disabled_at IS NULL"
    " AND (:at_once OR last_posted_at IS NULL OR last_posted_at < :created)"
)
_EXPIRE: Final = text("DELETE FROM webhook_deliveries WHERE created_at < :before")
_WATCHING: Final = text(
    "SELECT id, organisation_id, events, CAST(stock_seen AS text), CAST(listings_seen AS text) FROM webhook_endpoints"
    " WHERE disabled_at IS NULL AND events && ARRAY['stock.changed', 'listings.changed'] ORDER BY id"
)
_SEEN: Final = text(
    "UPDATE webhook_endpoints SET stock_seen = coalesce(CAST(CAST(:stock AS text) AS xid8), stock_seen),"
    " listings_seen = coalesce(CAST(CAST(:listings AS text) AS xid8), listings_seen) WHERE id = :endpoint"
)


async def claim(session: AsyncSession, *, most: int, lease: timedelta) -> list[Due]:
    """Take up to ``most`` deliveries that are due, each for the time of a lease, oldest first. As the job."""
    found = [Due(*row) for row in await session.execute(_CLAIM, {"most": most, "lease": lease})]
    return sorted(found, key=lambda due: due.created_at)


async def taken(session: AsyncSession, due: Due) -> None:
    given = {"organisation": due.organisation_id, "id": due.id, "endpoint": due.endpoint_id}
    for statement in _TAKEN:
        await session.execute(statement, given)


async def failed(session: AsyncSession, due: Due, error: str, wait: timedelta | None) -> None:
    """Note a failure; ``wait``: until it is posted again, ``None``: never."""
    given = {"organisation": due.organisation_id, "id": due.id, "error": error, "wait": wait}
    await session.execute(_FAILED, given)
    await session.execute(_FAILING, {"endpoint": due.endpoint_id, "error": error})


async def disable(session: AsyncSession, due: Due, *, at_once: bool) -> bool:
    """Post nothing there any more, unless it took something since ``due`` was made; return whether that is new."""
    given = {"endpoint": due.endpoint_id, "created": due.created_at, "at_once": at_once}
    return int((await session.execute(_DISABLE, given)).rowcount) > 0  # type: ignore[attr-defined]


async def expire(session: AsyncSession, *, before: datetime) -> None:
    await session.execute(_EXPIRE, {"before": before})


class Watching(NamedTuple):
    """An endpoint that is told of changes, and up to which transactions it was."""

    id: uuid.UUID
    organisation_id: uuid.UUID
    events: list[str]
    stock_seen: str | None
    listings_seen: str | None


async def watching(session: AsyncSession) -> list[Watching]:
    """Return every endpoint that wants to know of changes. As the job."""
    return [Watching(*row) for row in await session.execute(_WATCHING)]


async def seen(session: AsyncSession, endpoint: uuid.UUID, *, stock: int | None, listings: int | None) -> None:
    """Note up to which transactions changes were announced; ``None``: as before."""
    given = {
        "endpoint": endpoint, "stock": None if stock is None else str(stock),
        "listings": None if listings is None else str(listings),
    }  # fmt: skip
    await session.execute(_SEEN, given)
