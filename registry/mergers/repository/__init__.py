"""The SQL of mergers."""
