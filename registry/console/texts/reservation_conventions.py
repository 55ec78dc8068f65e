"""The words of the page of reservation conventions, in French and English."""

from typing import Final

from registry.kernel.text import Text

TEXTS: Final[dict[str, Text]] = {
    "reservation_conventions.title": Text("Conventions de réservation", "Reservation conventions"),
    "reservation_conventions.explain": Text(
        "Ce que disent vos conventions de réservation (gestion en flux), par département et réservataire : une mutation"
        " est-elle soustraite du flux ? La fiche pour la commission (CALEOL) le reprend, avec la date de la"
        " convention ; ailleurs, elle dit « à vérifier ».",
        "What your reservation conventions (flow management) say, by département and quota holder: is a transfer"
        " deducted from the flow? The sheet for the committee (CALEOL) repeats it with the convention's date;"
        " elsewhere it says 'to be checked'.",
    ),
    "reservation_conventions.done_stated": Text("La convention est déclarée.", "The convention is stated."),
    "reservation_conventions.done_removed": Text(
        "Cette convention n'est plus déclarée.", "This convention is no longer stated."
    ),
    "reservation_conventions.list": Text("Conventions déclarées", "Conventions stated"),
    "reservation_conventions.none": Text(
        "Aucune convention n'est déclarée : les fiches pour la commission disent « à vérifier ».",
        "No convention is stated: the sheets for the committee say 'to be checked'.",
    ),
    "reservation_conventions.none_do": Text(
        "Déclarez la première ci-dessous, d'après le texte signé avec le réservataire.",
        "State the first one below, after the text that was signed with the quota holder.",
    ),
    "reservation_conventions.departement": Text("Département", "Département"),
    "reservation_conventions.departement_hint": Text("Son code : 06, 2A, 974.", "Its code: 06, 2A, 974."),
    "reservation_conventions.quota_holder": Text("Réservataire", "Quota holder"),
    "reservation_conventions.choose": Text("Choisissez un réservataire", "Choose a quota holder"),
    "reservation_conventions.own_transfers": Text("Mutation au sein de votre parc", "Transfer within your own stock"),
    "reservation_conventions.others_transfers": Text("Mutation entre bailleurs", "Transfer between landlords"),
    "reservation_conventions.dated": Text("Signée le", "Signed on"),
    "reservation_conventions.dated_hint": Text("Facultatif.", "Optional."),
    "reservation_conventions.said_yes": Text("Soustraite du flux", "Deducted from the flow"),
    "reservation_conventions.said_no": Text("Non soustraite du flux", "Not deducted from the flow"),
    "reservation_conventions.said_": Text("La convention ne le dit pas", "The convention does not say"),
    "reservation_conventions.change": Text("Modifier", "Change"),
    "reservation_conventions.form_new": Text("Déclarer une convention", "State a convention"),
    "reservation_conventions.form_change": Text("Modifier : {place}, {holder}", "Change: {place}, {holder}"),
    "reservation_conventions.replaces": Text(
        "Une convention déjà déclarée pour ce département et ce réservataire est remplacée.",
        "A convention that is stated already of this département and quota holder is replaced.",
    ),
    "reservation_conventions.save": Text("Enregistrer", "Save"),
    "reservation_conventions.cancel": Text("Annuler", "Cancel"),
    "reservation_conventions.remove": Text("Retirer de la liste", "Remove from the list"),
    "reservation_conventions.remove_explain": Text(
        "Les fiches pour la commission diront de nouveau « à vérifier » ; vous pourrez la déclarer de nouveau.",
        "The sheets for the committee will say 'to be checked' again; you can state it anew.",
    ),
}
