"""The SQL of leaving."""
