"""Sign a charter, admit who signed, end an adhesion, suspend and lift it."""

import uuid
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncSession

from registry.audit import service as audit
from registry.charter.errors import (
    AdhesionAdmitted,
    AdhesionNotFound,
    AdhesionPending,
    AdhesionSuspended,
    AdhesionUnsigned,
    CharterNotInForce,
    CharterSuperseded,
    CharterVersionNotFound,
    SignatoryInvalid,
    SignedVersionNotInForce,
    TextHashMismatch,
)
from registry.charter.events import AdhesionChanged
from registry.charter.repository import adhesions as repository
from registry.charter.repository import versions
from registry.charter.repository.adhesions import AdhesionRow, MemberRow, SignatureRow
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

    Who takes part there is bound by what is in force at once, by what is proposed once it is enacted. Who does not,
    or has ended that, waits until the coordinator admits it: :func:`admit`. Signing what is in force ends a suspension
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
    waits = adhesion is None or adhesion.status in {"pending", "withdrawn"}
    present = AdhesionRow("pending" if waits else "in_force", unsigned=False, charter_version=row.version)
    last = await repository.last_signature(session, territory_id, organisation, row.version)
    if last is None or (last.text_sha256, last.signed_by, last.signed_as) != (digest, name, function):
        await repository.sign(
            session, territory_id, organisation, row.version, text_sha256=digest, signed_by=name, signed_as=function
        )
    elif adhesion == present or (row.status == "proposed" and not waits):
        return row.version
    if waits or row.status == "in_force":
        await repository.adhere(session, territory_id, organisation, row.version, name)
    detail = {"version": row.version, "text_sha256": digest}
    verb = "presigned" if row.status == "proposed" else "signed"
    if waits:
        await _note(session, organisation, territory_id, verb, {**detail, "pending": True})
    elif row.status == "proposed":
        await _note(session, organisation, territory_id, verb, detail)
    else:
        await _changed(session, organisation, territory_id, verb, detail)
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


async def admit(*, session: AsyncSession, organisation: uuid.UUID, territory_id: int) -> MemberRow:
    """Have a landlord that waits take part from now on; return its adhesion. As the coordinator.

    It holds to the last version that it signed of those that came into force. Who was admitted before stays so.

    Raises:
        AdhesionNotFound: It has signed nothing here, or has ended that.
        AdhesionSuspended, AdhesionUnsigned: It was admitted before and is suspended.
        SignedVersionNotInForce: It has signed a proposal alone.
    """
    await versions.lock(session, territory_id)
    adhesion = await repository.adhesion(session, territory_id, organisation)
    if adhesion is None or adhesion.status == "withdrawn":
        raise _nobody(organisation)
    if adhesion.status == "suspended":
        raise AdhesionUnsigned if adhesion.unsigned else AdhesionSuspended
    if adhesion.status == "pending":
        version = await repository.admit(session, territory_id, organisation)
        if version is None:
            raise SignedVersionNotInForce(field="organisation_id", value=str(organisation))
        await _changed(session, organisation, territory_id, "admitted", {"version": version})
    return await repository.member(session, territory_id, organisation)


async def refuse(*, session: AsyncSession, organisation: uuid.UUID, territory_id: int) -> MemberRow:
    """Refuse a landlord that waits; return its adhesion. As the coordinator.

    Its signatures end; they stay on record. It may sign again, and waits again.

    Raises:
        AdhesionNotFound: It has signed nothing here.
        AdhesionAdmitted: It takes part, or is suspended.
    """
    await versions.lock(session, territory_id)
    adhesion = await repository.adhesion(session, territory_id, organisation)
    if adhesion is None:
        raise _nobody(organisation)
    if adhesion.status in {"in_force", "suspended"}:
        raise AdhesionAdmitted(field="organisation_id", value=str(organisation))
    if adhesion.status == "pending":
        await repository.void(session, territory_id, organisation)
        await repository.set_status(session, territory_id, organisation, "withdrawn")
        await _note(session, organisation, territory_id, "refused", {})
    return await repository.member(session, territory_id, organisation)


def _nobody(organisation: uuid.UUID) -> AdhesionNotFound:
    return AdhesionNotFound(
        field="organisation_id", value=str(organisation),
        remedy=Text(
            "GET /v1/territories/{territory_id}/adhesions énumère celles qui sont en attente ou admises.",
            "GET /v1/territories/{territory_id}/adhesions lists those that wait or are admitted.",
        ),
    )  # fmt: skip


async def list_adhesions(
    *, session: AsyncSession, territory_id: int, after: uuid.UUID, limit: int
) -> list[MemberRow]:  # fmt: skip
    """Return the adhesions of a territory, ended ones too, by organisation id. As the coordinator."""
    return await repository.members(session, territory_id, after, limit)


async def read_adhesion(*, session: AsyncSession, organisation: uuid.UUID, territory_id: int) -> MemberRow:
    """Return an organisation's adhesion in a territory, an ended one too. As the coordinator.

    Raises:
        AdhesionNotFound: It has never signed anything here.
    """
    found = await repository.find_member(session, territory_id, organisation)
    if found is None:
        raise _nobody(organisation)
    return found


async def list_names(*, session: AsyncSession, territory_id: int) -> list[str]:
    """Return the names of those whose adhesion is in force, to who takes part there and to the coordinator."""
    return await repository.names(session, territory_id)


async def withdraw(*, session: AsyncSession, organisation: uuid.UUID, territory_id: int) -> None:
    """End the organisation's adhesion, or its waiting for one: its listings leave now. As the landlord itself.

    Its signatures end too, of what is proposed as well; they stay on record.

    Raises:
        AdhesionNotFound, AdhesionSuspended: As they say.
    """
    await versions.lock(session, territory_id)
    adhesion = await repository.adhesion(session, territory_id, organisation)
    if adhesion is None:
        raise AdhesionNotFound
    if adhesion.status == "suspended" and not adhesion.unsigned:
        raise AdhesionSuspended
    await repository.void(session, territory_id, organisation)
    if adhesion.status == "withdrawn":
        return
    await repository.set_status(session, territory_id, organisation, "withdrawn")
    if adhesion.status == "pending":
        await _note(session, organisation, territory_id, "unsigned", {})
    else:
        await _changed(session, organisation, territory_id, "withdrawn")


async def suspend(*, session: AsyncSession, organisation: uuid.UUID, territory_id: int) -> None:
    """Suspend an organisation's adhesion: its listings leave now, it no longer searches. As the coordinator.

    Raises:
        AdhesionNotFound: It has none that is in force or suspended.
        AdhesionPending: It has not been admitted.
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
        AdhesionPending: It has not been admitted.
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
    if found.status == "pending":
        raise AdhesionPending
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
    in_force = verb in {"signed", "admitted", "reinstated"}
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
