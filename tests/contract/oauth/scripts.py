"""Clients in JavaScript: a script of this folder in a process of its own, which says what a browser should open."""

import asyncio
import json
import shutil
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
PATIENCE_S = 60.0

Browse = Callable[[str], Awaitable[str]]


async def play(script: str, part: str, given: dict[str, Any], *, browse: Browse | None = None) -> dict[str, Any]:
    """Run one part of a script; return what it found out.

    Args:
        script: Name of the library, and of the file.
        part: Name of one of its functions.
        given: What it has to know: issuer, API, client, credentials.
        browse: Opens an address as a person with a browser does; returns where the browser was sent in the end.

    Raises:
        AssertionError: The library refused something that it should have taken, or Node or the libraries are missing.
    """
    node = shutil.which("node")
    assert node, "Node is missing: `make setup-dev` installs it"
    assert (HERE / "node_modules" / script).is_dir(), "the libraries are missing: `make setup-dev` installs them"
    process = await asyncio.create_subprocess_exec(
        node, str(HERE / f"{script}.mjs"), part, cwd=HERE,
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        async with asyncio.timeout(PATIENCE_S):
            return await _talk(process, given, browse)
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def _talk(process: asyncio.subprocess.Process, given: dict[str, Any], browse: Browse | None) -> dict[str, Any]:
    assert process.stdin
    assert process.stdout
    assert process.stderr

    def say(message: dict[str, Any]) -> None:
        assert process.stdin
        process.stdin.write(json.dumps(message).encode() + b"\n")

    say(given)
    while line := await process.stdout.readline():
        heard = json.loads(line)
        if "done" in heard:
            found: dict[str, Any] = heard["done"]
            return found
        assert "open" in heard, heard
        assert browse, "nobody sits at a browser"
        say({"location": await browse(heard["open"])})
    raise AssertionError((await process.stderr.read()).decode())
