"""Keys that clients publish themselves (``jwks_uri``): fetched by the worker, kept when a fetch fails.

A key that is no longer published is retired as one that its client retires here: the tokens that it obtained end.
"""

from datetime import timedelta
from typing import Any, Final

import orjson
import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from registry.audit import service as audit
from registry.identity.errors import KeySetInvalid
from registry.identity.repository import clients as repository
from registry.identity.service.clients import public_key_set
from registry.kernel.clock import now
from registry.platform.database import Database, Role
from registry.platform.outbound import Outbound, TargetRefused

EVERY: Final = timedelta(minutes=15)
log: Final = structlog.get_logger()


async def fetch_remote_keys(database: Database, outbound: Outbound) -> int:
    """Fetch every key set that is due; return how many were read. What fails leaves the keys fetched before."""
    async with database.transaction(Role.JOB, actor="identity.fetch_keys") as session:
        due = await repository.remote_keys_due(session, before=now() - EVERY)
    read = 0
    for client_id, uri in due:
        keys, error = None, None
        try:
            keys = public_key_set(orjson.loads(await outbound.get(uri)))
            read += 1
        except TargetRefused as refused:
            error = str(refused)
        except (orjson.JSONDecodeError, KeySetInvalid, TypeError):
            error = "it is not a set of public keys that may authenticate a client"
        async with database.transaction(Role.JOB, actor="identity.fetch_keys") as session:
            await _keep(session, client_id, uri, keys, error)
        if error:
            log.warning("remote_keys_not_read", client=client_id, reason=error)
    return read


async def _keep(
    session: AsyncSession, client_id: str, uri: str, keys: dict[str, Any] | None, error: str | None
) -> None:
    """Note a fetch and what it changed, unless the client's keys come from elsewhere by now."""
    before = await repository.remote_keys(session, client_id, uri)
    if before is None:
        return
    await repository.keep_remote_keys(session, client_id, uri, keys, error)
    if keys is None:
        return
    held, published = _by_kid(before.jwks), _by_kid(keys)
    gone = sorted(kid for kid in held if published.get(kid) != held[kid])
    new = sorted(kid for kid in published if published[kid] != held.get(kid))
    for kid in gone:
        await repository.revoke_tokens_of_credential(session, client_id, kid)
    for action, kids in (("identity:key:retired", gone), ("identity:key:added", new)):
        for kid in kids:
            await audit.record(
                session, organisation=before.organisation_id, action=action, subject=client_id,
                detail={"kid": kid, "from": "jwks_uri"},
            )  # fmt: skip


def _by_kid(jwks: dict[str, Any] | None) -> dict[str, tuple[Any, ...]]:
    """Return what makes each key what it is (RFC 7638 §3.2), by its id: another key of the same id is another."""
    keys = (jwks or {}).get("keys", [])
    return {key["kid"]: tuple(key.get(name) for name in ("kty", "crv", "x", "y", "n", "e")) for key in keys}
