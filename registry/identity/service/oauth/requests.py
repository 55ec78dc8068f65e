"""Requests to the authorization server, read strictly before any of their content is looked at."""

from collections.abc import Iterable, Sequence
from typing import Final
from urllib.parse import parse_qsl

from authlib.oauth2.rfc6749 import OAuth2Payload, OAuth2Request

from registry.identity.service.oauth.errors import InvalidRequestError

FORM: Final = "application/x-www-form-urlencoded"
MAX_FORM_BYTES: Final = 16_384
MAX_QUERY_BYTES: Final = 8_192
MAX_FIELDS: Final = 20


class Form(OAuth2Payload):  # type: ignore[misc]
    """The parameters of a request, none of them twice."""

    def __init__(self, data: dict[str, str]) -> None:
        self._data = data

    @property
    def data(self) -> dict[str, str]:
        return self._data

    @property
    def datalist(self) -> dict[str, list[str]]:
        return {name: [value] for name, value in self._data.items()}


class Request(OAuth2Request):  # type: ignore[misc]
    """A request, already read from HTTP.

    Attributes:
        network: The network that it came from, as PostgreSQL writes a ``cidr``.
        thumbprint: That of the key in a valid DPoP proof, where one came with it.
    """

    def __init__(
        self,
        method: str,
        form: dict[str, str],
        *,
        authorization: str | None = None,
        network: str = "127.0.0.0/24",
        thumbprint: str | None = None,
    ) -> None:
        # Authlib looks at the scheme only; whether the way to us is TLS is for the proxy to see to.
        super().__init__(method, "https://localhost/oauth", headers={"Authorization": authorization})
        self.payload = Form(form)
        self.network = network
        self.thumbprint = thumbprint

    @property
    def form(self) -> dict[str, str]:
        data: dict[str, str] = self.payload.data
        return data


def parameters(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return parameters as a mapping; one without a value counts as not sent (RFC 6749 §3.2).

    Raises:
        InvalidRequestError: One came twice.
    """
    listed = list(pairs)
    if len({name for name, _ in listed}) != len(listed):
        raise InvalidRequestError("A parameter may be sent only once.")
    return {name: value for name, value in listed if value}


def read_form(content_type: str, body: bytes) -> dict[str, str]:
    """Return the parameters of a form.

    Raises:
        InvalidRequestError: Not a form in UTF-8, too large, a parameter twice.
    """
    if content_type.partition(";")[0].strip().lower() != FORM:
        raise InvalidRequestError(f"The body must be {FORM}.")
    if len(body) > MAX_FORM_BYTES:
        raise InvalidRequestError(f"The body must have at most {MAX_FORM_BYTES} bytes.")
    try:
        pairs = parse_qsl(body.decode(), keep_blank_values=True, errors="strict", max_num_fields=MAX_FIELDS)
    except ValueError:
        raise InvalidRequestError(f"The body must be a form in UTF-8 of at most {MAX_FIELDS} fields.") from None
    return parameters(pairs)


def only_authorization(values: Sequence[str], form: dict[str, str]) -> str | None:
    """Return the ``Authorization`` header, if there is one.

    Raises:
        InvalidRequestError: There are two, or an assertion beside it.
    """
    if len(values) > 1 or (values and "client_assertion" in form):
        raise InvalidRequestError("Authenticate in one way only.")
    return values[0] if values else None
