"""The sync over HTTP."""
