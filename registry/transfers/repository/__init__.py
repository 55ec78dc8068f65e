"""The SQL of the transfers."""
