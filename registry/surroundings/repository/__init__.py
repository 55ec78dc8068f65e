"""The SQL of the surroundings, by subject."""
