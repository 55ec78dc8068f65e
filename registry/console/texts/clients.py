"""The words of the pages about an organisation's clients and their credentials, in French and English."""

from typing import Final

from registry.kernel.text import Text

TEXTS: Final[dict[str, Text]] = {
    "clients.title": Text("Accès des logiciels", "Credentials of software"),
    "clients.explain": Text(
        "Chaque logiciel qui appelle l'API est un client, avec ses droits et son secret ou sa clé.",
        "Each piece of software that calls the API is a client, with its rights and its secret or key.",
    ),
    "clients.none": Text("Aucun client : l'API n'est pas utilisée.", "No client: the API is not used."),
    "clients.name": Text("Nom du logiciel", "Name of the software"),
    "clients.name_hint": Text("Pas celui d'une personne.", "Not that of a person."),
    "clients.id": Text("Identifiant", "Client id"),
    "clients.scopes": Text("Droits", "Rights"),
    "clients.scopes_hint": Text("Vous ne donnez que ceux que vous avez.", "You give only those that you have."),
    "clients.may": Text("Ce client peut", "This client may"),
    "clients.change": Text("Changer les droits", "Change the rights"),
    "clients.change_explain": Text(
        "Ce que le client perd est retiré de ses jetons en cinq secondes. Ce qu'il gagne vient avec son prochain"
        " jeton : ceux qu'il a déjà n'en savent rien.",
        "What the client loses is gone from its tokens within five seconds. What it gains comes with its next token:"
        " those that it has already know nothing of it.",
    ),
    "clients.status": Text("État", "State"),
    "clients.status_active": Text("En service", "In use"),
    "clients.status_revoked": Text("Désactivé", "Disabled"),
    "clients.last_used": Text("Dernier usage", "Last used"),
    "clients.never": Text("Jamais", "Never"),
    "clients.new": Text("Enregistrer un client", "Register a client"),
    "clients.auth_method": Text("Identification", "Authentication"),
    "clients.by_secret": Text("Par un secret, montré une fois", "By a secret, which is shown once"),
    "clients.by_key": Text("Par une clé publique (private_key_jwt)", "By a public key (private_key_jwt)"),
    "clients.key": Text("Clé publique, au format JWK", "Public key, as a JWK"),
    "clients.key_hint": Text(
        "EC P-256 ou RSA d'au moins 2 048 bits, avec un « kid ». Jamais la clé privée.",
        "EC P-256 or RSA of at least 2,048 bits, with a 'kid'. Never the private key.",
    ),
    "clients.key_only": Text("Laissez vide pour un secret.", "Leave it empty for a secret."),
    "clients.expires_on": Text("Dernier jour du secret", "Last day of the secret"),
    "clients.expires_hint": Text(
        "Vide : sans fin. Vos administrateurs sont prévenus 30 jours, 7 jours et 1 jour avant.",
        "Empty: without end. Your administrators are warned 30 days, 7 days and 1 day before.",
    ),
    "clients.create": Text("Enregistrer", "Register"),
    "clients.secret_title": Text("Le secret, montré une fois", "The secret, shown once"),
    "clients.secret_explain": Text(
        "Copiez-le maintenant dans un coffre : il n'est pas gardé et ne sera plus montré.",
        "Copy it into a vault now: it is not kept and will not be shown again.",
    ),
    "clients.secret_next": Text("Je l'ai gardé, continuer", "I have kept it, continue"),
    "clients.secrets": Text("Secrets du client", "Client secrets"),
    "clients.rotation": Text(
        "Pour changer de secret sans arrêt : faites-en un second, passez-y vos logiciels, puis révoquez l'ancien.",
        "To change secrets without a pause: make a second one, move your software to it, then revoke the old one.",
    ),
    "clients.no_secrets": Text("Aucun secret ne vaut plus.", "No secret is good any more."),
    "clients.secret": Text("Secret du client", "Client secret"),
    "clients.made": Text("Fait le", "Made on"),
    "clients.ends": Text("Fin", "End"),
    "clients.no_end": Text("Sans fin", "Without end"),
    "clients.action": Text("Que faire", "What to do"),
    "clients.revoke": Text("Révoquer", "Revoke"),
    "clients.revoke_explain": Text(
        "Un secret révoqué cesse aussitôt, sans retour, et les jetons qu'il a obtenus en cinq secondes.",
        "A revoked secret ends at once and for good, and the tokens that it obtained within five seconds.",
    ),
    "clients.add_secret": Text("Faire un second secret", "Make a second secret"),
    "clients.keys": Text("Clés publiques", "Public keys"),
    "clients.keys_elsewhere": Text(
        "Le client publie ses clés lui-même : {address}", "The client publishes its keys itself: {address}"
    ),
    "clients.kid": Text("Nom de la clé (kid)", "Name of the key (kid)"),
    "clients.kty": Text("Type de clé", "Type of key"),
    "clients.retire": Text("Retirer", "Retire"),
    "clients.add_key": Text("Ajouter une clé", "Add a key"),
    "clients.disable": Text("Désactiver le client", "Disable the client"),
    "clients.disable_explain": Text(
        "Le client cesse pour toujours, et ses jetons en cinq secondes. Il n'y a pas de retour : il faudrait en"
        " enregistrer un autre.",
        "The client ends for good, and its tokens within five seconds. There is no way back: another one would have to"
        " be registered.",
    ),
    "clients.disable_sure": Text("Je comprends que c'est définitif.", "I understand that this is final."),
    "clients.done_change-scopes": Text("Les droits du client sont changés.", "The client's rights are changed."),
    "clients.done_revoke-secret": Text("Le secret est révoqué.", "The secret is revoked."),
    "clients.done_add-key": Text("La clé est ajoutée.", "The key is added."),
    "clients.done_retire-key": Text("La clé est retirée.", "The key is retired."),
    "clients.done_disable": Text("Le client est désactivé.", "The client is disabled."),
}
