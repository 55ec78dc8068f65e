"""Days and moments as people read them, in both languages."""

from datetime import UTC, date, datetime

from registry.kernel.text import Text, day_said, moment_said


def test_day_names_its_month_in_english_where_numbers_may_be_read_the_other_way_round() -> None:
    assert day_said(date(2026, 4, 3)) == Text("03/04/2026", "3 Apr 2026")
    assert day_said(date(2026, 12, 31)) == Text("31/12/2026", "31 Dec 2026")


def test_moment_is_said_as_a_clock_in_paris_shows_it_in_summer_and_winter() -> None:
    assert moment_said(datetime(2026, 7, 1, 10, tzinfo=UTC)) == Text("01/07/2026 à 12:00", "1 Jul 2026, 12:00")
    assert moment_said(datetime(2026, 12, 31, 23, 5, tzinfo=UTC)) == Text("01/01/2027 à 00:05", "1 Jan 2027, 00:05")
