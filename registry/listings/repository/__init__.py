"""The SQL of the listings, by use: how they are made, found, placed and counted."""
