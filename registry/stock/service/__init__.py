"""Use cases of the stock: residences and where they are, homes, batches, whole files."""

from registry.access.preconditions import Precondition
from registry.stock.repository.doors import Door
from registry.stock.service.batch import Line, write_batch
from registry.stock.service.doors import FIRST as FIRST_DOOR
from registry.stock.service.doors import doors_of, list_doors
from registry.stock.service.duplicates import list_duplicates
from registry.stock.service.homes import delete_home, list_homes, put_home, read_home
from registry.stock.service.positions import list_to_review, review_position
from registry.stock.service.residences import delete_residence, list_residences, put_residence, read_residence

__all__ = [
    "FIRST_DOOR",
    "Door",
    "Line",
    "Precondition",
    "delete_home",
    "delete_residence",
    "doors_of",
    "list_doors",
    "list_duplicates",
    "list_homes",
    "list_residences",
    "list_to_review",
    "put_home",
    "put_residence",
    "read_home",
    "read_residence",
    "review_position",
    "write_batch",
]
