"""Which keys a client may authenticate with."""

from typing import Any

import pytest
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey

from registry.identity.errors import KeySetInvalid
from registry.identity.service.clients import public_key_set

EC = ECKey.generate_key("P-256", {"kid": "ec"})
RSA = RSAKey.generate_key(2048, {"kid": "rsa"})


def public(key: ECKey | RSAKey | OKPKey, **other: str) -> dict[str, Any]:
    return {**key.as_dict(private=False), **other}


def test_key_set_of_public_keys_is_kept() -> None:
    kept = public_key_set({"keys": [public(EC), public(RSA)]})
    assert [key["kid"] for key in kept["keys"]] == ["ec", "rsa"]


@pytest.mark.parametrize(
    "bad",
    [
        {},
        {"keys": []},
        {"keys": None},
        {"keys": ["text"]},
        {"keys": [{"kty": "EC"}]},
        {"keys": [{"kty": "AKP", "kid": "pq"}]},
        {"keys": [EC.as_dict(private=True)]},
        {"keys": [RSA.as_dict(private=True)]},
        {"keys": [OctKey.import_key(b"s" * 32, {"kid": "oct"}).as_dict()]},
        {"keys": [public(OKPKey.generate_key("Ed25519", {"kid": "okp"}))]},
        {"keys": [public(ECKey.generate_key("P-384", {"kid": "p384"}))]},
        {"keys": [public(EC), public(RSA, kid="ec")]},
        {"keys": [{name: value for name, value in public(EC).items() if name != "kid"}]},
        {"keys": [public(EC, kid=str(i)) for i in range(51)]},
    ],
)
def test_key_set_with_a_key_that_cannot_be_trusted_is_refused(bad: dict[str, Any]) -> None:
    with pytest.raises(KeySetInvalid):
        public_key_set(bad)


@pytest.mark.filterwarnings("ignore:Key size should be")  # joserfc says so too
def test_key_set_with_a_short_rsa_key_is_refused() -> None:
    short = public(RSA, n=str(RSA.as_dict(private=False)["n"])[:170])
    with pytest.raises(KeySetInvalid):
        public_key_set({"keys": [short]})
