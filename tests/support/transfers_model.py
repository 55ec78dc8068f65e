"""What cases, homes, proposals and holds do, said once more and as plainly as can be: the service is held to it.

Two landlords, 0 and 1, with a case and a home each. A proposal is the last one of its case and home.
"""

from dataclasses import dataclass, field
from typing import Final

HOLDING: Final = ["held", "disclosed", "visited", "agreed", "filed", "granted"]
EARLY: Final = ["proposed", "studied", "held", "disclosed", "visited", "agreed"]
BEFORE: Final = [*EARLY, "filed", "granted"]
HOUSED: Final = ["leased", "moved", "followed_3_months", "followed_12_months"]
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
ENDED: Final = ["followed_12_months", "declined", "refused", "rejected", "withdrawn"]


@dataclass
class Proposal:
    case: int
    home: int
    state: str = "proposed"
    kept: bool = False
    """Whether the home is kept for it now."""
    over: bool = False

    def end(self, state: str = "withdrawn") -> None:
        self.state, self.kept, self.over = state, False, True


@dataclass
class Model:
    """``cases`` are open, closed or erased; a home is free or not; ``suspended``: adhesions of landlords."""

    cases: list[str] = field(default_factory=lambda: ["open", "open"])
    free: list[bool] = field(default_factory=lambda: [True, True])
    suspended: set[int] = field(default_factory=set)
    proposals: list[Proposal] = field(default_factory=list)

    def last(self, case: int, home: int) -> Proposal | None:
        return next((each for each in self.proposals[::-1] if (each.case, each.home) == (case, home)), None)

    def propose(self, case: int, home: int) -> str | None:
        """Return the problem's code; ``None``: it is made."""
        if self.cases[case] != "open":
            return "case-not-found" if self.cases[case] == "erased" else "case-closed"
        if {case, home} & self.suspended:  # who is suspended sees nobody's homes, and shows none
            return "listing-not-found"
        if not self.free[home]:
            return "home-not-free"
        if (last := self.last(case, home)) and not last.over:
            return "proposal-open"
        self.proposals.append(Proposal(case, home))
        return None

    def step(self, proposal: Proposal, landlord: int, action: str) -> str | None:
        party, sources, target = STEPS[action]
        state = "studied" if proposal.state in HOLDING and not proposal.kept else proposal.state
        side = proposal.case if party == "origin" else proposal.home
        if proposal.over or landlord != side or state not in sources:
            return "step-impossible"
        if action == "hold":
            own = landlord == proposal.home
            shown = proposal.home not in self.suspended and (own or landlord not in self.suspended)
            if shown and not self.free[proposal.home]:
                return "home-not-free"
            if any(each.kept for each in self.proposals if each.home == proposal.home):
                return "home-held"
        same = [each for each in self.proposals if each.case == proposal.case and each is not proposal]
        if action == "lease" and any(each.state in HOUSED for each in same):
            return "housed-elsewhere"
        proposal.state, proposal.over = target, target in ENDED
        proposal.kept = target in HOLDING or target == "leased"
        if action == "move" and self.cases[proposal.case] == "open":
            self._over(proposal.case, "closed", spared=["leased"])
        return None

    def close(self, case: int) -> str | None:
        if self.cases[case] != "open":
            return "case-not-found" if self.cases[case] == "erased" else None
        self._over(case, "closed")
        return None

    def erase(self, case: int) -> str | None:
        if self.cases[case] == "erased":
            return "case-not-found"
        self._over(case, "erased")
        for each in self.proposals:
            each.over |= each.case == case
        return None

    def _over(self, case: int, state: str, spared: list[str] | None = None) -> None:
        self.cases[case] = state
        for each in self.proposals:
            if each.case == case and not each.over and each.state not in [*(spared or []), *HOUSED[1:]]:
                each.end()

    def expire(self, proposal: Proposal) -> None:
        if proposal.state in HOLDING:
            proposal.kept = False

    def job(self) -> None:
        """What the minute brings: holds lapse, and what nothing can come of ends."""
        for each in self.proposals:
            if each.state in HOLDING and not each.kept:
                each.state = "studied"
        ends = [each for each in self.proposals if not each.over and each.state in BEFORE and self._hopeless(each)]
        for each in ends:
            each.end()

    def _hopeless(self, proposal: Proposal) -> bool:
        others = [each for each in self.proposals if each is not proposal]
        housed = any(each.case == proposal.case and each.state in HOUSED for each in others)
        let = any(each.home == proposal.home and each.state == "leased" for each in others)
        return housed or let or (not self.free[proposal.home] and proposal.state in EARLY)
