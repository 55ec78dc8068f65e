"""Errors of imports that concern a whole file; what is wrong with one row is a note of the report."""

from registry.kernel.errors import Conflict, Invalid, TooLarge
from registry.kernel.text import Text


class FileUnreadable(Invalid):
    title = Text("Fichier illisible", "Unreadable file")
    remedy = Text(
        "Un fichier texte en UTF-8 ou Latin-1, tel quel ou compressé par gzip, et entier.",
        "A text file in UTF-8 or Latin-1, plain or compressed by gzip, and whole.",
    )


class FileTooLarge(TooLarge):
    title = Text("Fichier trop volumineux", "File too large")
    remedy = Text("Découpez-le par commune.", "Split it by commune.")


class LineTooLong(Invalid):
    title = Text("Ligne trop longue pour un fichier RPLS", "Line too long for an RPLS file")
    remedy = Text(
        "Une ligne par logement ; vérifiez les fins de ligne.", "One line for each dwelling; check the line ends."
    )


class LayoutNotRecognised(Invalid):
    title = Text("Format de fichier RPLS non reconnu", "RPLS layout not recognised")
    remedy = Text(
        "Lus : la diffusion publique au logement (séparateur « ; », première ligne avec les noms de colonnes) et le "
        "fichier de transmission de l'arrêté du 5 janvier 2010 (en-tête de 12 champs, 64 champs par logement).",
        "Read: the public file of dwellings (separator ';', column names in the first line) and the transmission file "
        "of the arrêté of 5 January 2010 (header of 12 fields, 64 fields for each dwelling).",
    )


class FileWithoutDwellings(Invalid):
    title = Text("Le fichier ne contient aucun logement", "The file holds no dwelling")


class RecordCountDiffers(Invalid):
    title = Text(
        "Le nombre de logements n'est pas celui de l'en-tête", "The number of dwellings is not the one in the header"
    )
    remedy = Text("Le fichier est sans doute tronqué : exportez-le de nouveau.", "It may be cut off: export it again.")


class PositionsInvalid(Invalid):
    title = Text("Fichier de positions invalide", "Invalid file of positions")
    remedy = Text(
        "Un CSV « ligne,lon,lat » : le rang du logement dans le fichier (1 pour le premier), degrés WGS84.",
        "A CSV 'ligne,lon,lat': the dwelling's rank in the file (1 for the first), WGS84 degrees.",
    )


class FileChangedMeanwhile(Conflict):
    title = Text("Le fichier a changé pendant sa lecture", "The file changed while it was read")
    remedy = Text("Rien n'est enregistré ; recommencez.", "Nothing is saved; start again.")


class FileOfAnotherLandlord(Conflict):
    title = Text("Le SIRET de l'en-tête est celui d'un autre bailleur", "The header's SIRET is another landlord's")
    remedy = Text("Vérifiez --organisation et le fichier.", "Check --organisation and the file.")


class OrganisationNotALandlord(Conflict):
    title = Text("Cette organisation n'est pas un bailleur actif", "This organisation is not an active landlord")
    remedy = Text("« registry organisation list » montre nature et état.", "'registry organisation list' shows both.")


class ImportRunning(Conflict):
    title = Text("Un import est déjà en cours pour ce bailleur", "An import is running for this landlord already")
    remedy = Text("Attendez qu'il finisse, puis recommencez.", "Wait until it ends, then start again.")
