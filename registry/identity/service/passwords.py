"""Passwords: argon2id, and what is not accepted as one.

Source of the lengths: CNIL, délibération n° 2022-100 du 21 juillet 2022 (recommandation relative aux mots de passe),
case of a password alone: 14 characters without rules of composition give the 80 bits of entropy asked for when they
are not guessable; here a second factor comes on top.
"""

import asyncio
from functools import lru_cache
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.profiles import RFC_9106_LOW_MEMORY

from registry.identity.errors import PasswordTooWeak
from registry.kernel.text import Text

MIN_LENGTH: Final = 14
MAX_LENGTH: Final = 200
MIN_DISTINCT: Final = 7

_hasher: Final = PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY)


@lru_cache(maxsize=1)
def _decoy() -> str:
    """Return the hash of a password that nobody has: checking an unknown person takes as long as a known one."""
    return _hasher.hash("nobody has this password")


def check_strength(password: str, *, about: tuple[str, ...] = ()) -> None:
    """Refuse a password that could be guessed.

    Args:
        password: As typed.
        about: What others know of the person: e-mail, name.

    Raises:
        PasswordTooWeak: Too short, too long, too few different characters, or made of what is known.
    """
    lowered = password.lower()
    known = [
        part for text in about for part in text.lower().replace("@", " ").replace(".", " ").split() if len(part) > 3
    ]
    rest = lowered
    for part in known:
        rest = rest.replace(part, "")
    if not MIN_LENGTH <= len(password) <= MAX_LENGTH:
        raise PasswordTooWeak(
            Text(f"De {MIN_LENGTH} à {MAX_LENGTH} caractères.", f"{MIN_LENGTH} to {MAX_LENGTH} characters."),
            field="password",
        )
    if len(set(rest)) < MIN_DISTINCT or len(rest) < MIN_LENGTH // 2:
        raise PasswordTooWeak(field="password")


async def hashed(password: str) -> str:
    """Return what is kept of a password (argon2id, RFC 9106 §4, second recommended option)."""
    return await asyncio.to_thread(_hasher.hash, password)


async def fits(password: str, kept: str | None) -> bool:
    """Tell whether ``password`` is the one; takes as long where nothing is kept."""
    return await asyncio.to_thread(_fits, password, kept)


def _fits(password: str, kept: str | None) -> bool:
    try:
        _hasher.verify(kept or _decoy(), password[: MAX_LENGTH + 1])
    except (VerificationError, InvalidHashError):
        return False
    return kept is not None


def outdated(kept: str) -> bool:
    """Tell whether a hash was made with other parameters than today's."""
    return _hasher.check_needs_rehash(kept)
