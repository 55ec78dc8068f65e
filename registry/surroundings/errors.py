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
