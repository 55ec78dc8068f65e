"""A landlord's mappings: stored, versioned, never changed."""

import math
from collections.abc import Iterator
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncSession

from registry.access.principal import Principal, own_organisation
from registry.audit import service as audit
from registry.kernel.text import Text
from registry.sync.models import SyncMapping
from registry.sync.repository import mappings as repository
from registry.sync.repository import sources
from registry.sync.source_errors import MappingNotFound, MappingUnreadable, SourcesTooMany

__all__ = ["SyncMapping", "list_mappings", "put_mapping", "read_mapping"]

MAX_VERSIONS: Final = 1_000
"""Of all mappings of one landlord together."""
_EXACT: Final = 2**53


async def put_mapping(
    *, session: AsyncSession, principal: Principal, name: str, document: dict[str, Any]
) -> tuple[bool, SyncMapping]:
    """Store a version of a mapping; the document of the latest one again changes nothing.

    Returns:
        Whether a version was made, and the latest version.

    Raises:
        MappingUnreadable, SourcesTooMany: As they say.
    """
    own = own_organisation(principal)
    given = readable(document)
    await sources.hold_declarations(session, own)
    latest = await repository.mapping(session, own, name)
    if latest is not None and latest.document == given:
        return False, latest
    if await repository.count(session, own) >= MAX_VERSIONS:
        raise SourcesTooMany(field="name", value=name)
    version = latest.version + 1 if latest else 1
    await repository.add(session, own, name, version, given, principal.actor)
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


def readable(document: dict[str, Any]) -> dict[str, Any]:
    """Return a mapping's document if it can be kept as it is written.

    Raises:
        MappingUnreadable: It is empty, or holds a sign or number that is read differently by others, and by PostgreSQL.
    """
    if not document:
        raise MappingUnreadable(Text("Le document est vide.", "The document is empty."), field="body", value={})
    for place, value in _leaves(document, ""):
        if isinstance(value, str) and ("\0" in value or any("\ud800" <= sign <= "\udfff" for sign in value)):
            said = Text("Ce texte a un signe qui n'est pas un caractère.", "This text has a sign that is no character.")
            raise MappingUnreadable(said, field=place, value=value)
        if isinstance(value, int | float) and not (math.isfinite(value) and abs(value) < _EXACT):
            said = Text("Ce nombre est trop grand.", "This number is too large.")
            raise MappingUnreadable(said, field=place, value=value)
    return document


def _leaves(node: Any, place: str) -> Iterator[tuple[str, Any]]:
    """Yield every value below ``node``, names of fields among them, with its dotted place."""
    waiting = [(place, node)]
    while waiting:
        where, value = waiting.pop()
        if isinstance(value, dict):
            for name, inner in value.items():
                yield where or "body", name
                waiting.append((f"{where}.{name}".lstrip("."), inner))
        elif isinstance(value, list):
            waiting += [(f"{where}.{n}", inner) for n, inner in enumerate(value)]
        else:
            yield where, value
