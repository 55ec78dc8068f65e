"""The kinds of events that are posted to an organisation's own systems."""

from enum import StrEnum
from typing import Final

from registry.kernel.text import Text


class WebhookEvent(StrEnum):
    SECRET_EXPIRES = "client_secret.expires"  # noqa: S105  # the name of a kind
    IMPORT_APPLIED = "import.applied"
    IMPORT_WAITING = "import.waiting"
    IMPORT_REFUSED = "import.refused"
    IMPORT_FAILED = "import.failed"
    SOURCE_STALE = "source.stale"
    SOURCE_FAILED = "source.failed"
    STOCK_CHANGED = "stock.changed"
    LISTINGS_CHANGED = "listings.changed"
    LIFT_OUTAGE_STARTED = "lift.outage.started"
    LIFT_OUTAGE_ENDED = "lift.outage.ended"
    HOME_VACATED = "home.vacated"
    PROPOSAL_CHANGED = "proposal.changed"
    TRANSFER_MATCH = "transfer.match"


TEST: Final = "webhook.test"
"""What a test posts; nobody subscribes to it."""
LABELS: Final[dict[WebhookEvent, Text]] = {
    WebhookEvent.SECRET_EXPIRES: Text("Un secret de client expire bientôt", "A client's secret ends soon"),
    WebhookEvent.IMPORT_APPLIED: Text("Un import a été appliqué", "An import was applied"),
    WebhookEvent.IMPORT_WAITING: Text("Un import attend une confirmation", "An import waits for a confirmation"),
    WebhookEvent.IMPORT_REFUSED: Text("Un import a été refusé", "An import was refused"),
    WebhookEvent.IMPORT_FAILED: Text("Un import a échoué", "An import failed"),
    WebhookEvent.SOURCE_STALE: Text("Une source n'est plus à jour", "A source is out of date"),
    WebhookEvent.SOURCE_FAILED: Text("Une source n'a pas pu être lue", "A source could not be read"),
    WebhookEvent.STOCK_CHANGED: Text("Votre parc a changé", "Your stock changed"),
    WebhookEvent.LISTINGS_CHANGED: Text("Des annonces d'un territoire ont changé", "Listings of a territory changed"),
    WebhookEvent.LIFT_OUTAGE_STARTED: Text("Un ascenseur est en panne", "A lift stands"),
    WebhookEvent.LIFT_OUTAGE_ENDED: Text("Un ascenseur fonctionne de nouveau", "A lift runs again"),
    WebhookEvent.HOME_VACATED: Text("Un logement adapté se libère dans un territoire", "An adapted home falls vacant"),
    WebhookEvent.PROPOSAL_CHANGED: Text(
        "Une proposition a été faite ou a changé d'état", "A proposal was made, or is in another state"
    ),
    WebhookEvent.TRANSFER_MATCH: Text("Un logement pourrait convenir à un dossier", "A home may suit a case"),
}
