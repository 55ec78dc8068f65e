"""The style sheet, and what the build of the front end made."""

from mimetypes import guess_type
from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, Response

from registry.access.media import accepts_gzip
from registry.console.assets import DIST, built
from registry.console.rendering import HERE
from registry.kernel.errors import NotVisible
from registry.kernel.text import Text

router = APIRouter(include_in_schema=False, prefix="/static")


WORKER_POLICY: Final = "default-src 'none'; connect-src 'self'; frame-ancestors 'none'"
"""A worker stands under the policy of its own script's answer, not under that of the page that starts it."""


class FileNotBuilt(NotVisible):
    title = Text("Ce fichier n'existe pas", "There is no such file")
    remedy = Text("Rechargez la page.", "Load the page again.")


@router.get("/console.css")
async def style() -> Response:
    return FileResponse(HERE / "static" / "console.css", headers={"Cache-Control": "public, max-age=3600"})


@router.get("/dist/{name}")
async def read_built(request: Request, name: str) -> Response:
    """Send a built file, with what a worker that is made of it may ask: this service, nobody else (ADR 0026)."""
    if name not in built().values():
        raise FileNotBuilt
    headers = {
        "Cache-Control": "public, max-age=31536000, immutable",
        "Content-Security-Policy": WORKER_POLICY,
        "Vary": "Accept-Encoding",
    }
    kind, _ = guess_type(name)
    if accepts_gzip(request):
        return FileResponse(DIST / f"{name}.gz", headers={**headers, "Content-Encoding": "gzip"}, media_type=kind)
    return FileResponse(DIST / name, headers=headers, media_type=kind)
