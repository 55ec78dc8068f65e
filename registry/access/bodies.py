"""Bodies: read only from whom is known, only as the type they claim, and only if they say one thing."""

from collections.abc import Callable, Coroutine
from typing import Any, Final

from fastapi import Request, Response
from fastapi.routing import APIRoute

from registry.access.dependencies import verified
from registry.access.errors import BodyEncodingUnsupported, BodyTypeUnsupported, BodyUnreadable
from registry.access.media import JSON
from registry.kernel import strict_json
from registry.kernel.text import Text
from registry.kernel.validation import Wrong

NDJSON: Final = "application/x-ndjson"


class JsonRoute(APIRoute):
    """A route whose JSON body, where it has one, is read strictly. The ``route_class`` of a router."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()
        if self.body_field is None:
            return handle

        async def strict(request: Request) -> Response:
            await verified(request)
            require_type(request, JSON)
            given = _Given(request.scope, request.receive)
            given.read(await given.body())
            return await handle(given)

        return strict


class _Given(Request):
    """A request whose JSON is read before FastAPI would read it."""

    def read(self, raw: bytes) -> None:
        try:
            self._json = strict_json.read(raw)
        except Wrong as wrong:
            raise BodyUnreadable(wrong.text, field=wrong.field or "body", value=wrong.field) from None


def require_type(request: Request, media_type: str) -> None:
    """Refuse a body that is not of this type, in UTF-8, and as it is.

    Raises:
        BodyTypeUnsupported, BodyEncodingUnsupported: As they say.
    """
    given = request.headers.get("content-type", "")
    name, *parameters = (part.strip().lower() for part in given.split(";"))
    charset = next((part[8:].strip('"') for part in parameters if part.startswith("charset=")), "utf-8")
    if name != media_type or charset not in {"utf-8", "utf8"}:
        raise BodyTypeUnsupported(
            field="Content-Type",
            value=given,
            remedy=Text(f"Content-Type: {media_type}, en UTF-8.", f"Content-Type: {media_type}, in UTF-8."),
        )
    encoding = request.headers.get("content-encoding", "identity")
    if encoding.strip().lower() != "identity":
        raise BodyEncodingUnsupported(field="Content-Encoding", value=encoding)
