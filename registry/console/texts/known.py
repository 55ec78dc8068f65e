"""The words for what is known of homes and residences: facts, where they come from, what was known before."""

from typing import Final

from registry.kernel.text import Text

TEXTS: Final[dict[str, Text]] = {
    "known.facts": Text("Caractéristiques", "Facts"),
    "known.none": Text("Aucune caractéristique n'est déclarée.", "No fact is stated."),
    "known.fact": Text("Caractéristique", "Fact"),
    "known.value": Text("Valeur", "Value"),
    "known.source": Text("Source de l'information", "Where it comes from"),
    "known.date": Text("Vaut depuis", "Holds since"),
    "known.from": Text("Vaut depuis le", "Holds since"),
    "known.until": Text("Vaut jusqu'au", "Holds until"),
    "known.until_hint": Text(
        "Facultatif : après ce jour elle redevient inconnue.", "Optional: unknown again after it."
    ),
    "known.evidence": Text("Justificatif", "Evidence"),
    "known.evidence_hint": Text(
        "Facultatif : votre propre référence de la pièce, sans donnée personnelle.",
        "Optional: your own reference of the document, without personal data.",
    ),
    "known.since": Text("Vocabulaire", "Vocabulary"),
    "known.action": Text("Action", "To do"),
    "known.correct": Text("Corriger", "Correct"),
    "known.correct_there": Text("Corriger à la résidence", "Correct at the residence"),
    "known.inherited": Text("(de la résidence)", "(of the residence)"),
    "known.ended": Text("{value}, terminée : de nouveau inconnue", "{value}, ended: unknown again"),
    "known.other": Text("Déclarer une autre caractéristique", "State another fact"),
    "known.choose": Text("Choisissez", "Choose"),
    "known.open": Text("Ouvrir le formulaire", "Open the form"),
    "known.answer": Text("Réponse", "Answer"),
    "known.withdraws": Text(
        "(retire ce qui était déclaré ; inconnu n'est jamais lu comme non)",
        "(withdraws what was stated; unknown is never read as no)",
    ),
    "known.measure": Text("Mesure en {unit}", "Measure in {unit}"),
    "known.bounds": Text("Un nombre entier de {minimum} à {maximum}", "A whole number from {minimum} to {maximum}"),
    "known.threshold": Text(
        "Compte comme remplie si {comparison} {value} {unit} ({source}).",
        "Counts as met if {comparison} {value} {unit} ({source}).",
    ),
    "known.save": Text("Enregistrer", "Save"),
    "known.cancel": Text("Annuler", "Cancel"),
    "known.history": Text("Ce qui était connu avant", "What was known before"),
    "known.no_history": Text("Rien n'a encore été remplacé.", "Nothing has been replaced yet."),
    "known.superseded": Text("Remplacée le", "Replaced on"),
    "known.state_yes": Text("Oui", "Yes"),
    "known.state_no": Text("Non", "No"),
    "known.state_unknown": Text("Inconnu", "Unknown"),
    "known.value_yes": Text("oui", "yes"),
    "known.value_no": Text("non", "no"),
    "known.is_known": Text("connu : {value} {unit}", "known: {value} {unit}"),
    "known.asked_>=": Text("au moins {value} {unit} demandés", "at least {value} {unit} is asked"),
    "known.asked_<=": Text("au plus {value} {unit} demandés", "at most {value} {unit} is asked"),
    "known.asked_=": Text("demandé : {value} {unit}", "asked: {value} {unit}"),
    "known.asked_in": Text("demandé : {value} {unit}", "asked: {value} {unit}"),
    "known.asked_present": Text("demandé", "asked"),
    "known.rule_fact": Text("une caractéristique décide", "one fact decides"),
    "known.rule_all": Text("tout ce qui suit", "all of this"),
    "known.rule_any": Text("l'un de ce qui suit", "one of these"),
    "known.rule_agreed": Text(
        "rien de ce qui suit ne s'y oppose, et l'un le dit", "none of these denies it, and one says so"
    ),
}
