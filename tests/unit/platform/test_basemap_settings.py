"""A base map is set as a whole: an address with all its places, that nobody reads on the way, and whose it is."""

import pytest
from pydantic import ValidationError

from registry.platform.settings import Settings

GOOD = "https://tiles.example/{z}/{x}/{y}.png?key=1"


def made(url: str | None, attribution: str | None = "© Essai") -> Settings:
    return Settings(basemap_url=url, basemap_attribution=attribution, _env_file=None)


def test_whole_base_map_is_taken() -> None:
    assert made(GOOD).basemap_url == GOOD
    assert made(None, None).basemap_url is None


@pytest.mark.parametrize(
    "url",
    [
        "http://tiles.example/{z}/{x}/{y}.png",
        "https://user@tiles.example/{z}/{x}/{y}.png",
        "https://tiles.example/{z}/{x}.png",
        "https://tiles.example/{z}/{x}/{x}/{y}.png",
        "https://tiles.example/{z}/{x}/{y}/{z.__class__}.png",
        "https://{x}.tiles.example/{z}/{y}/{0}.png",
        "https://{x}.tiles.example/{z}/{y}.png",
        "https://tiles{x}.example/{z}/{y}.png",
        "https://tiles.example/{z}/{x}/{y}.png#here",
    ],
)
def test_address_that_is_no_template_or_is_read_by_others_is_refused(url: str) -> None:
    with pytest.raises(ValidationError, match="REGISTRY_BASEMAP_URL"):
        made(url)


def test_base_map_without_whose_it_is_is_refused() -> None:
    with pytest.raises(ValidationError, match="REGISTRY_BASEMAP_ATTRIBUTION"):
        made(GOOD, None)
