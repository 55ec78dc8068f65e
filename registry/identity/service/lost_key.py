"""Go on without what is sealed under a master key that is lost."""

import uuid

from sqlalchemy.ext.asyncio import AsyncSession

from registry.audit import service as audit
from registry.identity.repository import sealed as repository
from registry.identity.repository.sealed import Column
from registry.identity.service.account.second_factor import take_second_factor
from registry.platform.crypto import Keyring, SealBroken
from registry.platform.database import Role


async def forget_unopened(*, session: AsyncSession, keys: Keyring, role: Role) -> dict[str, int]:
    """Forget every sealed value that ``keys`` cannot open; return how many, by column. What opens stays.

    For the operator only. Signing keys are made anew; whoever loses a second factor signs in with the password alone,
    once, and sets up another; an organisation sets its webhooks again.

    Args:
        session: A transaction as ``role``.
        keys: The keys that there are.
        role: Of whose columns. Everything is forgotten once ``Role.AUTH`` and ``Role.JOB`` did.
    """
    counts: dict[str, int] = {}
    for column in repository.COLUMNS:
        if column.role is not role:
            continue
        lost = [row for row in await repository.all_sealed(session, column) if not _opens(keys, row)]
        for row in lost:
            await repository.forget(session, column, row.key)
            await _follow(session, column, row)
        counts[column.name] = len(lost)
    return counts


def _opens(keys: Keyring, row: repository.Sealed) -> bool:
    try:
        keys.decrypt(row.value, place=row.place)
    except SealBroken:
        return False
    return True


async def _follow(session: AsyncSession, column: Column, row: repository.Sealed) -> None:
    """Do what goes with it: the rest of a second factor, and the audit, the organisations' and the service's own."""
    if column.table == "signing_keys":
        await audit.record(
            session, organisation=audit.SERVICE, action="identity:signing_key:forgotten", subject=row.key
        )
    elif column.table == "users":
        await take_second_factor(session, row.key)
    elif column.table == "webhook_endpoints" and column.column == "secret":
        organisation = uuid.UUID(row.place.rpartition(":")[2])
        await audit.record(
            session, organisation=organisation, action="webhooks:endpoint:forgotten", subject=str(row.key)
        )
