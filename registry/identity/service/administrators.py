"""Write to those who administer an organisation."""

import uuid
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from registry.identity.repository import mails as repository
from registry.identity.service import mail
from registry.kernel.text import Language
from registry.platform.crypto import Keyring


async def write(
    *, session: AsyncSession, keys: Keyring, organisation: uuid.UUID, kind: mail.Kind, **values: Any
) -> int:
    """Write to the organisation's administrators, to all its members if it has none; return how many mails.

    Needs ``Role.JOB``.
    """
    recipients = await repository.administrators(session, organisation)
    for email, given in recipients:
        language: Language = "en" if given == "en" else "fr"
        await mail.queue(
            session=session, keys=keys, kind=kind, recipient=email, language=language, organisation=organisation,
            **values,
        )  # fmt: skip
    return len(recipients)
