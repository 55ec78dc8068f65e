"""Types of fields that are stricter than pydantic's own, and say so in the API's document.

pydantic reads "12" as a number, 1 as true and 0 as the first of January 1970. A caller who sends that has made a
mistake, and is told.
"""

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated, Any, Final

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_core import PydanticKnownError

from registry.kernel.validation import Wrong

_TIME: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?([Zz]|[+-][0-9]{2}:[0-9]{2})"
)
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _number(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise PydanticKnownError("float_type")
    return value


def _whole_number(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise PydanticKnownError("int_type")
    return value


def _full_date(value: Any) -> Any:
    if isinstance(value, str) and not _DATE.fullmatch(value):
        raise PydanticKnownError("date_parsing", {"error": "not YYYY-MM-DD"})
    if not isinstance(value, date | str):
        raise PydanticKnownError("date_type")
    return value


def _rfc3339(value: Any) -> Any:
    """Return the text of a time if it is one of RFC 3339, with its offset."""
    if not isinstance(value, str) or not _TIME.fullmatch(value):
        raise PydanticKnownError("datetime_type")
    return value


WHOLE: Final = BeforeValidator(_whole_number)
"""Marks an ``int`` as a JSON number without a fraction: 12.0 is one, "12" and true are not. After the bounds."""

NUMBER: Final = BeforeValidator(_number)
"""Marks a ``float`` or ``Decimal`` as a JSON number. After the bounds."""

YesNo = Annotated[bool, Field(strict=True)]
"""JSON's true or false."""


def _in_utc(value: datetime) -> datetime:
    """Return the same moment in UTC, the first or the last there is if it is beyond.

    RFC 3339 has offsets of up to a day, PostgreSQL of less than sixteen hours.
    """
    try:
        return value.astimezone(UTC)
    except OverflowError:
        return datetime.min.replace(tzinfo=UTC) if value.year == 1 else datetime.max.replace(tzinfo=UTC)


Moment = Annotated[datetime, BeforeValidator(_rfc3339), AfterValidator(_in_utc)]
"""A time with its offset (RFC 3339 date-time), in UTC."""

FullDate = Annotated[date, BeforeValidator(_full_date)]
"""A date written YYYY-MM-DD (RFC 3339 full-date)."""

# Control characters, what changes the direction of a text or is not seen at all, line separators, and code points
# that are no characters. Spaces of every width stay: French typography needs them.
PRINTABLE: Final = r"^[^\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufffe\uffff]*$"
_UNPRINTABLE: Final = re.compile(PRINTABLE.replace("^[^", "[").replace("]*$", "]"))


def printable(value: str) -> str:
    """Return ``value`` if PostgreSQL can hold it and a person can read it.

    Raises:
        Wrong: It has control characters or unpaired surrogates.
    """
    if not is_printable(value):
        raise Wrong("caractère de contrôle ou invisible", "control or invisible character")
    return value


def is_printable(value: str) -> bool:
    """Return whether a person can read every character of ``value``, and UTF-8 hold it."""
    # What Python calls printable is so here; of the rest only some is not (spaces other than ASCII's are).
    return value.isprintable() or (
        _UNPRINTABLE.search(value) is None and not any("\ud800" <= sign <= "\udfff" for sign in value)
    )


Printable = Annotated[str, AfterValidator(printable), Field(json_schema_extra={"pattern": PRINTABLE})]
"""A text without control or invisible characters."""


def without_default(schema: dict[str, Any]) -> None:
    """Say that a field of an answer may be absent; never that it stands for something when it is."""
    del schema["default"]
