"""Transfer cases: opened, changed, read, closed and erased by the landlord that holds the reference.

A need is read by its own landlord alone, and each reading is an event of its audit chain: the id of the case, never
what it says.
"""

import uuid
from datetime import datetime
from typing import Any, Final

import orjson
from sqlalchemy.ext.asyncio import AsyncSession

from registry.access.preconditions import Precondition
from registry.access.principal import Principal, own_organisation
from registry.audit import service as audit
from registry.charter import service as charter
from registry.kernel.errors import Fault
from registry.listings.errors import AdhesionRequired, ReciprocityUnmet
from registry.stock.errors import TerritoryUnknown
from registry.territories import service as territories
from registry.territories.service import Places
from registry.transfers.errors import CaseAreaUnknown, CaseClosed, CaseErased, CaseNotFound, CaseTerritoryNeeded
from registry.transfers.matching.requirements import requirements, wanted
from registry.transfers.need import MOST_PLACES, NeedProfile, RoutinePlace
from registry.transfers.repository import cases as repository
from registry.transfers.repository.cases import FIRST, Case, CaseRow, SeenCase
from registry.transfers.schemas.cases import CaseIn
from registry.transfers.service import law
from registry.transfers.service.filling import fill
from registry.vocabulary.transfers import Closing, Ground

__all__ = [
    "FIRST", "MOST_PLACES", "Case", "CaseRow", "NeedProfile", "SeenCase", "close_case", "erase_case", "list_cases",
    "list_cases_of_territory", "need_of", "put_case", "read_case", "read_case_by_id", "ref_of",
]  # fmt: skip

LANDLORD: Final = "landlord"
_COMPARED: Final = (
    "territory_id", "kind", "ground", "home_ref", "deadline", "consent_until", "consent_basis", "consent_version",
    "need", "filled", "rooms_most",
)  # fmt: skip


async def put_case(
    *, session: AsyncSession, principal: Principal, ref: str, given: CaseIn, precondition: Precondition
) -> tuple[bool, Case]:
    """Open a case, or change it while it is open.

    Places of somebody's week are kept as the middle of their square of 500 m; what nobody stated of the present home
    is filled from that home (:mod:`registry.transfers.service.filling`). Bounds of the law are compiled with the texts
    in force: sent again once those have changed, a case changes.

    Returns:
        Whether it is new, and the case.

    Raises:
        VersionChanged: The precondition does not hold.
        CaseErased: A case of that reference was erased.
        CaseClosed: It has ended.
        CaseTerritoryNeeded, TerritoryUnknown, AdhesionRequired, ReciprocityUnmet: About the territory.
        HomeUnknown: The landlord has no home of that reference.
        CaseAreaUnknown: A commune or a quarter is not of the territory.
    """
    organisation = own_organisation(principal)
    present = await repository.lock(session, organisation, ref)
    precondition.check(present.version if present else None)
    if present is None and await repository.is_erased(session, organisation, ref):
        raise CaseErased(field="ref", value=ref)
    if present is not None and present.closed_at is not None:
        raise CaseClosed(field="ref", value=ref)
    row = await _row(session, principal, given, present)
    if present is None:
        made = await repository.add(session, organisation, ref, row)
        precondition.check_new(new=made is not None)
        if made is None:
            return await put_case(
                session=session, principal=principal, ref=ref, given=given, precondition=Precondition()
            )  # fmt: skip
    elif all(getattr(present, name) == row[name] for name in _COMPARED):
        return False, present
    else:
        await repository.change(session, organisation, ref, row)
    case = await repository.read(session, organisation, ref)
    assert case is not None
    verb = "created" if present is None else "updated"
    await audit.record(session, organisation=organisation, action=f"transfers:case:{verb}", subject=str(case.id))
    return present is None, case


async def read_case(*, session: AsyncSession, principal: Principal, ref: str) -> Case:
    """Return a case with its need, and note in the audit that it was read.

    Raises:
        CaseNotFound: The landlord has none of that reference.
    """
    found = await repository.read(session, own_organisation(principal), ref) if principal.kind == LANDLORD else None
    return await _read(session, principal, found)


async def read_case_by_id(*, session: AsyncSession, principal: Principal, id_: uuid.UUID) -> Case:
    """Return a case as :func:`read_case` does, by the id that others see."""
    found = await repository.by_id(session, own_organisation(principal), id_) if principal.kind == LANDLORD else None
    return await _read(session, principal, found)


async def ref_of(*, session: AsyncSession, principal: Principal, id_: uuid.UUID) -> str:
    """Return the reference of a case, by the id that others see; its need is not read.

    Raises:
        CaseNotFound: The landlord has none of that id.
    """
    found = await repository.ref_of(session, own_organisation(principal), id_)
    if found is None:
        raise CaseNotFound
    return found


async def _read(session: AsyncSession, principal: Principal, case: Case | None) -> Case:
    if case is None:
        raise CaseNotFound
    await audit.record(
        session, organisation=own_organisation(principal), action="transfers:need:read", subject=str(case.id)
    )
    return case


async def list_cases(
    *, session: AsyncSession, principal: Principal, before: tuple[datetime, uuid.UUID], limit: int,
    is_open: bool | None = None, ground: Ground | None = None, home_ref: str | None = None, alerted: bool = False,
) -> list[CaseRow]:  # fmt: skip
    """Return the landlord's cases, the latest first, without their needs; ``alerted``: for which a home came free.

    A coordinator has none: see :func:`list_cases_of_territory`.
    """
    if principal.kind != LANDLORD:
        return []
    return await repository.page(
        session, own_organisation(principal), before=before, limit=limit, is_open=is_open, ground=ground,
        home_ref=home_ref, alerted=alerted,
    )  # fmt: skip


