"""Settings as an operator writes them: text in the environment."""

import pytest
from pydantic import ValidationError

from registry.platform.settings import Settings


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("10.0.0.7", ("10.0.0.7",)),
        ("10.0.0.7, 10.1.0.0/16,", ("10.0.0.7", "10.1.0.0/16")),
        ("", ()),
    ],
)
def test_trusted_proxies_are_read_as_a_list_with_commas(
    monkeypatch: pytest.MonkeyPatch, given: str, expected: tuple[str, ...]
) -> None:
    monkeypatch.setenv("REGISTRY_TRUSTED_PROXIES", given)
    assert Settings(_env_file=None).trusted_proxies == expected


def test_verified_token_is_trusted_for_two_seconds_and_no_setting_makes_it_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert Settings(_env_file=None).token_cache_s == 2
    monkeypatch.setenv("REGISTRY_TOKEN_CACHE_S", "2.1")
    with pytest.raises(ValidationError):
        Settings(_env_file=None)


def test_every_setting_says_what_it_means() -> None:
    silent = [name for name, field in Settings.model_fields.items() if not field.description]
    assert not silent
