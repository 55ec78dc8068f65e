"""Positions of residences whose landlords state none: found from the address, and looked at where they are doubtful.

A doubtful find is shown to its landlord alone. For everybody else the residence has no position, and its homes are
shown by commune, until a person of the landlord accepts or corrects the find (ADR 0014).
"""

import uuid
from collections import Counter
from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncSession

from registry.access.preconditions import Precondition
from registry.access.principal import OwnOrganisation, Principal, own_organisation
from registry.audit import service as audit
from registry.platform import events
from registry.stock.errors import PositionNotWaiting, PositionOutsideCommune
from registry.stock.events import HomesChanged
from registry.stock.repository import homes, positions, residences
from registry.stock.repository.positions import ToReview, Waiting
from registry.stock.schemas import ReviewIn
from registry.territories import service as territories
from registry.territories.events import AddressesLoaded
from registry.territories.service import Address, Located, Verdict

CHUNK: Final = 1_000
"""Homes of one event; residences of one look-up."""
_DECIDED: Final = {"reviewed": "accept", "refused": "refuse"}
"""By how a position was found: the decision that is taken already."""
_STATED: Final = {Verdict.EXACT: True, Verdict.DOUBTFUL: False, Verdict.NONE: None}


async def landlords_waiting(*, session: AsyncSession) -> list[uuid.UUID]:
    """Return the landlords that have residences whose address is to be looked up. As the job."""
    return await positions.organisations_waiting(session)


async def waiting(*, session: AsyncSession, principal: Principal) -> list[Waiting]:
    """Return up to :data:`CHUNK` residences that have an address, no position, and were not looked up under it."""
    return await positions.waiting(session, own_organisation(principal), CHUNK)


def address_of(residence: Waiting) -> Address:
    return Address(residence.commune_code, residence.street, residence.number, residence.postcode)


async def keep_finds(
    *, session: AsyncSession, principal: Principal, asked: Sequence[Waiting], found: Sequence[Located]
) -> Counter[str]:
    """Keep what was found for the residences ``asked``; the listings of those that are placed now follow.

    One whose address changed meanwhile, or whose landlord stated a position, is left as it is; one that is postponed
    goes on waiting. Versions stay: the landlord changed nothing.

    Returns:
        How many of each verdict were kept.
    """
    organisation = own_organisation(principal)
    exact = [one.point for one in found if one.verdict is Verdict.EXACT and one.point]
    codes = iter(await territories.quarters_of_points(session=session, points=exact) if exact else [])
    rows = [
        {
            **residence._asdict(), "exact": _STATED[one.verdict], "lon": one.lon, "lat": one.lat,
            "quarter_codes": next(codes) if one.verdict is Verdict.EXACT else [], "method": one.method,
            "score": one.score, "gap": one.gap, "type": one.kind, "label": one.label, "ban_id": one.ban_id,
        }
        for residence, one in zip(asked, found, strict=True)
        if one.verdict in _STATED
    ]  # fmt: skip
    kept = await positions.save(session, organisation, rows)
    names = {stated: verdict.value for verdict, stated in _STATED.items()}
    counts = Counter(names[stated] for stated in kept.values())
    await _follow(session, organisation, [residence for residence, stated in kept.items() if stated])
    if kept:
        await audit.record(
            session,
            organisation=organisation,
            action="stock:positions:found",
            subject="residences",
            detail=dict(counts),
        )
    return counts


async def _follow(session: AsyncSession, organisation: OwnOrganisation, placed: Sequence[uuid.UUID]) -> None:
    changed = await homes.of_residences(session, organisation, placed) if placed else []
    for start in range(0, len(changed), CHUNK):
        await events.publish(session, HomesChanged(organisation, changed[start : start + CHUNK]))


async def follow_addresses(session: AsyncSession, event: AddressesLoaded) -> None:
    """Have the residences of these communes looked up again that had no certain find. As the job."""
    await positions.ask_again(session, event.communes)


async def ask_again(*, session: AsyncSession, communes: Sequence[str]) -> None:
    """As :func:`follow_addresses`, where a geocoder was switched on or has learnt something. As the job."""
    await positions.ask_again(session, communes)


async def list_to_review(
    *, session: AsyncSession, principal: Principal, after: str, limit: int
) -> list[dict[str, Any]]:
    """Return the landlord's residences with a doubtful find, by reference (byte order), after ``after``."""
    return await positions.to_review(session, own_organisation(principal), after=after, limit=limit)


async def count_to_review(*, session: AsyncSession, principal: Principal) -> int:
    """Return how many of the landlord's residences have a doubtful find."""
    return await positions.count(session, own_organisation(principal))


async def count_to_review_of_members(*, session: AsyncSession) -> list[tuple[str, int]]:
    """Return how many residences in the coordinator's territories have a doubtful find, by landlord, the most first.

    Who has none is left out. As the coordinator, to whom nothing else of them is shown.
    """
    return await positions.count_of_members(session)


async def review_position(
    *, session: AsyncSession, principal: Principal, ref: str, given: ReviewIn, precondition: Precondition
) -> dict[str, Any]:
    """Accept a doubtful find, put another position in its place, or refuse it; the listings follow.

    What was decided may be decided anew; the same decision again changes nothing.

    Returns:
        The residence.

    Raises:
        PositionNotWaiting: No find of that residence waits, nor waited: unknown, certain, or stated meanwhile.
        VersionChanged: The precondition does not hold.
        PositionOutsideCommune: The position typed lies outside the residence's commune.
    """
    organisation = own_organisation(principal)
    present = await positions.lock(session, organisation, ref)
    if present is None:
        raise PositionNotWaiting(field="ref", value=ref)
    precondition.check(present.version)
    if await _decided(session, organisation, present, given):
        await _follow(session, organisation, [present.id])
        await audit.record(
            session, organisation=organisation, action="stock:position:reviewed", subject=ref,
            detail={"decision": given.decision},
        )  # fmt: skip
    found = await residences.read(session, organisation, ref)
    assert found is not None
    return found


async def _decided(session: AsyncSession, organisation: OwnOrganisation, present: ToReview, given: ReviewIn) -> bool:
    """Write the decision; tell whether it changes anything."""
    if given.decision == _DECIDED.get(present.method):
        return False
    if given.decision == "refuse":
        await positions.decide(session, organisation, present.id, None, [])
    elif given.position is not None:
        lon, lat = given.position.lon, given.position.lat
        inside = await territories.in_commune(session=session, code=present.commune_code, lon=lon, lat=lat)
        if inside is False:
            raise PositionOutsideCommune(field="position", value=f"{lon}, {lat}")
        quarters = await territories.quarters_at(session=session, lon=lon, lat=lat)
        await positions.decide(session, organisation, present.id, (lon, lat), quarters)
    elif present.lon is not None and present.lat is not None:
        quarters = await territories.quarters_at(session=session, lon=present.lon, lat=present.lat)
        await positions.accept(session, organisation, present.id, quarters)
    else:
        raise PositionNotWaiting(field="decision", value=given.decision)
    return True
