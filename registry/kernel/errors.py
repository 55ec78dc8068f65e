"""The errors of the domain: a class and a stable code each. ``registry.api.problems`` maps them to HTTP, once.

A class ``HomeNotVisible`` has the code ``home-not-visible`` and is documented at ``/problems/home-not-visible``.
Subclass one of the kinds below (they decide the status), never :class:`RegistryError` itself.
"""

import math
import re
import reprlib
from typing import Any, ClassVar, NamedTuple

from registry.kernel.text import Language, Text

SHOWN_VALUE = 200  # characters of a wrong value that are shown back
SHOWN_MESSAGE = 2_000  # of a message, which may enumerate a code list
_BOUNDED = reprlib.Repr()
_BOUNDED.maxstring = _BOUNDED.maxother = SHOWN_VALUE
_WORD = re.compile(r"(?<!^)(?=[A-Z])")


class Fault(NamedTuple):
    """One thing wrong with the input: where it stands, what stood there, what to do about it."""

    field: str
    value: Any
    message: Text
    remedy: Text | None = None

    def stated(self, language: Language) -> dict[str, Any]:
        """Return the fault as an answer shows it; a long value is shortened."""
        return {
            "field": _readable(self.field),
            "value": _shown(self.value),
            "message": _readable(self.message.in_language(language), SHOWN_MESSAGE),
            "remedy": self.remedy.in_language(language) if self.remedy else None,
        }


def _shown(value: Any) -> Any:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        if abs(value) < 2**53:  # more is not a number to every reader of JSON
            return value
        return str(value) if value.bit_length() < 512 else f"≈ 2^{value.bit_length()}"
    if isinstance(value, float) and math.isfinite(value):
        return value
    # The bounded repr: a value may be nested a thousand levels deep, or have a million digits.
    return _readable(value if isinstance(value, str) else _BOUNDED.repr(value))


def _readable(text: str, most: int = SHOWN_VALUE) -> str:
    """Return ``text`` as UTF-8 can hold it, shortened."""
    cut = text if len(text) <= most else text[:most] + "…"
    return cut.encode(errors="backslashreplace").decode()


class RegistryError(Exception):
    """Base of every error that a caller may see.

    Args:
        detail: What happened this time, in both languages.
        field: The field, parameter or header at fault, if one is.
        value: The value that stood there (shown back to the caller, shortened).
        remedy: What the caller can do; overrides the class's own remedy.
        faults: Several things wrong at once; replaces ``field`` and ``value``.
        headers: Response headers that the error requires, ``Retry-After`` for instance.
    """

    code: ClassVar[str]
    title: ClassVar[Text]
    remedy: ClassVar[Text | None] = None

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.code = _WORD.sub("-", cls.__name__).lower()

    def __init__(
        self,
        detail: Text | None = None,
        *,
        field: str | None = None,
        value: Any = None,
        remedy: Text | None = None,
        faults: tuple[Fault, ...] = (),
        headers: dict[str, str] | None = None,
    ) -> None:
        self.detail = detail
        self.own_remedy = remedy or self.remedy
        if field is not None:
            faults = (Fault(field, value, detail or self.title, self.own_remedy), *faults)
        self.faults = faults
        self.headers = headers or {}
        super().__init__((detail or self.title).en)


class Invalid(RegistryError):
    """422: the request is well-formed and its content breaks a rule."""

    title = Text("Donnée invalide", "Invalid input")


class BadRequest(RegistryError):
    """400: the request itself cannot be read (unknown parameter, broken cursor, wrong syntax)."""

    title = Text("Requête illisible", "Bad request")


class Unauthenticated(RegistryError):
    """401: no valid token."""

    title = Text("Authentification requise", "Authentication required")


class Forbidden(RegistryError):
    """403: the object is visible, or needs no visibility, and the caller may not do this."""

    title = Text("Action non permise", "Not permitted")


class NotVisible(RegistryError):
    """404: nothing the caller can see is there; the same answer for unknown and for foreign."""

    title = Text("Introuvable", "Not found")


class Conflict(RegistryError):
    """409: the state of the object does not allow it."""

    title = Text("Conflit", "Conflict")


class Gone(RegistryError):
    """410: it was there, and is no more."""

    title = Text("N'existe plus", "Gone")


class PreconditionFailed(RegistryError):
    """412: the object changed since the caller read it."""

    title = Text("Version dépassée", "Precondition failed")


class TooLarge(RegistryError):
    """413: more than the service takes in one request."""

    title = Text("Requête trop volumineuse", "Request too large")


class UnsupportedMediaType(RegistryError):
    """415: the body's content type is not one that the route reads."""

    title = Text("Type de contenu non pris en charge", "Unsupported media type")


class NotAcceptable(RegistryError):
    """406: the route cannot answer in the media type asked for."""

    title = Text("Format de réponse non disponible", "Not acceptable")


class TooMany(RegistryError):
    """429: a quota is used up; ``Retry-After`` says when it opens again."""

    title = Text("Quota dépassé", "Too many requests")


class Unavailable(RegistryError):
    """503: the service cannot answer now and may later."""

    title = Text("Service momentanément indisponible", "Service unavailable")
