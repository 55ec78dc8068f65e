"""The SQL of the reports."""
