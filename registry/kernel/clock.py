"""Time, in one place so that tests can move it."""

from datetime import UTC, date, datetime


def now() -> datetime:
    return datetime.now(UTC)


def today() -> date:
    """Return the current date in UTC; legal deadlines in local time are computed where they apply."""
    return now().date()
