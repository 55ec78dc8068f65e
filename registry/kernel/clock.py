"""Time, in one place so that tests can move it."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo


def now() -> datetime:
    return datetime.now(UTC)


def today() -> date:
    """Return the current date in UTC; legal deadlines in local time are computed where they apply."""
    return now().date()


def month_after(day: date, months: int) -> date:
    """Return the first day of the month so many months after that of ``day``; before it where they are negative."""
    index = day.year * 12 + day.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)


def latest_date_in_france() -> date:
    """Return the date where the day begins first: in Wallis and Futuna, UTC+12.

    What somebody dates today is dated by the local day, which begins in Paris or on La Réunion hours before that of
    UTC: compared with the UTC date it would be in the future.
    """
    return (now() + timedelta(hours=12)).date()


def date_in_france(moment: datetime) -> date:
    """Return the date of a moment in Paris."""
    return moment.astimezone(ZoneInfo("Europe/Paris")).date()
