"""Say that homes are still as they stand: what a charter calls freshness."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from registry.access.principal import Principal, own_organisation
from registry.audit import service as audit
from registry.platform import events
from registry.stock.events import HomesChanged
from registry.stock.repository import confirming


async def confirm_homes(
    *, session: AsyncSession, principal: Principal, seen: Sequence[tuple[str, int]]
) -> tuple[int, list[str]]:
    """Confirm own homes as they stand, without changing anything else; their listings say the week.

    Args:
        seen: Reference and version of each as the person saw it.

    Returns:
        How many were confirmed, and the references of those that were not: changed meanwhile, or there no more.
    """
    organisation = own_organisation(principal)
    confirmed = await confirming.confirm(session, organisation, seen)
    if confirmed:
        await events.publish(session, HomesChanged(organisation, [home.id for home in confirmed]))
        one = len(confirmed) == 1
        await audit.record(
            session, organisation=organisation, action="stock:home:confirmed" if one else "stock:homes:confirmed",
            subject=confirmed[0].ref if one else "batch", detail={} if one else {"homes": len(confirmed)},
        )  # fmt: skip
    done = {home.ref for home in confirmed}
    return len(confirmed), [ref for ref, _ in seen if ref not in done]
