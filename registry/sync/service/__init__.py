"""The use cases of the sync: sources and their mappings, pulls, schedule, notices; the import of RPLS files."""
