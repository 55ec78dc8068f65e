"""The words around the sheets of a proposal, and of the protections of a case, in French and English."""

from typing import Final

from registry.kernel.text import Text

TEXTS: Final[dict[str, Text]] = {
    "sheets.tenant": Text("La fiche à remettre à la personne", "The sheet to be given to the tenant"),
    "sheets.committee": Text("La fiche pour la commission (CALEOL)", "The sheet for the committee (CALEOL)"),
    "sheets.pdf": Text("Imprimer (PDF)", "Print (PDF)"),
    "sheets.back": Text("Retour à la proposition", "Back to the proposal"),
    "protections.title": Text("Protections et devoirs", "Protections and duties"),
    "protections.lead": Text(
        "Ce que disent les textes, avec leur date. Le registre informe et n'en tire aucune conséquence.",
        "What the texts say, with their dates. The registry informs, and draws no consequence.",
    ),
    "protections.back": Text("Retour au dossier", "Back to the case"),
    "protections.open": Text("Protections et devoirs de ce dossier", "Protections and duties of this case"),
    "protections.applies": Text("Le ménage est-il concerné ?", "Is the household concerned?"),
    "protections.applies_unknown": Text("à établir", "to be established"),
    "protections.because": Text("Pourquoi", "Why"),
    "protections.condition": Text("À condition que", "Provided that"),
    "protections.colon": Text(" : ", ": "),
    "protections.exemptions": Text("Exemptions", "Exemptions"),
    "protections.state_yes": Text("oui", "yes"),
    "protections.state_no": Text("non", "no"),
    "protections.state_unknown": Text("non connu", "not known"),
    "protections.dated": Text("texte du", "text of"),
    "protections.unverified": Text("non comparé au texte en vigueur", "not compared with the text in force"),
    "protections.refusals": Text(
        "Propositions refusées dans ce dossier : {count}.", "Proposals refused in this case: {count}."
    ),
    "protections.form": Text("Ce que vous savez du ménage", "What you know of the household"),
    "protections.form_lead": Text(
        "Ces réponses servent à ce seul calcul : elles ne sont ni enregistrées ni journalisées.",
        "These answers serve this one computation: they are neither kept nor logged.",
    ),
    "protections.submit": Text("Calculer", "Compute"),
}
