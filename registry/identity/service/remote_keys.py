"""Keys that clients publish themselves (``jwks_uri``): fetched by the worker, kept when a fetch fails."""

from datetime import timedelta
from typing import Final

import orjson
import structlog

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
            await repository.keep_remote_keys(session, client_id, keys, error)
        if error:
            log.warning("remote_keys_not_read", client=client_id, reason=error)
    return read
