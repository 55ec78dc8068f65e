"""What is refused of a token before any cryptography."""

import base64
import json

import pytest

from registry.identity.service.jose import MAX_TOKEN_BYTES, TokenMalformed, checked_header


def segment(value: object) -> str:
    text = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(text).rstrip(b"=").decode()


def token(header: object, claims: object = None) -> str:
    return f"{segment(header)}.{segment({} if claims is None else claims)}.c2ln"


def test_header_of_a_plain_token_is_returned() -> None:
    header = {"alg": "ES256", "typ": "at+jwt", "kid": "k"}
    assert checked_header(token(header)) == header


@pytest.mark.parametrize(
    "malformed",
    [
        "",
        "a.b",
        "a.b.c.d",
        "é.é.é",
        "****.****.****",
        token({"alg": "ES256", "jwk": {"kty": "EC"}}),
        token({"alg": "ES256", "jku": "https://attacker.example/keys"}),
        token({"alg": "ES256", "x5u": "https://attacker.example/keys"}),
        token({"alg": "ES256", "x5c": ["MIIB"]}),
        token({"alg": "ES256", "crit": ["b64"], "b64": False}),
        token({"alg": ["ES256"]}),
        token({"alg": "ES256", "kid": 1}),
        token({"alg": "ES256", "kid": None}),
        token(["alg"]),
        token("alg"),
        token(b"\xff\xfe"),
        token({"alg": "ES256"}, [1]),
        token({"alg": "ES256"}, b'{"a":NaN}'),
        token({"alg": "ES256"}, b'{"a":' + b"[" * 900 + b"]" * 900 + b"}"),
        token(b'{"alg":' + b'{"a":' * 900 + b"1" + b"}" * 900 + b"}"),
        token({"alg": "ES256", "kid": "k" * MAX_TOKEN_BYTES}),
    ],
)
def test_header_of_a_malformed_token_is_refused(malformed: str) -> None:
    with pytest.raises(TokenMalformed):
        checked_header(malformed)


def test_header_of_a_token_one_byte_past_the_limit_is_refused() -> None:
    fitting = token({"alg": "ES256"})
    fitting += "A" * (MAX_TOKEN_BYTES - len(fitting))
    assert checked_header(fitting) == {"alg": "ES256"}
    with pytest.raises(TokenMalformed):
        checked_header(fitting + "A")
