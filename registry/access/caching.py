"""Answers that a caller may keep for a while, and ask for again by their version (RFC 9110 §13, RFC 9111)."""

from hashlib import blake2b

from fastapi import Request
from fastapi.responses import Response

from registry.access.media import coded
from registry.access.preconditions import held_already


def kept(
    request: Request, body: bytes, *, media_type: str, max_age_s: int, vary: str, if_none_match: str | None
) -> Response:
    """Return a body that its caller alone may keep: 204 where it is empty, 304 where the caller has it already.

    Args:
        request: Says how the body may be coded.
        body: What is answered.
        media_type: Of the body.
        max_age_s: For how many seconds it may be kept.
        vary: By which header callers are told apart.
        if_none_match: The version that the caller has.
    """
    headers = {"Cache-Control": f"private, max-age={max_age_s}", "Vary": f"{vary}, Accept-Encoding"}
    if not body:
        return Response(status_code=204, headers=headers)
    version = blake2b(body, digest_size=16).hexdigest()
    headers["ETag"] = f'W/"{version}"'
    if held_already(if_none_match, version):
        return Response(status_code=304, headers=headers)
    sent, coding = coded(request, body)
    return Response(sent, media_type=media_type, headers=headers | coding)
