"""Leave the registry: ask for it, leave, undo that, and delete what is left when the time is over (ADR 0023)."""

from registry.offboarding.models import Offboarding
from registry.offboarding.service.departures import ask, cancel, cancel_own, leave, leave_due, read
from registry.offboarding.service.folder import export, prepare
from registry.offboarding.service.purge import purge_due

__all__ = [
    "Offboarding", "ask", "cancel", "cancel_own", "export", "leave", "leave_due", "prepare", "purge_due", "read",
]  # fmt: skip
