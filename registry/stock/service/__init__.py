"""Use cases of the stock: residences, homes, batches, whole files."""

from registry.access.preconditions import Precondition
from registry.stock.service.batch import Line, write_batch
from registry.stock.service.homes import delete_home, list_homes, put_home, read_home
from registry.stock.service.residences import delete_residence, list_residences, put_residence, read_residence

__all__ = [
    "Line",
    "Precondition",
    "delete_home",
    "delete_residence",
    "list_homes",
    "list_residences",
    "put_home",
    "put_residence",
    "read_home",
    "read_residence",
    "write_batch",
]
