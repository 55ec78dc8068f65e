"""Signatures, which are kept for ever, and adhesions: what they are worth now."""

import datetime as dt
import uuid
from typing import Any, Final, NamedTuple

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from registry.charter.schemas import Terms
from registry.kernel.ids import new_id


class AdhesionRow(NamedTuple):
    status: str
    unsigned: bool
    charter_version: int


class SignatureRow(NamedTuple):
    id: uuid.UUID
    organisation_id: uuid.UUID
    organisation: str
    charter_version: int
    text_sha256: str | None
    signed_by: str
    signed_as: str | None
    signed_at: dt.datetime
    withdrawn_at: dt.datetime | None


class MemberRow(NamedTuple):
    """An adhesion as the territory's coordinator sees it."""

    organisation_id: uuid.UUID
    organisation: str
    charter_version: int
    status: str
    signed_at: dt.datetime
    unsigned: bool
    signed_by: str


_GRACE: Final = Terms.model_fields["unsigned_grace_days"].default
_BINDING: Final = text(
    """
    SELECT c.terms FROM adhesions a
    JOIN charters c ON c.territory_id = a.territory_id AND (c.version = a.charter_version OR c.status = 'in_force')
    WHERE a.organisation_id = :organisation AND a.status = 'in_force'
    """
)
_ADHESION: Final = text(
    "SELECT status, unsigned, charter_version FROM adhesions"
    " WHERE territory_id = :territory AND organisation_id = :organisation"
)
# Who was admitted stays so; whoever else signs waits.
_ADHERE: Final = text(
    """
    INSERT INTO adhesions AS a (territory_id, organisation_id, charter_version, status, signed_at, signed_by)
    VALUES (:territory, :organisation, :version, 'pending', now(), :signed_by)
    ON CONFLICT (territory_id, organisation_id) DO UPDATE SET charter_version = excluded.charter_version,
        status = CASE WHEN a.status IN ('in_force', 'suspended') THEN 'in_force' ELSE 'pending' END,
        unsigned = false, signed_at = excluded.signed_at, signed_by = :signed_by
    """
)
# What was never in force is not held to: a proposal binds once it is enacted.
_ADMIT: Final = text(
    """
    UPDATE adhesions a SET status = 'in_force', charter_version = last.charter_version, signed_at = last.signed_at,
        signed_by = last.signed_by
    FROM (
        SELECT s.charter_version, s.signed_at, s.signed_by
        FROM signatures s JOIN charters c ON c.territory_id = s.territory_id AND c.version = s.charter_version
        WHERE s.territory_id = :territory AND s.organisation_id = :organisation AND s.withdrawn_at IS NULL
            AND c.in_force_from IS NOT NULL
        ORDER BY s.charter_version DESC, s.signed_at DESC, s.id DESC LIMIT 1) last
    WHERE a.territory_id = :territory AND a.organisation_id = :organisation AND a.status = 'pending'
    RETURNING a.charter_version
    """
)
_SET_STATUS: Final = text(
    "UPDATE adhesions SET status = :status, unsigned = false"
    " WHERE territory_id = :territory AND organisation_id = :organisation"
)
_STANDING: Final = text("SELECT organisation_id FROM adhesions WHERE territory_id = :territory AND status = 'in_force'")
# A suspension by the coordinator stays, and so does who waits to be admitted; the suspension that came of not signing
# ends.
_MOVE: Final = text(
    """
    UPDATE adhesions a SET charter_version = last.charter_version,
        status = CASE WHEN a.unsigned THEN 'in_force' ELSE a.status END,
        unsigned = false, signed_at = last.signed_at, signed_by = last.signed_by
    FROM (
        SELECT DISTINCT ON (organisation_id) organisation_id, charter_version, signed_at, signed_by
        FROM signatures
        WHERE territory_id = :territory AND charter_version = :version AND withdrawn_at IS NULL
        ORDER BY organisation_id, signed_at DESC, id DESC) last
    WHERE a.territory_id = :territory AND a.organisation_id = last.organisation_id AND a.status <> 'withdrawn'
    """
)
_LIFT: Final = text(
    "UPDATE adhesions SET status = 'in_force', unsigned = false WHERE territory_id = :territory AND unsigned"
)
_LAPSE: Final = text(
    """
    WITH late AS (
        SELECT a.territory_id, a.organisation_id, c.version
        FROM adhesions a JOIN charters c ON c.territory_id = a.territory_id AND c.status = 'in_force'
        WHERE a.status = 'in_force' AND a.charter_version <> c.version AND c.terms->>'unsigned' = 'suspended'
            AND c.in_force_from + make_interval(days => coalesce((c.terms->>'unsigned_grace_days')::integer, :grace))
                <= :now)
    UPDATE adhesions a SET status = 'suspended', unsigned = true
    FROM late
    WHERE a.territory_id = late.territory_id AND a.organisation_id = late.organisation_id AND a.status = 'in_force'
    RETURNING a.territory_id, a.organisation_id, late.version
    """
)
_SIGN: Final = text(
    "INSERT INTO signatures (organisation_id, id, territory_id, charter_version, text_sha256, signed_by, signed_as)"
    " VALUES (:organisation, :id, :territory, :version, :text_sha256, :signed_by, :signed_as)"
)
_VOID: Final = text(
    "UPDATE signatures SET withdrawn_at = now()"
    " WHERE organisation_id = :organisation AND territory_id = :territory AND withdrawn_at IS NULL"
)
_SIGNATURES: Final = """
    SELECT s.id, s.organisation_id, o.name, s.charter_version, s.text_sha256, s.signed_by, s.signed_as, s.signed_at,
        s.withdrawn_at
    FROM signatures s JOIN organisations o ON o.id = s.organisation_id
    WHERE s.territory_id = :territory AND s.organisation_id = coalesce(CAST(:organisation AS uuid), s.organisation_id)
"""
_MEMBERS: Final = """
    SELECT a.organisation_id, o.name, a.charter_version, a.status, a.signed_at, a.unsigned,
        a.signed_by
    FROM adhesions a JOIN organisations o ON o.id = a.organisation_id
    WHERE a.territory_id = :territory
"""
_MEMBERS_PAGE: Final = text(f"{_MEMBERS} AND a.organisation_id > :after ORDER BY a.organisation_id LIMIT :limit")
_MEMBER: Final = text(f"{_MEMBERS} AND a.organisation_id = :organisation")
_NAMES: Final = text(
    "SELECT o.name FROM adhesions a JOIN organisations o ON o.id = a.organisation_id"
    " WHERE a.territory_id = :territory AND a.status = 'in_force' ORDER BY o.name, o.id"
)
_PAGE: Final = text(f"{_SIGNATURES} AND s.id > :after ORDER BY s.id LIMIT :limit")
_LAST: Final = text(
    f"{_SIGNATURES} AND s.charter_version = :version AND s.withdrawn_at IS NULL ORDER BY s.signed_at DESC, s.id DESC"
    " LIMIT 1"
)


