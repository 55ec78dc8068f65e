"""Seal everything anew under the present master key, once it was changed."""

from sqlalchemy.ext.asyncio import AsyncSession

from registry.audit import service as audit
from registry.identity.repository import sealed as repository
from registry.platform.crypto import Keyring


async def rewrap(*, session: AsyncSession, keys: Keyring) -> dict[str, int]:
    """Open and seal again every sealed value, in one transaction; return how many, by column. Needs ``Role.AUTH``.

    ``keys`` opens with the previous master key what the present one does not. Until this has run, both are needed;
    after it, the previous one may be destroyed.

    Raises:
        SealBroken: A value opens with neither: nothing is changed.
    """
    counts: dict[str, int] = {}
    for column in repository.COLUMNS:
        rows = await repository.all_sealed(session, column)
        for row in rows:
            opened = keys.decrypt(row.value, place=row.place)
            await repository.replace(session, column, row.key, keys.encrypt(opened, place=row.place))
        counts[column.name] = len(rows)
    await audit.record(
        session, organisation=audit.SERVICE, action="identity:master_key:changed", subject="rewrap", detail=counts
    )
    return counts
