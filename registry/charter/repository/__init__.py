"""The SQL of the charter."""
