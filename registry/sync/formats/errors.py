"""Errors of a file as a whole and of a mapping; what is wrong with one record is a note."""

from registry.kernel.errors import Invalid
from registry.kernel.text import Text


class HeaderNotRecognised(Invalid):
    title = Text("Ligne d'en-tête non reconnue", "Header line not recognised")
    remedy = Text(
        "La première ligne porte les noms de colonnes : ceux de la correspondance, ou du schéma publié "
        "(openapi/home.tableschema.json).",
        "The first line names the columns: those of the mapping, or of the published schema "
        "(openapi/home.tableschema.json).",
    )


class ColumnTwice(Invalid):
    title = Text("Deux colonnes portent le même nom", "Two columns have the same name")
    remedy = Text("Renommez ou retirez l'une des deux.", "Rename or remove one of them.")


class EncodingNotRead(Invalid):
    title = Text("Encodage non lu", "Encoding not read")
    remedy = Text(
        "Enregistrez le fichier en « CSV UTF-8 » ; Windows-1252 et Latin-1 sont lus aussi.",
        "Save the file as 'CSV UTF-8'; Windows-1252 and Latin-1 are read as well.",
    )


class KindMistaken(Invalid):
    title = Text("Le fichier n'est pas du format déclaré", "The file is not of the declared format")
    remedy = Text(
        "Corrigez le format déclaré, ou exportez le fichier dans ce format.",
        "Correct the declared format, or export the file in it.",
    )


class WorkbookUnreadable(Invalid):
    title = Text("Classeur illisible", "Unreadable workbook")
    remedy = Text(
        "Un fichier .xlsx sans mot de passe, d'au plus 100 000 lignes ; au-delà, un CSV.",
        "An .xlsx file without a password, of 100,000 rows at most; beyond that, a CSV.",
    )


class SheetNotFound(Invalid):
    title = Text("Feuille introuvable", "Sheet not found")
    remedy = Text("Corrigez le nom de la feuille déclarée.", "Correct the name of the declared sheet.")


class MappingInvalid(Invalid):
    title = Text("Correspondance invalide", "Invalid mapping")
    remedy = Text(
        "Corrigez les champs indiqués ; docs/integration.md décrit le document.",
        "Correct the fields named; docs/integration.md describes the document.",
    )


class MappingOfOtherContent(Invalid):
    title = Text("La correspondance est d'un autre contenu", "The mapping is of other content")
    remedy = Text(
        "Une correspondance de logements lit un fichier de logements, une de résidences un fichier de résidences ; "
        "RPLS n'en a pas besoin.",
        "A mapping of homes reads a file of homes, one of residences a file of residences; RPLS needs none.",
    )
