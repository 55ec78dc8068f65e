"""The API's document as a contract on requests: what it does not name is refused, not ignored.

A parameter that a caller misspells, or believes to exist, would otherwise change nothing and tell nobody.
"""

from typing import Any, Final, NamedTuple

from fastapi import FastAPI, Request

from registry.access import media
from registry.access.errors import ParameterRepeated, ParameterUnknown
from registry.kernel.errors import RegistryError
from registry.kernel.text import Text

_SINGLE_HEADERS: Final = ("idempotency-key", "content-type")
_WITHHELD: Final = frozenset({"access_token", "client_secret", "client_assertion", "token"})


PROBLEMS: Final = "x-problems"
"""Where an operation lists the codes of its problems until the document turns them into responses."""

LINK: Final[dict[str, Any]] = {
    "Link": {"description": 'The next page, rel="next" (RFC 8288), where there is one.', "schema": {"type": "string"}}
}


def stating(*problems: type[RegistryError]) -> dict[str, Any]:
    """Return the ``openapi_extra`` of a route that may answer with these problems, besides those of every route."""
    return {PROBLEMS: [problem.code for problem in problems]}


class Terms(NamedTuple):
    """What one operation takes and gives."""

    parameters: frozenset[str]
    repeatable: frozenset[str]
    offered: tuple[str, ...]


def hold(request: Request) -> None:
    """Hold a request to the document, before anything is done for it.

    Raises:
        ParameterUnknown, ParameterRepeated: A query parameter that the operation does not have, or has once.
        MediaTypeUnavailable: It accepts none of the types that the operation answers in.
    """
    terms = _terms_of(request.app)[request.scope["route"].name]
    media.chosen(request, terms.offered)
    if request.scope["query_string"]:
        _hold_query(request, terms)
    for name in _SINGLE_HEADERS:
        if name in request.headers and len(values := request.headers.getlist(name)) > 1:
            raise ParameterRepeated(field=name, value=values[1])


def _hold_query(request: Request, terms: Terms) -> None:
    seen: set[str] = set()
    for name, value in request.query_params.multi_items():
        if name not in terms.parameters:
            known = ", ".join(sorted(terms.parameters)) or "–"
            raise ParameterUnknown(
                field=name,
                value="…" if name in _WITHHELD else value,
                remedy=Text(f"Paramètres de cette adresse : {known}", f"Parameters of this address: {known}"),
            )
        if name in seen and name not in terms.repeatable:
            raise ParameterRepeated(field=name, value=value)
        seen.add(name)


def _terms_of(app: FastAPI) -> dict[str, Terms]:
    """Return the terms by operation id, read from the document once."""
    held: dict[str, Terms] | None = getattr(app.state, "terms", None)
    if held is None:
        operations = [operation for path in app.openapi()["paths"].values() for operation in path.values()]
        held = app.state.terms = {operation["operationId"]: _terms(operation) for operation in operations}
    return held


def _terms(operation: dict[str, Any]) -> Terms:
    parameters = {given["name"]: given["schema"] for given in operation.get("parameters", ()) if given["in"] == "query"}
    content = next((operation["responses"][status].get("content") for status in ("200", "201", "204")
                    if status in operation["responses"]), None)  # fmt: skip
    return Terms(
        frozenset(parameters),
        frozenset(name for name, schema in parameters.items() if schema.get("type") == "array"),
        tuple(content or (media.JSON,)),
    )