async def binding(session: AsyncSession, organisation: uuid.UUID) -> list[dict[str, Any]]:
    """Return the terms that bind a landlord: those that it signed, and those in force there since."""
    return list((await session.execute(_BINDING, {"organisation": organisation})).scalars())


async def adhesion(session: AsyncSession, territory_id: int, organisation: uuid.UUID) -> AdhesionRow | None:
    values = {"territory": territory_id, "organisation": organisation}
    row = (await session.execute(_ADHESION, values)).one_or_none()
    return AdhesionRow(*row) if row else None


async def adhere(
    session: AsyncSession, territory_id: int, organisation: uuid.UUID, version: int, signed_by: str
) -> None:  # fmt: skip
    """Have the organisation hold to a version from now on, or wait with it to be admitted; it has signed it."""
    await session.execute(
        _ADHERE, {"territory": territory_id, "organisation": organisation, "version": version, "signed_by": signed_by}
    )


async def admit(session: AsyncSession, territory_id: int, organisation: uuid.UUID) -> int | None:
    """Have who waits hold to the last version that it signed and that came into force; return it, if there is one."""
    values = {"territory": territory_id, "organisation": organisation}
    version: int | None = (await session.execute(_ADMIT, values)).scalar_one_or_none()
    return version


async def members(session: AsyncSession, territory_id: int, after: uuid.UUID, limit: int) -> list[MemberRow]:
    """Return the adhesions of a territory, ended ones too, in the order of the organisations' ids."""
    values = {"territory": territory_id, "after": after, "limit": limit}
    return [MemberRow(*row) for row in await session.execute(_MEMBERS_PAGE, values)]


