"""A server of raster tiles, as a mapping agency has one: it answers every address over https with the same picture."""

import struct
import threading
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final

from tests.support.certificates import for_localhost

SIDE: Final = 256
ATTRIBUTION: Final = "© Plan d'essai"


@dataclass(frozen=True)
class Ground:
    """A running server; ``certificate`` is whom to trust."""

    port: int
    certificate: Path

    def settings(self) -> dict[str, Any]:
        return {
            "basemap_url": f"https://localhost:{self.port}/plan/{{z}}/{{x}}/{{y}}.png",
            "basemap_attribution": ATTRIBUTION,
            "basemap_directory": self.certificate.parent / "basemap",
            "outbound_private": True,
        }


def picture() -> bytes:
    """Return a PNG of sand, with a line along its northern and western sides."""
    line = b"\x00" + b"\x99\x88\x66" * SIDE
    row = b"\x00" + b"\x99\x88\x66" + b"\xf4\xe3\xb5" * (SIDE - 1)
    parts = (
        (b"IHDR", struct.pack(">IIBBBBB", SIDE, SIDE, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(line + row * (SIDE - 1))),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)) for kind, body in parts
    )


class _Tiles(BaseHTTPRequestHandler):
    body: Final = picture()

    def do_GET(self) -> None:  # the name that http.server wants
        self.send_response(200)
        self.send_header("Content-Type", "image/png")
        self.send_header("Content-Length", str(len(self.body)))
        self.end_headers()
        self.wfile.write(self.body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # as there
        """Say nothing."""


@contextmanager
def provided(directory: Path) -> Iterator[Ground]:
    """Serve until the end of the block; ``directory`` takes the certificate, and what is fetched."""
    certificate, context = for_localhost(directory)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Tiles)
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield Ground(server.server_port, certificate)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
