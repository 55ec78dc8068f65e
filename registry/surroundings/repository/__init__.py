"""The SQL of the surroundings, one module for each subject."""
