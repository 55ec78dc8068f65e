"""Cases, homes, proposals and holds of two landlords, as plainly as can be: the service is held to it."""

from dataclasses import dataclass, field
from typing import Final

EARLY: Final = ["proposed", "studied", "held", "disclosed", "visited", "agreed"]
BEFORE: Final = [*EARLY, "filed", "granted"]
HOLDING: Final = BEFORE[2:]
LATER: Final = ["moved", "followed_3_months", "followed_12_months"]
HOUSED: Final = ["leased", *LATER]
STEPS: Final[dict[str, tuple[str, list[str], str]]] = {
    "study": ("owner", ["proposed"], "studied"),
    "decline": ("owner", [*EARLY, "filed"], "declined"),
    "hold": ("origin", ["studied"], "held"),
    "disclose": ("origin", ["held"], "disclosed"),
    "visit": ("origin", ["disclosed"], "visited"),
    "agree": ("origin", ["disclosed", "visited"], "agreed"),
    "refuse": ("origin", BEFORE, "refused"),
    "file": ("owner", ["agreed"], "filed"),
    "grant": ("owner", ["filed"], "granted"),
    "reject": ("owner", ["filed"], "rejected"),
    "lease": ("owner", ["granted"], "leased"),
    "move": ("origin", ["leased"], "moved"),
    "follow_3_months": ("origin", ["moved"], "followed_3_months"),
    "follow_12_months": ("origin", ["moved", "followed_3_months"], "followed_12_months"),
    "withdraw": ("origin", [*BEFORE, "leased"], "withdrawn"),
}
REASONS: Final = {"decline": "works", "refuse": "attachment", "reject": "income"}
CLOSED: Final = {"other": "case_closed", "moved": "housed_elsewhere", "erased": "case_erased"}
ENDED: Final = ["followed_12_months", "declined", "refused", "rejected", "withdrawn"]


@dataclass
class Proposal:
    """Even cases are the landlord 0's; ``kept``: its home is, now; ``over``: nothing more is done to it."""

    case: int
    home: int
    state: str = "proposed"
    reason: str | None = None
    kept: bool = False
    over: bool = False

    @property
    def sides(self) -> dict[str, int]:
        return {"origin": self.case % 2, "owner": self.home}

    @property
    def now(self) -> str:
        return "studied" if self.state in HOLDING and not self.kept else self.state

    def end(self, reason: str) -> None:
        self.state, self.reason, self.kept, self.over = "withdrawn", reason, False, True

    def possible(self, landlord: int) -> list[str]:
        mine = [name for name, (side, _, _) in STEPS.items() if self.sides[side] == landlord and not self.over]
        return [name for name in mine if self.now in STEPS[name][1]]


@dataclass
class Model:
    cases: list[str] = field(default_factory=lambda: ["open"] * 4)
    consents: list[bool] = field(default_factory=lambda: [True] * 4)
    homes: list[str] = field(default_factory=lambda: ["vacant"] * 2)
    members: list[str] = field(default_factory=lambda: ["in_force"] * 2)
    proposals: dict[str, Proposal] = field(default_factory=dict)

    def of(self, **same: int | str) -> list[Proposal]:
        return [each for each in self.proposals.values() if same.items() <= vars(each).items()]

    def shown(self, home: int, landlord: int) -> bool:
        """Tell whether a landlord sees a home listed: who is suspended or left sees nobody's, and shows none."""
        return self.homes[home] in {"vacant", "occupied"} and self.members[home] == self.members[landlord] == "in_force"

    def propose(self, case: int, home: int, id_: str) -> str | None:
        """Return the problem's code; ``None``: it is done. So do the others."""
        if self.cases[case] != "open":
            return "case-not-found" if self.cases[case] == "erased" else "case-closed"
        if not self.consents[case]:
            return "consent-over"
        if not self.shown(home, case % 2):
            return "listing-not-found"
        if self.homes[home] != "vacant":
            return "home-not-free"
        if self.of(case=case, home=home, over=False):
            return "proposal-open"
        self.proposals[id_] = Proposal(case, home)
        return None

    def step(self, id_: str, landlord: int, action: str) -> str | None:
        proposal = self.proposals[id_]
        if landlord not in proposal.sides.values():
            return "proposal-not-found"
        if action not in proposal.possible(landlord):
            return "step-impossible"
        if action == "hold" and self.shown(proposal.home, landlord) and self.homes[proposal.home] != "vacant":
            return "home-not-free"
        if action == "hold" and self.of(home=proposal.home, kept=True):
            return "home-held"
        if action == "lease" and self._housed(proposal):
            return "housed-elsewhere"
        proposal.state, proposal.reason = STEPS[action][2], REASONS.get(action)
        proposal.over, proposal.kept = proposal.state in ENDED, proposal.state in [*HOLDING, "leased"]
        if action == "move":
            self.close(proposal.case, "moved")
        return None

    def address(self, id_: str, landlord: int) -> str | None:
        if self.proposals[id_].sides["origin"] != landlord:
            return "proposal-not-found"
        return None if self.proposals[id_].now in [*HOLDING[1:], *HOUSED] else "address-not-told"

    def close(self, case: int, closing: str = "other") -> str | None:
        before = self.cases[case]
        if before == "open" or closing == "erased" != before or (before, closing) == ("consent_ended", "moved"):
            self.cases[case] = closing
            for each in self.of(case=case, over=False):
                if each.state not in LATER and (each.state != "leased" or closing in {"other", "erased"}):
                    each.end(CLOSED.get(closing, closing))
                each.over |= closing == "erased"
        if before == "erased":
            return "case-not-found"
        return None if closing == "erased" or before in {"open", closing} else "case-closed"

    def erase(self, case: int) -> str | None:
        return self.close(case, "erased")

    def night(self) -> None:
        for case in [case for case, stands in enumerate(self.consents) if not stands]:
            self.close(case, "consent_ended")

    def minute(self) -> None:
        for each in [each for each in self.of() if each.now != each.state]:
            each.state, each.reason = each.now, None
        for each, why in [(each, why) for each in self.of() if (why := self._why_hopeless(each))]:
            each.end(why)

    def _housed(self, proposal: Proposal) -> bool:
        return any(each.state in HOUSED for each in self.of(case=proposal.case) if each is not proposal)

    def _why_hopeless(self, proposal: Proposal) -> str | None:
        ends = [
            (BEFORE, "housed_elsewhere", self._housed(proposal)),
            (BEFORE, "home_allotted", bool(self.of(home=proposal.home, state="leased"))),
            (EARLY, "home_gone", self.homes[proposal.home] == "withdrawn"),
            (EARLY, "home_allotted", self.homes[proposal.home] == "occupied"),
            (EARLY, "owner_left", self.members[proposal.home] == "left"),
            (EARLY, "origin_left", self.members[proposal.case % 2] == "left"),
        ]
        return next((why for states, why, true in ends if true and proposal.state in states), None)
