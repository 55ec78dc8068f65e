"""Organisations in a crowd on one pool: nobody reads or writes what is another's, whatever is abandoned or fails."""

import os
from contextlib import nullcontext
from typing import Any, Final

import psycopg
import pytest
from structlog.testing import capture_logs

from registry.platform.database import Database
from registry.platform.settings import Settings
from tests.integration.isolation.bugs import BUGS, Bug
from tests.integration.isolation.crowd import Crowd, Gather
from tests.integration.isolation.storm import FULL, sky

SEED: Final = int(os.environ.get("REGISTRY_TEST_SEED", "20261123"))
REQUESTS: Final = 30_000 if FULL else 3_000
REQUESTS_TO_FIND_A_BUG: Final = 400
KINDS: Final = ("killed", "timed out")
PLACES: Final = ("statement", "binding", "hot path")


@pytest.mark.parametrize("bug", [None, *BUGS], ids=lambda bug: str(bug) if bug else "as_it_is")
async def test_crowd_on_one_pool_sees_and_writes_its_own_only(
    settings: Settings, admin: psycopg.Connection[Any], crowd: Crowd, another_crowd: Gather,
    job_database: Database, bug: Bug | None,
) -> None:  # fmt: skip
    """The storm as it is reports nothing; with each bug the same storm reports it."""
    if bug and not bug.other_wall_holds:
        crowd = await another_crowd()  # it will not be the same afterwards
    # The injected failures come with their stacks: the log is captured.
    with capture_logs() as logged, bug.context(admin) if bug else nullcontext():
        async with sky(settings, admin, crowd) as process:
            await crowd.renew(process.client)
            if bug:
                report = await process.storm(SEED, REQUESTS_TO_FIND_A_BUG, failing=0.1, wrong=0.1)
            else:
                report = await process.storm(SEED, REQUESTS, worker=job_database)
    print(f"seed {SEED} (REGISTRY_TEST_SEED): {dict(report.counts)}")  # noqa: T201 -- to repeat what failed
    if bug is None:
        busy = [line for line in logged if line["event"] in {"transactions_crossed", "connection_pool_exhausted"}]
        assert report.violations == [], busy
        assert report.counts["abandoned"] > REQUESTS * 0.05, report.counts
        failures = [report.counts[f"{kind}, {where}"] for kind in KINDS for where in PLACES]
        assert min(failures) > REQUESTS * 0.002, report.counts
        assert sum(failures) >= REQUESTS * 0.05, report.counts
        return
    assert report.kinds & bug.seen_as, f"{bug} was not found: {report.violations[:5]}"
    if bug.other_wall_holds:
        assert not report.kinds & {"foreign row", "foreign write"}, (
            f"one wall broken, and the other did not hold: {bug}"
        )
