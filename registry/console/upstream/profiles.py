"""What is asked of a kind of OpenID provider, and believed of it (ADR 0012)."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final


@dataclass(frozen=True, slots=True)
class Profile:
    """What is asked of a kind of provider, and believed of it.

    Attributes:
        fresh: Parameters with which it asks for a proof anew.
        signed_userinfo: Its userinfo is a JWT; it answers for the address, and says the SIRET of the establishment.
    """

    scope: str
    auth_method: str
    pkce: bool
    parameters: Mapping[str, str] = field(default_factory=dict)
    fresh: Mapping[str, str | int] = field(default_factory=dict)
    signed_userinfo: bool = False
    answers_for_email: bool = False
    says_siret: bool = False


PROFILES: Final[dict[str, Profile]] = {
    "generic": Profile(
        scope="openid email profile", auth_method="client_secret_basic", pkce=True,
        fresh={"prompt": "login", "max_age": 0},
    ),
    # It refuses parameters that it does not document (Y000400), PKCE's among them, and does not know max_age. ``amr``
    # and ``auth_time`` come only when they are asked for.
    "proconnect": Profile(
        scope="openid given_name usual_name email uid siret", auth_method="client_secret_post", pkce=False,
        parameters={"claims": json.dumps({"id_token": {"amr": {"essential": True}, "auth_time": {"essential": True}}})},
        fresh={"prompt": "login"}, signed_userinfo=True, answers_for_email=True, says_siret=True,
    ),
}  # fmt: skip
