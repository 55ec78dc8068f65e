"""Keyset pages of plain lists: what a cursor is bound to, and the answer ``{"items": […], "next": …}``."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import quote, urlencode

from fastapi import Request, Response
from pydantic import BaseModel, ConfigDict, Field

from registry.access.principal import Principal
from registry.kernel import cursor


class PageQuery(BaseModel):
    """Where a list goes on."""

    model_config = ConfigDict(extra="forbid")

    limit: int = Field(default=100, ge=1, le=1_000)
    cursor: Annotated[
        str | None, Field(min_length=1, max_length=700, description="Opaque; from the previous page's next.")
    ] = None


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list that is ordered by a unique text key, or by other values before it.

    The cursor is bound to the path, the other parameters and the organisation.
    """

    path: str
    given: tuple[tuple[str, str], ...]
    context: bytes
    key: bytes
    cursor: str | None

    def after(self, start: str) -> str:
        """Return the key after which the page begins; ``start`` on the first page.

        Raises:
            CursorInvalid: The cursor is not one of this list.
        """
        position = self.position()
        return str(position[0]) if position else start

    def position(self) -> list[Any]:
        """Return all that :meth:`following` was given for this page; nothing on the first page.

        Raises:
            CursorInvalid: As :meth:`after`.
        """
        return cursor.open_sealed(self.cursor, key=self.key, context=self.context) if self.cursor else []

    def following(self, *last: Any) -> str:
        """Return the address of the page that begins after ``last``: the key, or the values of the order."""
        sealed = cursor.seal([*last], key=self.key, context=self.context)
        return f"{self.path}?{urlencode([*self.given, ('cursor', sealed)])}"

    def answer(self, rows: Sequence[Any], limit: int, *, key: str, response: Response) -> dict[str, Any]:
        """Return the page's body from up to ``limit + 1`` rows, ordered by ``key``; ``response`` gets its link."""
        following = self.following(rows[limit - 1][key]) if len(rows) > limit else None
        response.headers.update(link_to(following))
        return {"items": list(rows[:limit]), "next": following}


def link_to(following: str | None) -> dict[str, str]:
    """Return the header that names the next page (RFC 8288), where there is one."""
    return {"Link": f'<{following}>; rel="next"'} if following else {}


def page_of(request: Request, principal: Principal, given_cursor: str | None) -> Page:
    """Return the page that a request asks for."""
    given = tuple((name, value) for name, value in request.query_params.multi_items() if name != "cursor")
    filters = sorted((name, value) for name, value in given if name != "limit")
    path = quote(request.scope["path"])
    context = principal.organisation_id.bytes + repr((path, filters)).encode()
    return Page(path, given, context, request.app.state.cursor_key, given_cursor)
