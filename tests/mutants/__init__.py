"""Seeded defects of the authorization server, each of which the suite has to notice.

A file under ``patches/`` says in its first line what is wrong, then which tests are expected to notice (``Test:``, one
a line), then the change. ``make mutants`` applies each to a copy of the tree and runs those tests.
"""
