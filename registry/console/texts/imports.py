"""The words of the pages about imports and sources, in French and English."""

from typing import Final

from registry.kernel.text import Text

TEXTS: Final[dict[str, Text]] = {
    "imports.title": Text("Fichiers du patrimoine", "Files of the stock"),
    "imports.explain": Text(
        "Les fichiers que {organisation} a envoyés, ou que le registre a relevés, et ce qu'ils sont devenus. Les heures"
        " sont celles de Paris.",
        "The files that {organisation} sent, or that the registry fetched, and what became of them. Times are those of"
        " Paris.",
    ),
    "imports.survey": Text(
        "Pour relever à pied l'entrée et les 200 premiers mètres de vos résidences, et renvoyer le relevé par une"
        " source de résidences :",
        "To survey on foot the entrances and the first 200 m of your residences, and to send the survey back by a"
        " source of residences:",
    ),
    "imports.survey_form": Text("formulaire de relevé (CSV)", "survey form (CSV)"),
    "imports.needing": Text("Attendent votre décision", "Wait for your decision"),
    "imports.all": Text("Tous les fichiers, le plus récent d'abord", "All files, the newest first"),
    "imports.none": Text("Aucun fichier.", "No file."),
    "imports.filter": Text("État du fichier", "State of the file"),
    "imports.any_status": Text("Tous les états", "All states"),
    "imports.filter_submit": Text("Filtrer", "Filter"),
    "imports.next": Text("Fichiers plus anciens", "Older files"),
    "imports.when": Text("Reçu le", "Received"),
    "imports.source": Text("Source du fichier", "Source of the file"),
    "imports.file": Text("Nom du fichier", "Name of the file"),
    "imports.status": Text("État", "State"),
    "imports.counts": Text("Logements", "Homes"),
    "imports.unnamed": Text("fichier sans nom", "file without a name"),
    "imports.trial": Text("essai", "trial"),
    "imports.summary": Text(
        "nouveaux : {created}, modifiés : {updated}, inchangés : {unchanged}, retirés : {withdrawn},"
        " refusés : {rejected}",
        "new: {created}, changed: {updated}, unchanged: {unchanged}, withdrawn: {withdrawn}, rejected: {rejected}",
    ),
    "imports.uncounted": Text("pas encore comptés", "not counted yet"),
    "imports.sources": Text("Voir les sources et leur calendrier", "See the sources and their schedule"),
    "imports.mappings": Text("Dire ce que portent vos colonnes", "Say what your columns state"),
    "imports.send": Text("Envoyer un fichier", "Send a file"),
    "imports.send_explain": Text(
        "CSV, classeur XLSX, NDJSON ou fichier RPLS, tel quel ou compressé par gzip. Commencez par un essai : il montre"
        " ce qui changerait, sans rien écrire.",
        "CSV, XLSX workbook, NDJSON or RPLS file, plain or compressed by gzip. Begin with a trial: it shows what would"
        " change and writes nothing.",
    ),
    "imports.send_file": Text("Fichier à envoyer", "File to send"),
    "imports.send_source": Text("Source à laquelle il appartient", "Source to which it belongs"),
    "imports.send_source_hint": Text(
        "Une des vôtres, ou un nom nouveau : minuscules, chiffres et tirets. Les vôtres : {names}.",
        "One of yours, or a new name: lower-case letters, digits and hyphens. Yours: {names}.",
    ),
    "imports.send_no_source": Text("aucune encore", "none yet"),
    "imports.send_kind": Text("Format du fichier", "Format of the file"),
    "imports.kind_declared": Text("Comme la source le déclare", "As the source declares"),
    "imports.kind_csv": Text("Texte CSV", "CSV text"),
    "imports.kind_xlsx": Text("Classeur XLSX", "XLSX workbook"),
    "imports.kind_ndjson": Text("Lignes NDJSON", "NDJSON lines"),
    "imports.kind_rpls": Text("Fichier RPLS", "RPLS file"),
    "imports.send_mode": Text("Ce que dit le fichier", "What the file says"),
    "imports.mode_declared": Text("Comme la source le déclare", "As the source declares"),
    "imports.mode_full": Text(
        "Tout le parc de la source : ce qu'il ne nomme plus est retiré",
        "All homes of the source: what it no longer names is withdrawn",
    ),
    "imports.mode_delta": Text(
        "Des changements : ce qu'il ne nomme pas reste tel quel", "Changes: what it does not name stays as it is"
    ),
    "imports.send_trial": Text(
        "Essai : comparer et montrer, sans rien écrire", "Trial: compare and show, write nothing"
    ),
    "imports.send_submit": Text("Envoyer", "Send"),
    "imports.status_received": Text("Reçu, pas encore lu", "Received, not read yet"),
    "imports.status_running": Text("En cours", "Under way"),
    "imports.status_previewed": Text("Essai terminé, rien n'est écrit", "Trial done, nothing was written"),
    "imports.status_waiting": Text("Attend une confirmation", "Waits for a confirmation"),
    "imports.status_confirmed": Text("Confirmé, va être appliqué", "Confirmed, about to be applied"),
    "imports.status_applied": Text("Appliqué", "Applied"),
    "imports.status_refused": Text("Refusé, rien n'est écrit", "Refused, nothing was written"),
    "imports.status_superseded": Text("Remplacé par un fichier plus récent", "Superseded by a newer file"),
    "imports.status_failed": Text("En échec, rien n'est écrit", "Failed, nothing was written"),
    "imports.format": Text("Vous faites votre fichier dans un tableur ?", "Do you make your file in a spreadsheet?"),
    "file_format.title": Text("Colonnes d'un fichier de logements", "Columns of a file of homes"),
    "file_format.explain": Text(
        "Un logement par ligne. Seules les colonnes obligatoires doivent être remplies ; une cellule vide ou une"
        " colonne absente ne dit rien, et ce qui est connu reste. L'ordre des colonnes est libre.",
        "A home a row. Only the required columns must be filled; an empty cell or an absent column says nothing, and"
        " what is known stays. Columns may stand in any order.",
    ),
    "file_format.residences": Text(
        "Une résidence qui n'est pas encore enregistrée l'est par ses colonnes, dans la ligne de chaque logement : la"
        " commune suffit, l'adresse permet d'en trouver la position.",
        "A residence that is not registered yet becomes so by its columns, in the row of each home: the municipality"
        " is enough, its position is found from the address.",
    ),
    "file_format.personal": Text(
        "Aucune donnée sur les locataires : ni nom, ni téléphone, ni numéro de sécurité sociale.",
        "No data about tenants: no name, no telephone, no social security number.",
    ),
    "file_format.blank": Text("Télécharger le tableau vide (CSV)", "Download the empty table (CSV)"),
    "file_format.home": Text("Le logement", "The home"),
    "file_format.residence": Text("Sa résidence", "Its residence"),
    "file_format.all_facts": Text(
        "D'où viennent les caractéristiques de la ligne", "Where the facts of the row come from"
    ),
    "file_format.column": Text("Colonne", "Column"),
    "file_format.what": Text("Ce qu'elle dit", "What it says"),
    "file_format.cells": Text("Ce qu'une cellule peut contenir", "What a cell may hold"),
    "file_format.example": Text("Exemple", "Example"),
    "file_format.required": Text("obligatoire", "required"),
    "file_format.unit": Text("en {unit}", "in {unit}"),
    "file_format.send": Text("Envoyer un fichier", "Send a file"),
    "import.to_homes": Text("Voir vos logements", "See your homes"),
    "import.title": Text("Fichier {name}", "File {name}"),
    "import.done_sent": Text(
        "Le fichier est reçu ; il est traité sous peu.", "The file is received; it is read shortly."
    ),
    "import.done_confirm": Text(
        "Vous avez confirmé ; le fichier est appliqué sous peu.", "You confirmed; the file is applied shortly."
    ),
    "import.done_retry": Text("Le fichier est repris sous peu.", "The file is tried again shortly."),
    "import.reload": Text("Actualiser cette page", "Reload this page"),
    "import.mode": Text("Mode du fichier", "Mode of the file"),
    "import.as_of": Text("Décrit le parc au", "States the stock as of"),
    "import.cause": Text("Arrivé par", "Came by"),
    "import.cause_push": Text("un envoi de votre part", "being sent by you"),
    "import.cause_schedule": Text("un relevé du registre", "being fetched by the registry"),
    "import.cause_manual": Text("un opérateur du registre", "an operator of the registry"),
    "import.cause_drop": Text("un dossier de dépôt", "a drop directory"),
    "import.finished": Text("Terminé le", "Ended"),
    "import.stages": Text("Étapes", "Stages"),
    "import.stage_received": Text("Réception", "Receiving"),
    "import.stage_read": Text("Lecture et contrôle", "Reading and checking"),
    "import.stage_compare": Text("Comparaison avec ce qui est tenu", "Comparing with what is held"),
    "import.stage_apply": Text("Application, en une seule fois", "Applying, all at once"),
    "import.stage_done": Text("fait", "done"),
    "import.stage_current": Text("en cours, {count} lignes lues", "under way, {count} records read"),
    "import.stage_queued": Text("en attente d'être traité", "waits to be taken up"),
    "import.stage_waiting": Text("attend une confirmation", "waits for a confirmation"),
    "import.stage_skipped": Text("non demandé : c'est un essai", "not asked for: it is a trial"),
    "import.stage_stopped": Text("arrêté ici", "stopped here"),
    "import.stage_ahead": Text("à venir", "to come"),
    "import.counts": Text("Décompte", "Counts"),
    "import.counts_explain": Text(
        "{rows} lignes lues. Chacune est nouvelle, modifiée, inchangée ou refusée.",
        "{rows} records read. Each is new, changed, unchanged or rejected.",
    ),
    "import.what": Text("Ce qu'il en est", "What became of it"),
    "import.homes": Text("Logements", "Homes"),
    "import.residences": Text("Résidences", "Residences"),
    "import.created": Text("Nouveaux", "New"),
    "import.updated": Text("Modifiés", "Changed"),
    "import.unchanged": Text("Inchangés", "Unchanged"),
    "import.rejected": Text("Refusés", "Rejected"),
    "import.withdrawn": Text("Retirés", "Withdrawn"),
    "import.guard": Text("Contrôle de la charte", "Check of the charter"),
    "import.guard_exceeded": Text(
        "{changed} logements sur {held} changeraient, soit {percent} % ; la charte laisse passer {limit} % sans"
        " confirmation. Vérifiez que le fichier est entier et que les retraits sont voulus : {withdrawn} logements"
        " seraient retirés.",
        "{changed} of {held} homes would change, which is {percent} %; the charter lets {limit} % pass without a"
        " confirmation. Check that the file is whole and that the withdrawals are meant: {withdrawn} homes would be"
        " withdrawn.",
    ),
    "import.guard_within": Text(
        "{changed} logements sur {held} changent ; la charte laisse passer {limit} % sans confirmation.",
        "{changed} of {held} homes change; the charter lets {limit} % pass without a confirmation.",
    ),
    "import.held_back": Text(
        "Rien n'est retiré : des lignes refusées ne disent pas de quel logement elles parlent.",
        "Nothing is withdrawn: rejected records do not say which homes they are about.",
    ),
    "import.confirm": Text("Confirmer et appliquer", "Confirm and apply"),
    "import.retry": Text("Reprendre le fichier", "Try the file again"),
    "import.error": Text("Pourquoi rien n'est appliqué", "Why nothing was applied"),
    "import.trial_error": Text("Ce qui empêcherait de l'appliquer", "What would stand against applying it"),
    "import.rules": Text("Règles qui ont parlé", "Rules that spoke"),
    "import.times": Text("Fois", "Times"),
    "import.effect": Text("Effet", "Effect"),
    "import.effect_rejected": Text("ligne refusée", "record rejected"),
    "import.effect_doubted": Text("à vérifier, ou laissé tel quel", "doubted, or left as it was"),
    "import.notes": Text("Valeurs refusées ou douteuses", "Values refused or doubted"),
    "import.notes_first": Text(
        "Les {count} premières ; le rapport les a toutes.", "The first {count}; the report has all."
    ),
    "import.no_notes": Text("Aucune.", "None."),
    "import.line": Text("Ligne", "Line"),
    "import.column": Text("Colonne", "Column"),
    "import.value": Text("Valeur", "Value"),
    "import.rule": Text("Règle", "Rule"),
    "import.remedy": Text("Que faire", "What to do"),
    "import.report": Text("Rapport complet", "Full report"),
    "import.report_csv": Text("Télécharger le rapport en CSV", "Download the report as CSV"),
    "import.report_json": Text("Télécharger le rapport en JSON", "Download the report as JSON"),
    "import.changes": Text("Exemples de différences", "Samples of the differences"),
    "import.changes_created": Text("Logements nouveaux", "New homes"),
    "import.changes_updated": Text("Logements modifiés", "Changed homes"),
    "import.changes_withdrawn": Text("Logements retirés", "Withdrawn homes"),
    "import.changes_unread": Text(
        "Le rapport est long : téléchargez-le pour voir les différences.",
        "The report is long: download it to see the differences.",
    ),
    "import.ref": Text("Référence", "Reference"),
    "import.field": Text("Champ", "Field"),
    "import.before": Text("Avant", "Before"),
    "import.after": Text("Après", "After"),
    "import.no_value": Text("non renseigné", "not stated"),
    "import.back": Text("Retour aux fichiers", "Back to the files"),
    "sources.title": Text("Sources du patrimoine", "Sources of the stock"),
    "sources.explain": Text(
        "D'où viennent les fichiers de {organisation}. Les sources se déclarent par l'API ; les heures sont celles de"
        " Paris.",
        "Where the files of {organisation} come from. Sources are declared over the API; times are those of Paris.",
    ),
    "sources.none": Text("Aucune source n'est déclarée.", "No source is declared."),
    "sources.mapping": Text("Correspondance", "Mapping"),
    "sources.version": Text("en version {version}", "version {version}"),
    "sources.newer": Text(
        "Voir ce que la version {version} change, et y passer", "See what version {version} changes, and move to it"
    ),
    "sources.mapping_title": Text("Correspondance de la source {name}", "Mapping of the source {name}"),
    "sources.up_to_date": Text(
        "La source lit par la version {version} de la correspondance {mapping}, qui est la dernière.",
        "The source reads by version {version} of the mapping {mapping}, which is the latest.",
    ),
    "sources.behind": Text(
        "La source lit par la version {version} de la correspondance {mapping} ; la version {latest} a été"
        " enregistrée le",
        "The source reads by version {version} of the mapping {mapping}; version {latest} was stored on",
    ),
    "sources.changes": Text("Ce qui change", "What changes"),
    "sources.by_version": Text("Selon la version {version}", "By version {version}"),
    "sources.not_stated": Text("n'est pas indiqué", "is not stated"),
    "sources.no_changes": Text(
        "Les deux versions disent la même chose, dans un autre ordre.", "Both versions say the same, in another order."
    ),
    "sources.move": Text("Passer à la nouvelle version", "Move to the newer version"),
    "sources.move_explain": Text(
        "Le prochain fichier de la source est lu par la nouvelle version, même s'il n'a pas changé. Les logements"
        " restent jusque-là ce qu'ils sont ; ce qui change au-delà de ce que la charte laisse passer attend votre"
        " confirmation.",
        "The next file of the source is read by the newer version, even where it has not changed. Until then homes stay"
        " as they are; what changes more than the charter lets pass waits for your confirmation.",
    ),
    "sources.move_submit": Text("Lire par la version {version}", "Read by version {version}"),
    "sources.back": Text("Retour aux sources", "Back to the sources"),
    "sources.done_mapping": Text(
        "La source lit son prochain fichier par la nouvelle version.",
        "The source reads its next file by the newer version.",
    ),
    "sources.state": Text("État de la source", "State of the source"),
    "sources.state_ready": Text("En ordre", "In order"),
    "sources.state_retrying": Text(
        "Le dernier relevé a échoué, un autre suit ({count} échecs)",
        "The last try failed, another follows ({count} failures)",
    ),
    "sources.state_stopped": Text(
        "Arrêtée après {count} échecs : regardez-la", "Stopped after {count} failures: look at it"
    ),
    "sources.state_paused": Text("Suspendue", "Paused"),
    "sources.stale": Text("Plus à jour depuis le", "Out of date since"),
    "sources.fresh": Text("À jour jusqu'au", "Fresh until"),
    "sources.kind": Text("Arrivée des fichiers", "How files come"),
    "sources.kind_push": Text("Vous les envoyez", "You send them"),
    "sources.kind_pull": Text("Le registre les relève", "The registry fetches them"),
    "sources.kind_drop": Text("Ils sont déposés dans un dossier", "They are left in a directory"),
    "sources.applied": Text("Appliquée dans l'état du", "Applied as of"),
    "sources.never": Text("jamais encore", "never yet"),
    "sources.next_run": Text("Prochain relevé", "Next run"),
    "sources.no_run": Text("aucun n'est prévu", "none is due"),
    "sources.failure": Text("Dernier échec", "Last failure"),
    "sources.retry": Text("Réessayer", "Try again"),
    "sources.fetch": Text("Relever maintenant", "Fetch now"),
    "sources.done_fetch": Text("La source est relevée dans la minute.", "The source is fetched within a minute."),
}
