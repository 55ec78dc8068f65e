"""Errors of the territories."""

from registry.kernel.errors import Conflict, Invalid, NotVisible, Unavailable
from registry.kernel.text import Text


class CommuneUnknown(Invalid):
    title = Text("Code de commune inconnu", "Unknown commune code")
    remedy = Text(
        "Donnez le code INSEE à cinq caractères, zéro initial compris (06029) ; un code postal n'en est pas un.",
        "Give the INSEE code of five characters, leading zero included (06029); a postcode is not one.",
    )


class TerritoryNotVisible(NotVisible):
    title = Text("Territoire introuvable", "Territory not found")
    remedy = Text("GET /v1/territories liste les vôtres.", "GET /v1/territories lists yours.")


class TerritoryEmpty(Invalid):
    title = Text("Un territoire a au moins une commune", "A territory has at least one commune")
    remedy = Text(
        "Chargez d'abord les communes : registry territories load FICHIER.",
        "Load the communes first: registry territories load FILE.",
    )


class EpciUnknown(Invalid):
    title = Text("EPCI inconnu", "Unknown EPCI")
    remedy = Text(
        "Donnez le SIREN à neuf chiffres d'un EPCI dont les communes sont chargées (registry territories load"
        " FICHIER).",
        "Give the SIREN of nine digits of an EPCI whose communes are loaded (registry territories load FILE).",
    )


class DepartementUnknown(Invalid):
    title = Text("Département inconnu", "Unknown département")
    remedy = Text(
        "Donnez le code d'un département dont les communes sont chargées (registry territories load FICHIER).",
        "Give the code of a département whose communes are loaded (registry territories load FILE).",
    )


class OutlineInvalid(Invalid):
    title = Text("Ce contour ne délimite pas de surface", "This outline bounds no area")
    remedy = Text(
        "Redessinez-le sans qu'il se croise ; chaque anneau est fermé et ses sommets sont en longitude, latitude"
        " (WGS84).",
        "Draw it again so that it does not cross itself; each ring is closed, its vertices in longitude, latitude"
        " (WGS84).",
    )


class ProjectionMixed(Invalid):
    title = Text("Un territoire n'a qu'une projection légale", "A territory has one legal projection")
    remedy = Text(
        "Créez un territoire par ensemble de départements de même projection.",
        "Create one territory for each set of départements with the same projection.",
    )


class TerritoryExists(Conflict):
    title = Text("Un territoire porte déjà cet identifiant", "A territory has this id already")


class CoordinatorInvalid(Invalid):
    title = Text(
        "Un territoire est coordonné par une organisation de la nature « coordinator »",
        "A territory is coordinated by an organisation of the kind 'coordinator'",
    )
    remedy = Text("« registry organisation list » les énumère.", "'registry organisation list' lists them.")


class SlugInvalid(Invalid):
    title = Text("Identifiant de territoire invalide", "Invalid territory id")
    remedy = Text(
        "Minuscules sans accent, chiffres et traits d'union : bordeaux-metropole.",
        "Lower-case letters, digits and hyphens: bordeaux-metropole.",
    )


class FileNotRecognised(Invalid):
    title = Text("Format de fichier non reconnu", "File format not recognised")
    remedy = Text(
        "Formats lus : communes, communes anciennes, EPCI et départements en CSV (par en-tête) ; communes, EPCI et"
        " départements en GeoJSON, en JSON de l'API Géo, en Shapefile (.shp ou .zip) ou en GeoPackage ; quartiers, IRIS"
        " et QPV de même, avec --layer.",
        "Formats read: communes, former communes, EPCI and départements as CSV (by header); communes, EPCI and"
        " départements as GeoJSON, API Géo's JSON, Shapefile (.shp or .zip) or GeoPackage; quarters, IRIS and QPV"
        " likewise, with --layer.",
    )


class FileEmpty(Invalid):
    title = Text("Le fichier ne contient aucun objet", "The file holds no feature")
    remedy = Text("Exportez-le à nouveau : rien n'en a été chargé.", "Export it anew: nothing of it was loaded.")


class FileLayerUnknown(Invalid):
    title = Text("Le fichier a plusieurs couches", "The file has several layers")
    remedy = Text("Nommez-en une : --source-layer.", "Name one: --source-layer.")


class FileCrsUnknown(Invalid):
    title = Text(
        "Le système de coordonnées du fichier n'est pas connu",
        "The file's coordinate reference system is not known",
    )
    remedy = Text(
        "Donnez-le (--crs EPSG:2154), ou joignez le fichier .prj.", "Give it (--crs EPSG:2154), or add the .prj file."
    )


class FileNotNeeded(Invalid):
    title = Text("Le registre n'a pas besoin de ce fichier", "The registry does not need this file")
    remedy = Text(
        "Chargez les communes : chacune porte le code de sa région.",
        "Load the communes: each carries the code of its région.",
    )


class FileRowInvalid(Invalid):
    title = Text("Ligne ou objet invalide dans le fichier", "Invalid line or feature in the file")
    remedy = Text(
        "Corrigez-la, ou exportez le fichier à nouveau, et rechargez-le : rien n'en a été chargé.",
        "Correct it, or export the file anew, and load it again: nothing of it was loaded.",
    )


class AddressColumnMissing(Invalid):
    title = Text("Il manque une colonne au fichier d'adresses", "The file of addresses lacks a column")
    remedy = Text(
        "Les colonnes attendues sont celles de la Base Adresse Nationale ; --column champ=colonne en nomme d'autres, et"
        " --commune donne le code d'un fichier qui n'en a pas.",
        "The columns expected are those of the Base Adresse Nationale; --column field=column names others, and"
        " --commune gives the code where a file has none.",
    )


class GeoApiUnavailable(Unavailable):
    title = Text("L'API Géo ne répond pas comme attendu", "API Géo does not answer as expected")
    remedy = Text(
        "Rien n'a été changé. Réessayez, ou chargez un fichier : registry territories load FICHIER.",
        "Nothing was changed. Try again, or load a file: registry territories load FILE.",
    )


class GeoApiNotSet(Invalid):
    title = Text("L'adresse de l'API Géo n'est pas réglée", "The address of API Géo is not set")
    remedy = Text(
        "Réglez REGISTRY_GEO_API_URL (https://geo.api.gouv.fr), si le réseau permet de sortir.",
        "Set REGISTRY_GEO_API_URL (https://geo.api.gouv.fr), if the network lets requests out.",
    )


class GeocoderUnavailable(Unavailable):
    title = Text(
        "Le service de géocodage ne répond pas comme attendu", "The geocoding service does not answer as expected"
    )
    remedy = Text(
        "Rien n'est perdu : les adresses seront demandées à nouveau.", "Nothing is lost: the addresses are asked again."
    )
