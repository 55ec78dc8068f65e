"""The SQL of the obligations."""
