"""What others may do with the surroundings."""

from registry.surroundings.repository.networks import Stored as StoredNetwork
from registry.surroundings.service.networks import Described as DescribedNetwork
from registry.surroundings.service.networks import (
    FileRead,
    describe_network,
    list_networks,
    read_file,
    store_network,
)

__all__ = [
    "DescribedNetwork", "FileRead", "StoredNetwork", "describe_network", "list_networks", "read_file", "store_network",
]  # fmt: skip
