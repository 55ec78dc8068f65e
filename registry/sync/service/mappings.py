"""A landlord's mappings: stored, versioned, never changed."""

from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from registry.access.preconditions import Precondition
from registry.access.principal import Principal, own_organisation
from registry.audit import service as audit
from registry.sync.mapping import Mapping
from registry.sync.models import SyncMapping
from registry.sync.repository import mappings as repository
from registry.sync.repository import sources
from registry.sync.source_errors import MappingNotFound, SourcesTooMany

__all__ = [
    "MAX_VERSIONS", "MappingNotFound", "SyncMapping", "latest_versions", "list_mappings", "put_mapping", "read_mapping",
]  # fmt: skip

MAX_VERSIONS: Final = 1_000
"""Of all mappings of one landlord together."""
_WHATEVER: Final = Precondition()


async def put_mapping(
    *,
    session: AsyncSession,
    principal: Principal,
    name: str,
    given: Mapping,
    precondition: Precondition = _WHATEVER,
) -> tuple[bool, SyncMapping]:
    """Store a version of a mapping, as it was written; what the latest one says again changes nothing.

    Returns:
        Whether a version was made, and the latest version.

    Raises:
        SourcesTooMany: The landlord has stored as many as it may.
        VersionChanged: The latest version is not the one that the precondition names.
    """
    own = own_organisation(principal)
    document = given.model_dump(mode="json", by_alias=True, exclude_unset=True)
    await sources.hold_declarations(session, own)
    latest = await repository.mapping(session, own, name)
    precondition.check(latest.version if latest else None)
    if latest is not None and latest.document == document:
        return False, latest
    if await repository.count(session, own) >= MAX_VERSIONS:
        raise SourcesTooMany(field="name", value=name)
    version = latest.version + 1 if latest else 1
    await repository.add(session, own, name, version, document, principal.actor)
    await audit.record(session, organisation=own, action="sync:mapping:stored", subject=f"{name}/{version}")
    return True, await read_mapping(session=session, principal=principal, name=name)


async def read_mapping(
    *, session: AsyncSession, principal: Principal, name: str, version: int | None = None
) -> SyncMapping:
    """Return a version of a mapping, the latest where none is named.

    Raises:
        MappingNotFound: There is none.
    """
    found = await repository.mapping(session, own_organisation(principal), name, version)
    if found is None:
        raise MappingNotFound
    return found


async def list_mappings(*, session: AsyncSession, principal: Principal, after: str, limit: int) -> list[SyncMapping]:
    """Return the latest version of each mapping, by name."""
    return list(await repository.page(session, own_organisation(principal), after, limit))


async def latest_versions(*, session: AsyncSession, principal: Principal) -> dict[str, int]:
    """Return the number of the latest version of each mapping, by its name."""
    return await repository.latest(session, own_organisation(principal))
