"""The jobs of the transfers: each may run at any time."""

from registry.platform.crypto import Keyring
from registry.platform.database import Database
from registry.surroundings.service import Grounds
from registry.transfers.service import alerts, deadlines, demand, nearness, retention, vacated, vacated_news


async def match(database: Database, keys: Keyring, base_url: str) -> None:
    """Compare homes that came free with the open cases, and tell whose they are."""
    await alerts.match(database, keys, base_url)


async def keep_time(database: Database, keys: Keyring, base_url: str) -> None:
    """Remind of consents that end, close cases without one, delete what was closed long enough ago."""
    await retention.keep_time(database, keys, base_url)


async def follow_proposals(database: Database, keys: Keyring, base_url: str) -> None:
    """Have holds lapse and proposals end that nothing can come of; tell both sides of each step."""
    await deadlines.follow(database, keys, base_url)


async def remind_of_proposals(database: Database, keys: Keyring, base_url: str) -> None:
    """Remind each side of what is due by it."""
    await deadlines.remind(database, keys, base_url)


async def forget_proposals(database: Database) -> None:
    """Delete what ended long ago."""
    await deadlines.forget(database)


async def compare(database: Database, grounds: Grounds) -> None:
    """Give new cases the door, and answer them of what has changed among the listings."""
    await nearness.compare(database, grounds)


async def compare_all(database: Database, grounds: Grounds) -> None:
    """Answer every case anew, whatever has changed, and forget what is of no case or listing any more."""
    await nearness.compare(database, grounds, everything=True)


async def announce_vacated(database: Database) -> None:
    """Tell members of adapted homes that fell vacant."""
    await vacated.announce(database)


async def digest_vacated(database: Database, keys: Keyring, base_url: str) -> None:
    """Write to who wants it which adapted homes of others fell vacant."""
    await vacated_news.write_digest(database, keys, base_url)


async def keep_vacated(database: Database) -> None:
    """Open the vacancies that no change opened, delete old ones."""
    await vacated.keep(database)


async def count_months(database: Database) -> None:
    """Count what the month that is over leaves of cases and moves, where it is not counted yet."""
    await demand.count_months(database)
