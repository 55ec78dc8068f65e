"""The jobs of identity: each is idempotent and may run at any time."""

import smtplib
import uuid
from typing import Final

import structlog

from registry.identity.repository import expiry
from registry.identity.repository import mails as repository
from registry.identity.service import mail as mails
from registry.identity.service import token_counts, warnings
from registry.kernel.clock import now
from registry.platform.crypto import Keyring, SealBroken
from registry.platform.database import Database, Role
from registry.platform.mail import Transport

log: Final = structlog.get_logger()


async def deliver_mail(database: Database, keys: Keyring, transport: Transport, mail: uuid.UUID) -> bool:
    """Send one mail; return whether it is sent.

    Where it is not taken, or its seal cannot be opened, it waits for :func:`deliver_waiting`.
    """
    try:
        async with database.transaction(Role.JOB, actor=mails.DELIVER) as session:
            return await mails.deliver(session=session, keys=keys, transport=transport, mail=mail)
    except (OSError, SealBroken, smtplib.SMTPException) as error:
        log.warning("mail_not_taken", mail=str(mail), error=type(error).__name__)
        async with database.transaction(Role.JOB, actor=mails.DELIVER) as session:
            await repository.attempted(session, mail)
        return False


async def deliver_waiting(database: Database, keys: Keyring, transport: Transport) -> int:
    """Try again what was not taken, eight times at most; return how many left."""
    async with database.transaction(Role.JOB, actor=mails.DELIVER) as session:
        waiting = await repository.waiting(session, mails.MAX_ATTEMPTS)
    return sum([await deliver_mail(database, keys, transport, mail) for mail in waiting])


async def expire(database: Database) -> None:
    """Delete what is over: sessions, links, codes, tokens, proofs, counts of failures, mail that nobody took."""
    async with database.transaction(Role.JOB, actor="identity.expire") as session:
        await expiry.delete_expired(session, now=now())


async def chain_token_counts(database: Database) -> int:
    """Take the counts of tokens issued and refused into the audit chains; return how many events."""
    async with database.transaction(Role.JOB, actor="identity.chain_token_counts") as session:
        return await token_counts.chain_counts(session=session)


async def warn_of_expiring_secrets(database: Database, keys: Keyring) -> int:
    """Write to those whose organisation's secrets end in thirty, seven or one day; return how many mails."""
    async with database.transaction(Role.JOB, actor="identity.warn") as session:
        return await warnings.warn_of_expiring_secrets(session=session, keys=keys)
