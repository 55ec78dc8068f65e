"""Members learn which adapted homes of others fell vacant: by list, and once a day by mail who wants it.

Commune, type, class and month are named, never more; a home that is let meanwhile is named no more.
"""

import datetime as dt
import uuid
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncSession

from registry.access.principal import Principal, own_organisation
from registry.access.roles import UserRole
from registry.identity.service import mail
from registry.identity.service import notices as people
from registry.kernel.clock import now
from registry.kernel.text import Language, Text
from registry.listings.service.meter import Meter
from registry.platform.crypto import Keyring
from registry.platform.database import Database, Role
from registry.transfers.repository import vacated as vacancies
from registry.transfers.repository import vacated_news as repository
from registry.transfers.repository.vacated_news import Digested, News

__all__ = ["DAYS", "News", "Place", "count_lately", "list_lately", "since", "write_digest"]

Place = tuple[dt.date, uuid.UUID]
"""Of a home in the order of the list: the day on which members were told, and the listing."""
SEARCHED: Final = "vacated"
"""What the log of searches calls a reading of the list."""
DAYS: Final = 14
"""For how long members are told of a home that fell vacant."""
HOURS: Final = 20
"""Least time between two digests: one a day, however late or early the job runs."""
NAMED: Final = 30
"""How many homes one mail names."""
ROLES: Final = (UserRole.LANDLORD_ADMIN, UserRole.LANDLORD_SEARCHER)
"""Who is written to: those who look for homes."""
ACTOR: Final = "transfers.digest_vacated"
LANDLORD: Final = "landlord"
_LINE: Final = Text("- {commune} · {typology} · classe {home_class} · {month}",
                    "- {commune} · {typology} · class {home_class} · {month}")  # fmt: skip
_NOW: Final = Text("dès maintenant", "from now on")
_FROM: Final = Text("à partir de {month}", "from {month} on")
_MORE: Final = Text("… et {count} de plus", "… and {count} more")


def since() -> dt.datetime:
    """Return the moment from which on members are told of vacated homes."""
    return now() - dt.timedelta(days=DAYS)


async def count_lately(*, session: AsyncSession, principal: Principal) -> int:
    """Return how many adapted homes of others fell vacant within :data:`DAYS` days, and still are."""
    if principal.kind != LANDLORD or not principal.territories:
        return 0
    return await repository.count(
        session, own_organisation(principal), territories=list(principal.territories.values()), since=since()
    )


async def list_lately(
    *, session: AsyncSession, principal: Principal, meter: Meter, limit: int, after: Place | None = None
) -> tuple[list[News], Place | None]:
    """Return them, the latest first, and the place after which others come, if any do.

    Where the caller may search, and none to others than landlords. What is returned counts as seen, as by a search.

    Args:
        meter: Of the process.
        after: The place after which to begin.

    Raises:
        DailyHomesUsedUp: The quota of others' homes seen today does not allow these.
    """
    if principal.kind != LANDLORD or not principal.territories:
        return [], None
    rows = await repository.lately(
        session, own_organisation(principal), territories=list(principal.territories.values()), since=since(),
        after=after, limit=limit + 1,
    )  # fmt: skip
    shown = rows[:limit]
    if shown:
        await meter.see(principal, [row.listing_id for row in shown])
    meter.searched(principal, SEARCHED)
    return shown, (shown[-1].announced_on, shown[-1].listing_id) if len(rows) > limit else None


async def write_digest(database: Database, keys: Keyring, base_url: str) -> int:
    """Write to members' people which homes of others fell vacant since the last digest; return how many mails.

    One mail a person, whatever number of landlords they work for. As the job.
    """
    async with database.transaction(Role.JOB, actor=ACTOR) as session:
        homes = await repository.digest(session, HOURS)
        named: dict[str, tuple[people.Recipient, uuid.UUID, list[Digested]]] = {}
        for territory in dict.fromkeys(home.territory_id for home in homes):
            for member in await vacancies.searching(session, territory):
                news = [home for home in homes if home.territory_id == territory and home.organisation_id != member]
                if not news:
                    continue
                for person in await people.wanting_digest(session=session, organisation=member, roles=ROLES):
                    known = named.setdefault(person.email, (person, member, []))[2]
                    known.extend(home for home in news if all(home is not each for each in known))
        for person, organisation, news in named.values():
            language = people.language_of(person)
            await mail.queue(
                session=session, keys=keys, kind=mail.Kind.VACATED_DIGEST, recipient=person.email, language=language,
                organisation=organisation, **_said(news, base_url, language),
            )  # fmt: skip
    return len(named)


def _said(homes: list[Digested], base_url: str, language: Language) -> dict[str, Any]:
    lines, territory = [], None
    for home in homes[:NAMED]:
        if home.territory != territory:
            territory = home.territory
            lines.append(f"{territory} :" if language == "fr" else f"{territory}:")
        month = f"{home.month:%m/%Y}" if home.month else ""
        said = (_FROM if home.month else _NOW).in_language(language).format(month=month)
        lines.append(_LINE.in_language(language).format(**home._asdict() | {"month": said}))
    if len(homes) > NAMED:
        lines.append(_MORE.in_language(language).format(count=len(homes) - NAMED))
    base = base_url.rstrip("/")
    return {
        "count": len(homes), "homes": "\n".join(lines), "link": f"{base}/console/vacated/others",
        "stop": f"{base}/account/security#mails",
    }  # fmt: skip
