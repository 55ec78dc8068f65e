"""The words of the pages about webhooks, in French and English."""

from typing import Final

from registry.kernel.text import Text

TEXTS: Final[dict[str, Text]] = {
    "webhooks.title": Text("Vos webhooks", "Your webhooks"),
    "webhooks.explain": Text(
        "Où le registre envoie les événements de {organisation}. Ils se déclarent par l'API ; les heures sont celles de"
        " Paris.",
        "Where the registry posts the events of {organisation}. They are declared over the API; times are those of"
        " Paris.",
    ),
    "webhooks.none": Text("Aucun webhook n'est déclaré.", "No webhook is declared."),
    "webhooks.url": Text("Adresse", "Address"),
    "webhooks.events": Text("Événements", "Events"),
    "webhooks.state": Text("État du webhook", "State of the webhook"),
    "webhooks.state_enabled": Text("En service", "Enabled"),
    "webhooks.state_failing": Text(
        "En service, mais le dernier envoi a échoué", "Enabled, but the last delivery failed"
    ),
    "webhooks.state_disabled": Text("Désactivé : plus rien n'est envoyé", "Disabled: nothing is posted any more"),
    "webhooks.last_posted": Text("Dernier envoi accepté", "Last delivery taken"),
    "webhooks.failing_since": Text("En échec depuis", "Failing since"),
    "webhooks.last_error": Text("Dernière erreur", "Last error"),
    "webhook.title": Text("Webhook « {name} »", "Webhook '{name}'"),
    "webhook.test": Text("Envoyer un essai", "Send a test"),
    "webhook.enable": Text("Réactiver", "Enable again"),
    "webhook.done_test": Text("Un événement d'essai part dans la minute.", "A test event is posted within a minute."),
    "webhook.done_enable": Text("Le webhook est de nouveau en service.", "The webhook is enabled again."),
    "webhook.done_replay": Text("L'envoi repart dans la minute.", "The delivery is posted again within a minute."),
    "webhook.deliveries": Text("Envois des trente derniers jours", "Deliveries of the last thirty days"),
    "webhook.no_deliveries": Text("Aucun envoi.", "No delivery."),
    "webhook.when": Text("Date de l'événement", "Date of the event"),
    "webhook.event": Text("Événement", "Event"),
    "webhook.attempts": Text("Tentatives", "Attempts"),
    "webhook.delivery_taken": Text("Accepté", "Taken"),
    "webhook.delivery_given_up": Text("Abandonné", "Given up"),
    "webhook.delivery_waiting": Text("Part bientôt, ou repart", "Is posted soon, or again"),
    "webhook.replay": Text("Renvoyer", "Post again"),
    "webhook.action": Text("À faire", "To do"),
    "webhook.next": Text("Envois plus anciens", "Older deliveries"),
    "webhook.back": Text("Retour aux webhooks", "Back to the webhooks"),
}
