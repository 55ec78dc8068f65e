"""A fact is dated by the day of the place where it was established."""

import pytest
import time_machine
from pydantic import ValidationError

from registry.stock.schemas import FactIn


@pytest.mark.parametrize(
    ("moment", "latest"),
    [
        ("2026-03-01T11:59:59Z", "2026-03-01"),
        ("2026-03-01T12:00:00Z", "2026-03-02"),  # midnight in Wallis
        ("2026-03-01T20:30:00Z", "2026-03-02"),  # half past midnight on La Réunion
        ("2026-06-30T22:30:00Z", "2026-07-01"),  # half past midnight in Paris, in summer
    ],
)
def test_fact_of_today_is_taken_wherever_in_france_it_is_today_already(moment: str, latest: str) -> None:
    after = f"{latest[:-2]}{int(latest[-2:]) + 1:02}"
    with time_machine.travel(moment, tick=False):
        assert FactIn.model_validate({"value": "yes", "date": latest}).date.isoformat() == latest
        with pytest.raises(ValidationError, match="in the future"):
            FactIn.model_validate({"value": "yes", "date": after})
