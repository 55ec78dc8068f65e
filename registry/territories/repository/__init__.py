"""The SQL of the territories, one module for each subject."""
