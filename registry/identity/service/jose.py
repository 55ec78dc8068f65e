"""Look at a signed token before anything of it is believed: its size, its shape, its header."""

import base64
import re
from typing import Any, Final, TypeGuard

import orjson

MAX_TOKEN_BYTES: Final = 4096
_MAX_BRACKETS: Final = 32
_HEADER_NAMES: Final = frozenset({"alg", "kid", "typ", "x5t", "x5t#S256"})
_THUMBPRINT: Final = re.compile(r"[A-Za-z0-9_-]{43}")


class TokenMalformed(ValueError):
    """Not a compact JWS (RFC 7515) with a plain header."""


def plain_segment(encoded: str) -> dict[str, Any]:
    """Return one part of a compact JWS as a JSON object that is not nested without end.

    Raises:
        TokenMalformed: It is none.
    """
    try:
        text = base64.b64decode(encoded + "=" * (-len(encoded) % 4), altchars=b"-_", validate=True)
        value = orjson.loads(text)
    except ValueError:
        raise TokenMalformed("unreadable segment") from None
    # Brackets are counted because the standard library's parser, joserfc's, has no answer to deep nesting.
    if not isinstance(value, dict) or text.count(b"[") + text.count(b"{") > _MAX_BRACKETS:
        raise TokenMalformed("a segment is not a plain JSON object")
    return value


def checked_header(token: str, *, max_bytes: int = MAX_TOKEN_BYTES) -> dict[str, str]:
    """Return the header of a compact JWS whose shape is sound; its signature is still to be verified.

    Refused before any cryptography: more than ``max_bytes`` (4 KiB), other than three parts, segments that are not JSON
    objects or are nested without end, a header that brings or names a key (``jwk``, ``jku``, ``x5c``,
    ``x5u``) or asks for extensions (``crit``, ``b64``), and values in the header that are not text.

    Raises:
        TokenMalformed: It is one of these.
    """
    parts = token.split(".", 3) if len(token) <= max_bytes and token.isascii() else []
    if len(parts) != 3:
        raise TokenMalformed("not a compact JWS")
    header = plain_segment(parts[0])
    plain_segment(parts[1])
    if not _HEADER_NAMES.issuperset(header) or not all(isinstance(value, str) for value in header.values()):
        raise TokenMalformed("header not accepted")
    return header


def is_thumbprint(value: str) -> bool:
    """Tell whether a text has the form of a SHA-256 thumbprint (RFC 7638), as our own key ids have."""
    return _THUMBPRINT.fullmatch(value) is not None


def is_time(value: Any) -> TypeGuard[float]:
    """Tell whether a claim is a NumericDate (RFC 7519 §2) that can be reckoned with.

    The bound keeps out infinities, NaN, and what neither a float nor a datetime can hold.
    """
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < 2**40


def checked_claims(token: str) -> dict[str, Any]:
    """Return the claims of a compact JWS whose shape is sound, **unproven**: for looking up what would prove them.

    Raises:
        TokenMalformed: As for :func:`checked_header`.
    """
    checked_header(token)
    return plain_segment(token.split(".")[1])
