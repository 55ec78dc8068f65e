"""What a landlord declares of its sources and mappings, and what it reads of them."""
