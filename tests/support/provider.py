"""An OpenID provider of its own: a process beside the service, with people, sessions, keys, and faults on demand.

It is strict where providers are: exact redirect URIs, codes that live 30 seconds and serve once, PKCE where it was
begun, client authentication by the registered method. As ``proconnect`` it refuses undocumented parameters (Y000400)
and short ``state`` and ``nonce``, signs its userinfo, and says ``amr`` and ``auth_time`` only when asked.
"""

import base64
import json
import os
import secrets
import time
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import parse_qs, urlencode

from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core.util import create_half_hash
from joserfc import jws
from joserfc.jwk import ECKey, OctKey, RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

CODE_S: Final = 30
DOCUMENTED: Final = frozenset(
    {"response_type", "client_id", "redirect_uri", "scope", "claims", "state", "nonce", "prompt", "idp_hint"}
)
LOGIN: Final = """<!DOCTYPE html>
<html lang="fr"><head><title>Fournisseur d'essai</title></head><body><h1>Qui êtes-vous ?</h1>
<form method="post" action="/login"><input type="hidden" name="request" value="{request}">{buttons}</form>
</body></html>"""


@dataclass
class Provider:
    """Its memory. ``faults``: what it does wrong until told otherwise; each is named where it is committed."""

    issuer: str
    client_id: str
    client_secret: str
    profile: str
    algorithm: str
    redirect_uri: str
    signed_out_uri: str
    people: dict[str, dict[str, Any]] = field(default_factory=dict)
    faults: set[str] = field(default_factory=set)
    requests: dict[str, dict[str, str]] = field(default_factory=dict)
    codes: dict[str, dict[str, Any]] = field(default_factory=dict)
    tokens: dict[str, dict[str, Any]] = field(default_factory=dict)
    sessions: dict[str, tuple[str, int]] = field(default_factory=dict)
    seen: list[dict[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.key, self.other_key = self.new_key("one"), self.new_key("one")

    def new_key(self, kid: str) -> ECKey | RSAKey:
        if self.algorithm == "ES256":
            return ECKey.generate_key("P-256", {"kid": kid})
        return RSAKey.generate_key(2048, {"kid": kid})

    @property
    def proconnect(self) -> bool:
        return self.profile == "proconnect"

    def sign(self, claims: dict[str, Any], *, fault: str) -> str:
        """Sign, unless a fault says how not to."""
        header = {"alg": self.algorithm, "kid": self.key.kid, "typ": "JWT"}
        if f"{fault}-alg-none" in self.faults:
            parts = [{"alg": "none"}, claims]
            return ".".join(_segment(json.dumps(part).encode()) for part in parts) + "."
        if f"{fault}-hs256" in self.faults:  # keyed with what everybody knows
            public = json.dumps(self.key.as_dict(private=False), sort_keys=True)
            return jws.serialize_compact(
                {**header, "alg": "HS256"}, json.dumps(claims), OctKey.import_key(public), algorithms=["HS256"]
            )
        key = self.other_key if f"{fault}-other-key" in self.faults else self.key
        return jws.serialize_compact(header, json.dumps(claims), key, algorithms=[self.algorithm])


def _segment(text: bytes) -> str:
    return base64.urlsafe_b64encode(text).rstrip(b"=").decode()


def _provider(request: Request) -> Provider:
    provider: Provider = request.app.state.provider
    return provider


async def metadata(request: Request) -> Response:
    provider = _provider(request)
    issuer = "https://other.example" if "metadata-issuer" in provider.faults else provider.issuer
    return JSONResponse(
        {
            "issuer": issuer,
            "authorization_endpoint": f"{provider.issuer}/authorize",
            "token_endpoint": f"{provider.issuer}/token",
            "userinfo_endpoint": f"{provider.issuer}/userinfo",
            "jwks_uri": f"{provider.issuer}/jwks",
            "end_session_endpoint": f"{provider.issuer}/session/end",
            "authorization_response_iss_parameter_supported": True,
            "id_token_signing_alg_values_supported": ["none", "HS256", "RS256", "ES256"],
            "verify": False,
            "proxy": "http://127.0.0.1:9",
        }
    )


async def keys(request: Request) -> Response:
    return JSONResponse({"keys": [_provider(request).key.as_dict(private=False)]})


async def authorize(request: Request) -> Response:
    provider = _provider(request)
    asked = dict(request.query_params)
    provider.seen.append(asked)
    if provider.proconnect and not set(asked) <= DOCUMENTED:
        return PlainTextResponse("Y000400 Bad Request Exception", 400)
    if asked.get("client_id") != provider.client_id or asked.get("redirect_uri") != provider.redirect_uri:
        return PlainTextResponse("unknown client or redirect_uri", 400)
    short = provider.proconnect and min(len(asked.get("state", "")), len(asked.get("nonce", ""))) < 32
    if asked.get("response_type") != "code" or "openid" not in asked.get("scope", "").split() or short:
        return PlainTextResponse("invalid request", 400)
    session = provider.sessions.get(request.cookies.get("op", ""))
    if session and "ignore-prompt" not in provider.faults and asked.get("prompt") == "login":
        session = None
    if session:
        return _answer(provider, asked, *session)
    name = secrets.token_urlsafe(16)
    provider.requests[name] = asked
    people = "".join(f'<p><button name="who" value="{who}">{who}</button></p>' for who in [*provider.people, "nobody"])
    return HTMLResponse(LOGIN.format(request=name, buttons=people))


async def login(request: Request) -> Response:
    provider = _provider(request)
    form = {name: values[0] for name, values in parse_qs((await request.body()).decode()).items()}
    asked = provider.requests.pop(form["request"])
    if form["who"] == "nobody":
        back = {"error": "access_denied", "state": asked["state"], "iss": provider.issuer}
        return RedirectResponse(f"{provider.redirect_uri}?{urlencode(back)}", 303)
    session, cookie = (form["who"], int(time.time())), secrets.token_urlsafe(16)
    provider.sessions[cookie] = session
    response = _answer(provider, asked, *session)
    response.set_cookie("op", cookie, httponly=True)
    return response


def _answer(provider: Provider, asked: dict[str, str], who: str, authenticated_at: int) -> Response:
    code = secrets.token_urlsafe(24)
    provider.codes[code] = {"asked": asked, "who": who, "at": authenticated_at, "until": time.time() + CODE_S}
    back = {"code": code, "state": asked["state"], "iss": provider.issuer}
    if "state" in provider.faults:
        back["state"] = secrets.token_urlsafe(32)
    if "iss" in provider.faults:
        back["iss"] = "https://other.example"
    if "no-iss" in provider.faults:
        del back["iss"]
    twice = f"&code={code}" if "code-twice" in provider.faults else ""
    return RedirectResponse(f"{asked['redirect_uri']}?{urlencode(back)}{twice}", 303)


def _authenticates(provider: Provider, request: Request, form: dict[str, str]) -> bool:
    if provider.proconnect:
        return (form.get("client_id"), form.get("client_secret")) == (provider.client_id, provider.client_secret)
    basic = base64.b64encode(f"{provider.client_id}:{provider.client_secret}".encode()).decode()
    return request.headers.get("authorization") == f"Basic {basic}"


async def token(request: Request) -> Response:
    provider = _provider(request)
    if "token-500" in provider.faults:
        return PlainTextResponse("down", 500)
    form = {name: values[0] for name, values in parse_qs((await request.body()).decode()).items()}
    if not _authenticates(provider, request, form):
        return JSONResponse({"error": "invalid_client"}, 401)
    grant = provider.codes.pop(form.get("code", ""), None)
    if grant and "code-again" in provider.faults:
        provider.codes[form["code"]] = grant
    if grant is None or grant["until"] < time.time() or form.get("redirect_uri") != grant["asked"]["redirect_uri"]:
        return JSONResponse({"error": "invalid_grant"}, 400)
    asked: dict[str, str] = grant["asked"]
    challenge = asked.get("code_challenge")
    if challenge and create_s256_code_challenge(form.get("code_verifier", "")) != challenge:
        return JSONResponse({"error": "invalid_grant"}, 400)
    access = secrets.token_urlsafe(24)
    person = provider.people[grant["who"]]
    provider.tokens[access] = person
    answer = {"access_token": access, "token_type": "Bearer", "expires_in": 60}
    if "no-id-token" not in provider.faults:
        answer["id_token"] = provider.sign(_id_claims(provider, grant, person, access), fault="id")
    if "rotated" in provider.faults:
        provider.key = provider.new_key(secrets.token_hex(4))
        answer["id_token"] = provider.sign(_id_claims(provider, grant, person, access), fault="id")
    if "lifetime-without-end" in provider.faults:
        answer["expires_in"] = float("inf")
    if "nested-answer" in provider.faults:
        return Response("[" * 100_000, media_type="application/json")
    return Response(json.dumps(answer), media_type="application/json")


def _id_claims(provider: Provider, grant: dict[str, Any], person: dict[str, Any], access: str) -> dict[str, Any]:
    now, asked, faults = int(time.time()), grant["asked"], provider.faults
    hashed = create_half_hash(access, provider.algorithm).decode()
    claims = {
        "iss": "https://other.example" if "id-iss" in faults else provider.issuer,
        "sub": person["sub"],
        "aud": "another-client" if faults & {"aud", "aud-azp"} else provider.client_id,
        "iat": now,
        "exp": now - 3600 if "expired" in faults else now + 60,
        "nonce": secrets.token_urlsafe(32) if "nonce" in faults else asked.get("nonce"),
        "at_hash": "x" * len(hashed) if "at-hash" in faults else hashed,
    }
    if "id-nested" in faults:
        claims["nested"] = json.loads("[" * 500 + "]" * 500)
    if "aud-azp" in faults:
        claims["azp"] = provider.client_id
    if "no-nonce" in faults:
        del claims["nonce"]
    wanted = json.loads(asked.get("claims", "{}")).get("id_token", {})
    if not provider.proconnect or "amr" in wanted:
        claims["amr"] = person.get("amr", ["pwd"])
    if not provider.proconnect or "auth_time" in wanted or "max_age" in asked:
        claims["auth_time"] = grant["at"] + (86_400 if "auth-tomorrow" in faults else 0)
    if "no-auth-time" in faults:
        claims.pop("auth_time", None)
    return claims


async def userinfo(request: Request) -> Response:
    provider = _provider(request)
    person = provider.tokens.get(request.headers.get("authorization", "").removeprefix("Bearer "))
    if person is None:
        return JSONResponse({"error": "invalid_token"}, 401)
    claims = {name: value for name, value in person.items() if name != "amr"}
    if "userinfo-sub" in provider.faults:
        claims["sub"] = "somebody-else"
    if "userinfo-nested" in provider.faults and not provider.proconnect:
        return Response('{"a":' * 40_000 + "1" + "}" * 40_000, media_type="application/json")
    if "userinfo-nested" in provider.faults:
        claims["nested"] = json.loads("[" * 500 + "]" * 500)
    if not provider.proconnect or "userinfo-plain" in provider.faults:
        return JSONResponse(claims)
    audience = "another-client" if "userinfo-aud" in provider.faults else provider.client_id
    signed = {**claims, "iss": provider.issuer, "aud": audience, "iat": int(time.time())}
    return Response(provider.sign(signed, fault="userinfo"), media_type="application/jwt")


async def end_session(request: Request) -> Response:
    provider = _provider(request)
    asked = dict(request.query_params)
    if asked.get("post_logout_redirect_uri") != provider.signed_out_uri or not asked.get("id_token_hint"):
        return PlainTextResponse("Y030111", 400)
    jws.deserialize_compact(asked["id_token_hint"], provider.key, algorithms=[provider.algorithm])
    provider.sessions.pop(request.cookies.get("op", ""), None)
    return RedirectResponse(f"{provider.signed_out_uri}?{urlencode({'state': asked.get('state', '')})}", 303)


async def control(request: Request) -> Response:
    """Let the test say who there is and what goes wrong; answer with what was asked so far."""
    provider, told = _provider(request), await request.json()
    provider.people |= told.get("people", {})
    provider.faults = set(told.get("faults", ()))
    ago = told.get("ago_s", 0)
    provider.sessions |= {cookie: (who, at - ago) for cookie, (who, at) in provider.sessions.items()}
    return JSONResponse({"seen": provider.seen, "sessions": len(provider.sessions)})


def create() -> Starlette:
    """Return what the server runs: ``uvicorn tests.support.provider:create --factory``."""
    app = Starlette(
        routes=[
            Route("/.well-known/openid-configuration", metadata),
            Route("/jwks", keys),
            Route("/authorize", authorize),
            Route("/login", login, methods=["POST"]),
            Route("/token", token, methods=["POST"]),
            Route("/userinfo", userinfo),
            Route("/session/end", end_session),
            Route("/control", control, methods=["POST"]),
        ]
    )
    app.state.provider = Provider(**json.loads(os.environ["TEST_PROVIDER"]))
    return app
