"""The HTTP routes of identity."""
