"""The files of others: OpenStreetMap, CNIG, acceslibre, tables."""
