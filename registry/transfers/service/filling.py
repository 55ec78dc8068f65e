"""What a case takes of its present home: rent, charges, rooms and commune, as long as nobody states them.

What was filled comes back in each form and each PUT of a case that was read before: unchanged, it is no statement, and
follows the home; changed, it is one, and stays.
"""

from collections.abc import Mapping
from typing import Any, Final

import orjson
from sqlalchemy.ext.asyncio import AsyncSession

from registry.access.principal import Principal
from registry.stock import service as stock
from registry.stock.errors import HomeNotFound, HomeUnknown
from registry.territories.service import Places
from registry.transfers.need import MOST_CENTS, NeedProfile
from registry.transfers.repository.cases import Case
from registry.transfers.schemas.cases import CaseIn

MOST_ROOMS: Final = 15
COMMUNES: Final = "communes"
_NOTHING: Final[Mapping[str, Any]] = {
    "current_rent_cents": None, "current_charges_cents": None, "current_rooms": None, COMMUNES: (),
}  # fmt: skip
"""The fields that are filled, and what a need holds that does not state them."""


async def fill(
    *, session: AsyncSession, principal: Principal, given: CaseIn, places: Places, present: Case | None
) -> tuple[NeedProfile, list[str]]:
    """Return the need with what the present home says of itself where nobody stated it, and which fields these are.

    Of another home than before, nothing of the former one is left; the commune where none follows, lest the case asks
    for all of its territory. What the same home says no more stays as it was.

    Raises:
        HomeUnknown: The landlord has no home of that reference.
    """
    need, kept = given.need, _unchanged(given.need, present)
    same = present is not None and present.home_ref == given.home_ref
    if not same:
        left = kept if given.home_ref is not None else kept - {COMMUNES}
        need, kept = need.model_copy(update={name: _NOTHING[name] for name in left}), set()
    said = {} if given.home_ref is None else await _said(session, principal, given.home_ref, places)
    if need.quarters:
        said.pop(COMMUNES, None)
    taken = {name: value for name, value in said.items() if name in kept or getattr(need, name) == _NOTHING[name]}
    return need.model_copy(update=taken), sorted(kept | set(taken))


def _unchanged(need: NeedProfile, present: Case | None) -> set[str]:
    """Return the fields that were filled and come back as they were; a commune beside quarters is stated with them."""
    if present is None:
        return set()
    before = NeedProfile.model_validate_json(orjson.dumps(present.need))
    kept = {name for name in present.filled if getattr(need, name) == getattr(before, name)}
    return kept - {COMMUNES} if need.quarters else kept


async def _said(session: AsyncSession, principal: Principal, ref: str, places: Places) -> dict[str, Any]:
    """Return what a home says of itself, within what a need may hold."""
    try:
        document, _ = await stock.read_home(session=session, principal=principal, ref=ref)
    except HomeNotFound:
        raise HomeUnknown(field="home_ref", value=ref) from None
    home = orjson.loads(document)
    residence = await stock.read_residence(session=session, principal=principal, ref=home["residence_ref"])
    figures = {
        "current_rent_cents": _within(home["rent_cents"], MOST_CENTS),
        "current_charges_cents": _within(home["charges_cents"], MOST_CENTS),
        "current_rooms": _within(home["rooms"], MOST_ROOMS),
    }
    said: dict[str, Any] = {name: value for name, value in figures.items() if value is not None}
    commune = residence["commune_code"]
    if any(each.code == commune for each in places.communes):
        said[COMMUNES] = (commune,)
    return said


def _within(value: int | None, most: int) -> int | None:
    return value if value is not None and value <= most else None
