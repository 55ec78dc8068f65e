"""The words of the pages on which a coordinator prepares a charter, in French and English."""

from typing import Final

from registry.kernel.text import Text

TEXTS: Final[dict[str, Text]] = {
    "drafts.title": Text("Projet de la version {version}", "Draft of version {version}"),
    "drafts.next": Text("La prochaine version", "The next version"),
    "drafts.none": Text(
        "Aucun projet n'est en préparation. Un projet part du texte en vigueur ; vous seul le voyez jusqu'à ce que vous"
        " le proposiez.",
        "No draft is in preparation. A draft begins with the text in force; you alone see it until you propose it.",
    ),
    "drafts.none_first": Text(
        "Aucun projet n'est en préparation. Le premier part des clauses ordinaires ; vous seul le voyez jusqu'à ce que"
        " vous le proposiez.",
        "No draft is in preparation. The first begins with the ordinary terms; you alone see it until you propose it.",
    ),
    "drafts.none_again": Text(
        "Pour changer ce qui est proposé, préparez un autre projet : il part de la version proposée, et la remplace une"
        " fois proposé lui-même.",
        "To change what is proposed, make another draft: it begins with the version proposed, and supersedes it once it"
        " is proposed itself.",
    ),
    "drafts.make_again": Text("Préparer un autre projet", "Make another draft"),
    "drafts.make": Text(
        "Préparer un projet à partir de la version en vigueur", "Make a draft from the version in force"
    ),
    "drafts.make_first": Text("Préparer le premier projet", "Make the first draft"),
    "drafts.is_drafted": Text("La version {version} est en préparation.", "Version {version} is in preparation."),
    "drafts.open": Text("Ouvrir le projet", "Open the draft"),
    "drafts.is_proposed": Text(
        "La version {version} est proposée aux membres ; son texte ne change plus.",
        "Version {version} is proposed to the members; its text no longer changes.",
    ),
    "drafts.read_proposed": Text("Lire la version proposée ({version})", "Read the proposed version ({version})"),
    "drafts.to_enact": Text("Mettre la version {version} en vigueur", "Put version {version} in force"),
    "drafts.explain": Text(
        "Vous seul voyez ce projet. Une fois proposé, il ne change plus : c'est ce texte que les membres signent.",
        "You alone see this draft. Once proposed it no longer changes: that text is what members sign.",
    ),
    "drafts.compare": Text("Comparer le projet à la version en vigueur", "Compare the draft with the version in force"),
    "drafts.back": Text("Retour au projet", "Back to the draft"),
    "drafts.save": Text("Enregistrer", "Save"),
    "drafts.saved": Text("Le projet est enregistré.", "The draft is saved."),
    "drafts.made": Text("Le projet est créé.", "The draft is made."),
    "drafts.colon": Text(" : ", ": "),
    # Articles
    "drafts.add_article": Text("Ajouter un article", "Add an article"),
    "drafts.edit": Text("Modifier", "Edit"),
    "drafts.up": Text("Monter", "Move up"),
    "drafts.down": Text("Descendre", "Move down"),
    "drafts.remove": Text("Retirer", "Remove"),
    "drafts.new_article": Text("Nouvel article", "New article"),
    "drafts.article": Text("Article {code}", "Article {code}"),
    "drafts.code": Text("Numéro de l'article", "Number of the article"),
    "drafts.code_hint": Text(
        "1, 2.3 ou A-1 : lettres et chiffres, 20 signes au plus.",
        "1, 2.3 or A-1: letters and figures, 20 signs at most.",
    ),
    "drafts.part": Text("Partie du texte", "Part of the text"),
    "drafts.title_fr": Text("Titre en français", "Title in French"),
    "drafts.title_en": Text("Titre en anglais", "Title in English"),
    "drafts.text_fr": Text("Texte en français", "Text in French"),
    "drafts.text_en": Text("Texte en anglais", "Text in English"),
    "drafts.article_terms": Text("Clauses sur lesquelles l'article repose", "Terms that the article rests on"),
    "drafts.remove_title": Text("Retirer l'article {code}", "Remove article {code}"),
    "drafts.remove_explain": Text(
        "L'article et son texte dans les deux langues disparaissent du projet. La version en vigueur n'en est pas"
        " changée.",
        "The article and its text in both languages leave the draft. The version in force does not change.",
    ),
    "drafts.remove_submit": Text("Retirer cet article du projet", "Remove this article from the draft"),
    # Changed by somebody else
    "drafts.changed": Text(
        "Le projet a changé depuis que vous avez ouvert cette page", "The draft has changed since you opened this page"
    ),
    "drafts.changed_remedy": Text(
        "Rien de ce que vous avez saisi n'est perdu : c'est dans le formulaire. Comparez avec ce que dit le projet"
        " maintenant, ci-dessous, puis enregistrez : vous remplacerez alors ces champs.",
        "Nothing that you typed is lost: it is in the form. Compare with what the draft says now, below, then save:"
        " that takes the place of these fields.",
    ),
    "drafts.now": Text("Ce que le projet dit maintenant", "What the draft says now"),
    "drafts.now_same": Text(
        "Le projet a changé ailleurs : ces champs-ci y disent la même chose que ce que vous avez saisi.",
        "The draft has changed elsewhere: these fields say there what you typed.",
    ),
    "drafts.now_gone": Text("Le projet n'a plus cet article.", "The draft no longer has this article."),
    "drafts.yours": Text("Ce que vous avez saisi", "What you typed"),
    "drafts.faults": Text("À corriger avant d'enregistrer", "To be corrected before saving"),
    # Terms
    "drafts.terms": Text("Clauses du projet", "Terms of the draft"),
    "drafts.edit_terms": Text("Modifier les clauses", "Edit the terms"),
    "drafts.bounds": Text("De {least} à {most}.", "From {least} to {most}."),
    # Propose, enact, discard
    "drafts.propose": Text("Proposer le projet", "Propose the draft"),
    "drafts.propose_title": Text("Proposer la version {version}", "Propose version {version}"),
    "drafts.propose_frozen": Text(
        "Le texte ne changera plus : ni les articles ni les clauses. Pour le corriger, il faudra proposer une autre"
        " version.",
        "The text will not change any more: neither articles nor terms. To correct it, propose another version.",
    ),
    "drafts.propose_seen": Text(
        "Tout bailleur du service pourra le lire et le signer.", "Any landlord of the service may read and sign it."
    ),
    "drafts.propose_replaces": Text(
        "La version {version}, proposée et pas encore en vigueur, est remplacée par celle-ci.",
        "Version {version}, proposed and not yet in force, is superseded by this one.",
    ),
    "drafts.propose_asked": Text(
        "Les administrateurs de ces membres reçoivent un message :", "The administrators of these members get a mail:"
    ),
    "drafts.nobody_asked": Text(
        "Aucun bailleur n'adhère encore à cette charte : personne ne reçoit de message.",
        "No landlord adheres to this charter yet: nobody gets a mail.",
    ),
    "drafts.propose_day": Text(
        "Rien n'arrive de lui-même à la date choisie : vous mettez la version en vigueur quand vous êtes d'accord.",
        "Nothing happens by itself on the day chosen: you put the version in force when you are agreed.",
    ),
    "drafts.reply_by": Text("Signatures demandées jusqu'au", "Signatures asked for until"),
    "drafts.propose_submit": Text("Proposer et figer le texte", "Propose and freeze the text"),
    "drafts.enact_title": Text("Mettre la version {version} en vigueur", "Put version {version} in force"),
    "drafts.enact_now": Text(
        "Elle vaut dès maintenant ; la version en vigueur aujourd'hui est remplacée. Cela ne se défait pas.",
        "It holds from now on; the version in force today is superseded. This cannot be undone.",
    ),
    "drafts.enact_now_first": Text(
        "Elle vaut dès maintenant : vous pouvez inviter des bailleurs, qui la signent. Cela ne se défait pas.",
        "It holds from now on: you may invite landlords, who sign it. This cannot be undone.",
    ),
    "drafts.enact_signed": Text("Ont signé, et y sont tenus aussitôt", "Have signed, and hold to it at once"),
    "drafts.enact_unsigned": Text("N'ont pas signé", "Have not signed"),
    "drafts.enact_waiting": Text(
        "Attendent d'être admis (la mise en vigueur n'admet personne)",
        "Wait to be admitted (putting it in force admits nobody)",
    ),
    "drafts.nobody": Text("Personne.", "Nobody."),
    "drafts.enact_stricter": Text(
        "Pour qui n'a pas signé, la plus stricte des deux versions vaut, clause par clause : ce que cette version"
        " retire vaut aussitôt, ce qu'elle ajoute ne vaut pas.",
        "For who has not signed, the stricter of both versions holds, term by term: what this version takes away holds"
        " at once, what it adds does not.",
    ),
    "drafts.enact_suspended": Text(
        "Sans signature d'ici {days} jours, l'adhésion est suspendue et les annonces retirées, jusqu'à ce que le membre"
        " signe.",
        "Without a signature within {days} days the adhesion is suspended and the listings are withdrawn, until the"
        " member signs.",
    ),
    "drafts.enact_submit": Text("Mettre en vigueur maintenant", "Put in force now"),
    "drafts.discard": Text("Supprimer le projet", "Delete the draft"),
    "drafts.discard_title": Text(
        "Supprimer le projet de la version {version}", "Delete the draft of version {version}"
    ),
    "drafts.discard_explain": Text(
        "Les articles et les clauses du projet sont perdus ; la version en vigueur reste. Cela ne se défait pas.",
        "The draft's articles and terms are lost; the version in force stays. This cannot be undone.",
    ),
    "drafts.discard_submit": Text("Supprimer ce projet", "Delete this draft"),
    "drafts.keep": Text("Garder le projet", "Keep the draft"),
    # Grid
    "grid.title": Text("Grille de l'indice, version {version}", "Grid of the index, version {version}"),
    "grid.edit": Text("Modifier la grille et en voir l'effet", "Edit the grid and see what it changes"),
    "grid.explain": Text(
        "Une résidence a un indice de 0 à 100 : quatre parties, chacune avec son poids. Enregistrez, puis regardez ce"
        " que cette grille ferait des résidences du territoire.",
        "A residence has an index from 0 to 100: four parts, each with its weight. Save, then see what this grid would"
        " make of the territory's residences.",
    ),
    "grid.save": Text("Enregistrer et calculer l'aperçu", "Save and compute the preview"),
    "grid.save_only": Text("Enregistrer seulement", "Save only"),
    "grid.part_weights": Text("Poids des quatre parties", "Weights of the four parts"),
    "grid.part_homes": Text("Logements adaptés", "Adapted homes"),
    "grid.part_common_parts": Text("Parties communes", "Common parts"),
    "grid.part_surroundings": Text("Abords", "Surroundings"),
    "grid.part_services": Text("Services accessibles à pied", "Services within reach on foot"),
    "grid.part_bands": Text("Points selon la distance", "Points by distance"),
    "grid.part_knock_outs": Text("Critères éliminatoires", "Knock-outs"),
    "grid.part_grades": Text("Notes", "Grades"),
    "grid.criteria_hint": Text(
        "Le poids dit combien un critère compte par rapport aux autres ; vide, il ne compte pas. Une mesure vaut aucun"
        " point à la première borne, tous à la seconde, une ligne droite entre deux ; sans bornes, elle vaut tous les"
        " points au seuil du vocabulaire.",
        "The weight says how much a criterion counts beside the others; empty, it does not count. A measure has no"
        " points at the first bound, all at the second, a line between two; without bounds it has all points from the"
        " vocabulary's threshold.",
    ),
    "grid.criterion": Text("Critère", "Criterion"),
    "grid.weight": Text("Poids", "Weight"),
    "grid.weight_of": Text("Poids : {name}", "Weight: {name}"),
    "grid.points": Text("Points", "Points"),
    "grid.worst": Text("Aucun point à ({unit})", "No points at ({unit})"),
    "grid.best": Text("Tous les points à ({unit})", "All points at ({unit})"),
    "grid.by_answer": Text("Oui : tous ; non : aucun", "Yes: all; no: none"),
    "grid.by_network": Text("Selon la part praticable", "By the passable share"),
    "grid.band": Text("Distance n° {n}", "Distance {n}"),
    "grid.up_to": Text("À (m)", "At (m)"),
    "grid.band_points": Text("Part des points (%)", "Share of the points (%)"),
    "grid.bands_hint": Text(
        "De la plus proche à la plus lointaine ; une ligne vide ne compte pas.",
        "From the nearest to the farthest; an empty line does not count.",
    ),
    "grid.knock_out": Text("Critère éliminatoire {n}", "Knock-out {n}"),
    "grid.knock_outs_hint": Text(
        "Pour en retirer un, videz ses deux libellés.", "To remove one, empty both its labels."
    ),
    "grid.label_fr": Text("Libellé en français", "Label in French"),
    "grid.label_en": Text("Libellé en anglais", "Label in English"),
    "grid.cap": Text("Note, au mieux", "Grade, at best"),
    "grid.when": Text("Condition n° {n}", "Condition {n}"),
    "grid.no_condition": Text("Aucune", "None"),
    "grid.percent_expected": Text(
        "Un pourcentage de {least} à 100 est attendu", "A percentage from {least} to 100 is expected"
    ),
    # Preview
    "preview.title": Text("Ce que cette grille changerait", "What this grid would change"),
    "preview.explain": Text(
        "Calculé sur les vraies résidences des membres, par un travail qui ne montre que des comptes : arrondis à cinq,"
        " et rien en dessous de onze. Les caractéristiques d'un bailleur ne sont montrées à personne d'autre.",
        "Computed on the members' real residences, by a job that shows counts alone: rounded to five, and nothing below"
        " eleven. A landlord's facts are shown to nobody else.",
    ),
    "preview.no_charter": Text(
        "L'aperçu compare à la grille en vigueur : il est possible dès qu'une charte est en vigueur et que des"
        " bailleurs y adhèrent.",
        "The preview compares with the grid in force: it is possible once a charter is in force and landlords adhere to"
        " it.",
    ),
    "preview.none": Text(
        "Aucun aperçu de cette grille n'a été calculé ces sept derniers jours.",
        "No preview of this grid was computed in the last seven days.",
    ),
    "preview.ask": Text("Calculer l'aperçu", "Compute the preview"),
    "preview.again": Text("Calculer de nouveau", "Compute again"),
    "preview.fresh": Text(
        "Une autre grille se calcule à tout moment ; la même, une heure après.",
        "Another grid is computed at any time, the same one an hour later.",
    ),
    "preview.waiting": Text("L'aperçu attend un travail libre.", "The preview waits for a free worker."),
    "preview.running": Text("L'aperçu est en cours : {percent} %.", "The preview is being computed: {percent} %."),
    "preview.progress": Text("Avancement du calcul", "Progress of the computation"),
    "preview.failed": Text(
        "L'aperçu n'a pas pu être calculé. Recommencez ; si cela dure, prévenez l'exploitant.",
        "The preview could not be computed. Try again; if that lasts, tell the operator.",
    ),
    "preview.reload": Text("Actualiser cette page", "Reload this page"),
    "preview.computed": Text("Calculé le", "Computed"),
    "preview.compared": Text(
        "Projet de la version {version}, comparé à la version {earlier} en vigueur.",
        "Draft of version {version}, compared with version {earlier} in force.",
    ),
    "preview.grades": Text("Résidences par note", "Residences by grade"),
    "preview.grade": Text("Note", "Grade"),
    "preview.unassessed": Text("Non notée", "Not assessable"),
    "preview.before": Text("Grille en vigueur", "Grid in force"),
    "preview.after": Text("Grille du projet", "The draft's grid"),
    "preview.few": Text("moins de 11", "fewer than 11"),
    "preview.moves": Text("Ce que deviennent les notes", "What becomes of the grades"),
    "preview.move_up": Text("Montent", "Move up"),
    "preview.move_same": Text("Restent", "Stay"),
    "preview.move_down": Text("Descendent", "Move down"),
    "preview.move_assessed": Text("Deviennent notées", "Become assessable"),
    "preview.move_unassessed": Text("Ne sont plus notées", "Are no longer assessable"),
    "preview.everybody": Text("Tous les bailleurs", "All landlords"),
    "preview.landlords": Text(
        "Les bailleurs qui ont au moins onze résidences ici.", "Landlords with at least eleven residences here."
    ),
}
