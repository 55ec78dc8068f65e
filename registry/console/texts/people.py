"""The words of the pages about an organisation's people, in French and English."""

from typing import Final

from registry.kernel.text import Text

TEXTS: Final[dict[str, Text]] = {
    "people.title": Text("Organisation : {organisation}", "Organisation: {organisation}"),
    "people.people": Text("Personnes", "People"),
    "people.name": Text("Nom", "Name"),
    "people.email": Text("Adresse électronique", "E-mail address"),
    "people.roles": Text("Rôles", "Roles"),
    "people.last_login": Text("Dernière connexion", "Last signed in"),
    "people.never": Text("Jamais", "Never"),
    "people.disabled": Text("Compte désactivé", "Account disabled"),
    "people.none": Text("Personne ne travaille encore ici : invitez quelqu'un.", "Nobody works here yet: invite them."),
    "people.invitations": Text("Invitations sans réponse", "Invitations without an answer"),
    "people.no_invitations": Text("Aucune invitation n'attend de réponse.", "No invitation waits for an answer."),
    "people.expires": Text("Valable jusqu'au", "Good until"),
    "people.action": Text("Que faire", "What to do"),
    "people.cancel": Text("Annuler", "Cancel"),
    "people.invite": Text("Inviter une personne", "Invite a person"),
    "people.invite_explain": Text(
        "Elle reçoit un lien valable sept jours et une seule fois.",
        "They receive a link that is good for seven days and once.",
    ),
    "people.role": Text("Rôle", "Role"),
    "people.language": Text("Langue du courriel", "Language of the mail"),
    "people.language_fr": Text("Français", "French"),
    "people.language_en": Text("Anglais", "English"),
    "people.do_invite": Text("Envoyer l'invitation", "Send the invitation"),
    "people.done_invited": Text("L'invitation est envoyée.", "The invitation is sent."),
    "people.done_cancelled": Text("L'invitation est annulée.", "The invitation is cancelled."),
    "people.done_changed": Text("Les rôles sont changés.", "The roles are changed."),
    "people.done_removed": Text(
        "La personne ne travaille plus pour votre organisation ; son compte lui reste.",
        "The person no longer works for your organisation; their account stays theirs.",
    ),
    "person.back": Text("Toute l'organisation", "The whole organisation"),
    "person.roles_explain": Text(
        "Ce qu'un rôle retiré permettait cesse en quelques secondes, dans les pages et dans les jetons.",
        "What a role that is taken away allowed ends within seconds, on the pages and in tokens.",
    ),
    "person.oneself": Text(
        "C'est vous : sans rôle d'administration, vous ne reviendrez pas sur cette page.",
        "This is you: without an administrator's role you cannot come back to this page.",
    ),
    "person.change": Text("Enregistrer les rôles", "Save the roles"),
    "person.remove": Text("Retirer de l'organisation", "Remove from the organisation"),
    "person.remove_explain": Text(
        "La personne perd tous ses rôles ici. Pour revenir, il lui faut une nouvelle invitation.",
        "The person loses all roles here. To come back they need a new invitation.",
    ),
}
