"""The words of the page to which an invited landlord's mail leads, in French and English."""

from typing import Final

from registry.kernel.text import Text

TEXTS: Final[dict[str, Text]] = {
    "landlord.title": Text("Charte d'accessibilité : {territory}", "Accessibility charter: {territory}"),
    "landlord.explain": Text(
        "{coordinator}, qui coordonne le territoire {territory}, invite {name} (SIREN {siren}) à signer sa charte"
        " d'accessibilité.",
        "{coordinator}, which coordinates the territory {territory}, invites {name} (SIREN {siren}) to sign its"
        " accessibility charter.",
    ),
    "landlord.registered": Text(
        "Cet organisme est inscrit ici. Connectez-vous en tant qu'administrateur pour lire la charte et la signer.",
        "This organisation is registered here. Sign in as its administrator to read the charter and sign it.",
    ),
    "landlord.known": Text(
        "L'organisme n'est pas encore inscrit. Votre compte {email} l'administrera.",
        "The organisation is not registered yet. Your account {email} will administer it.",
    ),
    "landlord.register": Text(
        "L'organisme n'est pas encore inscrit. Vous l'administrerez avec le compte {email}, que voici à créer ; un"
        " second facteur vous sera demandé à la première connexion.",
        "The organisation is not registered yet. You will administer it with the account {email}, to be made here; a"
        " second factor is set up when you first sign in.",
    ),
    "landlord.nothing_signed": Text(
        "Rien n'est signé par là : vous lirez d'abord la charte.",
        "Nothing is signed by this: you read the charter first.",
    ),
    "landlord.submit": Text("Inscrire l'organisme", "Register the organisation"),
    "landlord.continue": Text("Continuer vers la charte", "Continue to the charter"),
}
