"""Errors of the charter."""

from registry.kernel.errors import Conflict, Invalid, NotVisible
from registry.kernel.text import Text


class CharterNotInForce(Conflict):
    title = Text("Aucune charte en vigueur dans ce territoire", "No charter in force in this territory")
    remedy = Text(
        "Le coordinateur du territoire doit d'abord mettre une charte en vigueur.",
        "The territory's coordinator must put a charter in force first.",
    )


class AdhesionNotFound(NotVisible):
    title = Text("Adhésion introuvable", "Adhesion not found")


class AdhesionSuspended(Conflict):
    title = Text("L'adhésion est suspendue", "The adhesion is suspended")
    remedy = Text(
        "Seul le coordinateur du territoire peut la rétablir.", "Only the territory's coordinator can lift it."
    )


class FeatureNotOfVersion(Invalid):
    title = Text(
        "Caractéristique absente de la version du vocabulaire que la charte fixe",
        "Feature not in the vocabulary version that the charter pins",
    )


class SignatoryInvalid(Invalid):
    title = Text("Signataire invalide", "Invalid signatory")
    remedy = Text(
        "Donnez le nom de la personne qui signe pour l'organisation.",
        "Give the name of the person who signs for the organisation.",
    )
