"""What an operator does with the surroundings."""

from registry.surroundings.commands.distances import app as distances
from registry.surroundings.commands.network import app as network
from registry.surroundings.commands.services import app as services

__all__ = ["distances", "network", "services"]
