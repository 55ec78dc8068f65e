"""Register organisations, suspend and reinstate them."""

import uuid
from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession
from stdnum.exceptions import ValidationError
from stdnum.fr import siren as siren_number

from registry.access.principal import Principal
from registry.audit import service as audit
from registry.identity.errors import (
    OrganisationAlreadyRegistered,
    OrganisationDepartedAlready,
    OrganisationKindUnknown,
    OrganisationNameInvalid,
    OrganisationUnknown,
    SirenInvalid,
)
from registry.identity.events import OrganisationDeparted, OrganisationReinstated, OrganisationSuspended
from registry.identity.models import Organisation
from registry.identity.repository import organisations as repository
from registry.identity.repository.own import Revoked, revoke_everything
from registry.kernel.ids import new_public_id
from registry.platform import events
from registry.vocabulary.organisations import OrganisationKind

MAX_NAME = 200
OPERATOR = "operator"


async def create_organisation(*, session: AsyncSession, name: str, kind: str, siren: str | None = None) -> Organisation:
    """Register an organisation. Needs a transaction as ``Role.AUTH`` or ``Role.JOB``.

    Args:
        session: The transaction.
        name: As others read it, 1 to 200 characters.
        kind: A code of :class:`~registry.vocabulary.organisations.OrganisationKind`.
        siren: Nine digits, spaces allowed; ``None`` where it is not known.

    Raises:
        OrganisationNameInvalid, OrganisationKindUnknown, SirenInvalid: The input is wrong.
        OrganisationAlreadyRegistered: The SIREN is registered for this kind.
    """
    name = " ".join(name.split())
    if not 1 <= len(name) <= MAX_NAME:
        raise OrganisationNameInvalid(field="name", value=name)
    if kind not in set(OrganisationKind):
        raise OrganisationKindUnknown(field="kind", value=kind)
    organisation = await repository.insert_organisation(
        session,
        {"id": new_public_id(), "name": name, "kind": str(kind), "siren": _siren(siren), "status": "active"},
    )
    if organisation is None:
        raise OrganisationAlreadyRegistered(field="siren", value=siren)
    await audit.record(
        session,
        organisation=organisation.id,
        action="identity:organisation:created",
        subject=str(organisation.id),
        detail={"kind": organisation.kind},
    )
    return organisation


async def set_siren(*, session: AsyncSession, organisation: uuid.UUID, siren: str) -> Organisation:
    """Give an organisation its SIREN, by which people whose provider tells their SIRET find it. Needs ``Role.JOB``.

    Raises:
        OrganisationUnknown, SirenInvalid: As they say.
        OrganisationAlreadyRegistered: Another organisation of its kind has this SIREN.
    """
    number = _siren(siren)
    if number is None:
        raise SirenInvalid(field="siren", value=siren)
    changed = await repository.set_siren(session, organisation, number)
    if changed is None:
        if await repository.organisation(session, organisation) is None:
            raise OrganisationUnknown(field="organisation", value=str(organisation))
        raise OrganisationAlreadyRegistered(field="siren", value=siren)
    await audit.record(
        session, organisation=organisation, action="identity:organisation:siren-set", subject=str(organisation),
        detail={"siren": number},
    )  # fmt: skip
    return changed


def _siren(given: str | None) -> str | None:
    return checked_siren(given) if given is not None and given.strip() else None


def checked_siren(given: str) -> str:
    """Return a SIREN as its nine digits.

    Raises:
        SirenInvalid: It has others, or its check digit is wrong.
    """
    try:
        return str(siren_number.validate(given))
    except ValidationError:
        raise SirenInvalid(field="siren", value=given) from None


async def operator_for(*, session: AsyncSession, organisation: uuid.UUID) -> Principal:
    """Return the operator, who does for an organisation what it could do itself; no scope is needed for that.

    Raises:
        OrganisationUnknown: There is none.
    """
    found = await repository.organisation(session, organisation)
    if found is None:
        raise OrganisationUnknown(field="organisation", value=str(organisation))
    return Principal(organisation_id=found.id, kind=found.kind, client_id=OPERATOR, scopes=frozenset())


