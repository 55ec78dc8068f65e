"""Keep the listings in step with what they show: homes, charters, adhesions, organisations, communes, quarters.

Each function follows one event of a lower package, in the transaction that publishes it (see ``registry.wiring``).
What a suspension takes away it takes at once; what a reinstatement, a signature or a new charter brings back is
asked of the job, since only the job and the owner may read private homes.
"""

from sqlalchemy.ext.asyncio import AsyncSession

from registry.assessment.events import ResidencesAssessed
from registry.charter.events import AdhesionChanged, CharterChanged
from registry.identity.events import OrganisationDeparted, OrganisationReinstated, OrganisationSuspended
from registry.listings.repository import projection, residences
from registry.stock.events import HomesChanged
from registry.territories.events import CommunesLoaded, CompositionChanged, LeavingCounted, QuartersLoaded


async def follow_homes(session: AsyncSession, event: HomesChanged) -> None:
    """Project the changed homes; withdraw the listings of removed ones; have the zones counted again."""
    if event.removed_listing_ids:
        await projection.withdraw(session, event.removed_listing_ids)
    if event.home_ids:
        await projection.project(session, event.home_ids, asking=True, new=event.new)
    else:
        await projection.request_zoning_of(session, event.organisation_id)


async def follow_assessments(session: AsyncSession, event: ResidencesAssessed) -> None:
    """Have the job look at what may be shown of the residences, in groups that single none out."""
    await residences.request_placing(session, event.residences)


async def follow_adhesion(session: AsyncSession, event: AdhesionChanged) -> None:
    """Withdraw what the organisation shares in the territory if it may no longer, and have the job project anew."""
    if not event.in_force:
        await projection.withdraw_all(session, event.organisation_id, event.territory_id)
    await projection.request_zoning(session, event.territory_id, everything=True)


async def follow_charter(session: AsyncSession, event: CharterChanged) -> None:
    """Have every listing of the territory projected under the new terms."""
    await projection.request_zoning(session, event.territory_id, everything=True)


async def follow_communes(session: AsyncSession, event: CommunesLoaded) -> None:
    """Have the zones divided anew: they are cut at the outlines of communes."""
    del event
    await projection.request_zoning_of_layer(session, None)


async def count_leaving(session: AsyncSession, event: LeavingCounted) -> None:
    """Add how many listings of the territory are in communes that are about to leave it."""
    event.listings += await projection.count_in(session, event.territory_id, event.leaving)


async def follow_composition(session: AsyncSession, event: CompositionChanged) -> None:
    """Withdraw what is shown of communes that left, and have the job look at every home of those that moved.

    In the other territories of these communes too: a home that is shareable in several at once is shown in none until
    its landlord says where, and a home that no longer is may be shown in the one that is left.
    """
    if event.leaving:
        await projection.withdraw_in(session, event.territory_id, event.leaving)
    await projection.request_zoning(session, event.territory_id, everything=True)
    await projection.request_zoning_of_communes(session, event.territory_id, [*event.joining, *event.leaving])


async def follow_quarters(session: AsyncSession, event: QuartersLoaded) -> None:
    """Have every listing projected anew where the layer lies, with the quarters that it may show now."""
    await projection.request_zoning_of_layer(session, event.layer)


async def follow_suspension(session: AsyncSession, event: OrganisationSuspended | OrganisationDeparted) -> None:
    """Withdraw everything the organisation shares, everywhere."""
    await projection.request_zoning_of(session, event.organisation_id)
    await projection.withdraw_all(session, event.organisation_id)


async def follow_reinstatement(session: AsyncSession, event: OrganisationReinstated) -> None:
    await projection.request_zoning_of(session, event.organisation_id, everything=True)
