"""E-mail addresses as they are compared: trimmed, lower case, of a plausible form."""

import re
from typing import Final

from registry.identity.errors import EmailInvalid

_EMAIL: Final = re.compile(
    r"[^\s\x00-\x1f\x7f@<>\"(),:;\[\]\\]{1,64}@[a-z0-9](?:[a-z0-9.-]{0,188}[a-z0-9])?\.[a-z]{2,63}"
)


def canonical(email: str) -> str:
    """Return the address in the form in which it is kept.

    Raises:
        EmailInvalid: It is none.
    """
    found = email.strip().lower()
    if not _EMAIL.fullmatch(found) or ".." in found:
        raise EmailInvalid(field="email", value=email)
    return found
