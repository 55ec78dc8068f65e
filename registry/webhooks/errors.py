"""Errors of webhooks."""

from registry.kernel.errors import Conflict, Invalid, NotVisible
from registry.kernel.text import Text


class WebhookUnknown(NotVisible):
    title = Text("Aucun webhook de ce nom", "No webhook of this name")
    remedy = Text(
        "GET /v1/organisation/webhooks liste les vôtres ; PUT en crée un.",
        "GET /v1/organisation/webhooks lists yours; PUT makes one.",
    )


class DeliveryUnknown(NotVisible):
    title = Text("Envoi introuvable", "Delivery not found")
    remedy = Text(
        "GET /v1/organisation/webhooks/{name}/deliveries liste ceux des trente derniers jours.",
        "GET /v1/organisation/webhooks/{name}/deliveries lists those of the last thirty days.",
    )


class WebhookUrlInvalid(Invalid):
    title = Text("Adresse du webhook refusée", "Address of the webhook refused")


class WebhookDisabled(Conflict):
    title = Text("Ce webhook est désactivé", "This webhook is disabled")
    remedy = Text(
        "Corrigez l'adresse, puis réactivez-le : PUT avec « enabled » à vrai.",
        "Correct the address, then enable it again: PUT with 'enabled' true.",
    )


class WebhooksTooMany(Conflict):
    title = Text("Nombre de webhooks atteint", "Number of webhooks reached")
    remedy = Text("Supprimez-en un.", "Remove one.")
