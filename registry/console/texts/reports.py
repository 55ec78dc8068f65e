"""The words of the pages of reports, in French and English."""

from typing import Final

from registry.kernel.text import Text

TEXTS: Final[dict[str, Text]] = {
    "reports.title": Text("Rapports", "Reports"),
    "reports.explain": Text(
        "Le recensement annuel de l'offre de logements accessibles (CGCT art. L.2143-3), par commune, et le rapport"
        " annuel des mutations : propositions, emménagements, logements adaptés libérés, besoins sans réponse. Un"
        " rapport publié ne change plus ; un comptage plus tardif est une nouvelle édition.",
        "The yearly register of accessible housing (CGCT art. L.2143-3), by commune, and the yearly transfers report:"
        " proposals, moves, vacated adapted homes, unmet demand. A published report changes no more; a later count is a"
        " new edition.",
    ),
    "reports.none": Text("Aucun rapport n'est publié.", "No report is published."),
    "reports.none_yet": Text(
        "Aucun rapport n'existe encore : préparez le premier ci-dessous.",
        "There is no report yet: prepare the first one below.",
    ),
    "reports.list": Text("Éditions", "Editions"),
    "reports.report": Text("Rapport", "Report"),
    "reports.name": Text(
        "{kind}, {territory}, {year}, édition {edition}", "{kind}, {territory}, {year}, edition {edition}"
    ),
    "reports.kind": Text("Rapport", "Report"),
    "reports.kind_accessible-housing": Text("Logements accessibles", "Accessible housing"),
    "reports.kind_transfers": Text("Mutations", "Transfers"),
    "reports.state": Text("État", "State"),
    "reports.state_requested": Text("Comptage en cours", "Being counted"),
    "reports.state_counted": Text("Compté, à publier", "Counted, to be published"),
    "reports.state_published": Text("Publié", "Published"),
    "reports.state_failed": Text("Le comptage a échoué", "The count failed"),
    "reports.counted_at": Text("Compté le", "Counted at"),
    "reports.published_at": Text("Publié le", "Published at"),
    "reports.again": Text("Regarder où en est le comptage", "Look how far the count is"),
    "reports.prepare": Text("Préparer un rapport", "Prepare a report"),
    "reports.prepare_explain": Text(
        "Tout est compté tel qu'il est maintenant, en quelques secondes. Vous relisez le rapport avant de le publier.",
        "Everything is counted as it is now, within seconds. You read the report before you publish it.",
    ),
    "reports.territory": Text("Territoire", "Territory"),
    "reports.year": Text("Année", "Year"),
    "reports.prepare_submit": Text("Compter", "Count"),
    "reports.prepared": Text(
        "Le rapport est en cours de comptage ; il apparaît ci-dessous.",
        "The report is being counted; it appears below.",
    ),
    "reports.no_charter": Text(
        "Aucune charte n'est en vigueur sur un de vos territoires : rien ne peut y être compté.",
        "No charter is in force in a territory of yours: nothing can be counted there.",
    ),
    "report.title_accessible-housing": Text(
        "Recensement de l'offre de logements accessibles : {territory}, {year}",
        "Register of accessible housing: {territory}, {year}",
    ),
    "report.title_transfers": Text(
        "Rapport des mutations : {territory}, {year}", "Transfers report: {territory}, {year}"
    ),
    "report.edition": Text("Édition", "Edition"),
    "report.charter": Text("Version de la charte", "Version of the charter"),
    "report.vocabulary": Text("Version du vocabulaire", "Version of the vocabulary"),
    "report.signatories": Text("Bailleurs adhérents", "Landlords that hold to the charter"),
    "report.declaring": Text("Dont bailleurs ayant déclaré un logement", "Of these, landlords that declared a home"),
    "report.digest": Text("Empreinte SHA-256", "SHA-256 digest"),
    "report.files": Text("Télécharger", "Download"),
    "report.file_pdf": Text("PDF balisé (PDF/UA)", "Tagged PDF (PDF/UA)"),
    "report.file_ods": Text("Tableur OpenDocument (ODS)", "OpenDocument spreadsheet (ODS)"),
    "report.file_csv": Text("Tableau CSV", "CSV table"),
    "report.commune": Text("Commune", "Commune"),
    "report.figure": Text("Chiffre", "Figure"),
    "report.definition": Text("Définition et source", "Definition and source"),
    "report.protected": Text(
        "Un effectif de 1 à {most} n'est pas diffusé (n. d.), ni ceux qui permettraient de le déduire.",
        "A count from 1 to {most} is not shown (n/s), nor are those from which it would follow.",
    ),
    "report.rounded": Text(
        "Les autres sont arrondis chacun au multiple de {step} le plus proche : les totaux peuvent s'en écarter.",
        "The others are each rounded to the nearest multiple of {step}: totals need not be the sum of what they total.",
    ),
    "report.definitions": Text("Définitions et sources", "Definitions and sources"),
    "report.source": Text("Source : {source} ({dated})", "Source: {source} ({dated})"),
    "report.publish": Text("Publier ce rapport", "Publish this report"),
    "report.publish_explain": Text(
        "Les membres du territoire liront ce rapport, et il ne changera plus. Cela ne peut pas être défait ; un nouveau"
        " comptage sera une autre édition.",
        "The members of the territory will read this report, and it will change no more. This cannot be undone; a new"
        " count will be another edition.",
    ),
    "report.published": Text("Le rapport est publié.", "The report is published."),
    "report.waiting": Text(
        "Ce rapport n'est pas encore compté. Cela prend quelques secondes.",
        "This report is not counted yet. It takes a few seconds.",
    ),
    "report.failed": Text(
        "Ce rapport n'a pas pu être compté, après plusieurs essais. Il peut être préparé à nouveau ; si cela échoue"
        " encore, dites-le à l'exploitant.",
        "This report could not be counted, after several tries. It can be prepared again; if that fails too, tell the"
        " operator.",
    ),
    "report.prepare_again": Text("Préparer ce rapport à nouveau", "Prepare this report again"),
    "report.back": Text("Tous les rapports", "All reports"),
}
