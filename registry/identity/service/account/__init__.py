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
    REAUTHENTICATION,
    Browser,
    Sessions,
    SignedIn,
    choose_organisation,
    organisations_of,
    sign_out,
)
from registry.identity.service.account.signing_in import prove_password, sign_in
from registry.identity.service.account.throttle import proving
from registry.identity.service.account.upkeep import change_password, end_other_sessions, renew_recovery_codes

__all__ = [
    "REAUTHENTICATION",
    "Browser",
    "Enrolment",
    "Invitation",
    "Sessions",
    "SignedIn",
    "accept_invitation",
    "begin_enrolment",
    "change_password",
    "choose_organisation",
    "confirm_enrolment",
    "end_other_sessions",
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
    "renew_recovery_codes",
    "request_reset",
    "reset_password",
    "reset_subject",
    "sign_in",
    "sign_out",
]
