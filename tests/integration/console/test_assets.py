"""What browsers load beside a page: under a name that holds its digest, compressed for who asks so."""

import httpx
import pytest

from registry.console.assets import address_of, built


@pytest.mark.parametrize("name", ["htmx.js", "maplibre.mjs", "icon.svg"])
async def test_built_file_is_kept_for_ever_and_sent_compressed(client: httpx.AsyncClient, name: str) -> None:
    address = address_of(name)
    assert address is not None, f"{sorted(built())}: run 'make setup'"
    plain = await client.get(address, headers={"Accept-Encoding": "identity"})
    packed = await client.get(address, headers={"Accept-Encoding": "gzip"})

    assert plain.status_code == packed.status_code == 200
    assert plain.content == packed.content, "unpacked by the client"
    assert "content-encoding" not in plain.headers
    assert packed.headers["content-encoding"] == "gzip"
    assert int(packed.headers["content-length"]) < len(plain.content)
    for answer in (plain, packed):
        assert answer.headers["vary"] == "Accept-Encoding"
        assert "immutable" in answer.headers["cache-control"]
        assert answer.headers["content-type"].split(";")[0] in {"text/javascript", "image/svg+xml"}
