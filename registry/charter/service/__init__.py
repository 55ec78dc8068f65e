"""Use cases of the charter: what its versions say, how one comes into force, who has signed, what that is worth."""

from registry.charter.repository.territories import Place
from registry.charter.repository.versions import VersionRow as CharterVersion
from registry.charter.service.announcements import tell_members
from registry.charter.service.comparison import compare
from registry.charter.service.freshness import freshness_of
from registry.charter.service.invitations import (
    LandlordLink,
    accept_link,
    forget_invitations,
    invite_landlord,
    list_invitations,
    open_link,
    revoke_invitation,
    send_again,
    write_invitations,
)
from registry.charter.service.signing import (
    MAX_NAME,
    admit,
    list_adhesions,
    list_names,
    list_signatures,
    read_adhesion,
    refuse,
    reinstate,
    sign,
    signature_of,
    suspend,
    suspend_unsigned,
    withdraw,
)
from registry.charter.service.terms import obligations_of, terms_in_force, zoning_terms
from registry.charter.service.territories import coordinated, list_seen, open_to, read_seen
from registry.charter.service.versions import (
    delete_draft,
    enact,
    list_versions,
    propose,
    put_draft,
    put_in_force,
    read_draft,
    read_version,
    stated,
)

__all__ = [
    "MAX_NAME",
    "CharterVersion",
    "LandlordLink",
    "Place",
    "accept_link",
    "admit",
    "compare",
    "coordinated",
    "delete_draft",
    "enact",
    "forget_invitations",
    "freshness_of",
    "invite_landlord",
    "list_adhesions",
    "list_invitations",
    "list_names",
    "list_seen",
    "list_signatures",
    "list_versions",
    "obligations_of",
    "open_link",
    "open_to",
    "propose",
    "put_draft",
    "put_in_force",
    "read_adhesion",
    "read_draft",
    "read_seen",
    "read_version",
    "refuse",
    "reinstate",
    "revoke_invitation",
    "send_again",
    "sign",
    "signature_of",
    "stated",
    "suspend",
    "suspend_unsigned",
    "tell_members",
    "terms_in_force",
    "withdraw",
    "write_invitations",
    "zoning_terms",
]
