"""Write to people of an organisation, by what they may do in it."""

import uuid
from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from registry.access.roles import UserRole
from registry.identity.repository import recipients as repository
from registry.identity.repository.recipients import Recipient
from registry.identity.service import mail
from registry.kernel.text import Language
from registry.platform.crypto import Keyring

__all__ = ["Recipient", "language_of", "notify_people", "wanting_digest"]


async def notify_people(
    *,
    session: AsyncSession,
    keys: Keyring,
    organisation: uuid.UUID,
    roles: Sequence[UserRole],
    kind: mail.Kind,
    values: Callable[[Language], dict[str, Any]],
) -> int:
    """Queue a mail to everybody in an organisation who has one of ``roles``; return how many. Needs ``Role.JOB``.

    Args:
        values: What fills the template, by language; ``organisation_name`` is added.
    """
    found = await repository.recipients(session, organisation, [role.value for role in roles])
    if not found:
        return 0
    name = await repository.name_of(session, organisation)
    for person in found:
        language = language_of(person)
        await mail.queue(
            session=session, keys=keys, kind=kind, recipient=person.email, language=language,
            organisation=organisation, organisation_name=name, **values(language),
        )  # fmt: skip
    return len(found)


def language_of(person: Recipient) -> Language:
    """Return the language in which somebody is written to."""
    return "en" if person.language == "en" else "fr"


async def wanting_digest(
    *, session: AsyncSession, organisation: uuid.UUID, roles: Sequence[UserRole]
) -> list[Recipient]:
    """Return who of an organisation has one of ``roles`` and wants the daily mail of vacated homes. As the job."""
    return await repository.recipients(session, organisation, [role.value for role in roles], digest=True)
