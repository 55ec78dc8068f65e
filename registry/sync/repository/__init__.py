"""The SQL of the sync."""
