"""Errors of imports that concern a whole file; what is wrong with one row is a note of the report."""

from registry.kernel.errors import Conflict, Invalid, NotVisible, TooLarge, UnsupportedMediaType
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


class FileOlder(Conflict):
    title = Text("Un fichier plus récent est déjà appliqué", "A newer file was applied already")
    remedy = Text(
        "Envoyez l'état actuel, ou indiquez la date de celui-ci par as_of.",
        "Send the present state, or state the moment of this one by as_of.",
    )


class FileWithoutRecords(Invalid):
    title = Text("Le fichier ne contient aucune ligne de données", "The file holds no record")
    remedy = Text(
        "Exportez-le de nouveau : un fichier vide ne retire rien.", "Export it again: an empty file withdraws nothing."
    )


class RecordsRejected(Invalid):
    title = Text("Des lignes sont refusées : rien n'est appliqué", "Records are rejected: nothing was applied")
    remedy = Text(
        "Le rapport nomme chaque ligne ; corrigez-les, puis renvoyez le fichier. Par l'API, une source peut aussi"
        " prendre les lignes justes sans les autres (accept_partially).",
        "The report names each line; correct them, then send the file again. By the API, a source may also take the"
        " right lines without the others (accept_partially).",
    )


class ImportNotFound(NotVisible):
    title = Text("Import introuvable", "Import not found")
    remedy = Text("GET /v1/imports liste les vôtres.", "GET /v1/imports lists yours.")


class ImportNotWaiting(Conflict):
    title = Text("Cet import n'attend pas de confirmation", "This import waits for no confirmation")
    remedy = Text("GET /v1/imports/{id} montre son état.", "GET /v1/imports/{id} shows its state.")


class ImportNotFailed(Conflict):
    title = Text("Cet import ne peut être repris", "This import cannot be tried again")
    remedy = Text(
        "Seul un import « failed » se reprend ; un fichier refusé se corrige et se renvoie.",
        "Only a 'failed' one is tried again; a file that was refused is corrected and sent anew.",
    )


class ReportNotReady(Conflict):
    title = Text("Le rapport n'existe pas encore", "There is no report yet")
    remedy = Text("Attendez la fin de l'import.", "Wait until the import has ended.")


class AsOfInFuture(Invalid):
    title = Text("Ce moment est dans l'avenir", "This moment is in the future")
    remedy = Text("Indiquez quand l'export a été fait.", "State when the export was made.")


class FileTypeDiffers(UnsupportedMediaType):
    title = Text("Le type n'est pas celui que la source déclare", "The type is not the one that the source declares")
    remedy = Text(
        "text/csv, application/x-ndjson, le type des classeurs XLSX, ou application/octet-stream ; gzip est reconnu.",
        "text/csv, application/x-ndjson, the type of XLSX workbooks, or application/octet-stream; gzip is recognised.",
    )


class FileMissing(Invalid):
    title = Text("Le corps est vide", "The body is empty")
    remedy = Text("Envoyez le fichier comme corps de la requête.", "Send the file as the body of the request.")
