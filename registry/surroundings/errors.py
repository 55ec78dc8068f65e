"""What can be wrong with the surroundings: files, networks."""

from registry.kernel.errors import Invalid, NotVisible
from registry.kernel.text import Text


class NetworkFileNotReadable(Invalid):
    title = Text("Fichier de réseau illisible", "Network file not readable")
    remedy = Text(
        "Donnez un extrait OpenStreetMap (.osm, .osm.gz, .osm.bz2, .osm.pbf) ou un GeoPackage CNIG (.gpkg, .gpkg.gz,"
        " .zip).",
        "Give an extract of OpenStreetMap (.osm, .osm.gz, .osm.bz2, .osm.pbf) or a CNIG GeoPackage (.gpkg, .gpkg.gz,"
        " .zip).",
    )


class NetworkFileTruncated(Invalid):
    title = Text("Fichier de réseau tronqué ou abîmé", "Network file cut short or damaged")
    remedy = Text("Téléchargez-le de nouveau, puis recommencez.", "Fetch it again, then start anew.")


class NetworkWithoutWays(Invalid):
    title = Text("Aucune voie praticable à pied dans le fichier", "No walkable way in the file")
    remedy = Text(
        "Vérifiez que l'extrait contient les voies (highway=…) et leurs nœuds.",
        "Check that the extract holds ways (highway=…) and their nodes.",
    )


class NetworkOutsideProjection(Invalid):
    title = Text("Coordonnées hors de la projection légale", "Coordinates outside of the legal projection")
    remedy = Text(
        "Donnez la projection du lieu avec --srid, ou des coordonnées dans celle qui est annoncée.",
        "Give the projection of the place with --srid, or coordinates in the one that is announced.",
    )


class NetworkLayersMissing(Invalid):
    title = Text("Couches CNIG absentes", "CNIG layers missing")
    remedy = Text(
        "Le fichier doit contenir la couche des tronçons (« troncons » ou « troncon_cheminement »).",
        "The file must hold the layer of sections (“troncons” or “troncon_cheminement”).",
    )


class NetworkNotVisible(NotVisible):
    title = Text("Réseau piéton introuvable", "Pedestrian network not found")
    remedy = Text(
        "« registry network list » montre ceux qui existent.", "“registry network list” shows those there are."
    )


class NetworksOfTwoProjections(Invalid):
    title = Text("Un réseau n'a qu'une projection", "A network has one projection")
    remedy = Text(
        "Importez sous un même nom des fichiers d'une même projection légale.",
        "Import files of one legal projection under one name.",
    )


class NetworkShrinks(Invalid):
    title = Text(
        "Le nouveau réseau a bien moins de tronçons que celui en service",
        "The new network has far fewer edges than the one in service",
    )
    remedy = Text(
        "Celui en service reste. Vérifiez le fichier, ou acceptez la perte avec --shrink.",
        "The one in service stays. Check the file, or accept the loss with --shrink.",
    )


class ServiceFileUnreadable(Invalid):
    title = Text("Fichier de services illisible", "The file of services cannot be read")
    remedy = Text(
        "Formats lus : OpenStreetMap (.osm, .osm.gz, .osm.pbf, .geojson), acceslibre (CSV, JSON), tables CSV.",
        "Formats read: OpenStreetMap (.osm, .osm.gz, .osm.pbf, .geojson), acceslibre (CSV, JSON), CSV tables.",
    )


class ServiceColumnMissing(Invalid):
    title = Text("Il manque une colonne au fichier de services", "The file of services lacks a column")
    remedy = Text(
        "--map champ=colonne nomme la colonne d'un champ ; --family donne la famille de toutes les lignes.",
        "--map field=column names the column of a field; --family gives the family of all rows.",
    )


class ServicesMostlyFaulty(Invalid):
    title = Text("Trop de services du fichier sont fautifs", "Too many services of the file are faulty")
    remedy = Text(
        "Rien n'a été changé. Corrigez le fichier, ou acceptez plus de fautes avec --faulty.",
        "Nothing was changed. Correct the file, or accept more faults with --faulty.",
    )


class ServiceSourceOfAnotherKind(Invalid):
    title = Text("Cette source est d'un autre type", "This source is of another kind")
    remedy = Text("Donnez un autre nom à la nouvelle source.", "Give the new source another name.")
