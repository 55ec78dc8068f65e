"""Warnings of credentials that end, posted to an address that the organisation names, and signed.

The form is that of Standard Webhooks: ``webhook-id``, ``webhook-timestamp`` and ``webhook-signature`` (``v1,`` and the
base 64 of HMAC-SHA256 under the secret over "id.timestamp.body"). The same warning has the same id each time.
"""

import base64
import hashlib
import hmac
import secrets
import uuid
from typing import Final, NamedTuple
from urllib.parse import urlsplit

import orjson
from sqlalchemy.ext.asyncio import AsyncSession

from registry.access.principal import Principal, own_organisation
from registry.audit import service as audit
from registry.identity.errors import HookUnknown, HookUrlInvalid
from registry.identity.models import WarningHook
from registry.identity.repository import hooks as repository
from registry.kernel.clock import now
from registry.kernel.text import Text
from registry.platform.crypto import Keyring
from registry.platform.database import Database, Role
from registry.platform.outbound import Outbound, TargetRefused

__all__ = ["POST", "WarningHook", "Written", "post_warning", "put_hook", "read_hook", "remove_hook", "signature"]

POST: Final = "identity.post_warning"
SECRET_PREFIX: Final = "whsec_"  # noqa: S105  # what libraries of Standard Webhooks expect
KIND: Final = "client_secret.expires"


class Written(NamedTuple):
    """A hook as it is now; ``secret`` where it was just made, which is shown once."""

    hook: WarningHook
    secret: str | None


def _place(organisation: uuid.UUID) -> str:
    return f"warning_hooks:{organisation}"


def signature(secret: str, id_: str, timestamp: int, body: bytes) -> str:
    """Return the signature of a warning under a secret as it was shown."""
    key = base64.b64decode(secret.removeprefix(SECRET_PREFIX))
    signed = hmac.new(key, f"{id_}.{timestamp}.".encode() + body, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(signed).decode()}"


async def read_hook(*, session: AsyncSession, principal: Principal) -> WarningHook:
    """Return the organisation's hook.

    Raises:
        HookUnknown: There is none.
    """
    found = await repository.hook(session, own_organisation(principal))
    if found is None:
        raise HookUnknown
    return found


async def put_hook(
    *, session: AsyncSession, principal: Principal, keys: Keyring, outbound: Outbound, url: str, new_secret: bool
) -> Written:
    """Have warnings posted to ``url`` from now on; the secret is made with the hook, and anew where that is asked for.

    Raises:
        HookUrlInvalid: The address may not be asked.
    """
    own = own_organisation(principal)
    try:
        outbound.check(url)
    except TargetRefused as refused:
        raise HookUrlInvalid(
            Text(f"L'adresse n'est pas admise : {refused}.", f"The address is not accepted: {refused}."),
            field="url", value=url,
        ) from None  # fmt: skip
    present = await repository.hook(session, own, lock=True)
    secret = None
    if present is None or new_secret:
        secret = SECRET_PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()
        sealed = keys.encrypt(secret.encode(), place=_place(own))
    else:
        sealed = bytes(present.secret)
    if present is None or secret is not None or present.url != url:
        await repository.put(session, own, url, sealed)
        await audit.record(
            session, organisation=own, action="identity:hook:set", subject=str(own),
            detail={"host": urlsplit(url).hostname, "new_secret": secret is not None},
        )  # fmt: skip
    return Written(await read_hook(session=session, principal=principal), secret)


async def remove_hook(*, session: AsyncSession, principal: Principal) -> None:
    """Post no warnings any more.

    Raises:
        HookUnknown: There is no hook.
    """
    own = own_organisation(principal)
    if not await repository.remove(session, own):
        raise HookUnknown
    await audit.record(session, organisation=own, action="identity:hook:removed", subject=str(own))


async def post_warning(database: Database, keys: Keyring, outbound: Outbound, *, secret: uuid.UUID, days: int) -> bool:
    """Post the warning of a secret; return whether there was one to post, and somebody took it.

    Raises:
        TargetRefused: It was not taken; it may be posted again.
    """
    async with database.transaction(Role.JOB, actor=POST) as session:
        ending = await repository.ending(session, secret)
    if ending is None:
        return False
    timestamp, id_ = int(now().timestamp()), f"{secret}-{days}"
    data = {
        "client_id": ending.client_id, "client_name": ending.client, "secret_id": str(secret),
        "expires_at": ending.expires_at.isoformat(), "within_days": days,
    }  # fmt: skip
    body = orjson.dumps({"type": KIND, "timestamp": now().isoformat(), "data": data})
    opened = keys.decrypt(ending.sealed, place=_place(ending.organisation_id)).decode()
    headers = {
        "Content-Type": "application/json", "webhook-id": id_, "webhook-timestamp": str(timestamp),
        "webhook-signature": signature(opened, id_, timestamp, body),
    }  # fmt: skip
    error: TargetRefused | None = None
    try:
        await outbound.post(ending.url, body, headers)
    except TargetRefused as refused:
        error = refused
    async with database.transaction(Role.JOB, actor=POST) as session:
        await repository.note(session, ending.organisation_id, str(error) if error else None)
    if error is not None:
        raise error
    return True
