"""A weekly slot in Paris with a minute of each source's own, and what follows a failure."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.sync import schedules
from registry.sync.schedules import JITTER_S, PARIS, after_failure, jitter, next_slot
from registry.sync.schemas.sources import Slot

SOURCE = uuid.UUID(int=7)
NIGHT = Slot(weekday=7, hour=3)
moments = st.integers(0, 20 * 365 * 24 * 3600).map(lambda s: datetime(2020, 1, 1, tzinfo=UTC) + timedelta(seconds=s))
slots = st.builds(Slot, weekday=st.integers(1, 7), hour=st.integers(0, 23))


@given(slots, st.uuids(), moments)
def test_next_time_is_within_the_week_and_in_its_hour(slot: Slot, source: uuid.UUID, after: datetime) -> None:
    found = next_slot(slot, source, after)
    assert after < found <= after + timedelta(days=7, hours=1)
    begins = (found - jitter(source)).astimezone(PARIS)
    skipped = begins.hour == slot.hour + 1 and begins.month == 3  # the hour that the clocks skip
    assert begins.isoweekday() == slot.weekday
    assert begins.hour == slot.hour or skipped
    assert next_slot(slot, source, found) > found, "once a slot"


@given(slots, st.uuids(), moments, st.integers(0, 7 * 24 * 3600))
def test_time_does_not_move_as_it_comes_nearer(slot: Slot, source: uuid.UUID, after: datetime, later: int) -> None:
    found = next_slot(slot, source, after)
    between = after + timedelta(seconds=later)
    if between < found:
        assert next_slot(slot, source, between) == found


def test_sources_of_one_slot_are_spread_over_its_hour() -> None:
    delays = [jitter(uuid.UUID(int=n)) for n in range(600)]
    assert min(delays) >= timedelta(0)
    assert max(delays) < timedelta(seconds=JITTER_S)
    minutes = [int(delay.total_seconds() // 60) for delay in delays]
    assert max(minutes.count(minute) for minute in range(60)) < 30, "600 landlords do not come in one minute"
    assert delays == [jitter(uuid.UUID(int=n)) for n in range(600)], "always at the same minute"


@pytest.mark.parametrize(
    ("after", "begins"),
    [
        ("2026-03-27T12:00", "2026-03-29T01:00"),  # the night in which 2 becomes 3: 03:00 is one hour after 01:59
        ("2026-10-23T12:00", "2026-10-25T02:00"),
        ("2026-07-01T12:00", "2026-07-05T01:00"),
        ("2026-01-01T12:00", "2026-01-04T02:00"),
    ],
)
def test_slot_is_in_the_time_of_paris_whatever_the_season(after: str, begins: str) -> None:
    found = next_slot(NIGHT, SOURCE, datetime.fromisoformat(after).replace(tzinfo=UTC))
    assert found - jitter(SOURCE) == datetime.fromisoformat(begins).replace(tzinfo=UTC)


def test_hour_that_comes_twice_is_the_first_and_one_that_is_skipped_the_next() -> None:
    two = Slot(weekday=7, hour=2)
    autumn = next_slot(two, SOURCE, datetime(2026, 10, 24, tzinfo=UTC)) - jitter(SOURCE)
    spring = next_slot(two, SOURCE, datetime(2026, 3, 28, tzinfo=UTC)) - jitter(SOURCE)
    assert autumn == datetime(2026, 10, 25, 0, tzinfo=UTC)
    assert spring == datetime(2026, 3, 29, 1, tzinfo=UTC)


AT = datetime(2026, 3, 4, 12, tzinfo=UTC)


def test_tries_follow_each_other_at_growing_distances_then_wait_for_the_next_slot() -> None:
    waits = [after_failure(NIGHT, SOURCE, failures=n, at=AT) for n in range(1, 6)]
    assert [at - AT for at in waits if at] == [timedelta(minutes=m) for m in (1, 5, 15, 60, 240)]
    for n in (6, 7, 100):
        assert after_failure(NIGHT, SOURCE, failures=n, at=AT) == next_slot(NIGHT, SOURCE, AT)
        assert after_failure(None, SOURCE, failures=n, at=AT) is None, "somebody must ask for it"


def test_server_that_asks_to_wait_is_left_alone_for_that_long_and_a_day_at_most() -> None:
    def wait(minutes: float) -> timedelta:
        at = after_failure(NIGHT, SOURCE, failures=1, at=AT, retry_after=timedelta(minutes=minutes))
        assert at is not None
        return at - AT

    assert (wait(0.5), wait(30), wait(10_000)) == (timedelta(minutes=1), timedelta(minutes=30), timedelta(days=1))


def test_state_says_when_somebody_must_look() -> None:
    found = [schedules.state_of(paused=False, failures=n) for n in (0, 1, 5, 6, 60)]
    assert found == ["ready", "retrying", "retrying", "stopped", "stopped"]
    assert schedules.state_of(paused=True, failures=6) == "paused"
