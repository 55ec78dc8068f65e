"""The surroundings over HTTP."""
