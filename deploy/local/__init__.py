"""The set-up of one machine: system packages, virtual environment, private PostgreSQL, demo, processes."""
