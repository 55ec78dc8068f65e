"""People: invitations, signing in with a second factor, sessions, the organisation they act for."""

from registry.identity.service.account.invitations import (
    Invitation,
    accept_invitation,
    give_role,
    invite,
    list_invitations,
    list_members,
    open_invitation,
    remove_member,
)
from registry.identity.service.account.recovery import request_reset, reset_password, reset_subject
from registry.identity.service.account.second_factor import (
    Enrolment,
    begin_enrolment,
    confirm_enrolment,
    prove_recovery_code,
    prove_second_factor,
)
from registry.identity.service.account.sessions import (
    Browser,
    Sessions,
    SignedIn,
    choose_organisation,
    organisations_of,
    sign_out,
)
from registry.identity.service.account.signing_in import prove_password, sign_in
from registry.identity.service.account.throttle import proving

__all__ = [
    "Browser",
    "Enrolment",
    "Invitation",
    "Sessions",
    "SignedIn",
    "accept_invitation",
    "begin_enrolment",
    "choose_organisation",
    "confirm_enrolment",
    "give_role",
    "invite",
    "list_invitations",
    "list_members",
    "open_invitation",
    "organisations_of",
    "prove_password",
    "prove_recovery_code",
    "prove_second_factor",
    "proving",
    "remove_member",
    "request_reset",
    "reset_password",
    "reset_subject",
    "sign_in",
    "sign_out",
]
