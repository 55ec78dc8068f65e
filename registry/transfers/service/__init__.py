"""Use cases of the transfers, by part."""
