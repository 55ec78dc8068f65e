"""The words of the pages on adapted homes that fell vacant, in French and English."""

from typing import Final

from registry.kernel.text import Text

TEXTS: Final[dict[str, Text]] = {
    "vacated.title": Text("Logements adaptés libérés", "Vacated adapted homes"),
    "vacated.lead": Text(
        "Chaque logement adapté qui se libère est suivi jusqu'à ce que l'on sache ce qu'il est devenu : la loi le"
        " réserve d'abord à qui en a besoin (CCH art. R.441-4).",
        "Each adapted home that falls vacant is followed until it is known what became of it: the law has it kept first"
        " for those who need it (CCH art. R.441-4).",
    ),
    "vacated.others": Text("Logements adaptés libérés d'autres bailleurs", "Vacated adapted homes of other landlords"),
    "vacated.others_lead": Text(
        "Ceux qui se sont libérés depuis le {day} dans les territoires où vous recherchez, et ne sont pas encore"
        " attribués. Chacun mène à son annonce.",
        "Those that fell vacant since {day} in the territories where you search, and are not allotted yet. Each leads"
        " to its listing.",
    ),
    "vacated.others_none": Text("Aucun en ce moment.", "None at present."),
    "vacated.others_more": Text("D'autres encore se sont libérés.", "More of them fell vacant."),
    "vacated.others_search": Text("Rechercher un logement", "Search for a home"),
    "vacated.others_mail": Text(
        "Un récapitulatif part par courriel, une fois par jour au plus, à qui le veut.",
        "A summary is sent by mail, once a day at most, to who wants it.",
    ),
    "vacated.others_choose": Text("Choisir de le recevoir ou non", "Choose whether to receive it"),
    "vacated.own": Text("Vos logements adaptés libérés", "Your vacated adapted homes"),
    "vacated.announced": Text("Annoncé le", "Told on"),
    "vacated.now": Text("dès maintenant", "now"),
    "vacated.none": Text(
        "Aucun. Un logement adapté (classe prouvée 4 ou plus, ou travaux enregistrés) apparaît ici dès que son statut"
        " passe à « congé donné » ou « vacant », ou d'« occupé » à « en travaux » ou « réservé ».",
        "None. An adapted home (proven class 4 or higher, or works registered) appears here once its status is 'notice"
        " given' or 'vacant', or goes from 'occupied' to 'in works' or 'reserved'.",
    ),
    "vacated.filter": Text("Afficher", "Show"),
    "vacated.all": Text("Tous", "All"),
    "vacated.home": Text("Logement", "Home"),
    "vacated.state": Text("État", "State"),
    "vacated.state_vacant": Text("À attribuer", "To be allotted"),
    "vacated.state_asked": Text("Issue à déclarer", "Outcome to be stated"),
    "vacated.state_stated": Text("Issue déclarée", "Outcome stated"),
    "vacated.opened": Text("Libéré le", "Vacated on"),
    "vacated.month": Text("Libre à partir de", "Free from"),
    "vacated.relet": Text("Occupé de nouveau depuis", "Occupied again since"),
    "vacated.gone": Text("Retiré du parc le", "Withdrawn from the stock on"),
    "vacated.over": Text("Reloué ou retiré", "Let again or withdrawn"),
    "vacated.was_gone": Text("{day} (retiré du parc)", "{day} (withdrawn from the stock)"),
    "vacated.outcome": Text("Issue", "Outcome"),
    "vacated.stated": Text("Déclarée le", "Stated on"),
    "vacated.by_proposal": Text("d'après le bail signé par", "by the lease of"),
    "vacated.proposal": Text("une proposition", "a proposal"),
    "vacated.correct": Text("Vous pouvez corriger cette issue ci-dessous.", "You may correct this outcome below."),
    "vacated.of_home": Text("Logement libéré {ref}", "Vacated home {ref}"),
    "vacated.back": Text("Retour à la liste", "Back to the list"),
    "vacated.facts": Text("Le logement", "The home"),
    "vacated.class": Text("Classe prouvée", "Proven class"),
    "vacated.rooms": Text("Pièces principales", "Main rooms"),
    "vacated.works": Text("Adaptations réalisées", "Adaptations made"),
    "vacated.priority": Text("Ordre de priorité : {article}", "Order of priority: {article}"),
    "vacated.dated": Text("Texte du", "Text of"),
    "vacated.unverified": Text(
        "Ce texte n'a pas été comparé à celui en vigueur.", "This text was not compared with the one in force."
    ),
    "vacated.sheet": Text("Fiche pour la commission (PDF)", "Sheet for the committee (PDF)"),
    "vacated.form": Text("Ce qu'il est devenu", "What became of it"),
    "vacated.examined": Text(
        "L'adaptation a-t-elle été examinée à l'attribution ?", "Was the adaptation examined at the allotment?"
    ),
    "vacated.yes": Text("oui", "yes"),
    "vacated.no": Text("non", "no"),
    "vacated.unknown": Text("non connu", "not known"),
    "vacated.choose": Text("Choisissez", "Choose"),
    "vacated.loss": Text("Raison, si l'adaptation est perdue", "Reason, where the adaptation is lost"),
    "vacated.loss_hint": Text(
        "Seulement pour l'issue « Perdu pour l'accessibilité ».", "Only for the outcome 'Lost to accessibility'."
    ),
    "vacated.under_occupied": Text(
        "Le logement était-il sous-occupé auparavant ?", "Was the home under-occupied before?"
    ),
    "vacated.under_hint": Text(
        "Un grand logement sous-occupé attribué à une famille n'est pas une perte ; si ce n'est pas connu, un logement"
        " de {rooms} pièces et plus est compté comme tel.",
        "A large home that was under-occupied and is given to a family is no loss; where that is not known, a home of"
        " {rooms} rooms and more counts as one.",
    ),
    "vacated.submit": Text("Déclarer l'issue", "State the outcome"),
    "vacated.done": Text("L'issue est enregistrée.", "The outcome is on record."),
    "vacated.not_stated": Text("Il manque une réponse", "An answer is missing"),
    "vacated.not_stated_remedy": Text(
        "Dites si l'adaptation a été examinée, choisissez l'issue, et donnez la raison si elle est perdue.",
        "Say whether the adaptation was examined, choose the outcome, and give the reason where it is lost.",
    ),
    "vacated.not_under_occupied": Text(
        "Un grand logement attribué à une famille n'est pas une perte s'il était sous-occupé : vous dites que non",
        "A large home that is given to a family is no loss where it was under-occupied: you say that it was not",
    ),
    "vacated.not_under_occupied_remedy": Text(
        "Choisissez « Perdu pour l'accessibilité » avec sa raison, ou corrigez la réponse sur la sous-occupation ;"
        " laissez-la à « non connu » si vous ne savez pas.",
        "Choose 'Lost to accessibility' with its reason, or correct the answer on under-occupation; leave it at 'not"
        " known' if you do not know.",
    ),
    "vacated.measured": Text("Ce que deviennent les logements adaptés", "What becomes of adapted homes"),
    "vacated.measured_lead": Text(
        "Parts par bailleur, sur douze mois. La coordination ne voit aucun logement ; une part sur moins de onze"
        " logements n'est pas dite, les autres sont arrondies à 5 % près.",
        "Shares by landlord, over twelve months. The coordination sees no home; a share of fewer than eleven homes is"
        " not told, the others are rounded to 5%.",
    ),
    "vacated.territory": Text("Territoire", "Territory"),
    "vacated.show": Text("Afficher", "Show"),
    "vacated.nobody": Text(
        "Rien n'est encore mesuré : la mesure suit l'admission d'un bailleur.",
        "Nothing is measured yet: the measure follows a landlord's admission.",
    ),
    "vacated.landlord": Text("Bailleur", "Landlord"),
    "vacated.share_examined": Text("Adaptation examinée", "Adaptation examined"),
    "vacated.share_relet": Text("Reloués à qui en a besoin", "Let to who needs them"),
    "vacated.share_lost": Text("Perdus", "Lost"),
    "vacated.share": Text("{share} %", "{share}%"),
    "vacated.not_told": Text("n. d.", "n/s"),
    "vacated.board": Text("Le tableau des obligations", "The obligations' board"),
}
