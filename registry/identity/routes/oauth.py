"""The authorization server's endpoints: outside /v1, and with the errors of their own RFCs."""

from typing import Annotated, Any, Final

import orjson
from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse, Response

from registry.identity.schemas import IntrospectionOut, KeySetOut, MetadataOut, OAuthErrorOut, ResourceOut, TokenOut
from registry.identity.service import AuthorizationServer
from registry.identity.service.authorization import FORM, Posted
from registry.identity.service.oauth.server import Answer
from registry.kernel.network import network_of

router = APIRouter(tags=["oauth"])

_PUBLIC: Final = {"Cache-Control": "public, max-age=300"}
_ASSERTION: Final = {
    "client_id": {"type": "string"},
    "client_assertion_type": {"type": "string", "enum": ["urn:ietf:params:oauth:client-assertion-type:jwt-bearer"]},
    "client_assertion": {"type": "string", "description": "RFC 7523, for private_key_jwt."},
}


def _form(required: list[str], **properties: Any) -> dict[str, Any]:
    schema = {
        "type": "object", "required": required, "properties": {**properties, **_ASSERTION},
        "additionalProperties": {"type": "string", "description": "Not looked at; but nothing may be sent twice."},
    }  # fmt: skip
    return {"requestBody": {"required": True, "content": {FORM: {"schema": schema}}}}


_TOKEN_FORM: Final = _form(
    ["grant_type"],
    grant_type={"type": "string", "enum": ["client_credentials", "authorization_code", "refresh_token"]},
    scope={"type": "string", "description": "Separated by spaces; none: all the client's."},
    resource={"type": "string", "description": "RFC 8707: the API, or left out."},
    code={"type": "string"},
    redirect_uri={"type": "string"},
    code_verifier={"type": "string"},
    refresh_token={"type": "string"},
)
_ONE_TOKEN: Final = _form(
    ["token"],
    token={"type": "string"},
    token_type_hint={"type": "string", "enum": ["access_token", "refresh_token"]},
)
_ERRORS: Final[dict[int | str, dict[str, Any]]] = {
    400: {"model": OAuthErrorOut},
    401: {"model": OAuthErrorOut},
    429: {"model": OAuthErrorOut},
}


async def authorization_server(request: Request) -> AuthorizationServer:
    server: AuthorizationServer = request.app.state.authorization_server
    return server


Server = Annotated[AuthorizationServer, Depends(authorization_server)]


async def _posted(request: Request) -> Posted:
    return Posted(
        authorization=request.headers.getlist("authorization"),
        content_type=request.headers.get("content-type", ""),
        body=await request.body(),
        proofs=request.headers.getlist("dpop"),
        network=network_of(request.client.host if request.client else None),
    )


def _response(answer: Answer) -> Response:
    return Response(orjson.dumps(answer.body), answer.status, dict(answer.headers))


@router.post(
    "/oauth/token",
    summary="Issue an access token (RFC 6749)",
    response_model=TokenOut,
    responses=_ERRORS,
    openapi_extra=_TOKEN_FORM,
)
async def issue_token(request: Request, server: Server) -> Response:
    """Authenticate with HTTP Basic (`client_secret_basic`) or a signed assertion (`private_key_jwt`)."""
    return _response(await server.token(await _posted(request)))


@router.post("/oauth/revoke", summary="Revoke a token (RFC 7009)", responses=_ERRORS, openapi_extra=_ONE_TOKEN)
async def revoke_token(request: Request, server: Server) -> Response:
    """Stop one of the client's own tokens within five seconds; a refresh token with all that came of it."""
    return _response(await server.revoke(await _posted(request)))


@router.post(
    "/oauth/introspect",
    summary="Ask what a token is worth now (RFC 7662)",
    response_model=IntrospectionOut,
    responses=_ERRORS,
    openapi_extra=_ONE_TOKEN,
)
async def introspect_token(request: Request, server: Server) -> Response:
    """Of another client's token, and of one that is stopped, the answer is `{"active": false}`."""
    return _response(await server.introspect(await _posted(request)))


@router.get("/oauth/jwks", summary="Keys that verify access tokens (RFC 7517)", response_model=KeySetOut)
async def read_key_set(server: Server) -> Response:
    """Public keys: of the one that signs, the one that will, and those that did."""
    return JSONResponse(await server.key_set(), headers=_PUBLIC)


@router.get(
    "/.well-known/oauth-authorization-server",
    summary="Description of the authorization server (RFC 8414)",
    response_model=MetadataOut,
)
async def read_metadata(server: Server) -> Response:
    """Where its endpoints are and what they support."""
    return JSONResponse(server.metadata(), headers=_PUBLIC)


@router.get(
    "/.well-known/oauth-protected-resource/v1",
    summary="Description of the API as a protected resource (RFC 9728)",
    response_model=ResourceOut,
)
async def read_resource_metadata(server: Server) -> Response:
    """Which authorization server issues tokens for the API; the `WWW-Authenticate` of a 401 points here."""
    return JSONResponse(server.resource_metadata(), headers=_PUBLIC)
