"""Use cases of the transfers."""
