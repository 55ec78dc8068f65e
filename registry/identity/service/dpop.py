"""DPoP (RFC 9449): a token that is worth nothing without the key it was made for."""

import base64
import hashlib
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import quote, unquote_to_bytes, urlsplit, urlunsplit

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey
from sqlalchemy.orm import Session

from registry.identity.repository import tokens
from registry.identity.service.jose import MAX_TOKEN_BYTES, is_time, plain_segment

ALGORITHMS: Final = ("ES256",)
PROOF_TYPE: Final = "dpop+jwt"
ACCEPTED_S: Final = 60
"""A proof is good for so long around its ``iat``; its ``jti`` is remembered for longer."""
MAX_JTI: Final = 256
_HEADER: Final = frozenset({"alg", "typ", "jwk"})
_DEFAULT_PORTS: Final = {"https": ":443", "http": ":80"}


class ProofInvalid(ValueError):
    """The proof is not accepted; the message says why, in ASCII."""


@dataclass(frozen=True, slots=True)
class Proof:
    """A valid proof. ``thumbprint``: of its key (RFC 7638); ``jti``: as a digest; it may be used once."""

    thumbprint: str
    jti: bytes
    expires_at: datetime


def verified(proof: str, *, method: str, url: str, access_token: str | None = None) -> Proof:
    """Return the proof if it is good for this request (RFC 9449 §4.3).

    Args:
        proof: The ``DPoP`` header.
        method: The request's method.
        url: The request's address, percent-encoded, without query and fragment.
        access_token: The token that it accompanies, at the API.

    Raises:
        ProofInvalid: It is not.
    """
    if len(proof) > MAX_TOKEN_BYTES or not proof.isascii() or proof.count(".") != 2:
        raise ProofInvalid("not a compact JWS")
    protected, payload, _ = proof.split(".")
    header = plain_segment(protected)
    plain_segment(payload)
    if set(header) != _HEADER or header["typ"] != PROOF_TYPE or header["alg"] not in ALGORITHMS:
        raise ProofInvalid("the header must have typ dpop+jwt, alg ES256 and a jwk")
    key = _public_key(header["jwk"])
    try:
        # The key is the proof's own: what matters is that the same key stands behind the token.
        claims = jwt.decode(proof, key, algorithms=list(ALGORITHMS)).claims
    except (JoseError, ValueError):
        raise ProofInvalid("the signature is wrong") from None
    _check(claims, method=method, url=url, access_token=access_token)
    return Proof(
        key.thumbprint(),
        hashlib.sha256(str(claims["jti"]).encode(errors="surrogatepass")).digest(),
        datetime.fromtimestamp(claims["iat"] + 2 * ACCEPTED_S + 5, UTC),
    )


def _public_key(given: Any) -> ECKey:
    if not isinstance(given, dict) or "d" in given or given.get("kty") != "EC" or given.get("crv") != "P-256":
        raise ProofInvalid("the jwk must be a public EC key on P-256")
    try:
        return ECKey.import_key({name: given[name] for name in ("kty", "crv", "x", "y")})
    except (JoseError, KeyError, TypeError, ValueError):
        raise ProofInvalid("the jwk cannot be read") from None


def _check(claims: dict[str, Any], *, method: str, url: str, access_token: str | None) -> None:
    issued, jti = claims.get("iat"), claims.get("jti")
    if claims.get("htm") != method:
        raise ProofInvalid("htm is not the method of the request")
    if not isinstance(claims.get("htu"), str) or _plain(claims["htu"]) != _plain(url):
        raise ProofInvalid("htu is not the address of the request")
    if not is_time(issued) or abs(time.time() - issued) > ACCEPTED_S:
        raise ProofInvalid("iat is not now")
    if not isinstance(jti, str) or not 0 < len(jti) <= MAX_JTI:
        raise ProofInvalid("jti must be a text of 1 to 256 characters")
    if access_token is not None:
        expected = base64.urlsafe_b64encode(hashlib.sha256(access_token.encode()).digest()).rstrip(b"=").decode()
        if claims.get("ath") != expected:
            raise ProofInvalid("ath is not the hash of the access token")


def _plain(url: str) -> str:
    """Return an address without query, the same for each way of writing it (RFC 9449 §4.3, RFC 3986 §6.2.2–3)."""
    parts = urlsplit(url)
    scheme = parts.scheme.lower()
    place = parts.netloc.lower().removesuffix(_DEFAULT_PORTS.get(scheme, ""))
    return urlunsplit((scheme, place, quote(unquote_to_bytes(parts.path)), "", ""))


def use(session: Session, proof: Proof) -> bool:
    """Note the proof as used; ``False`` when it was before."""
    return tokens.use_proof(session, proof.thumbprint, proof.jti, proof.expires_at)
