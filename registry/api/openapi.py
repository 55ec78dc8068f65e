"""The API's document: OpenAPI 3.1, generated from the models, committed, compared byte for byte in the tests.

FastAPI makes it from routes and models. Added here is what every operation has in common and what FastAPI cannot
know: the problems by status, the headers of answers, models that only other media types carry.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any, Final

import yaml
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from registry.access import errors as access
from registry.access.contract import PROBLEMS
from registry.api import problems
from registry.api.problems import MEDIA_TYPE
from registry.charter.schemas import QuarterFeatureCollection
from registry.kernel.errors import RegistryError
from registry.listings.schemas import ListingFeatureCollection
from registry.platform.http import AddressUnreadable, BodyOverLimit
from registry.stock.schemas import HomeLine, ResidenceFactsLine
from registry.stock.schemas.works import AdaptationsLine, FeasibleWorksLine
from registry.surroundings.schemas import ServiceFeatureCollection

_DESCRIPTION: Final = """\
Social landlords publish their adapted homes under a territory's accessibility charter and search each other's.

* Tokens: `POST /oauth/token` (client credentials); ten minutes; send them as `Authorization: Bearer …`.
* Errors: `application/problem+json` (RFC 9457) with field, value and remedy, in French or English (`Accept-Language`);
  what each `type` means stands at its address, `/problems/{code}`.
* Lists: `{"items": […], "next": url or null}`; follow `next` as it is.
* Coordinates are longitude, latitude in WGS84 degrees; money is in euro cents; an unknown fact is absent, never "no".
* Parameters and fields that this document does not name are refused.
"""
_TAGS: Final = {
    "territories": "Where you have signed or coordinate a charter, and what it says.",
    "stock": "Your own residences and homes, under your own references. Nobody else reads them.",
    "assessment": "How fit your residences are to grow old in: the index, what it is made of, what would raise it.",
    "sync": "How your files come in: their sources, and the mappings by which they are read.",
    "vocabulary": "The code lists, with labels in French and English, thresholds and sources.",
    "listings": "What members share: adapted homes at approximate places.",
    "services": "What a tenant can reach: shops, care, stops, and what is known of their doors.",
    "transfers": "Who looks for a home that fits: cases under your own references, and what comes of them.",
    "organisation": "Yourself: whoami, your clients with their secrets and keys, your people, revocation of it all.",
    "audit": "What was done in your organisation's name: an append-only chain, read, verified and exported.",
    "oauth": "The authorization server (RFC 6749, RFC 8414).",
}
_OTHER_MEDIA: Final[tuple[type[BaseModel], ...]] = (
    HomeLine, AdaptationsLine, FeasibleWorksLine, ResidenceFactsLine, ListingFeatureCollection,
    QuarterFeatureCollection, ServiceFeatureCollection,
)  # fmt: skip
"""Models that no JSON body or answer of a route carries: lines of NDJSON, GeoJSON."""

_FAULT: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["field", "value", "message", "remedy"],
    "properties": {
        "field": {"type": "string", "description": "Dotted: buildings.0.ref."},
        "value": {"description": "What stood there, shortened."},
        "message": {"type": "string"},
        "remedy": {"type": ["string", "null"]},
    },
}
PROBLEM: Final[dict[str, Any]] = {
    "title": "Problem",
    "type": "object",
    "description": "RFC 9457, with the fields at fault.",
    "required": ["type", "title", "status", "code", "instance", "correlation_id"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference", "description": "Where the problem is described."},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string", "description": "Stable; the last part of type."},
        "detail": {"type": "string"},
        "remedy": {"type": "string"},
        "instance": {"type": "string", "format": "uri-reference"},
        "correlation_id": {"type": "string", "description": "Name it when you ask for help."},
        "errors": {"type": "array", "items": _FAULT},
    },
    "examples": [
        {
            "type": "/problems/input-invalid", "title": "Some fields are invalid", "status": 422,
            "code": "input-invalid", "remedy": "Correct the fields listed in 'errors'; nothing was saved.",
            "instance": "/v1/homes/H-12-1", "correlation_id": "4f1c2a9be0d14c62a5f3f7c0d1f2a3b4",
            "errors": [{"field": "rooms", "value": 0, "message": "Must be at least 1", "remedy": None}],
        }
    ],
}  # fmt: skip

_EVERYWHERE: Final = (
    AddressUnreadable, BodyOverLimit, problems.InternalError, problems.ServiceBusy, problems.QueryTooSlow,
)  # fmt: skip
_V1: Final = (
    access.TokenMissing, access.TokenInvalid, access.ScopeMissing, access.ParameterUnknown, access.ParameterRepeated,
    access.MediaTypeUnavailable, problems.QueryInvalid,
)  # fmt: skip
_JSON_BODY: Final = (
    access.BodyUnreadable, access.BodyTypeUnsupported, access.BodyEncodingUnsupported, problems.InputInvalid,
)  # fmt: skip
_HEADERS: Final[dict[int, dict[str, Any]]] = {
    401: {"WWW-Authenticate": {"required": True, "schema": {"type": "string"}, "description": "RFC 6750 §3."}},
    429: {"Retry-After": {"required": True, "schema": {"type": "integer"}, "description": "Seconds."}},
    409: {"Retry-After": {"schema": {"type": "integer"}, "description": "Seconds, where waiting helps."}},
    503: {"Retry-After": {"schema": {"type": "integer"}, "description": "Seconds."}},
}
Problem = type[RegistryError]


def operation_id(route: APIRoute) -> str:
    """Return the name of an operation: that of its handler, which generated clients then carry."""
    return route.name


def describe(app: FastAPI) -> None:
    """Make ``app.openapi()`` return the document of this service, once made."""

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _document(app)
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign] # FastAPI's own way to extend the document


_OAUTH_ERROR: Final = {"application/json": {"schema": {"$ref": "#/components/schemas/OAuthErrorOut"}}}


def _document(app: FastAPI) -> dict[str, Any]:
    document = get_openapi(
        separate_input_output_schemas=False,
        title=app.title, version=app.version, openapi_version="3.1.0", description=_DESCRIPTION, routes=app.routes,
        license_info={"name": "EUPL-1.2", "identifier": "EUPL-1.2"},
        tags=[{"name": name, "description": text} for name, text in _TAGS.items()],
    )  # fmt: skip
    components = document["components"]
    components["schemas"] = _schemas(components["schemas"])
    components["responses"] = {
        _name(status): _stated(status, found) for status, found in _by_status((*_EVERYWHERE, *_V1)).items()
    }
    components["headers"] = {
        "CorrelationId": {"description": "The request's name in the logs.", "schema": {"type": "string"}}
    }
    for path, operations in document["paths"].items():
        for operation in operations.values():
            _finish(path, operation)
    return document


def _schemas(found: dict[str, Any]) -> dict[str, Any]:
    """Return the models of the document, by name."""
    _, more = models_json_schema(
        [(model, "validation") for model in _OTHER_MEDIA], ref_template="#/components/schemas/{model}"
    )
    schemas = {**more["$defs"], **found, "Problem": PROBLEM}
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    return dict(sorted(schemas.items()))


def _finish(path: str, operation: dict[str, Any]) -> None:
    """Give an operation its summary, each security requirement once, and its problems by status."""
    first, _, rest = operation.get("description", "").partition("\n")
    if first and operation["summary"] == operation["operationId"].replace("_", " ").title():  # nobody wrote one
        operation["summary"] = first.rstrip(".")
        operation["description"] = rest.strip()
    if not operation.get("description"):
        operation.pop("description", None)
    if "security" in operation:
        operation["security"] = [given for n, given in enumerate(operation["security"])
                                 if given not in operation["security"][:n]]  # fmt: skip
    for given in operation.get("parameters", ()):
        given["schema"] = _without_null(given["schema"])
    responses = operation["responses"]
    responses.pop("422", None)
    for status, found in sorted(_by_status(_problems(path, operation)).items()):
        stated = _stated(status, found)
        common = _by_status((*_EVERYWHERE, *_V1)).get(status)
        if path in problems.OAUTH_ENDPOINTS:
            titles = "; ".join(problem.title.en for problem in found)
            responses.setdefault(str(status), stated | {"description": f"{titles}.", "content": _OAUTH_ERROR})
        else:
            responses[str(status)] = {"$ref": f"#/components/responses/{_name(status)}"} if found == common else stated


def _without_null(schema: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of a parameter without the null that stands for its absence: an address has no null."""
    options = [option for option in schema.get("anyOf", ()) if option != {"type": "null"}]
    if len(options) != 1:
        return schema
    (option,) = options
    return {**option, **{key: value for key, value in schema.items() if key not in {"anyOf", "default"}}}


