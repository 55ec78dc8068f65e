"""A landlord's sources: declared, changed, read, removed."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit

import orjson
from sqlalchemy.ext.asyncio import AsyncSession

from registry.access.principal import OwnOrganisation, Principal, own_organisation
from registry.audit import service as audit
from registry.charter import service as charter
from registry.kernel.clock import now
from registry.kernel.ids import new_id
from registry.kernel.text import Text
from registry.platform.crypto import Keyring
from registry.platform.outbound import Outbound, TargetRefused
from registry.stock.service import sources as stock
from registry.sync import schedules
from registry.sync.models import SyncSource
from registry.sync.repository import mappings
from registry.sync.repository import sources as repository
from registry.sync.schemas.sources import PullIn, Slot, SourceIn
from registry.sync.source_errors import (
    MappingUnknown,
    SourceAddressRefused,
    SourceBusy,
    SourceNotFound,
    SourceSecretMissing,
    SourcesTooMany,
)

MAX_SOURCES: Final = 100
_READ_BY: Final = ("kind", "format", "mapping_name", "mapping_version", "mode", "pull")
"""What decides of a file: once it is changed, a file that was read before is read anew."""


class SourceView(NamedTuple):
    """A source with what others know of it: when its homes were confirmed, and until when that is fresh."""

    source: SyncSource
    confirmed_at: datetime | None
    stale_after: datetime

    @property
    def stale(self) -> bool:
        return self.stale_after < now()


@dataclass(frozen=True, slots=True)
class Vault:
    """Where a source's secret is kept, and where it may be taken to."""

    keys: Keyring
    outbound: Outbound


def place(source: uuid.UUID) -> str:
    """Return where the sealed secret of a source belongs."""
    return f"sync_sources.secret:{source}"


async def put_source(
    *, session: AsyncSession, principal: Principal, vault: Vault, name: str, given: SourceIn
) -> tuple[bool, SourceView]:
    """Declare a source, or change it; return whether it is new.

    A secret that is left out stays as it is held, while the address and the login that it is for stay as they are.

    Raises:
        SourceAddressRefused, SourceSecretMissing, MappingUnknown, SourcesTooMany: As they say.
    """
    own = own_organisation(principal)
    await repository.hold_declarations(session, own)
    held = await repository.source(session, own, name)
    if held is None and await repository.count(session, own) >= MAX_SOURCES:
        raise SourcesTooMany(field="name", value=name)
    id_ = held.id if held else new_id()
    values = await _declared(session, own, given)
    values["secret"] = _secret(vault, id_, held, given.pull)
    values["next_run_at"] = _next_run(given, id_, held)
    if held is None:
        await stock.add_source(session=session, principal=principal, source=id_)
        await repository.insert_source(session, own, id_, {"name": name, **values})
    else:
        if any(values[field] != getattr(held, field) for field in _READ_BY):
            values |= {"etag": None, "last_modified": None}
        await repository.change(session, own, id_, values)
    await audit.record(
        session, organisation=own, action="sync:source:declared", subject=name,
        detail={"kind": given.kind, "format": given.format.kind, "mode": given.mode, "paused": given.paused,
                "host": urlsplit(given.pull.url).hostname if given.pull else None},
    )  # fmt: skip
    return held is None, await read_source(session=session, principal=principal, name=name)


async def follow_mapping(*, session: AsyncSession, principal: Principal, name: str, version: int) -> SourceView:
    """Have the files of a source read by another version of the mapping that it names, from the next one on.

    A file that was read before is then read anew, even where it is the same.

    Raises:
        SourceNotFound: There is none of the name.
        MappingUnknown: The source names no mapping, or its mapping has no such version.
    """
    own = own_organisation(principal)
    await repository.hold_declarations(session, own)
    held = await _required(session, own, name)
    mapping = held.mapping_name
    if mapping is None or await mappings.mapping(session, own, mapping, version) is None:
        raise MappingUnknown(field="mapping", value=f"{mapping or ''}/{version}")
    if version != held.mapping_version:
        await repository.change(
            session, own, held.id, {"mapping_version": version, "etag": None, "last_modified": None}
        )  # fmt: skip
        await audit.record(
            session, organisation=own, action="sync:source:mapped", subject=name,
            detail={"mapping": mapping, "version": version},
        )  # fmt: skip
    return await read_source(session=session, principal=principal, name=name)


async def read_source(*, session: AsyncSession, principal: Principal, name: str) -> SourceView:
    """Return one of the landlord's sources.

    Raises:
        SourceNotFound: There is none of the name.
    """
    (view,) = await _views(session, principal, [await _required(session, own_organisation(principal), name)])
    return view


async def list_sources(*, session: AsyncSession, principal: Principal, after: str, limit: int) -> list[SourceView]:
    """Return the landlord's sources by name."""
    return await _views(session, principal, await repository.page(session, own_organisation(principal), after, limit))