async def member(session: AsyncSession, territory_id: int, organisation: uuid.UUID) -> MemberRow:
    values = {"territory": territory_id, "organisation": organisation}
    return MemberRow(*(await session.execute(_MEMBER, values)).one())


async def find_member(session: AsyncSession, territory_id: int, organisation: uuid.UUID) -> MemberRow | None:
    values = {"territory": territory_id, "organisation": organisation}
    row = (await session.execute(_MEMBER, values)).one_or_none()
    return MemberRow(*row) if row else None


async def names(session: AsyncSession, territory_id: int) -> list[str]:
    """Return what those are called whose adhesion is in force, as far as the caller may see that."""
    return list((await session.execute(_NAMES, {"territory": territory_id})).scalars())


async def set_status(session: AsyncSession, territory_id: int, organisation: uuid.UUID, status: str) -> None:
    await session.execute(_SET_STATUS, {"territory": territory_id, "organisation": organisation, "status": status})


async def standing(session: AsyncSession, territory_id: int) -> set[uuid.UUID]:
    """Return whose adhesion is in force."""
    return set((await session.execute(_STANDING, {"territory": territory_id})).scalars())


async def move(session: AsyncSession, territory_id: int, version: int) -> None:
    """Have all who signed a version hold to it, or wait with it."""
    await session.execute(_MOVE, {"territory": territory_id, "version": version})


async def lift(session: AsyncSession, territory_id: int) -> None:
    """End the suspensions that came of not signing."""
    await session.execute(_LIFT, {"territory": territory_id})


async def lapse(session: AsyncSession, now: dt.datetime) -> list[tuple[int, uuid.UUID, int]]:
    """Suspend who has not signed what is in force in the time given; return territory, organisation, version."""
    rows = await session.execute(_LAPSE, {"now": now, "grace": _GRACE})
    return sorted((row[0], row[1], row[2]) for row in rows)


async def sign(
    session: AsyncSession, territory_id: int, organisation: uuid.UUID, version: int, *, text_sha256: str,
    signed_by: str, signed_as: str | None,
) -> None:  # fmt: skip
    values = {
        "id": new_id(), "territory": territory_id, "organisation": organisation, "version": version,
        "text_sha256": text_sha256, "signed_by": signed_by, "signed_as": signed_as,
    }  # fmt: skip
    await session.execute(_SIGN, values)


async def void(session: AsyncSession, territory_id: int, organisation: uuid.UUID) -> None:
    """End the organisation's signatures."""
    await session.execute(_VOID, {"territory": territory_id, "organisation": organisation})


async def signatures(
    session: AsyncSession, territory_id: int, organisation: uuid.UUID | None, after: uuid.UUID, limit: int
) -> list[SignatureRow]:
    """Return signatures in the order of their ids, of one organisation or, with ``None``, of all within reach."""
    values = {"territory": territory_id, "organisation": organisation, "after": after, "limit": limit}
    return [SignatureRow(*row) for row in await session.execute(_PAGE, values)]


async def last_signature(
    session: AsyncSession, territory_id: int, organisation: uuid.UUID, version: int
) -> SignatureRow | None:
    """Return the organisation's latest signature of a version that was not withdrawn."""
    values = {"territory": territory_id, "organisation": organisation, "version": version}
    row = (await session.execute(_LAST, values)).one_or_none()
    return SignatureRow(*row) if row else None


async def acting_organisation(session: AsyncSession) -> uuid.UUID | None:
    """Return the organisation that this transaction is bound to."""
    bound: uuid.UUID | None = (await session.execute(text("SELECT current_organisation()"))).scalar_one()
    return bound
