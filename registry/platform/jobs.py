"""Defer a job inside the transaction that justifies it: it exists if, and only if, the transaction commits."""

from typing import Any, Final

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

# procrastinate's own function; the schema that ships it is pinned with the package and migrated with ours.
_DEFER: Final = text(
    "SELECT procrastinate_defer_jobs_v1(ARRAY["
    "ROW('default', :task, 0, :lock, :queueing_lock, CAST(:args AS jsonb), NULL)::procrastinate_job_to_defer_v1])"
)


async def defer(
    session: AsyncSession, task: str, *, lock: str | None = None, queueing_lock: str | None = None, **args: Any
) -> None:
    """Have the worker run ``task`` soon.

    Args:
        session: The transaction of ``Role.AUTH`` or ``Role.JOB``.
        task: Its name, ``identity.deliver_mail`` for instance.
        lock: Jobs of one lock run one after another.
        queueing_lock: At most one job of it waits; a second one is an error.
        args: Ids only: they stand in a table that operators read.
    """
    values = {
        "task": task,
        "lock": lock,
        "queueing_lock": queueing_lock,
        "args": orjson.dumps(args, default=str).decode(),
    }
    await session.execute(_DEFER, values)
