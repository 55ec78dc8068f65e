"""Use cases of the stock: residences and where they are, homes, batches, whole files, lifts, works."""

from registry.access.preconditions import Precondition
from registry.stock.repository.doors import Door
from registry.stock.repository.ordering import SORTS, beyond, order_by
from registry.stock.service.batch import Line, write_batch
from registry.stock.service.confirming import confirm_homes
from registry.stock.service.conventions import (
    Convention,
    Conventions,
    put_conventions,
    read_convention,
    read_conventions,
)
from registry.stock.service.doors import FIRST as FIRST_DOOR
from registry.stock.service.doors import door_of, doors_of, list_doors
from registry.stock.service.duplicates import list_duplicates
from registry.stock.service.facts import (
    WHAT_COUNTS,
    WHAT_COUNTS_WITH_LIFTS,
    lasting,
    put_facts,
    read_facts,
    read_history,
    write_facts,
)
from registry.stock.service.homes import delete_home, list_homes, position_of, put_home, read_home
from registry.stock.service.inventories import Inventory, Listed, put_inventory, read_inventory
from registry.stock.service.outages import (
    STANDING,
    Outage,
    change_outage,
    list_outages,
    read_outage,
    start_outage,
)
from registry.stock.service.positions import (
    count_to_review,
    count_to_review_of_members,
    list_to_review,
    review_position,
)
from registry.stock.service.residences import delete_residence, list_residences, put_residence, read_residence
from registry.stock.service.statuses import read_statuses
from registry.stock.service.works_batch import write_adaptations, write_feasible_works

__all__ = [
    "FIRST_DOOR",
    "SORTS",
    "STANDING",
    "WHAT_COUNTS",
    "WHAT_COUNTS_WITH_LIFTS",
    "Convention",
    "Conventions",
    "Door",
    "Inventory",
    "Line",
    "Listed",
    "Outage",
    "Precondition",
    "beyond",
    "change_outage",
    "confirm_homes",
    "count_to_review",
    "count_to_review_of_members",
    "delete_home",
    "delete_residence",
    "door_of",
    "doors_of",
    "lasting",
    "list_doors",
    "list_duplicates",
    "list_homes",
    "list_outages",
    "list_residences",
    "list_to_review",
    "order_by",
    "position_of",
    "put_conventions",
    "put_facts",
    "put_home",
    "put_inventory",
    "put_residence",
    "read_convention",
    "read_conventions",
    "read_facts",
    "read_history",
    "read_home",
    "read_inventory",
    "read_outage",
    "read_residence",
    "read_statuses",
    "review_position",
    "start_outage",
    "write_adaptations",
    "write_batch",
    "write_facts",
    "write_feasible_works",
]