def _problems(path: str, operation: dict[str, Any]) -> Iterator[Problem]:
    yield from _EVERYWHERE
    if path.startswith("/v1/"):
        yield from _V1
        if "application/json" in operation.get("requestBody", {}).get("content", ()):
            yield from _JSON_BODY
    known = problems.documented()
    yield from (known[code] for code in operation.pop(PROBLEMS, ()))


def _by_status(found: Iterable[Problem]) -> dict[int, list[Problem]]:
    statuses: defaultdict[int, list[Problem]] = defaultdict(list)
    for problem in found:
        if problem not in (same := statuses[problems.status_of(problem)]):
            same.append(problem)
    return dict(statuses)


def _name(status: int) -> str:
    return f"Problem{status}"


def _stated(status: int, found: list[Problem]) -> dict[str, Any]:
    return {
        "description": "; ".join(f"{problem.title.en} (`{problem.code}`)" for problem in found) + ".",
        "headers": {
            "X-Correlation-Id": {"$ref": "#/components/headers/CorrelationId"},
            **_HEADERS.get(status, {}),
        },
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }


class _Plain(yaml.SafeDumper):
    """YAML without anchors: what is stated twice is written twice."""

    def ignore_aliases(self, data: Any) -> bool:
        del data
        return True


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Plain.add_representer(str, _text)


def as_yaml(app: FastAPI) -> str:
    """Return the document as it is committed."""
    document: str = yaml.dump(app.openapi(), Dumper=_Plain, sort_keys=False, allow_unicode=True, width=120)
    return document
