"""Use cases of the listings: follow the stock, place, search, meter."""
