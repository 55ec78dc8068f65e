"""The API's document: OpenAPI 3.1, generated from the models, committed, compared byte for byte in the tests."""

from typing import Any, Final

import yaml
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute

from registry.api.problems import MEDIA_TYPE

_DESCRIPTION: Final = """\
Social landlords publish their adapted homes under a territory's accessibility charter and search each other's.

* Tokens: `POST /oauth/token` (client credentials); ten minutes; send them as `Authorization: Bearer …`.
* Errors: `application/problem+json` (RFC 9457) with field, value and remedy, in French or English (`Accept-Language`).
* Lists: `{"items": […], "next": url or null}`; follow `next` as it is.
* Coordinates are longitude, latitude in WGS84 degrees; money is in euro cents; an unknown fact is absent, never "no".
"""

PROBLEM: Final[dict[str, Any]] = {
    "title": "Problem",
    "type": "object",
    "description": "RFC 9457, with the fields at fault.",
    "required": ["type", "title", "status", "code", "instance", "correlation_id"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string"},
        "detail": {"type": "string"},
        "remedy": {"type": "string"},
        "instance": {"type": "string"},
        "correlation_id": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "value", "message"],
                "properties": {
                    "field": {"type": "string"},
                    "value": {},
                    "message": {"type": "string"},
                    "remedy": {"type": "string"},
                },
            },
        },
    },
}


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


def _document(app: FastAPI) -> dict[str, Any]:
    document = get_openapi(
        title=app.title, version=app.version, openapi_version="3.1.0", description=_DESCRIPTION, routes=app.routes,
        license_info={"name": "EUPL-1.2", "identifier": "EUPL-1.2"},
    )  # fmt: skip
    schemas = document["components"]["schemas"]
    schemas.pop("HTTPValidationError", None)
    schemas.pop("ValidationError", None)
    schemas["Problem"] = PROBLEM
    stated = {
        "description": "Problem",
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    for path, operations in document["paths"].items():
        for operation in operations.values():
            operation["responses"].pop("422", None)
            if path.startswith("/v1/"):
                operation["responses"]["4XX"] = stated
                operation["responses"]["5XX"] = stated
    return document


def as_yaml(app: FastAPI) -> str:
    """Return the document as it is committed."""
    document: str = yaml.safe_dump(app.openapi(), sort_keys=False, allow_unicode=True, width=120)
    return document
