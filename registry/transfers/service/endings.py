"""The SQL of how the vacancies of adapted homes end, for what counts them set-wise."""

from registry.transfers.repository.vacated import LET, OVER_ON

__all__ = ["LET", "OVER_ON"]
