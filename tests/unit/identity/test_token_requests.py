"""How a request to the token endpoint is read."""

import base64

import pytest
from authlib.oauth2.rfc6749.errors import InvalidRequestError

from registry.identity.service.oauth.client import basic_credentials
from registry.identity.service.oauth.requests import FORM, MAX_FORM_BYTES, only_authorization, read_form


def basic(raw: bytes) -> str:
    return f"Basic {base64.b64encode(raw).decode()}"


def test_basic_credentials_are_percent_decoded() -> None:
    assert basic_credentials(basic(b"client%3A1:areg_%2B%25+x")) == ("client:1", "areg_+% x")


def test_basic_credentials_keep_colons_of_the_secret() -> None:
    assert basic_credentials(basic(b"a:b:c")) == ("a", "b:c")


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "Basic",
        "Basic ***",
        "Basic é",
        "Bearer abc",
        basic(b"no colon"),
        basic(b"\xff\xfe:secret"),
        basic(b"client:%FF"),
    ],
)
def test_basic_credentials_that_cannot_be_read_are_none(header: str | None) -> None:
    assert basic_credentials(header) is None


def test_request_with_charset_and_empty_values_is_read() -> None:
    form = read_form(f"{FORM}; charset=UTF-8", b"grant_type=client_credentials&scope=")
    assert form == {"grant_type": "client_credentials"}
    assert only_authorization(["Basic x"], form) == "Basic x"


@pytest.mark.parametrize(
    ("authorization", "content_type", "body"),
    [
        ([], "application/json", b'{"grant_type":"client_credentials"}'),
        ([], "", b"grant_type=client_credentials"),
        ([], FORM, b"grant_type=client_credentials&grant_type=client_credentials"),
        ([], FORM, b"scope=&scope=stock:read"),
        ([], FORM, b"grant_type=\xff"),
        ([], FORM, b"grant_type=%FF"),
        ([], FORM, b"a=" + b"a" * MAX_FORM_BYTES),
        ([], FORM, b"&".join(b"a%d=1" % i for i in range(21))),
        (["Basic a", "Basic b"], FORM, b"grant_type=client_credentials"),
        (["Basic a"], FORM, b"grant_type=client_credentials&client_assertion=x"),
    ],
)
def test_request_that_is_not_one_plain_form_is_refused(
    authorization: list[str], content_type: str, body: bytes
) -> None:
    with pytest.raises(InvalidRequestError):
        only_authorization(authorization, read_form(content_type, body))
