"""What is in a PDF."""

import contextlib
import re
import zlib


def unpacked(pdf: bytes) -> bytes:
    """Return a PDF with what its compressed streams hold: its title, language, tags and kind can be read there."""
    held = [pdf]
    for stream in re.findall(rb"stream\n(.*?)\nendstream", pdf, re.DOTALL):
        with contextlib.suppress(zlib.error):
            held.append(zlib.decompress(stream))
    return b"".join(held)
