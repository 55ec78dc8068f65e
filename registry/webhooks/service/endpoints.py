"""An organisation's own webhooks: set, look at, test, replay, remove."""

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple
from urllib.parse import urlsplit

from sqlalchemy.ext.asyncio import AsyncSession

from registry.access.principal import Principal, own_organisation
from registry.audit import service as audit
from registry.kernel.clock import now
from registry.kernel.ids import new_id
from registry.kernel.text import Text
from registry.platform.crypto import Keyring
from registry.platform.outbound import Outbound, TargetRefused
from registry.vocabulary.webhooks import TEST
from registry.webhooks import repository
from registry.webhooks.errors import (
    DeliveryUnknown,
    WebhookDisabled,
    WebhooksTooMany,
    WebhookUnknown,
    WebhookUrlInvalid,
)
from registry.webhooks.models import WebhookDelivery, WebhookEndpoint
from registry.webhooks.schemas import ReplayIn, WebhookIn
from registry.webhooks.service.signing import new_secret

MOST: Final = 10
"""Webhooks of one organisation."""
OVERLAP: Final = timedelta(hours=24)
"""How long a secret that is replaced signs beside the new one."""


class Written(NamedTuple):
    """A webhook as it is now; ``secret`` where it was just made, which is shown once."""

    endpoint: WebhookEndpoint
    secret: str | None


def seal_of(organisation: uuid.UUID) -> str:
    """Return where the seals of an organisation's secrets belong: under the name of what was here before webhooks."""
    return f"warning_hooks:{organisation}"


async def list_webhooks(
    *, session: AsyncSession, principal: Principal, after: str, limit: int
) -> Sequence[WebhookEndpoint]:
    """Return webhooks by name."""
    return await repository.endpoints(session, own_organisation(principal), after=after, limit=limit)


async def read_webhook(*, session: AsyncSession, principal: Principal, name: str) -> WebhookEndpoint:
    """Return a webhook.

    Raises:
        WebhookUnknown: There is none of that name.
    """
    found = await repository.endpoint(session, own_organisation(principal), name)
    if found is None:
        raise WebhookUnknown
    return found


async def put_webhook(
    *, session: AsyncSession, principal: Principal, keys: Keyring, outbound: Outbound, name: str, given: WebhookIn
) -> Written:
    """Have events posted from now on; the secret is made with the webhook, and anew where that is asked for.

    Raises:
        WebhookUrlInvalid: The address may not be asked.
        WebhooksTooMany: It would be one too many.
    """
    own = own_organisation(principal)
    try:
        outbound.check(given.url)
    except TargetRefused as refused:
        raise WebhookUrlInvalid(
            Text(f"L'adresse n'est pas admise : {refused}.", f"The address is not accepted: {refused}."),
            field="url", value=given.url,
        ) from None  # fmt: skip
    row = await repository.endpoint(session, own, name, lock=True)
    secret = new_secret() if row is None or given.new_secret else None
    sealed = keys.encrypt(secret.encode(), place=seal_of(own)) if secret else b""
    if row is None:
        if len(await repository.endpoints(session, own, after="", limit=MOST)) == MOST:
            raise WebhooksTooMany
        row = WebhookEndpoint(id=new_id(), organisation_id=own, name=name, secret=sealed)
        session.add(row)
    elif secret:
        row.previous_secret, row.previous_until, row.secret = row.secret, now() + OVERLAP, sealed
    _set(row, given)
    await session.flush()
    await audit.record(
        session, organisation=own, action="webhooks:endpoint:set", subject=name,
        detail={"host": urlsplit(given.url).hostname, "new_secret": secret is not None, "enabled": given.enabled},
    )  # fmt: skip
    return Written(await read_webhook(session=session, principal=principal, name=name), secret)


def _set(row: WebhookEndpoint, given: WebhookIn) -> None:
    if row.url != given.url or (given.enabled and row.disabled_at is not None):
        row.failing_since = row.last_error = None
    row.url, row.events = given.url, sorted({event.value for event in given.events})
    row.disabled_at = None if given.enabled else row.disabled_at or now()


async def remove_webhook(*, session: AsyncSession, principal: Principal, name: str) -> None:
    """Post nothing there any more, and forget what was.

    Raises:
        WebhookUnknown: There is none of that name.
    """
    own = own_organisation(principal)
    if not await repository.remove(session, own, name):
        raise WebhookUnknown
    await audit.record(session, organisation=own, action="webhooks:endpoint:removed", subject=name)


async def test_webhook(*, session: AsyncSession, principal: Principal, name: str) -> int:
    """Have an event of no meaning posted.

    Raises:
        WebhookUnknown, WebhookDisabled: As they say.
    """
    found = await _enabled(session, principal, name)
    return await repository.notify(session, found.organisation_id, TEST, {"webhook": name}, endpoint=found.id)


async def replay(*, session: AsyncSession, principal: Principal, name: str, given: ReplayIn) -> int:
    """Have deliveries of the last thirty days posted again, with the ids that they had; return how many.

    Raises:
        WebhookUnknown, WebhookDisabled: As they say.
        DeliveryUnknown: The one that is named is not of this webhook.
    """
    found = await _enabled(session, principal, name)
    count = await repository.replay(session, found, delivery=given.delivery_id, since=given.since)
    if given.delivery_id is not None and not count:
        raise DeliveryUnknown
    await audit.record(
        session, organisation=found.organisation_id, action="webhooks:endpoint:replayed", subject=name,
        detail={"deliveries": count},
    )  # fmt: skip
    return count


async def list_deliveries(
    *, session: AsyncSession, principal: Principal, name: str, after: tuple[datetime, str] | None, limit: int
) -> Sequence[WebhookDelivery]:
    """Return the deliveries of the last thirty days, the latest first.

    Raises:
        WebhookUnknown: There is no webhook of that name.
    """
    found = await read_webhook(session=session, principal=principal, name=name)
    return await repository.deliveries(session, found, after=after, limit=limit)


async def _enabled(session: AsyncSession, principal: Principal, name: str) -> WebhookEndpoint:
    found = await read_webhook(session=session, principal=principal, name=name)
    if found.disabled_at is not None:
        raise WebhookDisabled
    return found
