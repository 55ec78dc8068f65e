"""What a landlord finds among its own homes, and what others see of one."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import orjson
from sqlalchemy.ext.asyncio import AsyncSession

from registry.access.principal import Principal, own_organisation
from registry.charter import service as charter
from registry.listings import tags
from registry.listings.repository import own as repository
from registry.listings.repository.own import Standing
from registry.stock.errors import HomeNotFound

WhyNot = Literal[
    "nothing_stated", "status_never", "not_signed", "outside", "several_territories", "status_not_shared",
    "no_feature", "soon",
]  # fmt: skip
"""Why a home is not shared, the first that holds; ``soon``: nothing stands against it, the job has not been there."""


@dataclass(frozen=True, slots=True)
class OwnHomesAsked:
    """Which of one's own homes.

    Attributes:
        q: A part of the reference of the home or of its residence, in any case.
        class_min: At least of this class, 2 to 6.
        feature: The code of a fact that searches filter by.
        possible: For class and feature, take what the unknown does not exclude as well as what is proven.
        stale: Those that nobody confirmed within the days that the charter allows.
    """

    q: str | None = None
    residence_ref: str | None = None
    commune: str | None = None
    status: str | None = None
    class_min: int | None = None
    feature: str | None = None
    possible: bool = False
    stale: bool = False

    def filters(self) -> dict[str, Any]:
        """Return the conditions that are asked for, by name."""
        given: dict[str, Any] = {
            "q": self.q, "residence_ref": self.residence_ref, "commune": self.commune, "status": self.status,
            "class_min": self.class_min, "stale": self.stale or None,
            "feature": tags.feature(self.feature, possible=False) if self.feature else None, "code": self.feature,
        }  # fmt: skip
        return {name: value for name, value in given.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Shared:
    """What others see of a home: its listing, or why there is none."""

    listing: Mapping[str, Any] | None
    why_not: WhyNot | None


async def find_own_homes(
    *,
    session: AsyncSession,
    principal: Principal,
    asked: OwnHomesAsked,
    sort: str = "ref",
    after: tuple[Any, str] | None,
    limit: int,
) -> list[dict[str, Any]]:
    """Return own homes in one of :data:`registry.stock.service.SORTS`, each with its class, whether stale and shared.

    ``after``: value and reference of the last home before, as :func:`registry.stock.service.position_of` has it.

    The class is that of now, as :func:`registry.assessment.service.read_home_assessment` has it.
    """
    organisation = own_organisation(principal)
    owed = await charter.obligations_of(session=session, organisation=organisation)
    return await repository.find(
        session, organisation, sort=sort, after=after, limit=limit, freshness_days=owed.freshness_days,
        filters=asked.filters(), possible=asked.possible,
    )  # fmt: skip


async def read_shared(*, session: AsyncSession, principal: Principal, ref: str) -> Shared:
    """Return what others see of one of the landlord's own homes.

    Raises:
        HomeNotFound: It has none of that reference.
    """
    organisation = own_organisation(principal)
    document = await repository.document(session, organisation, ref)
    if document is not None:
        return Shared(orjson.loads(document), None)
    standing = await repository.standing(session, organisation, ref)
    if standing is None:
        raise HomeNotFound
    return Shared(None, _why_not(standing))


def _why_not(standing: Standing) -> WhyNot:
    if not standing.signed:
        return "not_signed"
    if standing.territories != 1:
        return "several_territories" if standing.territories else "outside"
    if not standing.ever_shared:
        return "status_never"
    if not standing.status_shared:
        return "status_not_shared"
    if not standing.stated:
        return "nothing_stated"
    return "soon" if standing.feature_shared else "no_feature"
