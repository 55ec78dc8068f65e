"""Errors of the surroundings."""

from registry.kernel.errors import Invalid
from registry.kernel.text import Text


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
