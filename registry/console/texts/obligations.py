"""The words of the pages on obligations, in French and English."""

from typing import Final

from registry.kernel.text import Text

TEXTS: Final[dict[str, Text]] = {
    "obligations.title": Text("Obligations de la charte", "Obligations of the charter"),
    "obligations.none": Text(
        "Votre organisation n'a d'adhésion dans aucun territoire et n'en coordonne aucun. Signez la charte d'un"
        " territoire : ce qu'elle demande est mesuré dès l'admission.",
        "Your organisation has no adhesion in any territory and coordinates none. Sign a territory's charter: what it"
        " asks is measured from the admission on.",
    ),
    "obligations.choose": Text("Territoire", "Territory"),
    "obligations.show": Text("Afficher", "Show"),
    "obligations.board": Text("Tableau des membres", "Members' scoreboard"),
    "obligations.board_public": Text(
        "Ce tableau est visible de tous les membres et du coordinateur : il ne dit que des parts de ce qui est partagé."
        " Les lignes derrière une mesure ne sont montrées qu'au bailleur lui-même.",
        "All members and the coordinator see this board: it says shares of what is shared, and no more. The rows behind"
        " a score are shown to the landlord itself alone.",
    ),
    "obligations.nobody": Text(
        "Aucun bailleur n'a d'adhésion en vigueur : admettez ceux qui ont signé, ou invitez-en.",
        "No landlord has an adhesion in force: admit those that have signed, or invite some.",
    ),
    "obligations.landlord": Text("Bailleur", "Landlord"),
    "obligations.freshness": Text("Fraîcheur", "Freshness"),
    "obligations.completeness": Text("Complétude", "Completeness"),
    "obligations.census": Text("Recensement", "Census"),
    "obligations.answer": Text("Réponses", "Answers"),
    "obligations.examined": Text("Adaptation examinée", "Adaptation examined"),
    "obligations.relet": Text("Adaptés reloués au besoin", "Adapted let to need"),
    "obligations.nothing_answer": Text("aucune réponse due", "no answer was due"),
    "obligations.nothing_examined": Text("aucun reloué", "none let again"),
    "obligations.nothing_relet": Text("trop peu pour être dit", "too few to tell"),
    "obligations.standing": Text("Droit de rechercher", "Right to search"),
    "obligations.day": Text("Mesuré le", "Measured on"),
    "obligations.share": Text("{share} % ({met} sur {counted})", "{share} % ({met} of {counted})"),
    "obligations.nothing_shared": Text("rien n'est partagé", "nothing is shared"),
    "obligations.unmeasured": Text("pas encore mesuré", "not measured yet"),
    "obligations.declared": Text("déclaré", "declared"),
    "obligations.undeclared": Text("non déclaré", "not declared"),
    "obligations.under": Text("sous le plancher de {floor} %", "below the floor of {floor} %"),
    "obligations.up": Text("en hausse de {points} points en quatre semaines", "up {points} points in four weeks"),
    "obligations.down": Text("en baisse de {points} points en quatre semaines", "down {points} points in four weeks"),
    "obligations.state_met": Text("oui", "yes"),
    "obligations.state_warned": Text("oui, jusqu'au {day} si rien ne change", "yes, until {day} if nothing changes"),
    "obligations.state_barred": Text("suspendu depuis le {day}", "suspended since {day}"),
    "obligations.definitions": Text("Ce que disent les mesures", "What the scores say"),
    "obligations.history_of": Text("Mesures de {landlord}", "Scores of {landlord}"),
    "obligations.history": Text("historique", "history"),
    "obligations.history_back": Text("Retour au tableau", "Back to the board"),
    "obligations.history_empty": Text(
        "Rien n'a encore été mesuré : la première mesure suit l'admission d'une minute.",
        "Nothing was measured yet: the first measure follows the admission by a minute.",
    ),
    "obligations.picture": Text(
        "{what}, de {first} à {last} : de {from_share} % à {to_share} %. Le tableau ci-dessous donne chaque valeur.",
        "{what}, from {first} to {last}: from {from_share} % to {to_share} %. The table below gives each value.",
    ),
    "obligations.too_short": Text(
        "La courbe se trace à partir de deux semaines de mesures.", "The line is drawn from two weeks of scores on."
    ),
    "obligations.own": Text("Où en est votre organisation", "Where your organisation stands"),
    "obligations.asked": Text("Ce qui est demandé", "What is asked"),
    "obligations.measured": Text("Ce qui est mesuré", "What was measured"),
    "obligations.follows": Text("Ce qui s'ensuit", "What follows"),
    "obligations.remedy": Text("Que faire", "What to do"),
    "obligations.since": Text("Non tenu depuis", "Not met since"),
    "obligations.measured_at": Text("Mesuré", "Measured"),
    "obligations.articles": Text("Articles de la charte : {articles}", "Articles of the charter: {articles}"),
    "obligations.behind_freshness": Text("Vos logements à confirmer", "Your homes to be confirmed"),
    "obligations.behind_completeness": Text("Ce qui manque à vos logements", "What your homes lack"),
    "obligations.behind_census": Text("Vos résidences à compter", "Your residences to be counted"),
    "obligations.behind_answer": Text(
        "Logements dont une proposition attend, ou a attendu trop longtemps",
        "Homes of which a proposal waits, or waited too long",
    ),
    "obligations.behind_examined": Text(
        "Logements adaptés reloués sans examen déclaré", "Adapted homes let again without a stated examination"
    ),
    "obligations.behind_relet": Text(
        "Logements adaptés perdus ou sans issue déclarée", "Adapted homes lost, or without a stated outcome"
    ),
    "obligations.todo_answer": Text(
        "Répondez aux propositions ouvertes ; une réponse tardive reste comptée douze mois.",
        "Answer the open proposals; a late answer stays counted for twelve months.",
    ),
    "obligations.todo_examined": Text(
        "Dites, à la page « Logements libérés », ce qu'ils sont devenus et si l'adaptation a été examinée ; un « non »"
        " reste compté douze mois.",
        "State on the page 'Vacated homes' what became of them and whether the adaptation was examined; a 'no' stays"
        " counted for twelve months.",
    ),
    "obligations.todo_relet": Text(
        "Déclarez les issues qui manquent à la page « Logements libérés » ; les pertes déclarées comptent un an.",
        "State the missing outcomes on the page 'Vacated homes'; stated losses stay counted for a year.",
    ),
    "obligations.todo_freshness": Text(
        "Confirmez ces logements en envoyant un fichier complet, même sans changement, ou en les enregistrant de"
        " nouveau.",
        "Confirm these homes by sending a full file, even one without changes, or by saving them again.",
    ),
    "obligations.todo_completeness": Text(
        "Renseignez ces caractéristiques, « oui » comme « non » : ce qui n'est pas renseigné n'est pas lu comme un"
        " « non ».",
        "State these facts, 'yes' as well as 'no': what is not stated is not read as 'no'.",
    ),
    "obligations.todo_census": Text(
        "Enregistrez les logements de ces résidences, ou leur nombre.",
        "Register the homes of these residences, or their number.",
    ),
    "obligations.behind_nothing": Text("Rien : tout est en ordre.", "Nothing: all is in order."),
    "obligations.home": Text("Logement", "Home"),
    "obligations.residence": Text("Résidence", "Residence"),
    "obligations.confirmed": Text("Confirmé la dernière fois", "Last confirmed"),
    "obligations.missing": Text("Caractéristiques manquantes", "Missing facts"),
}
