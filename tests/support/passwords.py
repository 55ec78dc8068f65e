"""Passwords hashed with the least work: the service takes a quarter of a second for each, and rightly so.

As a program, the service's own command line with that.
"""

from typing import Final

from argon2 import PasswordHasher

from registry.cli import app
from registry.identity.service import passwords

CHEAP: Final = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)

if __name__ == "__main__":
    passwords._hasher = CHEAP  # type: ignore[misc]
    app()
