"""The words of the page of syncs, in French and English."""

from typing import Final

from registry.kernel.text import Text

TEXTS: Final[dict[str, Text]] = {
    "syncs.title": Text("Synchronisations", "Syncs"),
    "syncs.explain": Text(
        "Les fichiers des bailleurs de vos territoires : quand ils sont venus, combien d'enregistrements, comment cela"
        " s'est terminé. Leur contenu, leurs noms et leurs lignes ne sont montrés qu'au bailleur.",
        "The files of the landlords of your territories: when they came, how many records, how it ended. Their content,"
        " names and lines are shown to the landlord only.",
    ),
    "syncs.needing": Text("Ce qui demande l'attention d'un bailleur", "What needs a landlord's attention"),
    "syncs.held": Text("Fichiers en attente de confirmation : {count}", "Files that wait for a confirmation: {count}"),
    "syncs.failed": Text("Fichiers en échec : {count}", "Files that failed: {count}"),
    "syncs.refused": Text("Fichiers refusés : {count}", "Files that were refused: {count}"),
    "syncs.sources": Text("Sources", "Sources"),
    "syncs.no_sources": Text(
        "Aucun bailleur n'a déclaré de source. Il le fait par l'API ou en envoyant un premier fichier.",
        "No landlord has declared a source. It does so over the API, or by sending a first file.",
    ),
    "syncs.landlord": Text("Bailleur", "Landlord"),
    "syncs.every_landlord": Text("Tous les bailleurs", "All landlords"),
    "syncs.kind": Text("Nature", "Kind"),
    "syncs.kind_push": Text("Envoyée par le bailleur", "Sent by the landlord"),
    "syncs.kind_pull": Text("Relevée par le registre", "Fetched by the registry"),
    "syncs.kind_drop": Text("Déposée dans un dossier", "Left in a directory"),
    "syncs.state": Text("État", "State"),
    "syncs.failure": Text("Dernier échec", "Last failure"),
    "syncs.applied": Text("Parc tel qu'au", "Stock as of"),
    "syncs.freshness": Text("Fraîcheur", "Freshness"),
    "syncs.fresh_until": Text("À jour jusqu'au", "Fresh until"),
    "syncs.stale_since": Text("Plus à jour depuis le", "Out of date since"),
    "syncs.next_run": Text("Prochaine lecture", "Next fetch"),
    "syncs.runs": Text("Fichiers", "Files"),
    "syncs.received": Text("Reçu", "Received"),
    "syncs.status": Text("Statut", "Status"),
    "syncs.any_status": Text("Tous les statuts", "All statuses"),
    "syncs.filter": Text("Afficher", "Show"),
    "syncs.counts": Text("Logements", "Homes"),
    "syncs.summary": Text(
        "{rows} lus : {created} créés, {updated} modifiés, {unchanged} inchangés, {withdrawn} retirés, {rejected}"
        " refusés ; règles non respectées : {rules}",
        "{rows} read: {created} created, {updated} changed, {unchanged} unchanged, {withdrawn} withdrawn, {rejected}"
        " rejected; rules broken: {rules}",
    ),
    "syncs.error": Text("Code du problème", "Code of the problem"),
    "syncs.took": Text("Durée", "Duration"),
    "syncs.seconds": Text("{count} secondes", "{count} seconds"),
    "syncs.none": Text("Aucun fichier ne correspond.", "No file matches."),
}
