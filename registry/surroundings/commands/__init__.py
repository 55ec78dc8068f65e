"""The operator's commands on the surroundings."""

from registry.surroundings.commands.services import app as services

__all__ = ["services"]
