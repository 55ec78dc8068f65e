"""Every demand that a need can make is said by a code of its own, on the sheets and on the page of a proposal."""

import itertools
from typing import Any, Final

from registry.console.texts import TEXTS
from registry.transfers.matching.asked import CLASS
from registry.transfers.matching.requirements import Requirement, requirements
from registry.transfers.matching.words import demand
from registry.transfers.need import NeedProfile
from registry.vocabulary.transfers import Aid, Shower, Side

EVERYTHING: Final[dict[str, Any]] = {
    "grab_bars": True, "parking": True, "ground_floor_or_lift": True, "visual": True, "hearing": True,
    "cognitive": True, "reach_low_cm": 40, "door_width_cm": 80,
}  # fmt: skip
NEEDS: Final = [
    NeedProfile(aid_indoors=aid, steps_passable=steps, transfer_side=side, shower=shower, **EVERYTHING)
    for aid, steps, side, shower in itertools.product(Aid, (None, 0, 3, 6, 9), (None, *Side), Shower)
]


def test_every_demand_has_words_wherever_it_is_told() -> None:
    codes = {each.code for need in NEEDS for each in requirements(need)}
    assert {"few_steps", "limited_steps", "class_2", "wc_transfer_left", "wc_transfer_right"} < codes
    told = {code: demand(Requirement(code, (1,), ())) for code in codes}
    assert len({said.fr for said in told.values()}) == len({said.en for said in told.values()}) == len(codes)
    on_the_page = {"proposals.demand_class" if code.startswith(CLASS) else f"proposals.demand_{code}" for code in codes}
    assert on_the_page - TEXTS.keys() == set()
