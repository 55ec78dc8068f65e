"""Identifiers: time-ordered for what only its owner sees, random for what others see.

A UUIDv7 tells when its object was made, and so when a home fell vacant or was adapted (privacy rule 5): whatever
another organisation can read is named by a UUIDv4.
"""

import uuid

import uuid_utils.compat


def new_id() -> uuid.UUID:
    """A UUIDv7 (RFC 9562): close in the index to its contemporaries. For own rows only."""
    return uuid_utils.compat.uuid7()


def new_public_id() -> uuid.UUID:
    """A UUIDv4: says nothing, not even when it was made. For rows that other organisations read."""
    return uuid.uuid4()
