"""People: invitations, signing in with a second factor, sessions, the organisation they act for."""

from registry.identity.service.account.addresses import canonical
from registry.identity.service.account.factor_change import (
    Offer,
    offer_second_factor,
    opened_offer,
    replace_second_factor,
)
from registry.identity.service.account.invitations import (
    Invitation,
    accept_invitation,
    give_role,
    has_account,
    invite,
    join,
    list_invitations,
    list_members,
    open_invitation,
    remove_member,
)
from registry.identity.service.account.links import digest, new_token
from registry.identity.service.account.recovery import request_reset, reset_password, reset_subject
from registry.identity.service.account.second_factor import (
    Enrolment,
    begin_enrolment,
    confirm_enrolment,
    forget_second_factor,
    prove_recovery_code,
    prove_second_factor,
)
from registry.identity.service.account.sessions import (
    REAUTHENTICATION,
    Browser,
    Sessions,
    SignedIn,
    Upstream,
    choose_organisation,
    organisations_of,
    sign_out,
)
from registry.identity.service.account.signing_in import prove_password, sign_in
from registry.identity.service.account.throttle import proving
from registry.identity.service.account.upkeep import (
    change_password,
    end_other_sessions,
    list_consents,
    renew_recovery_codes,
    withdraw_consent,
)
from registry.identity.service.account.upstream import (
    Errand,
    Vouched,
    come_back,
    confirm_upstream,
    link_upstream,
    set_out,
    sign_in_upstream,
    unlink_upstream,
)

__all__ = [
    "REAUTHENTICATION",
    "Browser",
    "Enrolment",
    "Errand",
    "Invitation",
    "Offer",
    "Sessions",
    "SignedIn",
    "Upstream",
    "Vouched",
    "accept_invitation",
    "begin_enrolment",
    "canonical",
    "change_password",
    "choose_organisation",
    "come_back",
    "confirm_enrolment",
    "confirm_upstream",
    "digest",
    "end_other_sessions",
    "forget_second_factor",
    "give_role",
    "has_account",
    "invite",
    "join",
    "link_upstream",
    "list_consents",
    "list_invitations",
    "list_members",
    "new_token",
    "offer_second_factor",
    "open_invitation",
    "opened_offer",
    "organisations_of",
    "prove_password",
    "prove_recovery_code",
    "prove_second_factor",
    "proving",
    "remove_member",
    "renew_recovery_codes",
    "replace_second_factor",
    "request_reset",
    "reset_password",
    "reset_subject",
    "set_out",
    "sign_in",
    "sign_in_upstream",
    "sign_out",
    "unlink_upstream",
    "withdraw_consent",
]
