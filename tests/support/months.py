"""The month that runs, as if it were over: what is counted once a month can be read."""

import datetime as dt

from registry.kernel.clock import date_in_france, now


def after_this_month() -> dt.datetime:
    """Return a moment of the night after this month's end."""
    first = (date_in_france(now()).replace(day=28) + dt.timedelta(days=7)).replace(day=1)
    return dt.datetime.combine(first, dt.time(3, 17), tzinfo=dt.UTC)
