"""The files of others as arrays of ours."""
