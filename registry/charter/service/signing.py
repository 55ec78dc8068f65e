"""Sign a charter, end an adhesion, suspend and lift it."""

import uuid
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncSession

from registry.audit import service as audit
from registry.charter.errors import (
    AdhesionNotFound,
    AdhesionSuspended,
    AdhesionUnsigned,
    CharterNotInForce,
    CharterSuperseded,
    CharterVersionNotFound,
    SignatoryInvalid,
    TextHashMismatch,
)
from registry.charter.events import AdhesionChanged
from registry.charter.repository import adhesions as repository
from registry.charter.repository import versions
from registry.charter.repository.adhesions import AdhesionRow, SignatureRow
from registry.charter.repository.versions import VersionRow
from registry.charter.schemas.versions import text_sha256 as digest_of
from registry.kernel.clock import now
from registry.kernel.text import Text
from registry.platform import events

MAX_NAME: Final = 200


async def sign(
    *,
    session: AsyncSession,
    organisation: uuid.UUID,
    territory_id: int,
    signed_by: str,
    signed_as: str | None = None,
    version: int | None = None,
    text_sha256: str | None = None,
) -> int:
    """Sign a version for the organisation; return its number. As the landlord itself.

    What is in force binds at once; what is proposed once it is enacted. Signing what is in force ends a suspension
    that came of not signing it. The same signature given again changes nothing.

    Args:
        signed_by: Name of the person who signs for the organisation.
        signed_as: Their function in it.
        version: ``None``: the one in force.
        text_sha256: Digest of the text that the person read; ``None``: as it stands.

    Raises:
        CharterNotInForce, CharterVersionNotFound, CharterSuperseded, TextHashMismatch, SignatoryInvalid: As they say.
        AdhesionSuspended: A suspension by the coordinator is lifted by the coordinator, not by signing again.
    """
    name, function = _person("signed_by", signed_by), signed_as and _person("signed_as", signed_as)
    await versions.lock(session, territory_id)
    row = await _to_sign(session, territory_id, version)
    digest = digest_of(row.articles, row.terms)
    if text_sha256 is not None and text_sha256 != digest:
        raise _mismatch(row, text_sha256, digest)
    adhesion = await repository.adhesion(session, territory_id, organisation)
    if adhesion and adhesion.status == "suspended" and not adhesion.unsigned:
        raise AdhesionSuspended
    last = await repository.last_signature(session, territory_id, organisation, row.version)
    if last is None or (last.text_sha256, last.signed_by, last.signed_as) != (digest, name, function):
        await repository.sign(
            session, territory_id, organisation, row.version, text_sha256=digest, signed_by=name, signed_as=function
        )
    elif row.status == "proposed" or adhesion == AdhesionRow("in_force", unsigned=False, charter_version=row.version):
        return row.version
    detail = {"version": row.version, "text_sha256": digest}
    if row.status == "proposed":
        await _note(session, organisation, territory_id, "presigned", detail)
    else:
        await repository.adhere(session, territory_id, organisation, row.version, name)
        await _changed(session, organisation, territory_id, "signed", detail)
    return row.version


def _person(field: str, value: str) -> str:
    name = " ".join(value.split())
    if not 1 <= len(name) <= MAX_NAME:
        raise SignatoryInvalid(field=field, value=value)
    return name


async def _to_sign(session: AsyncSession, territory_id: int, version: int | None) -> VersionRow:
    in_force = await versions.in_force(session, territory_id)
    if version is None:
        if in_force is None:
            raise CharterNotInForce
        return in_force
    row = await versions.one(session, territory_id, version, drafts=False)
    if row is None:
        raise CharterVersionNotFound(field="version", value=version)
    if row.status == "superseded":
        instead = in_force.version if in_force else "–"
        raise CharterSuperseded(
            Text(f"La version {version} a été remplacée.", f"Version {version} has been superseded."),
            field="version", value=version,
            remedy=Text(f"Version en vigueur : {instead}.", f"Version in force: {instead}."),
        )  # fmt: skip
    return row


def _mismatch(row: VersionRow, given: str, digest: str) -> TextHashMismatch:
    return TextHashMismatch(
        field="text_sha256", value=given,
        remedy=Text(
            f"Relisez la version {row.version} ; l'empreinte de son texte est {digest}.",
            f"Read version {row.version} again; the digest of its text is {digest}.",
        ),
    )  # fmt: skip


