"""The jobs of the sync: each is idempotent and may run at any time."""
