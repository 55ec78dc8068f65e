"""The SQL of what the facts of homes come to, for what judges them set-wise as their listings do."""

from registry.listings.repository.facts import SAID

__all__ = ["SAID"]
