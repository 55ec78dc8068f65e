"""``Idempotency-Key``: a POST that creates can be sent again without creating twice.

A key holds for 24 hours per organisation and route. The same key with another body is refused; while the first
request is being answered, a second one is told to wait; afterwards it gets the first one's answer.
"""

import hashlib
import re
from dataclasses import dataclass
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from registry.access import repository
from registry.access.principal import OwnOrganisation
from registry.kernel.errors import BadRequest, Conflict, Invalid
from registry.kernel.text import Text
from registry.platform.database import Database, Role

_KEY: Final = re.compile(r"[\x21-\x7e]{1,128}")


class IdempotencyKeyInvalid(BadRequest):
    title = Text("Idempotency-Key invalide", "Invalid Idempotency-Key")
    remedy = Text(
        "De 1 à 128 caractères ASCII visibles, un UUID par exemple.", "1 to 128 visible ASCII characters, a UUID say."
    )


class IdempotencyKeyReused(Invalid):
    title = Text("Idempotency-Key déjà utilisée avec un autre corps", "Idempotency-Key used before with another body")
    remedy = Text("Prenez une nouvelle clé pour une nouvelle requête.", "Take a new key for a new request.")


class RequestInFlight(Conflict):
    title = Text("La première requête avec cette clé est en cours", "The first request with this key is in flight")
    remedy = Text("Attendez, puis renvoyez-la telle quelle.", "Wait, then send it again as it is.")


@dataclass(frozen=True, slots=True)
class Answered:
    """The answer that the first request got."""

    status: int
    media_type: str
    body: bytes


async def begin(
    *, session: AsyncSession, organisation: OwnOrganisation, route: str, key: str, body: bytes
) -> Answered | None:
    """Claim a key in the request's transaction; return the first request's answer where there is one.

    The claim is a row of the same transaction: if the request fails, the key is free again. A second request at the
    same moment is told at once, by an advisory lock that the first one holds.

    Raises:
        IdempotencyKeyInvalid, IdempotencyKeyReused, RequestInFlight: As they say.
    """
    if not _KEY.fullmatch(key):
        raise IdempotencyKeyInvalid(field="Idempotency-Key", value=key)
    if not await repository.claim(session, organisation, route, key):
        raise RequestInFlight(field="Idempotency-Key", value=key, headers={"Retry-After": "2"})
    digest = hashlib.sha256(body).digest()
    held = await repository.insert_key(session, organisation, route, key, digest)
    if held is None:
        return None
    if held.body_sha256 != digest:
        raise IdempotencyKeyReused(field="Idempotency-Key", value=key)
    assert held.status is not None
    assert held.media_type is not None
    assert held.body is not None
    return Answered(held.status, held.media_type, held.body)


async def finish(
    *, session: AsyncSession, organisation: OwnOrganisation, route: str, key: str, answer: Answered
) -> None:
    """Keep the answer for requests that come again; last in the transaction."""
    await repository.keep_answer(session, organisation, route, key, answer.status, answer.media_type, answer.body)


async def expire(database: Database) -> None:
    """Delete the keys whose 24 hours are over, with the answers that they held."""
    async with database.transaction(Role.JOB, actor="access.expire_keys") as session:
        await repository.expire_keys(session)
