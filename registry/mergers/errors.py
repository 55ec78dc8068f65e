"""Errors of mergers."""

from registry.kernel.errors import Conflict, Invalid
from registry.kernel.text import Text


class MergerNotPossible(Conflict):
    title = Text("Ces deux organisations ne peuvent pas fusionner", "These two organisations cannot be merged")
    remedy = Text(
        "L'une et l'autre sont des bailleurs ; celui qui reste est actif, l'autre n'est pas en train de partir.",
        "Both are landlords; the one that stays is active, the other is not leaving.",
    )


class ReferencesCollide(Conflict):
    title = Text("Les deux bailleurs ont des références communes", "Both landlords have the same references")
    remedy = Text(
        "Donnez --prefix : il est mis devant celles du bailleur qui est repris, et ses fichiers restent compris.",
        "Give --prefix: it is put before those of the landlord that is taken over, and its files stay understood.",
    )


class PrefixInvalid(Invalid):
    title = Text(
        "Avec ce préfixe, une référence serait trop longue ou déjà prise",
        "With this prefix, a reference would be too long or taken already",
    )
    remedy = Text("Choisissez-en un autre, plus court.", "Choose another one, or a shorter one.")


class ImportRunning(Conflict):
    title = Text("Un fichier de l'un des deux bailleurs est en cours", "A file of one of the two landlords is running")
    remedy = Text("Attendez qu'il soit fini et recommencez.", "Wait until it is over, and try again.")
