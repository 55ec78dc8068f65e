"""The one place where packages that may not import each other are connected; each door calls :func:`wire`."""

from registry.assessment import service as assessment
from registry.assessment.events import ResidencesAssessed
from registry.charter.events import AdhesionChanged, CharterChanged
from registry.identity.events import (
    OrganisationDeparted,
    OrganisationReinstated,
    OrganisationSuspended,
    SecretExpiring,
)
from registry.listings.service import project
from registry.platform import events
from registry.stock.events import HomesChanged, LiftOutageChanged, ResidenceFactsChanged
from registry.stock.service import positions, quarters
from registry.territories.events import (
    AddressesLoaded,
    CommunesLoaded,
    CommunesRetired,
    CompositionChanged,
    LeavingCounted,
    QuartersLoaded,
)
from registry.transfers.events import CaseMatched, HomesVacated, ProposalChanged
from registry.transfers.service import vacated
from registry.webhooks import service as webhooks


def wire() -> None:
    """Subscribe the followers of every domain event. Calling it twice changes nothing."""
    events.subscribe(HomesChanged, project.follow_homes)
    events.subscribe(HomesChanged, assessment.follow_homes)
    events.subscribe(HomesChanged, vacated.follow_homes)
    events.subscribe(HomesVacated, webhooks.follow_vacated)
    events.subscribe(ResidenceFactsChanged, assessment.follow_facts)
    events.subscribe(ResidencesAssessed, project.follow_assessments)
    events.subscribe(CaseMatched, webhooks.follow_match)
    events.subscribe(ProposalChanged, webhooks.follow_proposal)
    events.subscribe(LiftOutageChanged, webhooks.follow_lift_outage)
    events.subscribe(CommunesLoaded, project.follow_communes)
    events.subscribe(CommunesRetired, quarters.follow_retired_communes)
    events.subscribe(CompositionChanged, project.follow_composition)
    events.subscribe(CompositionChanged, assessment.follow_composition)
    events.subscribe(LeavingCounted, project.count_leaving)
    events.subscribe(AddressesLoaded, positions.follow_addresses)
    events.subscribe(QuartersLoaded, quarters.follow_quarters)
    events.subscribe(QuartersLoaded, project.follow_quarters)
    events.subscribe(AdhesionChanged, project.follow_adhesion)
    events.subscribe(AdhesionChanged, assessment.follow_adhesion)
    events.subscribe(CharterChanged, project.follow_charter)
    events.subscribe(CharterChanged, assessment.follow_charter)
    events.subscribe(OrganisationSuspended, project.follow_suspension)
    events.subscribe(OrganisationDeparted, project.follow_suspension)
    events.subscribe(OrganisationReinstated, project.follow_reinstatement)
    events.subscribe(SecretExpiring, webhooks.follow_expiring_secret)
