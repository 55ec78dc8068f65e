"""The use cases of identity, and the rows that they return."""

from registry.identity.models import ClientSecret, OAuthClient, Organisation
from registry.identity.service.authentication import Authenticator
from registry.identity.service.authorization import AuthorizationServer
from registry.identity.service.client_changes import active_client, add_key, change_client, check_jwks_uri, retire_key
from registry.identity.service.clients import (
    NewClient,
    NewSecret,
    Registration,
    add_secret,
    create_client,
    list_clients,
    list_secrets,
    register_client,
    revoke_client,
    revoke_secret,
)
from registry.identity.service.keys import list_signing_keys, rotate
from registry.identity.service.lost_key import forget_unopened
from registry.identity.service.organisations import (
    create_organisation,
    depart,
    leave_behind,
    list_organisations,
    operator_for,
    reinstate_organisation,
    revoke_all,
    set_siren,
    stay,
    suspend_organisation,
)
from registry.identity.service.rewrap import rewrap

__all__ = [
    "Authenticator",
    "AuthorizationServer",
    "ClientSecret",
    "NewClient",
    "NewSecret",
    "OAuthClient",
    "Organisation",
    "Registration",
    "active_client",
    "add_key",
    "add_secret",
    "change_client",
    "check_jwks_uri",
    "create_client",
    "create_organisation",
    "depart",
    "forget_unopened",
    "leave_behind",
    "list_clients",
    "list_organisations",
    "list_secrets",
    "list_signing_keys",
    "operator_for",
    "register_client",
    "reinstate_organisation",
    "retire_key",
    "revoke_all",
    "revoke_client",
    "revoke_secret",
    "rewrap",
    "rotate",
    "set_siren",
    "stay",
    "suspend_organisation",
]
