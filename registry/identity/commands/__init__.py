"""``registry organisation|client|user|keys …``: what an operator does; every step is audited."""

from registry.identity.commands.clients import clients
from registry.identity.commands.keys import keys
from registry.identity.commands.organisations import organisations
from registry.identity.commands.users import users

__all__ = ["clients", "keys", "organisations", "users"]
