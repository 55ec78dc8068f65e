"""The use cases of identity, and the rows that they return."""

from registry.identity.models import ClientSecret, OAuthClient, Organisation
from registry.identity.service.authentication import Authenticator
from registry.identity.service.authorization import AuthorizationServer
from registry.identity.service.clients import (
    NewClient,
    NewSecret,
    add_secret,
    create_client,
    list_clients,
    list_secrets,
    revoke_client,
    revoke_secret,
)
from registry.identity.service.keys import rotate
from registry.identity.service.organisations import (
    create_organisation,
    list_organisations,
    reinstate_organisation,
    suspend_organisation,
)

__all__ = [
    "Authenticator",
    "AuthorizationServer",
    "ClientSecret",
    "NewClient",
    "NewSecret",
    "OAuthClient",
    "Organisation",
    "add_secret",
    "create_client",
    "create_organisation",
    "list_clients",
    "list_organisations",
    "list_secrets",
    "reinstate_organisation",
    "revoke_client",
    "revoke_secret",
    "rotate",
    "suspend_organisation",
]
