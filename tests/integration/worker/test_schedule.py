"""What the worker does by itself, and how often."""

import itertools
from typing import Any, Final

from registry import worker
from registry.platform.settings import Settings

PROMPTLY, MINUTE, HOUR, NIGHT = "* * * * * */20", "* * * * *", "6 * * * *", "17 3 * * *"

WORK_S: Final = 5
"""What a run of a job, with the half second by which it begins late, may take."""


async def test_worker_does_everything_that_nobody_asks_for(settings: Settings) -> None:
    app, database = worker.create_worker(settings)
    await database.dispose()
    found = {task.task.name: task.cron for task in app.periodic_registry.periodic_tasks.values()}
    assert found == {
        "transfers.digest_vacated": "30 5 * * *",
        "listings.place": MINUTE, "listings.add_to_cells": MINUTE, "listings.chain_readings": MINUTE,
        "listings.expire_usage": NIGHT, "listings.show_confirmed": HOUR,
        "obligations.measure": NIGHT, "obligations.measure_changed": MINUTE, "charter.suspend_unsigned": HOUR,
        "charter.tell_members": MINUTE,
        "listings.show_ended": NIGHT, "surroundings.recompute": HOUR,
        "changes.keep_history": MINUTE, "changes.forget": NIGHT, "census.count": NIGHT,
        "charter.write_invitations": MINUTE, "charter.forget_invitations": NIGHT,
        "assessment.preview_waiting": MINUTE, "reports.count": MINUTE,
        "reports.forget_drafts": NIGHT, "assessment.compute": MINUTE,
        "assessment.compute_all": NIGHT,
        "access.expire_keys": NIGHT, "identity.deliver_waiting": MINUTE, "identity.fetch_keys": MINUTE,
        "stock.locate": MINUTE, "stock.flag_duplicates": NIGHT, "stock.expire_outages": NIGHT,
        "stock.forget_statuses": NIGHT,
        "identity.chain_token_counts": HOUR, "identity.warn": HOUR, "identity.expire": NIGHT,
        "sync.due": MINUTE, "sync.drops": MINUTE, "sync.stale": HOUR, "sync.run_waiting": MINUTE, "sync.expire": NIGHT,
        "transfers.keep_time": NIGHT, "transfers.match": PROMPTLY, "transfers.follow_proposals": PROMPTLY,
        "transfers.remind_of_proposals": HOUR, "transfers.forget_proposals": NIGHT,
        "transfers.announce_vacated": PROMPTLY, "transfers.keep_vacated": NIGHT, "transfers.count_months": NIGHT,
        "transfers.compare": MINUTE, "transfers.compare_all": NIGHT,
        "webhooks.announce": MINUTE, "webhooks.deliver": PROMPTLY, "webhooks.expire": NIGHT,
        "offboarding.leave": HOUR, "offboarding.purge": NIGHT,
    }  # fmt: skip
    locks = {task.task.name: task.task.queueing_lock for task in app.periodic_registry.periodic_tasks.values()}
    assert locks == {name: name for name in found}, "one that is late is not done twice"


async def test_alert_leaves_within_a_minute_of_the_write_whenever_it_happens(settings: Settings) -> None:
    app, database = worker.create_worker(settings)
    await database.dispose()
    found = {task.task.name: task for task in app.periodic_registry.periodic_tasks.values()}
    for finds in ("transfers.match", "transfers.announce_vacated", "transfers.follow_proposals"):
        chain = [found[finds], found["webhooks.deliver"]]
        assert sum(longest_wait(each.croniter) + WORK_S for each in chain) < 60
        assert all(each.task.priority > 0 for each in chain), "they wait behind nothing that is due at the same time"


def longest_wait(times: Any) -> float:
    """Return the most seconds between two times of a schedule."""
    found = [float(times.get_next(float)) for _ in range(10)]
    return max(later - earlier for earlier, later in itertools.pairwise(found))
