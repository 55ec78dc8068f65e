"""The life of a proposal: its states, and who may take it from which to which. Pure; no rows, no requests.

A proposal is made by the landlord of the case (the *origin*) to the landlord of the home (the *owner*); both may be
the same. It is proposed, never imposed: until somebody has moved, the origin can withdraw it and the tenant refuse it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from registry.access.scopes import Scope
from registry.vocabulary.transfers import Decline, Ending, Refusal, Rejection


class State(StrEnum):
    PROPOSED = "proposed"
    STUDIED = "studied"
    HELD = "held"
    DISCLOSED = "disclosed"
    VISITED = "visited"
    AGREED = "agreed"
    FILED = "filed"
    GRANTED = "granted"
    LEASED = "leased"
    MOVED = "moved"
    FOLLOWED_3 = "followed_3_months"
    FOLLOWED_12 = "followed_12_months"
    DECLINED = "declined"
    REFUSED = "refused"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class Party(StrEnum):
    ORIGIN = "origin"
    OWNER = "owner"
    SERVICE = "service"


class Action(StrEnum):
    """What is done to a proposal."""

    STUDY = "study"
    DECLINE = "decline"
    HOLD = "hold"
    DISCLOSE = "disclose"
    VISIT = "visit"
    AGREE = "agree"
    REFUSE = "refuse"
    FILE = "file"
    GRANT = "grant"
    REJECT = "reject"
    LEASE = "lease"
    MOVE = "move"
    FOLLOW_3 = "follow_3_months"
    FOLLOW_12 = "follow_12_months"
    WITHDRAW = "withdraw"
    LAPSE = "lapse"
    END = "end"


HOLDING: Final = frozenset({State.HELD, State.DISCLOSED, State.VISITED, State.AGREED, State.FILED, State.GRANTED})
"""While the home is kept for this proposal. When the time ends, it falls back to :attr:`State.STUDIED`."""
ENDED: Final = frozenset({State.FOLLOWED_12, State.DECLINED, State.REFUSED, State.REJECTED, State.WITHDRAWN})
HOUSED: Final = frozenset({State.LEASED, State.MOVED, State.FOLLOWED_3, State.FOLLOWED_12})
"""Once the home is let to whom it was proposed for: of one case, one proposal at most."""
TOLD: Final = frozenset({State.DISCLOSED, State.VISITED, State.AGREED, State.FILED, State.GRANTED, *HOUSED})
"""While the origin may read the address of the home."""
_BEFORE_LEASE: Final = frozenset({State.PROPOSED, State.STUDIED, *HOLDING})


@dataclass(frozen=True, slots=True)
class Transition:
    """What one action does.

    Attributes:
        sources: States from which it is possible.
        target: The state that it leads to.
        parties: Who may do it.
        scope: What a person or client of theirs needs.
        reasons: The codes of which one is given; ``None``: none is.
        holds: Whether the home is kept for the charter's days from now on.
    """

    sources: frozenset[State]
    target: State
    parties: frozenset[Party]
    scope: Scope
    reasons: type[StrEnum] | None = None
    holds: bool = False


def _by(party: Party, sources: set[State] | frozenset[State], target: State, **more: object) -> Transition:
    scope = Scope.TRANSFERS_ANSWER if party is Party.OWNER else Scope.TRANSFERS_WRITE
    return Transition(frozenset(sources), target, frozenset({party}), scope, **more)  # type: ignore[arg-type]


TRANSITIONS: Final[Mapping[Action, Transition]] = MappingProxyType(
    {
        Action.STUDY: _by(Party.OWNER, {State.PROPOSED}, State.STUDIED),
        Action.DECLINE: _by(Party.OWNER, _BEFORE_LEASE - {State.GRANTED}, State.DECLINED, reasons=Decline),
        Action.HOLD: _by(Party.ORIGIN, {State.STUDIED}, State.HELD, holds=True),
        Action.DISCLOSE: _by(Party.ORIGIN, {State.HELD}, State.DISCLOSED),
        Action.VISIT: _by(Party.ORIGIN, {State.DISCLOSED}, State.VISITED),
        Action.AGREE: _by(Party.ORIGIN, {State.DISCLOSED, State.VISITED}, State.AGREED, holds=True),
        Action.REFUSE: _by(Party.ORIGIN, _BEFORE_LEASE, State.REFUSED, reasons=Refusal),
        Action.FILE: _by(Party.OWNER, {State.AGREED}, State.FILED, holds=True),
        Action.GRANT: _by(Party.OWNER, {State.FILED}, State.GRANTED, holds=True),
        Action.REJECT: _by(Party.OWNER, {State.FILED}, State.REJECTED, reasons=Rejection),
        Action.LEASE: _by(Party.OWNER, {State.GRANTED}, State.LEASED),
        Action.MOVE: _by(Party.ORIGIN, {State.LEASED}, State.MOVED),
        Action.FOLLOW_3: _by(Party.ORIGIN, {State.MOVED}, State.FOLLOWED_3),
        Action.FOLLOW_12: _by(Party.ORIGIN, {State.MOVED, State.FOLLOWED_3}, State.FOLLOWED_12),
        Action.WITHDRAW: _by(Party.ORIGIN, _BEFORE_LEASE | {State.LEASED}, State.WITHDRAWN),
        Action.LAPSE: _by(Party.SERVICE, HOLDING, State.STUDIED),
        Action.END: _by(Party.SERVICE, _BEFORE_LEASE | {State.LEASED}, State.WITHDRAWN, reasons=Ending),
    }
)


def possible(state: State, party: Party) -> tuple[Action, ...]:
    """Return what ``party`` may do to a proposal in ``state``, in the order of the life of one."""
    return tuple(action for action, step in TRANSITIONS.items() if state in step.sources and party in step.parties)


_STOPS: Final = frozenset({Action.DECLINE, Action.REFUSE, Action.REJECT, Action.WITHDRAW, Action.LAPSE, Action.END})
"""What leads to no home."""


def leads_on(action: Action) -> bool:
    """Tell whether a step brings a proposal nearer to the move, or to the end of what follows it."""
    return action not in _STOPS


def awaited(state: State) -> Party | None:
    """Return whose step leads on from ``state``; ``None``: it has ended."""
    steps = (step for action, step in TRANSITIONS.items() if leads_on(action) and state in step.sources)
    return next((party for step in steps for party in step.parties), None)
