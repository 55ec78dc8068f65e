"""The authorization server's endpoints: outside /v1, and with the errors of their own RFCs."""

from typing import Annotated, Any, Final

import orjson
from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse, Response

from registry.identity.schemas import KeySetOut, MetadataOut, OAuthErrorOut, TokenOut
from registry.identity.service import AuthorizationServer
from registry.identity.service.authorization import FORM

router = APIRouter(tags=["oauth"])

_PUBLIC: Final = {"Cache-Control": "public, max-age=300"}
_TOKEN_FORM: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "content": {
            FORM: {
                "schema": {
                    "type": "object",
                    "required": ["grant_type"],
                    "properties": {
                        "grant_type": {"type": "string", "enum": ["client_credentials"]},
                        "scope": {
                            "type": "string",
                            "description": "Separated by spaces; none: all the client's.",
                        },
                        "client_id": {"type": "string"},
                        "client_assertion_type": {
                            "type": "string",
                            "enum": ["urn:ietf:params:oauth:client-assertion-type:jwt-bearer"],
                        },
                        "client_assertion": {
                            "type": "string",
                            "description": "RFC 7523, for private_key_jwt.",
                        },
                    },
                }
            }
        },
    }
}


async def authorization_server(request: Request) -> AuthorizationServer:
    server: AuthorizationServer = request.app.state.authorization_server
    return server


Server = Annotated[AuthorizationServer, Depends(authorization_server)]


@router.post(
    "/oauth/token",
    summary="Issue an access token (RFC 6749 §4.4)",
    response_model=TokenOut,
    responses={400: {"model": OAuthErrorOut}, 401: {"model": OAuthErrorOut}},
    openapi_extra=_TOKEN_FORM,
)
async def issue_token(request: Request, server: Server) -> Response:
    """Authenticate with HTTP Basic (`client_secret_basic`) or a signed assertion (`private_key_jwt`)."""
    answer = await server.token(
        authorization=request.headers.getlist("authorization"),
        content_type=request.headers.get("content-type", ""),
        body=await request.body(),
    )
    return Response(orjson.dumps(answer.body), answer.status, dict(answer.headers))


@router.get("/oauth/jwks", summary="Keys that verify access tokens (RFC 7517)", response_model=KeySetOut)
async def read_key_set(server: Server) -> Response:
    return JSONResponse(await server.key_set(), headers=_PUBLIC)


@router.get(
    "/.well-known/oauth-authorization-server",
    summary="Description of the authorization server (RFC 8414)",
    response_model=MetadataOut,
)
async def read_metadata(server: Server) -> Response:
    return JSONResponse(server.metadata(), headers=_PUBLIC)
