"""The words that every page has around it, in French and English."""

from typing import Final

from registry.kernel.text import Text

TEXTS: Final[dict[str, Text]] = {
    "site.name": Text("Registre de l'accessibilité", "Accessibility registry"),
    "site.skip": Text("Aller au contenu", "Skip to content"),
    "site.language": Text("English", "Français"),
    "site.demo": Text(
        "Démonstration : aucune personne ni aucun logement de ce service n'existe.",
        "Demonstration: no person and no home in this service exists.",
    ),
    "site.signed_in": Text("Connecté : {name}", "Signed in: {name}"),
    "site.sign_out": Text("Se déconnecter", "Sign out"),
    "site.not_stated": Text("non renseigné", "not stated"),
    "site.next": Text("Page suivante", "Next page"),
    "error.prefix": Text("Erreur : ", "Error: "),
    "error.title": Text("Cette action n'a pas abouti", "This could not be done"),
    "error.reference": Text("Référence de l'erreur : {id}", "Reference of the error: {id}"),
    "error.back": Text("Retour à l'accueil", "Back to the start"),
}
