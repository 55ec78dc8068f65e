"""Use cases of webhooks: an organisation's endpoints, the outbox, the posting."""

from registry.webhooks.service.endpoints import (
    Written,
    list_deliveries,
    list_webhooks,
    put_webhook,
    read_webhook,
    remove_webhook,
    replay,
    test_webhook,
)
from registry.webhooks.service.notify import (
    announce_changes,
    follow_expiring_secret,
    follow_lift_outage,
    follow_match,
    follow_proposal,
    follow_vacated,
    notify,
)

__all__ = [
    "Written",
    "announce_changes",
    "follow_expiring_secret",
    "follow_lift_outage",
    "follow_match",
    "follow_proposal",
    "follow_vacated",
    "list_deliveries",
    "list_webhooks",
    "notify",
    "put_webhook",
    "read_webhook",
    "remove_webhook",
    "replay",
    "test_webhook",
]
