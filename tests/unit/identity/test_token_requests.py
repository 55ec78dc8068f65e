"""How a request to the token endpoint is read."""

import base64

import pytest
from authlib.oauth2.rfc6749.errors import InvalidRequestError

from registry.identity.service.authorization import FORM, MAX_FORM_BYTES, read_token_request
from registry.identity.service.oauth import basic_credentials


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
    request = read_token_request(["Basic x"], f"{FORM}; charset=UTF-8", b"grant_type=client_credentials&scope=")
    assert request.form == {"grant_type": "client_credentials"}
    assert request.headers["Authorization"] == "Basic x"


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
        read_token_request(authorization, content_type, body)
