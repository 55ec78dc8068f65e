"""What the charters say to those who act by them."""

import uuid

from sqlalchemy.ext.asyncio import AsyncSession

from registry.charter.errors import CharterNotInForce, FeatureNotOfVersion
from registry.charter.repository import adhesions, versions
from registry.charter.schemas import Obligations, Terms, ZoningTerms
from registry.kernel.errors import Fault
from registry.kernel.text import Text
from registry.vocabulary.facts import FACTS_BY_CODE, codes_of


async def terms_in_force(*, session: AsyncSession, territory_id: int) -> Terms:
    """Return the terms that hold in a territory.

    Raises:
        CharterNotInForce: None do.
    """
    found = await versions.in_force(session, territory_id)
    if found is None:
        raise CharterNotInForce
    return Terms.model_validate(found.terms)


async def zoning_terms(*, session: AsyncSession, territory_id: int) -> ZoningTerms:
    """Return what the zones of a territory must satisfy: for the strictest of its members.

    Raises:
        CharterNotInForce: None is.
    """
    found = await versions.zoning(session, territory_id)
    if found is None:
        raise CharterNotInForce
    return ZoningTerms(*found)


async def obligations_of(*, session: AsyncSession, organisation: uuid.UUID) -> Obligations:
    """Return what a landlord owes: the strictest of what it signed and of what is in force there since.

    One that signed nowhere owes what a charter says by default. As the landlord itself, or as a job.
    """
    binding = [Terms.model_validate(terms) for terms in await adhesions.binding(session, organisation)] or [Terms()]
    return Obligations(
        min(terms.freshness_days for terms in binding), min(terms.import_guard_percent for terms in binding)
    )


def require_pinned(terms: Terms, *, within: str = "") -> None:
    """Check that the terms share by features of the vocabulary that they pin.

    Asked where terms are given, never of those that were signed.

    Args:
        within: What precedes the names of terms in the fields of the request.

    Raises:
        FeatureNotOfVersion: ``shared_features`` names some that the pinned version of the vocabulary does not know.
    """
    known = codes_of(terms.vocabulary_version)
    later = [code for code in terms.shared_features if code not in known]
    if later:
        raise FeatureNotOfVersion(faults=tuple(_later(code, terms.vocabulary_version, within) for code in later))


def _later(code: str, pinned: str, within: str) -> Fault:
    since = FACTS_BY_CODE[code].since
    return Fault(
        f"{within}shared_features", code,
        Text(
            f"Du vocabulaire {since} ; la charte fixe {pinned}", f"Of vocabulary {since}; the charter pins {pinned}",
        ),
        Text(
            f"Retirez-la, ou fixez « vocabulary_version » à {since}.",
            f"Leave it out, or set 'vocabulary_version' to {since}.",
        ),
    )  # fmt: skip
