"""The SQL of warning hooks."""

import uuid
from datetime import datetime
from typing import Final, NamedTuple

from sqlalchemy import delete, func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from registry.access.principal import OwnOrganisation
from registry.identity.models import WarningHook


async def hook(session: AsyncSession, organisation: uuid.UUID, *, lock: bool = False) -> WarningHook | None:
    statement = (
        select(WarningHook).where(WarningHook.organisation_id == organisation).execution_options(populate_existing=True)
    )
    return (await session.scalars(statement.with_for_update() if lock else statement)).one_or_none()


async def put(session: AsyncSession, organisation: OwnOrganisation, url: str, secret: bytes) -> None:
    statement = insert(WarningHook).values(organisation_id=organisation, url=url, secret=secret)
    changed = {"url": url, "secret": secret, "last_posted_at": None, "last_error": None}
    await session.execute(statement.on_conflict_do_update(index_elements=["organisation_id"], set_=changed))


async def remove(session: AsyncSession, organisation: OwnOrganisation) -> bool:
    """Delete the hook; ``False`` when there is none."""
    gone = await session.execute(
        delete(WarningHook)
        .where(WarningHook.organisation_id == organisation)
        .returning(WarningHook.organisation_id)
        .execution_options(synchronize_session=False)
    )
    return gone.first() is not None


async def note(session: AsyncSession, organisation: uuid.UUID, error: str | None) -> None:
    """Note what became of a warning; ``None``: it was taken. As the job."""
    values = {"last_error": error} if error else {"last_error": None, "last_posted_at": func.now()}
    await session.execute(
        update(WarningHook)
        .where(WarningHook.organisation_id == organisation)
        .values(values)
        .execution_options(synchronize_session=False)
    )


class Ending(NamedTuple):
    """A secret that comes to its end, and the hook of its organisation."""

    organisation_id: uuid.UUID
    client_id: str
    client: str
    expires_at: datetime
    url: str
    sealed: bytes


_ENDING: Final = text(
    """
    SELECT c.organisation_id, c.client_id, c.name, s.expires_at, h.url, h.secret
    FROM client_secrets s JOIN oauth_clients c ON c.client_id = s.client_id
    JOIN warning_hooks h ON h.organisation_id = c.organisation_id
    WHERE s.id = :secret AND s.revoked_at IS NULL AND s.expires_at IS NOT NULL
    """
)


async def ending(session: AsyncSession, secret: uuid.UUID) -> Ending | None:
    """Return what a warning says and where it goes; ``None``: the secret or the hook is gone. As the job."""
    row = (await session.execute(_ENDING, {"secret": secret})).one_or_none()
    return Ending(*row) if row else None


async def has_hook(session: AsyncSession, organisation: uuid.UUID) -> bool:
    return await hook(session, organisation) is not None
