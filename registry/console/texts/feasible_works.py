"""The words of the page of feasible works, in French and English."""

from typing import Final

from registry.kernel.text import Text

TEXTS: Final[dict[str, Text]] = {
    "feasible_works.title_home": Text("Travaux faisables dans le logement {ref}", "Works feasible in the home {ref}"),
    "feasible_works.title_residence": Text(
        "Travaux faisables dans la résidence {ref}", "Works feasible in the residence {ref}"
    ),
    "feasible_works.explain": Text(
        "Ce que ce lieu pourrait recevoir, et à quel coût. Un logement auquel il ne manque que des travaux est proposé"
        " aux dossiers des autres bailleurs comme presque convenable ; si vous acceptez de les faire avant l'entrée,"
        " ils l'apprennent, avec le coût par tranches.",
        "What this place could have, and at what cost. A home that lacks nothing but works is shown to other landlords'"
        " cases as nearly fitting; if you agree to do them before entry they are told so, with the cost in bands.",
    ),
    "feasible_works.elsewhere_home": Text(
        "Les travaux de l'immeuble et des abords se déclarent à la page de la résidence.",
        "Works in the building and around it are stated on the page of the residence.",
    ),
    "feasible_works.elsewhere_residence": Text(
        "Les travaux dans un logement se déclarent à la page du logement.",
        "Works in a home are stated on the page of the home.",
    ),
    "feasible_works.done_stated": Text("Les travaux sont déclarés.", "The works are stated."),
    "feasible_works.done_withdrawn": Text("Ces travaux ne sont plus déclarés.", "These works are no longer stated."),
    "feasible_works.list": Text("Travaux déclarés", "Works stated"),
    "feasible_works.none": Text("Aucuns travaux ne sont déclarés.", "No works are stated."),
    "feasible_works.work": Text("Travaux", "Works"),
    "feasible_works.cost": Text("Coût, taxes comprises", "Cost, with taxes"),
    "feasible_works.cost_between": Text("de {low} à {high}", "{low} to {high}"),
    "feasible_works.source": Text("D'après", "According to"),
    "feasible_works.stated_on": Text("Déclaré le", "Stated on"),
    "feasible_works.before_entry": Text("Avant l'entrée", "Before entry"),
    "feasible_works.yes": Text("Accepté", "Agreed"),
    "feasible_works.no": Text("Non", "No"),
    "feasible_works.change": Text("Modifier", "Change"),
    "feasible_works.form_new": Text("Déclarer des travaux", "State works"),
    "feasible_works.form_change": Text("Modifier : {work}", "Change: {work}"),
    "feasible_works.choose": Text("Choisissez des travaux", "Choose works"),
    "feasible_works.cost_from": Text("Coût au moins, en euros", "Cost at the least, in euros"),
    "feasible_works.cost_to": Text("Coût au plus, en euros", "Cost at the most, in euros"),
    "feasible_works.cost_hint": Text("Taxes comprises, comme 850 ou 850,50.", "With taxes, such as 850 or 850.50."),
    "feasible_works.agree": Text("J'accepte de les faire avant l'entrée", "I agree to have them done before entry"),
    "feasible_works.agree_hint": Text(
        "Les bailleurs dont un dossier conviendrait en sont avertis ; le coût leur est dit par tranches.",
        "Landlords for whose case the home would fit are told so; the cost is said in bands.",
    ),
    "feasible_works.save": Text("Enregistrer", "Save"),
    "feasible_works.cancel": Text("Annuler", "Cancel"),
    "feasible_works.withdraw": Text("Ne plus les déclarer", "Remove from the list"),
    "feasible_works.withdraw_explain": Text(
        "Ils quittent la liste et ne sont plus dits à personne ; vous pourrez les déclarer de nouveau.",
        "They leave the list and are told to nobody any more; you can state them again.",
    ),
    "feasible_works.back_home": Text("Retour au logement", "Back to the home"),
    "feasible_works.back_residence": Text("Retour à la résidence", "Back to the residence"),
    "feasible_works.to_home": Text("Travaux faisables dans ce logement", "Feasible works in this home"),
    "feasible_works.to_residence": Text("Travaux faisables dans cette résidence", "Feasible works in this residence"),
    "feasible_works.count": Text("déclarés : {count}", "stated: {count}"),
}