async def delete_source(*, session: AsyncSession, principal: Principal, name: str) -> None:
    """Remove a source with its runs. Its homes stay; no file withdraws them any more.

    Raises:
        SourceNotFound: There is none of the name.
        SourceBusy: A run of it is under way.
    """
    own = own_organisation(principal)
    await repository.hold_declarations(session, own)
    held = await _required(session, own, name)
    if await repository.has_open_run(session, own, held.id):
        raise SourceBusy(field="name", value=name)
    await repository.remove(session, own, held.id)
    await stock.remove_source(session=session, principal=principal, source=held.id)
    await audit.record(session, organisation=own, action="sync:source:removed", subject=name)


async def _required(session: AsyncSession, own: OwnOrganisation, name: str) -> SyncSource:
    found = await repository.source(session, own, name)
    if found is None:
        raise SourceNotFound
    return found


async def _views(session: AsyncSession, principal: Principal, found: Any) -> list[SourceView]:
    if not found:
        return []
    confirmed = await stock.confirmed_at(session=session, sources=[source.id for source in found])
    terms = await charter.obligations_of(session=session, organisation=own_organisation(principal))
    fresh = timedelta(days=terms.freshness_days)
    return [
        SourceView(source, confirmed.get(source.id), fresh_since(source, confirmed.get(source.id)) + fresh)
        for source in found
    ]


def fresh_since(source: SyncSource, confirmed_at: datetime | None) -> datetime:
    """Return the last moment at which the source said how its homes stand; when it was declared, while it said nothing.

    A full file confirms what it names. Changes alone say nothing of the rest: what counts then is that they come.
    """
    said = [confirmed_at, source.applied_at] if source.mode == "delta" else [confirmed_at]
    return max((moment for moment in said if moment), default=source.created_at)


async def _declared(session: AsyncSession, own: OwnOrganisation, given: SourceIn) -> dict[str, Any]:
    """Return the columns that say how files are read and when they come."""
    chosen = given.mapping
    if chosen is not None and await mappings.mapping(session, own, chosen.name, chosen.version) is None:
        raise MappingUnknown(field="mapping", value=f"{chosen.name}/{chosen.version}")
    return {
        **given.model_dump(mode="json", include={"kind", "mode", "accept_partially", "default_status", "keep_runs"}),
        "format": given.format.model_dump(mode="json", exclude_none=True),
        "mapping_name": chosen.name if chosen else None,
        "mapping_version": chosen.version if chosen else None,
        "pull": _public(given.pull),
        "schedule": given.schedule.model_dump() if given.schedule else None,
        "paused": given.paused,
    }


def _public(pull: PullIn | None) -> dict[str, Any] | None:
    return pull.model_dump(mode="json", exclude={"auth": {"secret"}}) if pull else None


def _secret(vault: Vault, id_: uuid.UUID, held: SyncSource | None, pull: PullIn | None) -> bytes | None:
    """Return the sealed secret of a source as it is declared now."""
    if pull is None:
        return None
    auth = pull.auth.model_dump(mode="json")
    for field, url in (("pull.url", pull.url), ("pull.auth.token_url", auth.get("token_url"))):
        if url is not None:
            _check(vault.outbound, field, url)
    if auth["type"] == "none":
        return None
    if auth["secret"] is not None:
        return vault.keys.encrypt(orjson.dumps(auth["secret"]), place=place(id_))
    if held is None or held.secret is None or _holder(held.pull) != _holder(_public(pull)):
        raise SourceSecretMissing(field="pull.auth.secret", value=None)
    return bytes(held.secret)


def _holder(pull: dict[str, Any] | None) -> tuple[Any, ...]:
    """Return whom a secret was given for: sent to anybody else, it would be given away."""
    if pull is None:
        return ()
    auth = pull["auth"]
    return (
        urlsplit(pull["url"]).netloc.lower(), auth.get("token_url"),
        *(auth.get(name) for name in ("type", "username", "header", "client_id")),
    )  # fmt: skip


def _check(outbound: Outbound, field: str, url: str) -> None:
    try:
        outbound.check(url)
    except TargetRefused as refused:
        raise SourceAddressRefused(
            Text(f"L'adresse n'est pas admise : {refused}.", f"The address is not accepted: {refused}."),
            field=field, value=url,
        ) from None  # fmt: skip


def _next_run(given: SourceIn, id_: uuid.UUID, held: SyncSource | None) -> datetime | None:
    """Return when a source comes next: as before, where what was changed is not when."""
    slot: Slot | None = given.schedule
    if given.paused or slot is None:
        return None
    same = held is not None and not held.paused and held.schedule == slot.model_dump()
    if same and held is not None and held.next_run_at is not None:
        return held.next_run_at
    return schedules.next_slot(slot, id_, now())
