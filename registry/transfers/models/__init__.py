"""What the transfers keep: cases, proposals, adapted homes that fell vacant."""

from registry.transfers.models.cases import (
    CaseAlert,
    CaseAlertHorizon,
    CaseDoor,
    CaseDoorDay,
    CaseNearness,
    TransferCase,
    TransferTombstone,
)
from registry.transfers.models.counts import TransferCount
from registry.transfers.models.proposals import (
    HomeHold,
    MovingHelp,
    TransferMove,
    TransferProposal,
    TransferReminder,
    TransferStep,
)
from registry.transfers.models.vacated import (
    LegalRule,
    VacatedHome,
)

__all__ = [
    "CaseAlert",
    "CaseAlertHorizon",
    "CaseDoor",
    "CaseDoorDay",
    "CaseNearness",
    "HomeHold",
    "LegalRule",
    "MovingHelp",
    "TransferCase",
    "TransferCount",
    "TransferMove",
    "TransferProposal",
    "TransferReminder",
    "TransferStep",
    "TransferTombstone",
    "VacatedHome",
]