async def signature_of(
    *, session: AsyncSession, organisation: uuid.UUID, territory_id: int, version: int
) -> SignatureRow:
    """Return the organisation's latest signature of a version.

    Raises:
        AdhesionNotFound: There is none that stands.
    """
    found = await repository.last_signature(session, territory_id, organisation, version)
    if found is None:
        raise AdhesionNotFound
    return found


async def list_signatures(
    *, session: AsyncSession, territory_id: int, organisation: uuid.UUID | None, after: uuid.UUID, limit: int
) -> list[SignatureRow]:
    """Return who signed what, in order: an organisation's own or, with ``None``, everybody's to the coordinator."""
    return await repository.signatures(session, territory_id, organisation, after, limit)


async def withdraw(*, session: AsyncSession, organisation: uuid.UUID, territory_id: int) -> None:
    """End the organisation's adhesion: its listings leave now. As the landlord itself.

    Its signatures end too, of what is proposed as well; they stay on record.

    Raises:
        AdhesionNotFound, AdhesionSuspended: As they say.
    """
    await versions.lock(session, territory_id)
    adhesion = await repository.adhesion(session, territory_id, organisation)
    if adhesion and adhesion.status == "suspended" and not adhesion.unsigned:
        raise AdhesionSuspended
    ended = await repository.void(session, territory_id, organisation)
    if adhesion is None or adhesion.status == "withdrawn":
        if adhesion is None and not ended:
            raise AdhesionNotFound
        if ended:
            await _note(session, organisation, territory_id, "unsigned", {})
        return
    await repository.set_status(session, territory_id, organisation, "withdrawn")
    await _changed(session, organisation, territory_id, "withdrawn")


async def suspend(*, session: AsyncSession, organisation: uuid.UUID, territory_id: int) -> None:
    """Suspend an organisation's adhesion: its listings leave now, it no longer searches. As the coordinator.

    Raises:
        AdhesionNotFound: It has none that is in force or suspended.
    """
    adhesion = await _adhesion(session, territory_id, organisation)
    if adhesion.status == "suspended" and not adhesion.unsigned:
        return
    await repository.set_status(session, territory_id, organisation, "suspended")
    await _changed(session, organisation, territory_id, "suspended")


async def reinstate(*, session: AsyncSession, organisation: uuid.UUID, territory_id: int) -> None:
    """Lift a suspension: its listings come back within a minute. As the coordinator.

    Raises:
        AdhesionNotFound: It has none that is in force or suspended.
        AdhesionUnsigned: It is suspended since it did not sign what is in force: signing lifts that.
    """
    adhesion = await _adhesion(session, territory_id, organisation)
    if adhesion.unsigned:
        raise AdhesionUnsigned
    if adhesion.status == "in_force":
        return
    await repository.set_status(session, territory_id, organisation, "in_force")
    await _changed(session, organisation, territory_id, "reinstated")


async def _adhesion(session: AsyncSession, territory_id: int, organisation: uuid.UUID) -> AdhesionRow:
    found = await repository.adhesion(session, territory_id, organisation)
    if found is None or found.status == "withdrawn":
        raise AdhesionNotFound
    return found


async def suspend_unsigned(*, session: AsyncSession) -> int:
    """Suspend who has not signed what is in force in the time that its terms give; return how many. As the job.

    Their listings leave as in :func:`suspend`.
    """
    late = await repository.lapse(session, now())
    for territory_id, organisation, version in late:
        await _changed(session, organisation, territory_id, "lapsed", {"version": version})
    return len(late)


async def _changed(
    session: AsyncSession, organisation: uuid.UUID, territory_id: int, verb: str, detail: dict[str, Any] | None = None
) -> None:
    in_force = verb in {"signed", "reinstated"}
    await events.publish(session, AdhesionChanged(territory_id, organisation, in_force))
    await _note(session, organisation, territory_id, verb, detail or {})


async def _note(
    session: AsyncSession, organisation: uuid.UUID, territory_id: int, verb: str, detail: dict[str, Any]
) -> None:
    # The chain of who acts: the coordinator's where it suspends somebody; a job writes that of whom it concerns.
    acting = await repository.acting_organisation(session) or organisation
    await audit.record(
        session, organisation=acting, action=f"charter:adhesion:{verb}", subject=str(territory_id),
        detail={"organisation": str(organisation), **detail},
    )  # fmt: skip
