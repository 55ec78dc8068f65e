"""The operator's commands of the sync."""
