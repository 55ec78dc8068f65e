"""States, steps and sides of a proposal in words."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from registry.kernel.text import Text
from registry.transfers.workflow import Action, Party, State

STATES: Final[Mapping[str, Text]] = MappingProxyType(
    {
        State.PROPOSED: Text("Proposée", "Proposed"),
        State.STUDIED: Text("Acceptée pour étude", "Accepted for study"),
        State.HELD: Text("Logement réservé", "Home held"),
        State.DISCLOSED: Text("Adresse communiquée", "Address told"),
        State.VISITED: Text("Logement visité", "Home visited"),
        State.AGREED: Text("Acceptée par le locataire", "Agreed by the tenant"),
        State.FILED: Text("Dossier en commission (CALEOL)", "File with the committee (CALEOL)"),
        State.GRANTED: Text("Attribuée par la commission", "Granted by the committee"),
        State.LEASED: Text("Bail signé", "Lease signed"),
        State.MOVED: Text("Emménagement fait", "Moved in"),
        State.FOLLOWED_3: Text("Suivie à 3 mois", "Followed up at 3 months"),
        State.FOLLOWED_12: Text("Suivie à 12 mois", "Followed up at 12 months"),
        State.DECLINED: Text("Non retenue par le bailleur du logement", "Declined by the home's landlord"),
        State.REFUSED: Text("Refusée par le locataire", "Refused by the tenant"),
        State.REJECTED: Text("Non attribuée par la commission", "Not granted by the committee"),
        State.WITHDRAWN: Text("Retirée", "Withdrawn"),
    }
)
ACTIONS: Final[Mapping[str, Text]] = MappingProxyType(
    {
        "propose": Text("Proposer le logement", "Propose the home"),
        Action.STUDY: Text("Accepter pour étude", "Accept for study"),
        Action.DECLINE: Text("Ne pas retenir", "Decline"),
        Action.HOLD: Text("Réserver le logement", "Hold the home"),
        Action.DISCLOSE: Text("Demander l'adresse", "Ask for the address"),
        Action.VISIT: Text("Noter la visite", "Note the visit"),
        Action.AGREE: Text("Noter l'accord du locataire", "Note that the tenant agrees"),
        Action.REFUSE: Text("Noter le refus du locataire", "Note that the tenant refuses"),
        Action.FILE: Text("Présenter le dossier à la commission", "File with the committee"),
        Action.GRANT: Text("Noter l'attribution", "Note that the committee granted it"),
        Action.REJECT: Text("Noter la non-attribution", "Note that the committee did not grant it"),
        Action.LEASE: Text("Noter la signature du bail", "Note that the lease is signed"),
        Action.MOVE: Text("Noter l'emménagement", "Note that the tenant has moved in"),
        Action.FOLLOW_3: Text("Noter le suivi à 3 mois", "Note the follow-up at 3 months"),
        Action.FOLLOW_12: Text("Noter le suivi à 12 mois", "Note the follow-up at 12 months"),
        Action.WITHDRAW: Text("Retirer la proposition", "Withdraw the proposal"),
        Action.LAPSE: Text("Réservation échue", "Hold ended"),
        Action.END: Text("Proposition close par le service", "Proposal ended by the service"),
    }
)
"""What somebody may do, or what was done."""
PARTIES: Final[Mapping[str, Text]] = MappingProxyType(
    {
        Party.ORIGIN: Text("Bailleur du dossier", "The case's landlord"),
        Party.OWNER: Text("Bailleur du logement", "The home's landlord"),
        Party.SERVICE: Text("Le service", "The service"),
    }
)
