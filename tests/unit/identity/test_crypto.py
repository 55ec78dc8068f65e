"""The master key, what is derived from it, and what is sealed under it."""

import base64
from typing import Any

import pytest
from pydantic import SecretStr

from registry.asgi import create_application
from registry.platform.crypto import (
    Keyring,
    MasterKeyMissing,
    Purpose,
    SealBroken,
    generate_master_key,
    keyring,
)
from registry.platform.database import Database, create_engine
from registry.platform.settings import Settings


def test_sealed_value_opens_only_at_its_place() -> None:
    keys = Keyring(b"k" * 32)
    sealed = keys.encrypt(b"private", place="signing_keys:1")
    assert b"private" not in sealed
    assert keys.decrypt(sealed, place="signing_keys:1") == b"private"
    with pytest.raises(SealBroken):
        keys.decrypt(sealed, place="signing_keys:2")


def test_sealed_value_that_was_altered_is_refused() -> None:
    keys = Keyring(b"k" * 32)
    sealed = keys.encrypt(b"private", place="p")
    for position in range(len(sealed)):
        altered = bytearray(sealed)
        altered[position] ^= 1
        with pytest.raises(SealBroken):
            keys.decrypt(bytes(altered), place="p")
    with pytest.raises(SealBroken):
        keys.decrypt(sealed[:5], place="p")


def test_sealed_value_under_another_master_key_is_refused() -> None:
    with pytest.raises(SealBroken):
        Keyring(b"b" * 32).decrypt(Keyring(b"a" * 32).encrypt(b"x", place="p"), place="p")


def test_sealing_twice_gives_different_values() -> None:
    keys = Keyring(b"k" * 32)
    assert keys.encrypt(b"x", place="p") != keys.encrypt(b"x", place="p")


def test_derived_keys_are_stable_and_differ_by_purpose_and_master() -> None:
    derived = {Keyring(master).derive(purpose) for master in (b"a" * 32, b"b" * 32) for purpose in Purpose}
    assert len(derived) == 2 * len(Purpose)
    assert Keyring(b"a" * 32).derive(Purpose.CURSORS) in derived


def test_generated_master_key_is_accepted() -> None:
    settings = Settings(master_key=SecretStr(generate_master_key()))
    assert keyring(settings) is keyring(settings)


@pytest.mark.parametrize("bad", ["", "not base64!", base64.b64encode(b"short").decode()])
def test_master_key_that_is_malformed_is_refused(bad: str) -> None:
    with pytest.raises(MasterKeyMissing):
        keyring(Settings(master_key=SecretStr(bad)))


EXAMPLES = [bytes(32), b"k" * 32, bytes(range(32)), b"development-key-of-this-service!", b"ab" * 16]


@pytest.mark.parametrize("key", EXAMPLES, ids=["zeros", "one byte", "a row", "a sentence", "two bytes"])
@pytest.mark.parametrize(
    ("environment", "base_url"), [("production", "http://127.0.0.1:8000"), ("development", "https://registre.example")]
)
def test_master_key_that_nobody_drew_is_refused_outside_development(
    key: bytes, environment: str, base_url: str
) -> None:
    given: dict[str, Any] = {"environment": environment, "base_url": base_url}
    encoded = SecretStr(base64.b64encode(key).decode())
    with pytest.raises(MasterKeyMissing, match="a default or an example"):
        keyring(Settings(master_key=encoded, **given))
    keyring(Settings(master_key=encoded, environment="development"))  # on one machine it may be used
    keyring(Settings(master_key=SecretStr(generate_master_key()), **given))


def test_application_does_not_start_in_production_with_an_example_as_master_key() -> None:
    settings = Settings(
        master_key=SecretStr(base64.b64encode(bytes(32)).decode()), environment="production",
        base_url="https://registre.example",
    )  # fmt: skip
    with pytest.raises(MasterKeyMissing, match="a default or an example"):
        create_application(settings, Database(create_engine("postgresql://nobody@127.0.0.1:1/none")))


def test_master_key_that_is_absent_is_refused_in_every_environment() -> None:
    with pytest.raises(MasterKeyMissing):
        keyring(Settings(master_key=None, environment="development"))
