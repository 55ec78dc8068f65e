"""Put charters in force, sign them, suspend and lift adhesions."""

import uuid
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncSession

from registry.access.principal import Principal, own_organisation
from registry.audit import service as audit
from registry.charter import repository
from registry.charter.errors import (
    AdhesionNotFound,
    AdhesionSuspended,
    CharterNotInForce,
    FeatureNotOfVersion,
    SignatoryInvalid,
)
from registry.charter.events import AdhesionChanged, CharterChanged
from registry.charter.schemas import Obligations, Terms, ZoningTerms
from registry.kernel.errors import Fault
from registry.kernel.text import Text
from registry.platform import events
from registry.territories.errors import TerritoryNotVisible
from registry.vocabulary.facts import FACTS_BY_CODE, codes_of

MAX_NAME: Final = 200


async def terms_in_force(*, session: AsyncSession, territory_id: int) -> Terms:
    """Return the terms that hold in a territory.

    Raises:
        CharterNotInForce: None do.
    """
    found = await repository.in_force(session, territory_id)
    if found is None:
        raise CharterNotInForce
    return Terms.model_validate(found[1])


async def zoning_terms(*, session: AsyncSession, territory_id: int) -> ZoningTerms:
    """Return what the zones of a territory must satisfy: for the strictest of its members.

    Raises:
        CharterNotInForce: None is.
    """
    found = await repository.zoning(session, territory_id)
    if found is None:
        raise CharterNotInForce
    return ZoningTerms(*found)


async def obligations_of(*, session: AsyncSession, organisation: uuid.UUID) -> Obligations:
    """Return what a landlord owes: the strictest of what it signed and of what is in force there since.

    One that signed nowhere owes what a charter says by default. As the landlord itself, or as a job.
    """
    binding = [Terms.model_validate(terms) for terms in await repository.binding(session, organisation)] or [Terms()]
    return Obligations(
        min(terms.freshness_days for terms in binding), min(terms.import_guard_percent for terms in binding)
    )


async def put_in_force(*, session: AsyncSession, organisation: uuid.UUID, territory_id: int, terms: Terms) -> int:
    """Put a new version of the charter in force; return its number. As the coordinator of the territory.

    Adhesions to the versions before stay in force, and whoever does not sign anew shares no more than it signed: by
    ``binding_terms``, the stricter of both versions term by term. What the version in force takes away holds at once.

    Raises:
        FeatureNotOfVersion: ``shared_features`` names some that the pinned version of the vocabulary does not know.
    """
    _require_pinned(terms)
    version = await repository.enact(session, territory_id, terms.model_dump_json())
    await events.publish(session, CharterChanged(territory_id))
    await audit.record(
        session, organisation=organisation, action="charter:version:enacted", subject=f"{territory_id}/{version}",
        detail=terms.model_dump(mode="json"),
    )  # fmt: skip
    return version


def _require_pinned(terms: Terms) -> None:
    known = codes_of(terms.vocabulary_version)
    later = [code for code in terms.shared_features if code not in known]
    if later:
        raise FeatureNotOfVersion(faults=tuple(_later(code, terms.vocabulary_version) for code in later))


def _later(code: str, pinned: str) -> Fault:
    since = FACTS_BY_CODE[code].since
    return Fault(
        "shared_features", code,
        Text(
            f"Du vocabulaire {since} ; la charte fixe {pinned}", f"Of vocabulary {since}; the charter pins {pinned}",
        ),
        Text(
            f"Retirez-la, ou fixez « vocabulary_version » à {since}.",
            f"Leave it out, or set 'vocabulary_version' to {since}.",
        ),
    )  # fmt: skip


async def sign(*, session: AsyncSession, organisation: uuid.UUID, territory_id: int, signed_by: str) -> int:
    """Sign the charter in force for the organisation; return the version signed. As the landlord itself.

    Args:
        signed_by: Name of the person who signs for the organisation.

    Raises:
        CharterNotInForce, SignatoryInvalid: As they say.
        AdhesionSuspended: A suspension is lifted by the coordinator, not by signing again.
    """
    name = " ".join(signed_by.split())
    if not 1 <= len(name) <= MAX_NAME:
        raise SignatoryInvalid(field="signed_by", value=signed_by)
    found = await repository.in_force(session, territory_id)
    if found is None:
        raise CharterNotInForce
    if await repository.adhesion_status(session, territory_id, organisation) == "suspended":
        raise AdhesionSuspended
    await repository.sign(session, territory_id, organisation, found[0], name)
    await _changed(session, organisation, territory_id, "signed", detail={"version": found[0]})
    return found[0]


async def withdraw(*, session: AsyncSession, organisation: uuid.UUID, territory_id: int) -> None:
    """End the organisation's adhesion: its listings leave now. As the landlord itself."""
    await _set(session, organisation, territory_id, "withdrawn", {"in_force"})


async def suspend(*, session: AsyncSession, organisation: uuid.UUID, territory_id: int) -> None:
    """Suspend an organisation's adhesion: its listings leave now, it no longer searches. As the coordinator."""
    await _set(session, organisation, territory_id, "suspended", {"in_force"})


async def reinstate(*, session: AsyncSession, organisation: uuid.UUID, territory_id: int) -> None:
    """Lift a suspension: its listings come back within a minute. As the coordinator."""
    await _set(session, organisation, territory_id, "in_force", {"suspended"})


async def _set(
    session: AsyncSession, organisation: uuid.UUID, territory_id: int, status: str, allowed: set[str]
) -> None:
    present = await repository.adhesion_status(session, territory_id, organisation)
    if present == status:
        return
    if present not in allowed:
        raise AdhesionSuspended if present == "suspended" else AdhesionNotFound
    await repository.set_adhesion_status(session, territory_id, organisation, status)
    await _changed(session, organisation, territory_id, "reinstated" if status == "in_force" else status)


async def _changed(
    session: AsyncSession, organisation: uuid.UUID, territory_id: int, verb: str, detail: dict[str, Any] | None = None
) -> None:
    in_force = verb in {"signed", "reinstated"}
    await events.publish(session, AdhesionChanged(territory_id, organisation, in_force))
    await audit.record(
        session, organisation=await _chain_of(session, organisation), action=f"charter:adhesion:{verb}",
        subject=str(territory_id), detail={"organisation": str(organisation), **(detail or {})},
    )  # fmt: skip


async def _chain_of(session: AsyncSession, organisation: uuid.UUID) -> uuid.UUID:
    """Return whose chain is written: the acting organisation's own."""
    return await repository.acting_organisation(session) or organisation


async def list_seen(*, session: AsyncSession, principal: Principal, after: str, limit: int) -> list[dict[str, Any]]:
    """Return the territories that the caller coordinates or has an adhesion in."""
    return await repository.seen_territories(session, own_organisation(principal), after, limit)


async def read_seen(*, session: AsyncSession, principal: Principal, slug: str) -> dict[str, Any]:
    """Return one of them.

    Raises:
        TerritoryNotVisible: It is none of the caller's: the same answer whether it exists or not.
    """
    found = await repository.seen_territory(session, own_organisation(principal), slug)
    if found is None:
        raise TerritoryNotVisible
    return found
