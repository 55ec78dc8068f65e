"""Words of the form that corrects what a move changed, in French and English."""

from typing import Final

from registry.kernel.text import Text

TEXTS: Final[dict[str, Text]] = {
    "moves.correct": Text("Corriger", "Correct it"),
    "moves.explain": Text(
        "Ces valeurs viennent des logements et du dossier. Tout est remplacé ; laissez vide ce qui n'est pas connu. La"
        " correction est inscrite au journal.",
        "These values come from the homes and the case. All of it is replaced; leave empty what is not known. The"
        " correction is in the audit chain.",
    ),
    "moves.day": Text("Jour de l'emménagement", "Day of the move"),
    "moves.rent": Text("Loyer principal par mois, en euros", "Principal rent a month, euros"),
    "moves.save": Text("Enregistrer la correction", "Save the correction"),
    "moves.euros": Text(
        "un montant en euros, comme 412,50, d'un million au plus", "an amount in euros, as 412.50, of a million at most"
    ),
    "moves.metres": Text("une surface de 5 à 999 m², comme 47,5", "an area of 5 to 999 m², as 47.5"),
    "moves.whole": Text("un nombre entier de pièces, de 1 à 15", "a whole number of rooms, 1 to 15"),
    "moves.unreadable": Text(
        "Un champ de la correction ne peut pas être lu", "A field of the correction cannot be read"
    ),
    "moves.unreadable_remedy": Text(
        "Corrigez les champs signalés ; rien n'est enregistré.", "Correct the fields that are marked; nothing is saved."
    ),
}