async def list_organisations(*, session: AsyncSession) -> Sequence[Organisation]:
    return await repository.organisations(session)


async def suspend_organisation(*, session: AsyncSession, organisation: uuid.UUID) -> None:
    """Stop an organisation: its tokens within ``token_cache_s``, its listings now. Needs ``Role.JOB``.

    Suspending one that is suspended changes nothing.

    Raises:
        OrganisationUnknown: There is none.
        OrganisationDepartedAlready: It is leaving, has left, or was merged.
    """
    if await _changed(session, organisation, "suspended", before="active"):
        await events.publish(session, OrganisationSuspended(organisation))
        await _record(session, organisation, "identity:organisation:suspended")


async def reinstate_organisation(*, session: AsyncSession, organisation: uuid.UUID) -> None:
    """Undo :func:`suspend_organisation`, in the same way."""
    if await _changed(session, organisation, "active", before="suspended"):
        await events.publish(session, OrganisationReinstated(organisation))
        await _record(session, organisation, "identity:organisation:reinstated")


async def revoke_all(*, session: AsyncSession, organisation: uuid.UUID) -> Revoked:
    """Stop every access token for an organisation, and every consent with its codes and refresh tokens.

    Within ``token_cache_s``, on every process. Secrets and keys stay: they ask for new tokens. Needs ``Role.AUTH``.

    Raises:
        OrganisationUnknown: There is none.
    """
    if await repository.organisation(session, organisation) is None:
        raise OrganisationUnknown(field="organisation", value=str(organisation))
    revoked = await revoke_everything(session, organisation)
    await audit.record(
        session, organisation=organisation, action="identity:tokens:revoked", subject=str(organisation),
        detail=revoked._asdict(),
    )  # fmt: skip
    return revoked


async def depart(*, session: AsyncSession, organisation: uuid.UUID) -> dict[str, int] | None:
    """End an organisation's part in everything, at once: tokens, clients, sessions, signatures, listings, webhooks.

    Its stock and its people stay for the time being. Needs ``Role.JOB``.

    Returns:
        How many of each ended; ``None`` where it is leaving already.

    Raises:
        OrganisationUnknown: There is none.
        OrganisationDepartedAlready: It has left, or was merged.
    """
    if not await repository.set_organisation_status(session, organisation, "leaving", before={"active", "suspended"}):
        if (await _known(session, organisation)).status == "leaving":
            return None
        raise OrganisationDepartedAlready(field="organisation", value=str(organisation))
    await events.publish(session, OrganisationDeparted(organisation))
    return await repository.end_participation(session, organisation)


async def stay(*, session: AsyncSession, organisation: uuid.UUID) -> None:
    """Undo the state of :func:`depart`: people may sign in again. What was ended stays ended. Needs ``Role.JOB``.

    Raises:
        OrganisationUnknown: There is none.
        OrganisationDepartedAlready: It has left, or was merged.
    """
    if not await repository.set_organisation_status(session, organisation, "active", before={"leaving"}):
        await _known(session, organisation)
        raise OrganisationDepartedAlready(field="organisation", value=str(organisation))


async def leave_behind(*, session: AsyncSession, organisation: uuid.UUID) -> None:
    """Note that nothing is left of an organisation that is leaving; one that was merged stays merged."""
    await repository.set_organisation_status(session, organisation, "left", before={"leaving"})


async def _changed(session: AsyncSession, organisation: uuid.UUID, status: str, *, before: str) -> bool:
    if await repository.set_organisation_status(session, organisation, status, before={before}):
        return True
    if (await _known(session, organisation)).status != status:
        raise OrganisationDepartedAlready(field="organisation", value=str(organisation))
    return False


async def _known(session: AsyncSession, organisation: uuid.UUID) -> Organisation:
    found = await repository.organisation(session, organisation)
    if found is None:
        raise OrganisationUnknown(field="organisation", value=str(organisation))
    return found


async def _record(session: AsyncSession, organisation: uuid.UUID, action: str) -> None:
    await audit.record(session, organisation=organisation, action=action, subject=str(organisation))
