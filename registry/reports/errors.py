"""Errors of the reports."""

from registry.kernel.errors import Conflict, Invalid, NotVisible
from registry.kernel.text import Text


class ReportNotPublished(NotVisible):
    title = Text("Aucun rapport n'est publié pour cette année", "No report is published for this year")
    remedy = Text(
        "Le coordinateur le prépare et le publie dans la console, rubrique Rapports.",
        "The coordinator prepares and publishes it in the console, section Reports.",
    )


class ReportNotVisible(NotVisible):
    title = Text("Rapport introuvable", "Report not found")


class YearNotReportable(Invalid):
    title = Text("Cette année ne peut pas être recensée", "This year cannot be reported on")
    remedy = Text(
        "Le registre compte les logements tels qu'ils sont aujourd'hui : donnez l'année en cours ou la précédente.",
        "The registry counts homes as they are today: give the present year or the one before.",
    )


class ReportNotCounted(Conflict):
    title = Text("Le rapport n'est pas encore compté", "The report is not counted yet")
    remedy = Text("Attendez qu'il le soit, puis publiez-le.", "Wait until it is, then publish it.")


class ReportPublished(Conflict):
    title = Text("Ce rapport est publié et ne change plus", "This report is published and changes no more")
    remedy = Text("Préparez une nouvelle édition.", "Prepare a new edition.")