async def list_cases_of_territory(
    *, session: AsyncSession, principal: Principal, territory: str, before: tuple[datetime, uuid.UUID], limit: int,
    is_open: bool | None = None, ground: Ground | None = None,
) -> list[SeenCase]:  # fmt: skip
    """Return what a coordinator reads of the cases of its territory's members, the latest first.

    Raises:
        TerritoryNotVisible: The caller does not coordinate it.
    """
    place = await charter.coordinated(session=session, principal=principal, slug=territory)
    return await repository.of_territory(session, place, before=before, limit=limit, is_open=is_open, ground=ground)


async def close_case(
    *, session: AsyncSession, principal: Principal, ref: str, reason: Closing, precondition: Precondition
) -> Case:
    """End a case; it is deleted after the charter's months. The same reason again changes nothing.

    Raises:
        CaseNotFound, VersionChanged: As they say.
        CaseClosed: It has ended for another reason.
    """
    organisation = own_organisation(principal)
    case = await repository.lock(session, organisation, ref)
    precondition.check(case.version if case else None)
    if case is None:
        raise CaseNotFound
    if case.closing == reason:
        return case
    if case.closing is not None:
        raise CaseClosed(field="reason", value=reason)
    await repository.close(session, organisation, case.id, reason)
    closed = await repository.read(session, organisation, ref)
    assert closed is not None
    await audit.record(
        session, organisation=organisation, action="transfers:case:closed", subject=str(case.id),
        detail={"reason": reason},
    )  # fmt: skip
    return closed


async def erase_case(*, session: AsyncSession, principal: Principal, ref: str, precondition: Precondition) -> None:
    """Delete a case with all that was kept or shown of its need; its reference is never taken again.

    Raises:
        CaseNotFound, VersionChanged: As they say.
    """
    organisation = own_organisation(principal)
    case = await repository.lock(session, organisation, ref)
    precondition.check(case.version if case else None)
    if case is None:
        raise CaseNotFound
    await repository.erase(session, organisation, case)
    await audit.record(session, organisation=organisation, action="transfers:case:erased", subject=str(case.id))


def need_of(case: Case) -> NeedProfile:
    """Return the need of a case as its model."""
    return NeedProfile.model_validate_json(orjson.dumps(case.need))


async def _row(session: AsyncSession, principal: Principal, given: CaseIn, present: Case | None) -> dict[str, Any]:
    territory = _territory(principal, given.territory)
    places = await territories.places_of(session=session, territories=[territory])
    _require_of_territory(places, given.need)
    need, filled = await fill(session=session, principal=principal, given=given, places=places, present=present)
    if need.places:
        middles = await repository.snapped(session, territory, [(place.lon, place.lat) for place in need.places])
        moved = [
            RoutinePlace(family=place.family, within_m=place.within_m, lon=lon, lat=lat)
            for place, (lon, lat) in zip(need.places, middles, strict=True)
        ]
        need = need.model_copy(update={"places": tuple(moved)})
    most = need.rooms_most(await law.figures_in_force(session=session))
    return {
        "territory_id": territory, "kind": given.kind, "ground": given.ground, "home_ref": given.home_ref,
        "need": need.model_dump(mode="json"), "filled": filled, "deadline": given.deadline,
        "consent_basis": given.consent.basis, "consent_version": given.consent.version,
        "consent_until": given.consent.until,
        "wanted": wanted(requirements(need)), "rent_limit_cents": _rent_limit(need),
        "rooms_least": need.rooms_needed, "rooms_most": max(most, need.rooms_needed),
        "needs_lift": need.ground_floor_or_lift,
        "communes": sorted({*need.communes, *_communes_of(places, need)}), "quarters": sorted(need.quarters),
    }  # fmt: skip


def _territory(principal: Principal, slug: str | None) -> int:
    if slug in principal.barred or (principal.barred and not principal.territories):
        raise ReciprocityUnmet(field="territory", value=slug or ", ".join(sorted(principal.barred)))
    if not principal.territories:
        raise AdhesionRequired
    if slug is not None:
        if slug not in principal.territories:
            raise TerritoryUnknown(field="territory", value=slug)
        return principal.territories[slug]
    if len(principal.territories) > 1:
        raise CaseTerritoryNeeded(field="territory", value=None)
    return next(iter(principal.territories.values()))


def _require_of_territory(places: Places, need: NeedProfile) -> None:
    """Check the area by the territory's own places: a code that is none of them could say anything."""
    known = {"communes": {each.code for each in places.communes}, "quarters": {each.code for each in places.quarters}}
    faults = [
        Fault(f"need.{name}.{number}", code, CaseAreaUnknown.title, CaseAreaUnknown.remedy)
        for name, codes in known.items()
        for number, code in enumerate(getattr(need, name))
        if code not in codes
    ]
    if faults:
        raise CaseAreaUnknown(faults=tuple(faults))


def _communes_of(places: Places, need: NeedProfile) -> set[str]:
    """Return the communes in which the quarters that are wanted lie, where each is in one."""
    return {each.commune_code for each in places.quarters if each.code in need.quarters and each.commune_code}


def _rent_limit(need: NeedProfile) -> int | None:
    """Return the most that a principal rent may be, cents a month: as stated, or else today's."""
    stated = [most for most in (need.rent_max_cents, need.total_max_cents) if most is not None]
    return min(stated) if stated else need.current_rent_cents
