"""Whether what a need demands rests on an adaptation of one home, or on what any other home has as well.

The order of CCH art. R.441-4 is of homes that are built or equipped for disabled persons. A parking space, the ground
floor, a lift or an entrance without a step is no adaptation of the home itself.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from registry.transfers.matching.asked import CLASS
from registry.transfers.matching.near import facts_of_class
from registry.vocabulary.transfers import ADAPTED_CLASS
from registry.vocabulary.works import WORKS_BY_CODE

INSIDE: Final[Mapping[str, frozenset[str]]] = {
    "door_width": frozenset({"entrance_door_width", "interior_door_width"}),
    "low_shower_tray": frozenset({"zero_step_shower", "shower_tray_height"}),
    **dict.fromkeys(("wc_transfer_left", "wc_transfer_right"), frozenset({"wc_transfer_space"})),
    **{
        code: frozenset({code})
        for code in (
            "wc_transfer_space", "zero_step_shower", "grab_bars", "contrast_markings", "lighting_path",
            "visual_signals", "reachable_controls",
        )
    },
}  # fmt: skip
"""Demands on what is built or fitted in the home, by code: the facts of which each one serves."""


@dataclass(frozen=True, slots=True)
class Adapted:
    """What a home has for disabled persons.

    Attributes:
        home_class: Proven, 0 to 6, as if every lift ran.
        features: Codes of the features that are proven.
        works: Codes of the works that were done for it.
    """

    home_class: int
    features: frozenset[str]
    works: frozenset[str]

    @property
    def delivered(self) -> frozenset[str]:
        """Codes of the facts that its works made true."""
        return frozenset(fact for code in self.works for fact in WORKS_BY_CODE[code].delivers)


def rests_on(code: str, home: Adapted) -> bool:
    """Tell whether a demand rests on an adaptation of the home: a class from 4 on, or what it has of the demand.

    A home of a lower class than the one demanded serves it in part; so do works for a home of no class.
    """
    if code.startswith(CLASS):
        number = int(code.removeprefix(CLASS))
        of_class = home.home_class >= ADAPTED_CLASS or bool(home.delivered & facts_of_class(number))
        return number >= ADAPTED_CLASS and of_class
    return bool(INSIDE.get(code, frozenset()) & (home.features | home.delivered))


def adaptation_is_asked(codes: Iterable[str], home: Adapted) -> bool:
    """Tell whether any of the demands of a need rests on an adaptation of the home."""
    return any(rests_on(code, home) for code in codes)
