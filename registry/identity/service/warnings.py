"""Warn in time of secrets that come to their end: thirty, seven and one day before, once each."""

import math
from typing import Final

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from registry.identity.events import SecretExpiring
from registry.identity.repository import clients as repository
from registry.identity.service import mail
from registry.kernel.clock import date_in_france, now
from registry.kernel.text import Language, day_said
from registry.platform import events
from registry.platform.crypto import Keyring

DAYS: Final = (30, 7, 1)
log: Final = structlog.get_logger()


async def warn_of_expiring_secrets(*, session: AsyncSession, keys: Keyring) -> int:
    """Write to the administrators of each organisation, to all its members if it has none; return how many mails.

    Where there is nobody to write to and no webhook, the secret is not taken as warned of: somebody who joins is told,
    and the log tells the operator meanwhile. Needs ``Role.JOB``.
    """
    count, untold = 0, []
    for secret in await repository.expiring_secrets(session, DAYS):
        left = math.ceil((secret.expires_at - now()).total_seconds() / 86_400)
        for email, given in secret.recipients:
            language: Language = "en" if given == "en" else "fr"
            await mail.queue(
                session=session, keys=keys, kind=mail.Kind.SECRET_EXPIRES, recipient=email, language=language,
                organisation=secret.organisation_id, organisation_name=secret.organisation, client=secret.client,
                client_id=secret.client_id, secret=str(secret.secret_id), days=left,
                date=day_said(date_in_france(secret.expires_at)).in_language(language),
            )  # fmt: skip
            count += 1
        event = SecretExpiring(
            secret.organisation_id, secret.client_id, secret.client, secret.secret_id, secret.expires_at, secret.days
        )
        await events.publish(session, event)
        if event.told or secret.recipients:
            await repository.warned(session, secret.secret_id, secret.days)
        else:
            untold.append({"client": secret.client_id, "secret": str(secret.secret_id), "days": left})
    if untold:
        log.warning("secret_expiry_untold", secrets=untold)
    return count
