"""The SQL of the surroundings."""
